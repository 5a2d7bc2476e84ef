"""Other settings on a pair that is held ready, as quick as a slider moves.

A worker's own: it remembers the last pair, so that only the first look takes as long as the work on the picture does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from pored.errors import OtherPictureError
from pored.files.codecs import read_picture
from pored.files.colour import in_srgb
from pored.files.limits import at_most
from pored.files.original import read_original
from pored.files.screen import jpeg, store
from pored.making_up import Subject, clean_skin, made_up_on
from pored.masking import painted_mask, where_texture_goes
from pored.pipeline import faces_of, register_pair, settings_from
from pored.pixels.agreement import agreement
from pored.pixels.compose import compose
from pored.pixels.face_texture import ready_face
from pored.pixels.quick_texture import QuickFace
from pored.review.work import Tried

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pored.config import Recovery
    from pored.files.picture import Picture
    from pored.model import Box, Face, Samples
    from pored.pipeline import Recovered, Registered
    from pored.pixels.picture_layer import FaceLayer
    from pored.pixels.texture_plate import Plate
    from pored.review.work import Trial

FULL = 255
_sessions: dict[tuple[str, object], Session] = {}


def session_for(task: Trial) -> Session:
    """The pair of a trial, held ready; the one before is let go."""
    key = (task.digest, task.original)
    if key not in _sessions:
        _sessions.clear()
        with at_most(task.most_megapixels):
            _sessions[key] = Session.of(task)
    return _sessions[key]


@dataclass(slots=True, eq=False)
class Session:
    """A pair held ready.

    Attributes:
        picture: the export.
        faces: of the export.
        source: the original; None: there is none.
        found: the pair, one picture laid over the other; None likewise.
        own: the faces that come from this original.
    """

    task: Trial
    picture: Picture
    faces: Sequence[Face]
    source: Picture | None = None
    found: Registered | None = None
    own: Sequence[Face] = ()
    _laid: dict[tuple[str, bool], Sequence[QuickFace]] = field(default_factory=dict)
    _made: dict[tuple[str, str], Recovered[FaceLayer]] = field(default_factory=dict)

    @classmethod
    def of(cls, task: Trial) -> Session:
        """Read and register a pair.

        Raises:
            PictureError: that is not possible.
        """
        picture = read_picture(task.export)
        faces = faces_of(picture, smallest=task.smallest_face)
        if task.original is None:
            return cls(task, picture, faces)
        source = read_original(task.original, picture)
        found = register_pair(source, picture, faces)
        pair = (source.pixels, picture.pixels, found.registration)
        own = [face for face in found.faces if agreement(*pair, face).same_frame]
        return cls(task, picture, found.faces, source, found, own)

    def look(self, task: Trial) -> Tried:
        """The part that is looked at, with the settings of a trial."""
        height, width = self.picture.pixels.shape[:2]
        part = task.part.clipped(width, height)
        pixels = self.picture.pixels[part.slices].copy()
        if task.recovery.method == "high-pass" and self.found is not None:
            self._texture(task.recovery, part, pixels)
        else:
            self._made_up(task, part, pixels)
        if not task.mask.is_there():
            self._store_mask(task)
        return Tried(jpeg(in_srgb(replace(self.picture, pixels=pixels, alpha=None))), part)

    def _texture(self, recovery: Recovery, part: Box, pixels: Samples) -> None:
        for quick in self._faces(recovery):
            result, where = quick.result(settings_from(recovery), part)
            if result.size:
                _lay_changed(result, self.picture.pixels[where.slices], pixels[where.within(part).slices])

    def _faces(self, recovery: Recovery) -> Sequence[QuickFace]:
        """Every face that may be changed, laid over with the mask of this scope."""
        assert self.found is not None  # noqa: S101 - for the type checker
        assert self.source is not None  # noqa: S101
        key = (recovery.scope, recovery.missing_only)
        if key not in self._laid:
            painted = painted_mask(self.task.export, self.picture)
            where = where_texture_goes(recovery, self.faces, painted, self.picture)
            settings = replace(settings_from(recovery), skin=where.skin)
            pair = (self.source.pixels, self.picture.pixels, self.found.registration)
            same = [face for face in where.faces if any(face.points is own.points for own in self.own)]
            if not same:
                name = self.picture.encoding.name
                raise OtherPictureError("other-picture", f"The original is not the picture that {name} was made from.")
            self._laid[key] = [QuickFace(ready_face(*pair, face, settings), face.strength) for face in same]
        return self._laid[key]

    def _made_up(self, task: Trial, part: Box, pixels: Samples) -> None:
        """Texture that is made up: made once, shown at the strength that is tried."""
        made = self._recovered(task)
        layer, share = made.texture, task.recovery.opacity.share
        wanted = layer.style.opacity * share if task.recovery.opacity.percent is None else FULL * share
        style = replace(layer.style, opacity=min(FULL, round(wanted)))
        here = part.slices
        pixels[:] = compose(self.picture.pixels[here], layer.layer[here], layer.mask[here], style)

    def _recovered(self, task: Trial) -> Recovered[FaceLayer]:
        recovery = task.recovery
        key = (recovery.method, recovery.scope)
        if key not in self._made:
            plain = recovery.model_copy(update={"opacity": type(recovery.opacity)(recovery.opacity.percent)})
            painted = painted_mask(self.task.export, self.picture)
            self._made[key] = made_up_on(Subject(self.picture, self.faces, painted), plain, self._own_skin)
        return self._made[key]

    def _own_skin(self) -> Plate | None:
        if self.source is None or self.found is None:
            return None
        return clean_skin(self.source, self.picture, self.found)

    def _store_mask(self, task: Trial) -> None:
        mask = np.zeros(self.picture.pixels.shape[:2], np.uint8)
        if task.recovery.method == "high-pass" and self.found is not None:
            for quick in self._faces(task.recovery):
                laid = quick.face.laid
                place = mask[laid.work.slices]
                np.maximum(place, laid.mask, out=place)
        else:
            mask = self._recovered(task).mask
        store(mask, task.mask)


def _lay_changed(result: Samples, export: Samples, over: Samples) -> None:
    """Only what differs from the export: faces' parts overlap."""
    changed = result != export
    over[changed] = result[changed]
