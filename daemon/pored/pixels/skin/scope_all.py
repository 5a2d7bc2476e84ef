"""A person's other skin: ears, neck, shoulders, arms and hands, as far as it looks like the skin of the face."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.guided_filter import guided_filter
from pored.pixels.planes.outline import ramp
from pored.pixels.planes.resize import resized
from pored.pixels.skin.clues import clues, judge, scene_of
from pored.pixels.skin.face_frame import Reach, face_frame, face_reach
from pored.pixels.skin.weights import OTHER_SKIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Box, Face, Plane
    from pored.pixels.skin.clues import Scene
    from pored.pixels.skin.face_frame import FaceFrame

BODY_WIDTH = 64
"""Pixels across the face where a person's skin is told from the rest; its edges are drawn at twice that."""
BODY_REACH: Reach = (2.5, 1.05, 4.0)
"""How far skin is looked for from the middle between the eyes: sideways, up and down, in face widths."""
SURE, DOUBTFUL = 0.75, 0.45
LIKE_THE_FACE = 0.5
"""From this share on, skin that is like the face tells at a second look what the rest is like: light falls otherwise on
a neck, and farther from the face."""
COLOURLESS, COLOURED = 2.0, 5.0
"""Standard deviation of a* and b* around a person: below the first, as in black and white, colours tell nothing of what
is skin; from the second on, all that they can."""
RARER_IN_GREY = 0.45
"""Odds of skin count so much less there: light alone makes a wall, a shirt and a hat look like skin."""
EDGE_RADIUS, EDGE_EPSILON = 0.03, 0.002
SMALLEST = 0.01
"""Share of the face's width squared: a smaller piece is left out."""


def body_box(face: Face, width: int, height: int) -> Box:
    """The part of a picture of that size outside of which the person's skin is not looked for."""
    return face_reach(face, BODY_REACH).clipped(width, height)


def other_skin(view: NDArray[np.uint8], face: Face, box: Box, face_share: Plane) -> Plane:
    """The skin of a person, face and all, in a box of the picture.

    Args:
        view: (h, w, 3) uint8, the box at the size of ``body_frame``.
        face: its landmarks in the picture's pixels.
        box: see ``body_box``; not empty.
        face_share: (h, w) float32, 0..1, the face's skin as it was found before: what the other skin is like.

    Returns:
        (h, w) float32, 0..1, soft at the edges. Eyes, brows and lips are not taken out.
    """
    frame = face_frame(face, box, BODY_WIDTH)
    light = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY).astype(np.float32)
    scene = scene_of(cast("NDArray[np.uint8]", resized(view, frame.size)), light, frame)
    known = cast("Plane", cv2.resize(face_share, frame.size, interpolation=cv2.INTER_AREA))
    share = _judged(scene, known, known)
    share = _judged(scene, known, np.where(share > LIKE_THE_FACE, share, known))
    fine = cast("Plane", cv2.resize(share, (view.shape[1], view.shape[0]), interpolation=cv2.INTER_LINEAR))
    radius = max(1, round(2 * EDGE_RADIUS * frame.unit))
    sharp = guided_filter(light / np.float32(255), fine, radius, EDGE_EPSILON)
    return _without_crumbs(ramp(sharp - np.float32(DOUBTFUL), SURE - DOUBTFUL), SMALLEST * (2 * frame.unit) ** 2)


def body_frame(face: Face, box: Box) -> FaceFrame:
    """The frame in which ``other_skin`` draws the edges."""
    return face_frame(face, box, 2 * BODY_WIDTH)


def _judged(scene: Scene, face: Plane, like: Plane) -> Plane:
    """How surely each pixel is skin: the face, and what is like what is known."""
    share = judge(clues(scene, like, first=False), scene.below, OTHER_SKIN)
    weight = np.float32(np.interp(_colour_spread(scene), (COLOURLESS, COLOURED), (RARER_IN_GREY, 1)))
    return np.maximum(face, share * weight / (1 - share + share * weight))


def _colour_spread(scene: Scene) -> float:
    """Standard deviation of a* and b*: 0 in black and white, little where that is toned."""
    return float(np.sqrt(scene.colours[..., 1:].var(axis=(0, 1)).mean()))


def _without_crumbs(mask: Plane, area: float) -> Plane:
    _, labels, stats, _ = cv2.connectedComponentsWithStats((mask > 0).astype(np.uint8), connectivity=4)
    crumbs = stats[:, cv2.CC_STAT_AREA] < area
    return np.where(crumbs[labels], np.float32(0), mask)
