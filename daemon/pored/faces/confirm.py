"""Closer looks at a find: what is no face looks like another one in each, or like none; a face keeps its landmarks.

The looks that agree are averaged. The network errs to one side where a face is turned or half hidden; in a mirror it
errs to the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from pored.faces.finds import SAME_FACE, apart, face_from, overlap
from pored.faces.flat_colour import is_flat
from pored.faces.view import faces_in
from pored.model import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.faces.copies import Copies
    from pored.faces.view import Looker
    from pored.model import Face

CLOSER_LOOKS = (2.0, 2.5)
"""Sides of the closer look, in sides of the find's box: the first that shows the face counts."""
LOOKS_AT_THE_EDGE = (1.5, 3.0)
"""Further looks at a find that the picture's edge cuts, where one look at an off-centre face proves little."""
AGREEMENT = 0.045
"""Mean distance of two looks' landmarks, in face sizes, up to which they saw the same. Of 260 real faces all but full
profiles stay below it in two framings and in one mirror; a button, a fist and a sleeve did not."""
LIKENESS = 0.1
"""Likewise for a find and the first closer look, where no other agrees: full profiles show in few framings."""
STEADY = 0.04
"""Likewise for a find of which too few looks agree: one that moved farther must show again where it moved to. A man in
full profile moved by 0.022; a dog's head by 0.056 and 0.093, and did not show again."""
ENOUGH, ENOUGH_IN_MIRROR = 2, 1
"""So many framings, plain and in a mirror, must agree."""


class Framing(NamedTuple):
    """Another look at a find: side, and offset to the right and down, in sides of its box; perhaps in a mirror."""

    sides: float
    right: float = 0.0
    down: float = 0.0
    in_mirror: bool = False


PLAIN = (Framing(2.5), Framing(2.0, 0.15, 0.1), Framing(3.2, -0.2, 0.1))
IN_MIRROR = (Framing(1.5, in_mirror=True), Framing(2.5, in_mirror=True))


class Confirmed(NamedTuple):
    """A face that one closer look at least agrees on.

    Attributes:
        sure: enough looks agree. A full profile gets no more than some.
        unrest: how far a look in a mirror is apart from a plain one, in face sizes: least where a face is the right
            way up, as upside down the network puts the mouth where the eyes are, and less surely.
    """

    face: Face
    sure: bool
    unrest: float


@dataclass(frozen=True, slots=True, eq=False)
class _Looks:
    """Looks at parts of a picture.

    Attributes:
        seen: what each part showed, plain or in a mirror: of a face that fills the picture, most framings are cut to
            the same part.
    """

    picture: Copies
    looker: Looker
    seen: dict[tuple[Box, bool], list[Face]] = field(default_factory=dict)

    def at(self, box: Box, *, in_mirror: bool) -> list[Face]:
        """The faces in a box of the picture."""
        part = box.clipped_to(self.picture.whole)
        if (part, in_mirror) not in self.seen:
            self.seen[part, in_mirror] = faces_in(self.picture, part, self.looker, in_mirror=in_mirror)
        return self.seen[part, in_mirror]


def confirm(find: Face, picture: Copies, looker: Looker) -> Confirmed | None:
    """The same face seen from close by: finer landmarks, or None where nothing is confirmed."""
    looks = _Looks(picture, looker)
    closer = _closer_look(find, looks)
    if closer is None or is_flat(closer, picture):
        return None
    plain = _agreeing(closer, PLAIN, ENOUGH, looks)
    if not plain and apart(closer, find) > LIKENESS:
        return None
    mirrored = _agreeing(closer, IN_MIRROR, ENOUGH_IN_MIRROR, looks)
    means = [_mean([closer, *plain]), *([_mean(mirrored)] if mirrored else [])]
    face = face_from(cast("NDArray[np.float32]", np.mean(means, axis=0, dtype=np.float32)))
    unrest = min((apart(each, closer) for each in mirrored), default=math.inf)
    sure = len(plain) >= ENOUGH and len(mirrored) >= ENOUGH_IN_MIRROR
    if not sure and apart(closer, find) > STEADY and _closer_look(face, looks) is None:
        return None
    return Confirmed(face, sure, unrest)


def _closer_look(find: Face, looks: _Looks) -> Face | None:
    crop = _framed(find.box, Framing(CLOSER_LOOKS[0]))
    whole = crop.clipped_to(looks.picture.whole)
    for sides in CLOSER_LOOKS if whole == crop else (*CLOSER_LOOKS, *LOOKS_AT_THE_EDGE):
        seen = _same_face(find, Framing(sides), looks)
        if seen is not None:
            return seen
    return None


def _agreeing(face: Face, framings: tuple[Framing, ...], enough: int, looks: _Looks) -> list[Face]:
    """What other framings show where they show the same face, up to enough of them."""
    agreeing: list[Face] = []
    for framing in framings:
        seen = _same_face(face, framing, looks)
        if seen is not None and apart(seen, face) < AGREEMENT:
            agreeing.append(seen)
        if len(agreeing) >= enough:
            break
    return agreeing


def _same_face(find: Face, framing: Framing, looks: _Looks) -> Face | None:
    """What a look at a find shows in its place."""
    seen = looks.at(_framed(find.box, framing), in_mirror=framing.in_mirror)
    same = [face for face in seen if overlap(face.box, find.box) > SAME_FACE]
    return max(same, key=lambda face: overlap(face.box, find.box)) if same else None


def _mean(faces: list[Face]) -> NDArray[np.float32]:
    return cast("NDArray[np.float32]", np.mean([face.points for face in faces], axis=0, dtype=np.float32))


def _framed(box: Box, framing: Framing) -> Box:
    side = max(box.width, box.height)
    x = (box.x0 + box.x1) // 2 + round(framing.right * side)
    y = (box.y0 + box.y1) // 2 + round(framing.down * side)
    return Box(x, y, x, y).grown(round(side * framing.sides / 2))
