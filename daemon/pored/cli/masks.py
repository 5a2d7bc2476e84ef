"""``pored skin-mask``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pored.cli.output import complain, make_folder, must_be_file, say, with_progress
from pored.errors import PictureError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


OVERLAY = ".overlay.jpg"
"""Instead of a mask's extension: the picture to check it by."""


class Scope(StrEnum):
    """Whose skin."""

    FACE = "face"
    ALL = "all"


def skin_mask(
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="JPEG, PNG, TIFF or WebP.")],
    output_dir: Annotated[Path, typer.Option("--output-dir", metavar="DIR", help="NAME.png is written here.")],
    scope: Annotated[Scope, typer.Option(help="Skin of faces, or of everything that shows.")] = Scope.FACE,
    overlay: Annotated[
        bool,
        typer.Option("--overlay", help="Also NAME.overlay.jpg: the mask's outline and the landmarks on the picture."),
    ] = False,
) -> None:
    """Write the skin mask of each picture: 8-bit PNG of its size, 255 where texture comes back in full."""
    names = _names(images)
    _refuse_to_write_among(images, output_dir)
    failed = 0
    for image, name in with_progress(list(zip(images, names, strict=True)), "masks"):
        try:
            say(_mask_one(image, output_dir / name, scope, overlay=overlay))
        except PictureError as error:
            complain(error.message)
            failed += 1
    raise typer.Exit(1 if failed else 0)


def _refuse_to_write_among(images: Sequence[Path], folder: Path) -> None:
    """A mask may have the name of a picture, so masks do not go where the pictures are.

    Raises:
        UsageError: they would.
    """
    if any(image.exists() and image.resolve().parent == folder.resolve() for image in images):
        raise UsageError(f"The pictures lie in {folder} themselves; name another --output-dir for their masks.")


def _mask_one(image: Path, target: Path, scope: Scope, *, overlay: bool) -> str:
    from pored.files.codecs import read_picture
    from pored.files.mask_file import encode_mask, encode_overlay
    from pored.pixels.skin.adaptive_mask import SkinSettings, picture_mask
    from pored.pixels.skin.mask_overlay import mask_overlay
    from pored.registering import faces_of

    must_be_file(image)
    picture = read_picture(image)
    faces = faces_of(picture)
    mask = picture_mask(picture.pixels, faces, SkinSettings(scope=scope.value))
    _write(target, encode_mask(mask))
    if overlay:
        _write(target.with_suffix(OVERLAY), encode_overlay(mask_overlay(picture.pixels, mask, faces)))
    return f"{image.name}: {len(faces)} face{'s' if len(faces) > 1 else ''} -> {target.name}"


def _write(target: Path, data: bytes) -> None:
    from pored.files.staging import commit, stage

    make_folder(target.parent)
    commit(stage(target.parent, target.name, data, mode=0o644), replace=True)


def _names(images: Sequence[Path]) -> list[str]:
    """NAME.png for each picture.

    Raises:
        UsageError: two pictures would have the same mask.
    """
    names = [f"{image.stem}.png" for image in images]
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice:
        raise UsageError(f"Two of the pictures would both be masked as {twice}; give them in two runs.")
    return names
