"""What the networks are shown of an upright face: what speaks for skin, its colours, and where the landmarks are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.planes.outline import signed_distance
from pored.pixels.skin.clues import SKIN_SPREAD, clues, first_look, scene_of
from pored.pixels.skin.colour import expected_colours, skin_colours
from pored.pixels.skin.face_parts import BROWS, EYES, LIPS
from pored.pixels.skin.upright_view import MIDDLE, WHOLE, part_of_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.skin.clues import Scene
    from pored.pixels.skin.face_frame import FaceFrame
    from pored.pixels.skin.upright_view import UprightView

ALWAYS = 4
"""Of the clues to skin: the same everywhere, so its place serves for how much of the pixel is seen."""
COLOUR_STEPS = (15.0, 8.0, 8.0)
"""Of log light, a* and b*: differences of this size count as one."""
WHOLE_STEP, MIDDLE_STEP = 0.05, 0.03
"""Likewise of distances from a part's outline, in face widths."""
ACROSS_MIDDLE = 4.0
"""The middle is so many steps wide and high."""
MOST = 4.0
"""Nothing counts for more."""


@dataclass(frozen=True, slots=True, eq=False)
class FirstSight:
    """What is known of an upright face before a network has looked.

    Attributes:
        view: of it.
        frame: where it is in the whole.
        scene: of the whole.
        share: (h, w) float32, 0..1, how surely each pixel of the whole is skin.
        skin: (h, w, 13) float32, what speaks for skin when that is known.
    """

    view: UprightView
    frame: FaceFrame
    scene: Scene
    share: Plane
    skin: NDArray[np.float32]

    @property
    def known(self) -> Plane:
        """(h, w) float32, 0..1, skin whose colours count."""
        return self.share * self.scene.free


def first_sight(view: UprightView, frame: FaceFrame) -> FirstSight:
    """What can be told of a view without a network; ``frame``: where the face is in the picture's frame."""
    own = WHOLE.frame(frame)
    scene = scene_of(view.rgb(WHOLE), view.fine_light(), own)
    share = first_look(scene)
    return FirstSight(view, own, scene, share, clues(scene, share, first=False))


def whole_clues(sight: FirstSight) -> NDArray[np.float32]:
    """(112, 88, 21) float32: what tells the face from the rest."""
    skin = sight.skin.copy()
    skin[..., 1:3] = np.clip(skin[..., 1:3], -MOST, MOST)
    skin[..., ALWAYS] = sight.view.seen(WHOLE)
    x = (np.arange(WHOLE.size[0], dtype=np.float32) + np.float32(0.5) - WHOLE.eyes[0]) / np.float32(WHOLE.unit)
    across = np.broadcast_to(x, skin.shape[:2])
    colours = _steps(sight.scene.colours - _mean_colour(sight))
    return np.dstack([skin, colours, across, *_distances(sight.frame, WHOLE_STEP), sight.share]).astype(np.float32)


def middle_clues(sight: FirstSight, frame: FaceFrame) -> NDArray[np.float32]:
    """(104, 104, 12) float32: what tells brows, lips and eyes from skin; ``frame`` as for ``first_sight``."""
    colours = skin_colours(sight.view.rgb(MIDDLE))
    expected = expected_colours(sight.scene.colours, sight.known, SKIN_SPREAD * sight.scene.unit)
    here = np.linspace(-0.5, 0.5, 2 * MIDDLE.size[0] + 1, dtype=np.float32)[1::2] * np.float32(ACROSS_MIDDLE)
    across, below = np.meshgrid(here, here)
    return np.dstack(
        [
            _steps(colours - _mean_colour(sight)),
            _steps(colours - part_of_whole(expected, MIDDLE)),
            sight.view.seen(MIDDLE),
            across,
            below,
            *_distances(MIDDLE.frame(frame), MIDDLE_STEP),
        ]
    ).astype(np.float32)


def _mean_colour(sight: FirstSight) -> NDArray[np.float32]:
    """(3,) of the skin, whatever the light at a place."""
    known = sight.known[..., None]
    sums = (sight.scene.colours * known).sum(axis=(0, 1)) / (known.sum() + np.float32(1e-6))
    return cast("NDArray[np.float32]", sums)


def _steps(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.clip(colours / np.array(COLOUR_STEPS, np.float32), -MOST, MOST)


def _distances(frame: FaceFrame, step: float) -> list[Plane]:
    """Inside the landmarks' eyes, brows and lips, in steps."""
    pixels = np.float32(step * frame.unit)
    planes = (
        signed_distance([frame.points[list(ring)] for ring in rings], frame.size) for rings in (EYES, BROWS, (LIPS,))
    )
    return [np.clip(plane / pixels, -MOST, MOST / 2) for plane in planes]
