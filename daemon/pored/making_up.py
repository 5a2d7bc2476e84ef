"""Texture that is made up: methods graft and grain, for exports whose pores nobody has.

load -> find faces -> (graft: skin of the original, or a plate) -> layer -> compose -> describe
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.errors import PictureError, StorageError, UnsupportedError
from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.files.codecs import read_picture
from pored.files.faults import storage_faults
from pored.files.names import printable
from pored.files.original import read_original
from pored.masking import painted_mask, where_texture_goes
from pored.pipeline import (
    REPORT_SCHEMA,
    Recovered,
    Stopwatch,
    face_facts,
    figure,
    opacity_percent,
    other_picture,
    versions,
    weighed_by_skin,
)
from pored.pixels.align.faces import carried_face
from pored.pixels.align.maps import inverse
from pored.pixels.made_up.face_zones import ZoneWeights
from pored.pixels.made_up.graft_layer import GraftSettings, graft_layer
from pored.pixels.made_up.grain_layer import GrainSettings, grain_layer
from pored.pixels.made_up.plate import plate_of_skin, skin_plate
from pored.pixels.made_up.plate_make import make_plate
from pored.pixels.photoshop.blend_if import BlendIf
from pored.pixels.photoshop.desaturate import lightness
from pored.pixels.recovery.picture_layer import compose_texture
from pored.pixels.same_frame.agreement import agreement
from pored.registering import faces_of, register_pair
from pored.watch.kinds import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pored.config import Recovery
    from pored.faces.find import Looker
    from pored.files.picture import Picture
    from pored.model import Face, Samples
    from pored.pixels.made_up.layer import MadeUpFace, MadeUpLayer
    from pored.pixels.made_up.plate import Plate
    from pored.pixels.skin.adaptive_mask import SkinSettings
    from pored.registering import Registered

MADE_PLATE = 1
"""Seed of the plate of made-up skin; how it lies on a face differs from picture to picture."""
ONCE = 50.0
"""Per cent of opacity with which Linear Light adds a layer's difference once."""

OWN, STUDIO, INVENTED = "the original's clean skin", "the studio's plate", "made-up skin"
"""Where a graft's texture comes from, in words for the report; the studio's plate with its file's name."""
USUAL = "skin usually"
"""Whose texture is the measure of how strong it is to be, where no plate knows."""
FINE_ENOUGH = 0.8
"""Share of a face's width that the face of a plate has at least, where a folder has such: enlarged by a quarter,
made-up skin keeps .91 of its energy in a band of 3 px and correlates with itself by .99; enlarged twofold .85, .95."""


def make_up(
    export: Path, original: Path | None, recovery: Recovery, looker: Looker | None = None
) -> Recovered[MadeUpFace]:
    """Give an export texture of the right strength that is not its own.

    Args:
        export: the smoothed picture.
        original: method graft takes clean skin from it; it is only ever read.
        recovery: the resolved settings, with the method graft or grain.
        looker: finds faces; the process' own landmarker by default.

    Returns:
        The result in memory; nothing is written. The same export gives the same result every time.

    Raises:
        PictureError: a file cannot be read, the studio's plate among them, the original is of another picture, or there
            is no face.
        MachineError: MediaPipe does not load.
    """
    watch = Stopwatch()
    picture = watch.step("load", lambda: read_picture(export))
    faces = watch.step("faces", lambda: faces_of(picture, looker, recovery.mask.smallest_face))

    def own_skin() -> Plate | None:
        if original is None:
            return None
        source = read_original(original, picture)
        return clean_skin(source, picture, register_pair(source, picture, faces, looker))

    made, source = made_layer(Subject(picture, faces, painted_mask(export, picture)), recovery, own_skin, watch)
    pixels = watch.step("compose", lambda: compose_texture(picture.pixels, made))
    return Recovered(
        outcome="made_up" if any(face.lacking for face in made.faces) else "nothing_missing",
        picture=picture,
        pixels=pixels,
        texture=made,
        report=describe_made_up(made, recovery, source, watch.seconds),
    )


@dataclass(frozen=True, slots=True)
class Source:
    """What a graft was taken from.

    Attributes:
        name: in words.
        is_measure: the texture is to be as strong as there; else as usual skin's.
    """

    name: str
    is_measure: bool


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """An export, and what is known of it.

    Attributes:
        faces: found in it, one at least.
        painted: (H, W) uint8, the mask that a retoucher gave; None: there is none.
    """

    picture: Picture
    faces: Sequence[Face]
    painted: NDArray[np.uint8] | None


def made_layer(
    subject: Subject, recovery: Recovery, own_skin: Callable[[], Plate | None], watch: Stopwatch | None = None
) -> tuple[MadeUpLayer, Source | None]:
    """The layer that gives an export its texture, and what a graft was taken from.

    Args:
        subject: the export.
        recovery: the resolved settings, with the method graft or grain.
        own_skin: gets clean skin of the original, if there is one and it has any; only asked where it is needed.
        watch: has timed what was done before, and times the steps.
    """
    picture, watch = subject.picture, watch or Stopwatch()
    where = where_texture_goes(recovery, subject.faces, subject.painted, picture)
    seed = _seed_of(picture.pixels)
    if recovery.method == "grain":
        grain = grain_settings(recovery, seed, where.skin)
        return watch.step("texture", lambda: grain_layer(picture.pixels, where.faces, grain)), None
    widest = max(face.width for face in where.faces)
    plate, name = watch.step("plate", lambda: _plate_for(recovery, own_skin, widest, seed))
    graft, source = graft_settings(recovery, seed, where.skin), Source(name, is_measure=plate.energy is not None)
    return watch.step("texture", lambda: graft_layer(picture.pixels, where.faces, plate, graft)), source


def grain_settings(recovery: Recovery, seed: int, skin: SkinSettings) -> GrainSettings:
    """The retoucher's numbers for the method grain; the opacity is the layer's."""
    percent = recovery.opacity.percent
    return GrainSettings(
        seed=seed,
        percent=recovery.grain.percent,
        share=recovery.grain.share * recovery.opacity.share,
        blur=recovery.grain_blur,
        mode=recovery.grain_mode,
        opacity=1.0 if percent is None else percent / 100,
        this_layer=BlendIf(*recovery.this_layer),
        underlying=BlendIf(*recovery.underlying),
        skin=skin,
    )


def graft_settings(recovery: Recovery, seed: int, skin: SkinSettings) -> GraftSettings:
    """The retoucher's numbers for the method graft; opacity 50 gives the wanted texture once, as it does with pores."""
    percent = recovery.opacity.percent
    return GraftSettings(
        seed=seed,
        strength=None if percent is None else percent / ONCE,
        share=recovery.opacity.share,
        zones=ZoneWeights(**recovery.zones.model_dump()),
        this_layer=BlendIf(*recovery.this_layer),
        underlying=BlendIf(*recovery.underlying),
        skin=skin,
    )


def _seed_of(pixels: Samples) -> int:
    """By the picture's content, so that doing it again gives the same result."""
    return int.from_bytes(hashlib.sha256(np.ascontiguousarray(pixels).data).digest()[:8], "big")


def _plate_for(recovery: Recovery, own_skin: Callable[[], Plate | None], widest: float, seed: int) -> tuple[Plate, str]:
    """The best texture there is for faces of at most that width, and where it comes from."""
    own = own_skin()
    if own is not None:
        return own, OWN
    if recovery.plate is not None:
        file = _studio_file(recovery.plate, recovery.plate_face, widest, seed)
        return _studio_plate(file, recovery.plate_face, _stamp_of(file)), f"{STUDIO} {printable(file.name)}"
    return _made_plate(), INVENTED


def _studio_file(given: Path, plate_face: float, widest: float, seed: int) -> Path:
    """The studio's plate; of a folder of them one by chance that is fine enough, else the finest.

    Raises:
        PictureError: one of them cannot be read, or the folder has none.
    """
    with storage_faults("read", f"the texture plate {printable(given.name)}"):
        if not given.is_dir():
            return given
    files = _plates_in(given)
    by_chance = (files[int(place)] for place in np.random.default_rng(seed).permutation(len(files)))
    fine = (file for file in by_chance if _plate_width(file, plate_face, _stamp_of(file)) >= FINE_ENOUGH * widest)
    return next(fine, None) or max(files, key=lambda file: _plate_width(file, plate_face, _stamp_of(file)))


def _plates_in(folder: Path) -> list[Path]:
    """Its pictures by name; not those of folders in it, nor RAWs."""
    with storage_faults("read", f"the folder of texture plates {printable(folder.name)}"):
        files = sorted(path for path in folder.iterdir() if path.is_file())
    kinds = {path: kind_of(path.name) for path in files}
    plates = [path for path, kind in kinds.items() if kind.is_picture and kind is not Kind.RAW]
    if not plates:
        raise UnsupportedError(
            "plate",
            f"The folder of texture plates {printable(folder.name)} has no picture in it; put pictures of skin there.",
        )
    return plates


def _stamp_of(plate: Path) -> tuple[int, int]:
    with storage_faults("read", f"the texture plate {printable(plate.name)}"):
        status = plate.stat()
    return status.st_size, status.st_mtime_ns


def clean_skin(original: Picture, export: Picture, found: Registered) -> Plate | None:
    """Skin of the largest face that both pictures show; None where too little of it is clean.

    Args:
        original: as read.
        export: likewise.
        found: the two, one laid over the other: where the export's faces are in the original.

    Raises:
        OtherPictureError: the two do not show the same picture.
    """
    looks = [(agreement(original.pixels, export.pixels, found.registration, face), face) for face in found.faces]
    same = [face for agreed, face in looks if agreed.same_frame]
    if not same:
        raise other_picture(original, export, max((agreed for agreed, _ in looks), key=lambda each: each.likeness))
    largest = max(same, key=lambda face: face.width)
    return skin_plate(original.pixels, carried_face(largest, inverse(found.registration.matrix)))


@functools.lru_cache(maxsize=4)
def _studio_plate(plate: Path, face_width: float, stamp: tuple[int, int]) -> Plate:  # noqa: ARG001 - a changed file is another
    """A studio's plate: the skin of the face that it shows, or all of it where it shows skin alone."""
    try:
        picture = read_picture(plate)
    except StorageError:
        raise
    except PictureError as error:
        raise UnsupportedError("plate", f"The texture plate cannot be used: {error.message}") from error
    largest = max(find_faces(picture.pixels, shared_landmarker()), key=lambda face: face.width, default=None)
    own = None if largest is None else skin_plate(picture.pixels, largest)
    return own or plate_of_skin(lightness(picture.pixels), face_width)


@functools.lru_cache(maxsize=1000)
def _plate_width(plate: Path, face_width: float, stamp: tuple[int, int]) -> float:
    """Of the face that a studio's plate fits without being resized; few plates are kept, but of many this number."""
    return _studio_plate(plate, face_width, stamp).face_width


@functools.cache
def _made_plate() -> Plate:
    return make_plate(MADE_PLATE)


def describe_made_up(
    made: MadeUpLayer, recovery: Recovery, source: Source | None, seconds: dict[str, float]
) -> dict[str, object]:
    """What the report says: that the texture is made up, of what, and how strong it is beside its measure."""
    return {
        "schema": REPORT_SCHEMA,
        "made_up": recovery.method,
        "settings": recovery.model_dump(mode="json", exclude={"plate"}),
        "faces": [_face_report(face) for face in made.faces],
        "mask_share": round(float(np.count_nonzero(made.mask)) / made.mask.size, 5),
        "opacity_percent": opacity_percent(made.style.opacity),
        "texture": {"before": _overall(made, "before"), "after": _overall(made, "after")},
        "measure": source.name if source and source.is_measure else USUAL,
        **({"plate": source.name} if source else {}),
        "seconds": seconds,
        "versions": versions(),
    }


def _face_report(face: MadeUpFace) -> dict[str, object]:
    return {
        **face_facts(face.face, face.outcome, face.radius),
        "strength": figure(face.strength),
        "wanted_levels": figure(face.wanted),
        "before": {"energy": figure(face.before / face.wanted)},
        "after": {"energy": figure(face.after / face.wanted)},
    }


def _overall(made: MadeUpLayer, when: str) -> dict[str, float]:
    """Texture energy in units of what it is to be, each face weighted by its skin."""
    energies = [getattr(face, when) / face.wanted for face in made.faces]
    return {"energy": weighed_by_skin(made.faces, energies)}
