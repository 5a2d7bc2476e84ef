"""Read first: one export and its original in, the picture with its pores back out.

load -> find faces -> register -> texture (judge, mask, recover) -> check -> compose -> describe
"""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib import metadata
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import numpy as np

import pored
from pored.errors import OtherPictureError, PairError
from pored.files.codecs import read_picture
from pored.files.original import read_original
from pored.files.picture import Kind
from pored.masking import painted_mask, skin_settings, where_texture_goes
from pored.pixels.align.registered_original import registered_original
from pored.pixels.photoshop.blend_if import BlendIf
from pored.pixels.photoshop.compose import LayerStyle
from pored.pixels.recovery.high_pass_settings import HighPassSettings
from pored.pixels.recovery.picture_layer import (
    FaceLayer,
    FaceT,
    PictureLayer,
    compose_texture,
    picture_layer,
    shown_box,
)
from pored.pixels.recovery.texture_layer import TextureLayer, texture_layer
from pored.pixels.same_frame.agreement import SAME_FRAME
from pored.pixels.same_frame.face_agreement import face_likeness
from pored.registering import faces_seen, register_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pored.config import Recovery
    from pored.faces.find import Looker
    from pored.files.picture import Picture
    from pored.masking import Where
    from pored.model import Box, Face, Samples
    from pored.pixels.align.maps import Registration
    from pored.pixels.align.registered_original import RegisteredOriginal
    from pored.pixels.blemish.find import Spot
    from pored.pixels.recovery.face_texture import FaceTexture
    from pored.pixels.same_frame.agreement import Agreement

T = TypeVar("T")
Outcome = Literal["recovered", "made_up", "nothing_missing"]
REPORT_SCHEMA = 1
NAMED_LIBRARIES = ("numpy", "opencv-python-headless", "mediapipe", "pillow")


@dataclass(frozen=True, slots=True, eq=False)
class Recovered(Generic[FaceT]):
    """What became of one pair.

    Attributes:
        outcome: "nothing_missing": the export has its texture already, and its bytes are the result; "made_up": what it
            got is nobody's own.
        picture: the export as it was read; its encoding writes the result.
        pixels: the flat result, of the export's shape and depth.
        texture: the layer that makes ``pixels`` from the export.
        report: what a report says of it, ready for JSON; no landmarks, no paths.
        registered: the original laid over the faces that were changed; None where it was not asked for, or none was.
        spots: guarded blemishes of the faces that were changed, in pixels of the picture.
    """

    outcome: Outcome
    picture: Picture
    pixels: Samples
    texture: PictureLayer[FaceT]
    report: dict[str, object]
    registered: RegisteredOriginal | None = None
    spots: tuple[Spot, ...] = ()

    @property
    def mask(self) -> NDArray[np.uint8]:
        """(H, W); where it is 0, ``pixels`` equals the export."""
        return self.texture.mask

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Where the faces are, for previews."""
        return tuple(face.box for face in self.texture.faces)


def recover(
    export: Path, original: Path, recovery: Recovery, looker: Looker | None = None, *, layered: bool = False
) -> Recovered[FaceTexture]:
    """Give an export its original's texture back.

    Args:
        export: the smoothed picture.
        original: what it was made from; only ever read.
        recovery: the resolved settings.
        looker: finds faces; the process' own landmarker by default.
        layered: the registered original is wanted too, as it always is for an export that has layers itself.

    Returns:
        The result in memory; nothing is written.

    Raises:
        PictureError: a file cannot be read, the two do not fit, or there is no face.
        MachineError: MediaPipe does not load.
    """
    watch = Stopwatch()
    picture, source, painted = watch.step("load", lambda: _read(export, original))
    faces = watch.step("faces", lambda: faces_seen(picture, looker, recovery.mask.smallest_face))
    found = watch.step("register", partial(register_pair, source, picture, faces, looker))
    where = where_texture_goes(recovery, found.faces, painted, picture)
    texture = watch.step("texture", partial(texture_of, source, picture, found.registration, where, recovery))
    refuse_wrong_pair(texture, source, picture)
    wanted = layered or picture.encoding.kind is Kind.PSD
    is_recovered = any(face.lacking for face in texture.faces)
    registered = (
        registered_original(source.pixels, picture.pixels, found.registration, shown_box(texture))
        if wanted and is_recovered
        else None
    )
    del source  # so that there is room for the result
    pixels = watch.step("compose", lambda: compose_texture(picture.pixels, texture))
    return Recovered(
        outcome="recovered" if is_recovered else "nothing_missing",
        picture=picture,
        pixels=pixels,
        texture=texture,
        report=describe(texture, found.registration, recovery, watch.seconds, painted=painted is not None),
        registered=registered,
        spots=tuple(spot for face in texture.faces if face.lacking for spot in face.spots),
    )


def left_as_it_is(export: Path, recovery: Recovery) -> Recovered[FaceTexture]:
    """An export with nobody in it, whose bytes are the result; errors as ``read_picture`` raises them."""
    picture = read_picture(export)
    nothing: PictureLayer[FaceTexture] = picture_layer(picture.pixels, (), LayerStyle(0))
    return Recovered(
        outcome="nothing_missing",
        picture=picture,
        pixels=picture.pixels,
        texture=nothing,
        report={
            "schema": REPORT_SCHEMA,
            "settings": recovery.model_dump(mode="json", exclude={"plate"}),
            "faces": [],
            "mask_share": 0.0,
            "versions": versions(),
        },
    )


def _read(export: Path, original: Path) -> tuple[Picture, Picture, NDArray[np.uint8] | None]:
    picture = read_picture(export)
    return picture, read_original(original, picture), painted_mask(export, picture)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an original and an export are one picture.

    Attributes:
        agrees: at least one face of the export is the original's.
        agreement: of the face that agrees best.
        texture: the original's on that face, in units of the export's; rough.
    """

    agrees: bool
    agreement: Agreement
    texture: float


def judge(export: Picture, faces: Sequence[Face], original: Picture, looker: Looker | None = None) -> Verdict:
    """Whether the export was made from the original, without recovering anything.

    Args:
        export: as read.
        faces: of the export, as they were found in it.
        original: as read.
        looker: finds the original's faces where they are needed.

    Raises:
        NoFaceError: neither shows anybody who is in the export.
    """
    found = register_pair(original, export, faces, looker)
    looks = [face_likeness(original.pixels, export.pixels, found.registration, face) for face in found.faces]
    best = max(looks, key=lambda look: look.agreement.likeness)
    agrees = any(look.agreement.same_frame for look in looks)
    return Verdict(agrees, best.agreement, best.texture)


def texture_of(
    original: Picture, export: Picture, registration: Registration, where: Where, recovery: Recovery
) -> TextureLayer:
    """The layer that the export's faces need."""
    settings = replace(settings_from(recovery), skin=where.skin)
    return texture_layer(original.pixels, export.pixels, registration, where.faces, settings)


def refuse_wrong_pair(texture: TextureLayer, original: Picture, export: Picture) -> None:
    """Raise where no face of the export comes from the original.

    Raises:
        PairError: every face is of another frame, or the "original" has less texture than the export.
    """
    outcomes = {face.outcome for face in texture.faces}
    ours, theirs = export.encoding.name, original.encoding.name
    if outcomes == {"other_frame"}:
        best = max((face.agreement for face in texture.faces), key=lambda agreed: agreed.weakest)
        raise other_picture(original, export, best)
    if outcomes <= {"other_frame", "no_texture"}:
        energy = max(face.before.energy for face in texture.faces)
        raise PairError(
            "no-texture",
            f"{theirs} has less texture than {ours} ({1 / energy:.0%} of it), so it is not its original. Put the "
            "picture from the camera there, not a smoothed copy.",
        )


def other_picture(original: Picture, export: Picture, agreed: Agreement) -> OtherPictureError:
    """For a pair whose eyes and lips agree too little, or whose head or eyes moved between the two."""
    ours, theirs, figure = export.encoding.name, original.encoding.name, max(0.0, agreed.weakest)
    why = f"eyes and lips agree to {figure:.0%} ({SAME_FRAME:.0%} are needed)"
    if agreed.turn and figure >= SAME_FRAME:
        why = f"the head is turned by about {agreed.turn:.1f} degrees"
    elif agreed.eyes and figure >= SAME_FRAME:
        why = f"both eyes look elsewhere, or are more or less open (by {agreed.eyes:.1%} of the face's width)"
    elif agreed.head_moved and figure >= SAME_FRAME:
        why = f"the head moved against what is around it (by {agreed.step:.1%} of its width at least)"
    return OtherPictureError(
        "other-picture",
        f"The original {theirs} is not the picture that {ours} was made from: {why}. It is another frame or another "
        f"person; give {ours} its own original.",
        figure,
    )


def settings_from(recovery: Recovery) -> HighPassSettings:
    """The retoucher's numbers for the method high-pass."""
    percent = recovery.opacity.percent
    return HighPassSettings(
        radius=recovery.radius,
        opacity=None if percent is None else percent / 100,
        share=recovery.opacity.share,
        missing_only=recovery.missing_only,
        guard=recovery.guard_strength if recovery.guard_blemishes else 0.0,
        this_layer=BlendIf(*recovery.this_layer),
        underlying=BlendIf(*recovery.underlying),
        skin=skin_settings(recovery),
    )


@dataclass(slots=True)
class Stopwatch:
    """Seconds per step, for the report and the log."""

    clock: Callable[[], float] = time.perf_counter
    seconds: dict[str, float] = field(default_factory=dict)

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Do the work and note how long it took."""
        start = self.clock()
        done = work()
        self.seconds[name] = round(self.clock() - start, 4)
        return done


def describe(
    texture: TextureLayer, registration: Registration, recovery: Recovery, seconds: dict[str, float], *, painted: bool
) -> dict[str, object]:
    """What the report says: settings, faces, figures, versions. No landmarks, no paths."""
    return {
        "schema": REPORT_SCHEMA,
        "settings": recovery.model_dump(mode="json", exclude={"plate"}),
        "faces": [_face_report(face) for face in texture.faces],
        "mask_share": round(float(np.count_nonzero(texture.mask)) / texture.mask.size, 5),
        "mask": "painted" if painted else "found",
        "registration": _registration_report(registration),
        "opacity_percent": opacity_percent(texture.style.opacity),
        "blemishes_guarded": sum(len(face.spots) for face in texture.faces if face.lacking),
        "texture": {"before": _overall(texture, "before"), "after": _overall(texture, "after")},
        "seconds": seconds,
        "versions": versions(),
    }


@cache
def versions() -> dict[str, str]:
    """pored's version and those of what does the arithmetic."""
    libraries = {name: metadata.version(name) for name in NAMED_LIBRARIES}
    return {"pored": pored.__version__, "python": platform.python_version(), **libraries}


def _registration_report(registration: Registration) -> dict[str, object]:
    return {
        "map": registration.kind,
        "matrix": [[round(float(value), 6) for value in row] for row in registration.matrix],
        "residual_px": figure(registration.residual),
        "confidence": figure(registration.confidence),
        "reshaped_faces": sum(not field.smooth for field in registration.fields),
        "bent_faces": sum(field.smooth for field in registration.fields),
    }


def _face_report(face: FaceTexture) -> dict[str, object]:
    return {
        **face_facts(face.face, face.outcome, face.radius),
        "opacity_percent": opacity_percent(face.opacity) if face.lacking else 0.0,
        "agreement": {
            "weakest": figure(face.agreement.weakest),
            "mean": figure(face.agreement.mean),
            "turn_degrees": figure(face.agreement.turn),
            "eyes_moved_percent": figure(100 * face.agreement.eyes),
            "head_moved_percent": figure(100 * face.agreement.step),
            "reshaped": face.agreement.reshaped.proved,
            "lips_recoloured": face.agreement.recoloured,
            "irises_retouched": face.agreement.irises,
            "line_removed": face.agreement.line,
            "only_lips_differ": face.agreement.only_lips,
        },
        "noise_levels": [figure(channel) for channel in face.noise],
        "sharpness": figure(face.sharpness),
        "blemishes": [{"x": round(spot.x), "y": round(spot.y), "radius": round(spot.radius, 1)} for spot in face.spots],
        "before": {"energy": figure(face.before.energy), "correlation": figure(face.before.correlation)},
        "after": {"energy": figure(face.after.energy), "correlation": figure(face.after.correlation)},
    }


def face_facts(face: Face, outcome: str, radius: float) -> dict[str, object]:
    """What every report says of a face: its place (left, top, right, bottom), its share, and what it came to."""
    return {
        "width_px": round(face.width, 1),
        "strength_percent": round(face.strength * 100, 1),
        "box": [face.box.x0, face.box.y0, face.box.x1, face.box.y1],
        "outcome": outcome,
        "radius_px": round(radius, 3),
    }


def _overall(texture: TextureLayer, when: Literal["before", "after"]) -> dict[str, float]:
    """The faces' figures, each weighted by its skin."""
    figures = [getattr(face, when) for face in texture.faces]
    return {
        key: weighed_by_skin(texture.faces, [getattr(figure, key) for figure in figures])
        for key in ("energy", "correlation")
    }


def weighed_by_skin(faces: Sequence[FaceLayer], values: Sequence[float]) -> float:
    """One figure of all faces, each of which counts as much as it has skin."""
    weights = [float(np.count_nonzero(face.mask)) + 1.0 for face in faces]
    return figure(float(np.average(values, weights=weights)))


def figure(value: float) -> float:
    """A number of the report."""
    return round(float(value), 4)


def opacity_percent(opacity: int) -> float:
    """Of an opacity of 0..255."""
    return round(opacity * 100 / 255, 1)
