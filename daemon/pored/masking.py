"""Where texture goes: what the settings say of it, and what a retoucher painted."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pored.errors import NoFaceError, UnsupportedError
from pored.files.mask_file import given_mask_name, read_given_mask
from pored.pixels.skin.adaptive_mask import SkinSettings
from pored.pixels.skin.face_frame import from_the_left
from pored.pixels.skin.given_mask import GivenMask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pored.config import Recovery
    from pored.files.picture import Picture
    from pored.model import Face


@dataclass(frozen=True, slots=True, eq=False)
class Where:
    """Where texture goes in one picture: on the skin of these faces."""

    skin: SkinSettings
    faces: Sequence[Face]


def painted_mask(export: Path, picture: Picture) -> NDArray[np.uint8] | None:
    """What a retoucher painted for an export, (H, W) uint8; None where there is no NAME.mask.png beside it.

    Raises:
        PictureError: it cannot be read, or is not of the export's size.
    """
    return read_given_mask(export.with_name(given_mask_name(export.name)), picture)


def where_texture_goes(
    recovery: Recovery, faces: Sequence[Face], painted: NDArray[np.uint8] | None, export: Picture
) -> Where:
    """The faces that are to be done, and what is skin on them.

    Raises:
        NoFaceError: all of them are smaller than the settings want, or are to get nothing.
        UnsupportedError: nothing is painted on any of them.
    """
    smallest, name = recovery.mask.smallest_face, export.encoding.name
    wanted = [face for face in as_strong(faces, recovery.mask.face_strength) if face.strength > 0]
    if not wanted:
        raise NoFaceError("no-face", f"recovery.mask.face_strength leaves every face in {name} as it is.")
    large = [face for face in wanted if face.width >= smallest]
    if not large:
        widest = max(face.width for face in wanted)
        raise NoFaceError(
            "no-face",
            f"Every face in {name} is narrower than recovery.mask.smallest_face ({widest:.0f} of {smallest:g} pixels).",
        )
    skin = replace(skin_settings(recovery), people=tuple(faces))
    if painted is None:
        return Where(skin, large)
    given = GivenMask(painted, large)
    if not given.painted():
        raise UnsupportedError(
            "mask-empty", f"{given_mask_name(name)} is black: paint white where texture goes, or take it away."
        )
    return Where(replace(skin, given=given), given.painted())


def as_strong(faces: Sequence[Face], percents: Sequence[float]) -> list[Face]:
    """The faces from the left, each with its strength; those that have no figure get all of their texture."""
    figures = itertools.chain(percents, itertools.repeat(100.0))
    return [replace(face, strength=percent / 100) for face, percent in zip(from_the_left(faces), figures, strict=False)]


def skin_settings(recovery: Recovery) -> SkinSettings:
    """The settings' margins; they are in per cent of the face's width."""
    mask = recovery.mask
    return SkinSettings(
        feather=mask.feather / 100,
        eyes=mask.eye_margin / 100,
        brows=mask.brow_margin / 100,
        lips=mask.lip_margin / 100,
        with_lips=mask.lips,
        with_brows=mask.brows,
        scope=recovery.scope,
    )
