"""Other settings on a pair that is held ready, as quick as a slider moves.

A worker's own: it remembers the last pair, so that only the first look takes as long as the work on the picture does.
What other choices need is made ahead, while the picture is looked at.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from pored.errors import OtherPictureError
from pored.files.codecs import read_picture
from pored.files.colour import in_srgb
from pored.files.limits import at_most
from pored.files.original import read_original
from pored.files.screen import jpeg, store
from pored.making_up import Subject, clean_skin, made_layer
from pored.masking import painted_mask, where_texture_goes
from pored.pipeline import settings_from
from pored.pixels.photoshop.compose import compose
from pored.pixels.recovery.face_texture import ready_face
from pored.pixels.recovery.quick_texture import QuickFace
from pored.pixels.same_frame.agreement import agreement
from pored.registering import faces_of, faces_seen, register_pair
from pored.review.once import Once
from pored.review.tasks import Tried

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.config import Recovery
    from pored.files.picture import Picture
    from pored.model import Box, Face, Samples
    from pored.pixels.made_up.layer import MadeUpLayer
    from pored.pixels.made_up.plate import Plate
    from pored.registering import Registered
    from pored.review.tasks import Trial

FULL = 255
MOST_AHEAD = 50e6
"""Pixels of a picture for which other choices are made ready ahead; of a larger one they would take much memory."""
NICEST = 19
_sessions: dict[tuple[str, object], Session] = {}


def session_for(task: Trial) -> Session:
    """The pair of a trial, held ready; the one before is let go."""
    key = (task.digest, task.original)
    if key not in _sessions:
        for session in _sessions.values():
            session.let_go()
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
        ahead: makes other choices ready; None: it was not begun.
    """

    task: Trial
    picture: Picture
    faces: Sequence[Face]
    source: Picture | None = None
    found: Registered | None = None
    own: Sequence[Face] = ()
    ahead: threading.Thread | None = None
    _laid: Once[tuple[str, bool], Sequence[QuickFace]] = field(default_factory=Once)
    _made: Once[tuple[str, str], MadeUpLayer] = field(default_factory=Once)
    _gone: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(cls, task: Trial) -> Session:
        """Read and register a pair.

        Raises:
            PictureError: that is not possible.
        """
        picture = read_picture(task.export)
        if task.original is None:
            return cls(task, picture, faces_of(picture, smallest=task.smallest_face))
        source = read_original(task.original, picture)
        found = register_pair(source, picture, faces_seen(picture, smallest=task.smallest_face))
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
        if task.mask is not None and not task.mask.is_there():
            store(self._mask(task), task.mask)
        return Tried(jpeg(in_srgb(replace(self.picture, pixels=pixels, alpha=None))), part)

    def _texture(self, recovery: Recovery, part: Box, pixels: Samples) -> None:
        for quick in self._faces(recovery):
            result, where = quick.result(settings_from(recovery), part)
            if result.size:
                _lay_changed(result, self.picture.pixels[where.slices], pixels[where.within(part).slices])

    def get_ahead(self, task: Trial) -> None:
        """Begin to make ready what the other scope and the other methods need, behind everything else that is done."""
        if self.ahead is None and self.picture.pixels[..., 0].size <= MOST_AHEAD:
            self.ahead = threading.Thread(target=self._get_ahead, args=(task.recovery,), daemon=True)
            self.ahead.start()

    def let_go(self) -> None:
        """Another pair is looked at: what is begun is finished, no more is begun."""
        self._gone.set()

    def _get_ahead(self, recovery: Recovery) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICEST)
        other = "all" if recovery.scope == "face" else "face"
        for choice in ({"method": "grain"}, {"scope": other}, {"method": "graft"}):
            # Whoever chooses what does not work is told.
            with suppress(Exception):
                if not self._gone.is_set():
                    self._get_ready(recovery.model_copy(update=choice))

    def _get_ready(self, recovery: Recovery) -> None:
        if recovery.method == "high-pass" and self.found is not None:
            for quick in self._faces(recovery):
                quick.ready_for(settings_from(recovery))
        else:
            self._made_layer(recovery)

    def _faces(self, recovery: Recovery) -> Sequence[QuickFace]:
        """Every face that may be changed, laid over with the mask of this scope."""
        return self._laid.get((recovery.scope, recovery.missing_only), lambda: self._lay_faces(recovery))

    def _lay_faces(self, recovery: Recovery) -> Sequence[QuickFace]:
        assert self.found is not None  # noqa: S101 - for the type checker
        assert self.source is not None  # noqa: S101 - for the type checker
        painted = painted_mask(self.task.export, self.picture)
        where = where_texture_goes(recovery, self.faces, painted, self.picture)
        settings = replace(settings_from(recovery), skin=where.skin)
        pair = (self.source.pixels, self.picture.pixels, self.found.registration)
        same = [face for face in where.faces if any(face.points is own.points for own in self.own)]
        if not same:
            name = self.picture.encoding.name
            raise OtherPictureError("other-picture", f"The original is not the picture that {name} was made from.")
        return [QuickFace(ready_face(*pair, face, settings), face.strength) for face in same]

    def _made_up(self, task: Trial, part: Box, pixels: Samples) -> None:
        """Texture that is made up: made once, shown at the strength that is tried."""
        layer, share = self._made_layer(task.recovery), task.recovery.opacity.share
        wanted = layer.style.opacity * share if task.recovery.opacity.percent is None else FULL * share
        style = replace(layer.style, opacity=min(FULL, round(wanted)))
        here = part.slices
        pixels[:] = compose(self.picture.pixels[here], layer.layer[here], layer.mask[here], style)

    def _made_layer(self, recovery: Recovery) -> MadeUpLayer:
        return self._made.get((recovery.method, recovery.scope), lambda: self._make_up(recovery))

    def _make_up(self, recovery: Recovery) -> MadeUpLayer:
        plain = recovery.model_copy(update={"opacity": type(recovery.opacity)(recovery.opacity.percent)})
        painted = painted_mask(self.task.export, self.picture)
        return made_layer(Subject(self.picture, self.faces, painted), plain, self._own_skin)[0]

    def _own_skin(self) -> Plate | None:
        if self.source is None or self.found is None:
            return None
        return clean_skin(self.source, self.picture, self.found)

    def _mask(self, task: Trial) -> NDArray[np.uint8]:
        if task.recovery.method != "high-pass" or self.found is None:
            return self._made_layer(task.recovery).mask
        mask = np.zeros(self.picture.pixels.shape[:2], np.uint8)
        for quick in self._faces(task.recovery):
            laid = quick.face.laid
            place = mask[laid.work.slices]
            np.maximum(place, laid.mask, out=place)
        return mask


def _lay_changed(result: Samples, export: Samples, over: Samples) -> None:
    """Only what differs from the export: faces' parts overlap."""
    changed = result != export
    over[changed] = result[changed]
