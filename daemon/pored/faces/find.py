"""Every face of a picture: a look at the whole, looks at overlapping crops, and closer looks that must agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pored.faces.confirm import confirm
from pored.faces.copies import Copies
from pored.faces.finds import keep, looks_drawn
from pored.faces.pose import OVER, POSES, is_upright
from pored.faces.scan import scan, sides_of
from pored.faces.view import Looker
from pored.pixels.skin.face_frame import face_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pored.faces.pose import Pose
    from pored.model import Face, Samples

__all__ = ["Looker", "find_faces"]

COARSE = 3
"""So many levels tell how a picture is to be held: a face on its side of a thirtieth of the frame is found in them."""
SHOWN = 1 / 7
"""Of a crop's side: a face of that width is found in it."""
SMALLEST_UNSURE = 60.0
"""Pixels: nothing smaller is believed that is not sure. A cat's ear was such."""
SMALL = 0.35
"""Of another find's width."""
AT_REST = 0.0075
"""A face of less unrest need not be looked at upside down. Of 45 that were the wrong way up the least had 0.015; half
of the others have less than this."""
LESS_UNREST = 0.7
"""A face that shows so much less of it upside down is the right way up there. Wrong ways: 1.5 to 10 times."""


def find_faces(picture: Samples, looker: Looker, smallest: float = 0.0) -> list[Face]:
    """Every face that looks at it from close by confirm; a picture that lies on its side or its head is turned.

    Args:
        picture: (H, W, 3) RGB or (H, W) grey, 8 or 16 bit.
        looker: the landmarker.
        smallest: width in pixels; where a face of that width is found, narrower ones need not be looked for.

    Returns:
        The faces, from the top down and from left to right; an empty list where nobody is to be seen.
    """
    copies = Copies.of(picture)
    sides = sides_of(max(picture.shape[:2]))
    searches = []
    for pose in POSES:
        search = _Search(copies, looker, pose)
        search.scan(sides[:COARSE])
        searches.append(search)
        if search.upright() and not search.is_upside_down():
            search.scan(search.worthwhile(sides, smallest)[COARSE:])
            return search.people()
    searches[0].scan(sides[COARSE:])
    return next((people for search in searches if (people := search.people())), [])


@dataclass(slots=True, eq=False)
class _Search:
    """What was found in a picture held in one way.

    Attributes:
        sure, unsure: enough looks agree on these, or some.
        unrest: of the sure ones, by their identity.
    """

    picture: Copies
    looker: Looker
    pose: Pose
    finds: list[Face] = field(default_factory=list)
    sure: list[Face] = field(default_factory=list)
    unsure: list[Face] = field(default_factory=list)
    unrest: dict[int, float] = field(default_factory=dict)

    def scan(self, sides: Sequence[float]) -> None:
        """Look for faces in crops of some sides, and closer at what was not found before."""
        known = {id(find) for find in self.finds}
        held = self.picture.held(self.pose)
        scan(held, sides, self.looker, self.finds)
        for find in self.finds:
            confirmed = None if id(find) in known else confirm(find, held, self.looker)
            if confirmed is None:
                continue
            if confirmed.sure and self._is_small(confirmed.face):
                confirmed = confirm(confirmed.face, held, self.looker) or confirmed._replace(sure=False)
            if confirmed.sure:
                self.unrest[id(confirmed.face)] = confirmed.unrest
                keep(self.sure, confirmed.face)
            elif face_unit(confirmed.face) >= SMALLEST_UNSURE:
                keep(self.unsure, confirmed.face)

    def _is_small(self, face: Face) -> bool:
        """Much smaller than another: buttons and knuckles are, so it must be sure twice."""
        return any(face.width < SMALL * find.width for find in self.finds)

    def worthwhile(self, sides: Sequence[float], smallest: float) -> Sequence[float]:
        """Without the crops in which only faces that nobody wants would show, where one is found that is wanted."""
        if max(face.width for face in self.upright()) < smallest:
            return sides
        enough = next((place for place, side in enumerate(sides) if side * SHOWN <= smallest), len(sides))
        return sides[: enough + 1]

    def upright(self) -> list[Face]:
        """Those that are sure and whose chin is down."""
        return [face for face in self.sure if is_upright(face)]

    def is_upside_down(self) -> bool:
        """Whether the largest of the upright faces is rather one upside down."""
        largest = max(self.upright(), key=lambda face: face.width)
        if self.unrest[id(largest)] < AT_REST:
            return False
        held = self.picture.held(self.pose)
        over = OVER.back(largest, held.whole.width, held.whole.height)
        there = confirm(over, held.held(OVER), self.looker)
        if there is None or not there.sure:
            return False
        if there.unrest < LESS_UNREST * self.unrest[id(largest)]:
            return True
        # A person's face shows again when it is looked for again.
        return looks_drawn(there.face) and confirm(largest, held, self.looker) is None

    def people(self) -> list[Face]:
        """Faces in the picture itself, in order. One that is not sure is believed where there is no surer one."""
        width, height = self.picture.whole.width, self.picture.whole.height
        people = [face for face in self.sure or self.unsure if not looks_drawn(face)]
        back = [self.pose.back(face, width, height) for face in people]
        return sorted(back, key=lambda face: (face.box.y0, face.box.x0))
