"""Where a face is, and its brows, lips and eyes: told by networks from the picture and the landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.skin.clues import FARTHEST, SKIN_SPREAD, logistic, second_look
from pored.pixels.skin.colour import colour_model
from pored.pixels.skin.face_clues import first_sight, middle_clues, whole_clues
from pored.pixels.skin.u_net import learned, u_net
from pored.pixels.skin.upright_view import MIDDLE, WHOLE, upright_view

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.skin.face_clues import FirstSight
    from pored.pixels.skin.face_frame import FaceFrame

SURE = 9.0
"""Log odds: no network is surer, and so sure it is where its view ends that nothing is there."""
UNLIKELY = 1e-4
"""Likewise, as a share."""
AROUND = 0.75
"""Weight of the opinion that looks at what is around; the other one is easily led by a hat or a lens of skin colour."""
BEYOND_JAW, JAW_BELOW_EYES = 0.08, 0.3
"""Below the eyes by so many face widths a face ends no farther than that beyond the landmarks' outline, where these are
right; what looks like it there is the neck or a collar."""
PARTS_NETWORKS = ("parts_1", "parts_2")
"""Two networks that were fitted apart look for the parts: they err differently, above all under hair and frames."""


@dataclass(frozen=True, slots=True, eq=False)
class SkinRegion:
    """What was found, in the frame's pixels: log odds, (H, W) float32.

    Attributes:
        face: the skin of the face, with brows, lips and eyes.
        brows, lips, eyes: the parts.
        light: (H, W) float32, the log light that skin would have at each pixel (see skin_colour).
        deviation: the skin's own standard deviation around that.
    """

    face: Plane
    brows: Plane
    lips: Plane
    eyes: Plane
    light: Plane
    deviation: float

    def share(self, besides: Plane | None = None) -> Plane:
        """How surely it is the face, (H, W) float32 0..1, with what else speaks for skin: log odds of the same size."""
        return logistic(self.face if besides is None else self.face + besides)


def skin_region(rgb: NDArray[np.uint8], frame: FaceFrame) -> SkinRegion:
    """The parts of a face.

    Args:
        rgb: (H, W, 3) uint8, the frame's view of the picture.
        frame: where the face is in it.
    """
    sight = first_sight(upright_view(rgb, frame), frame)
    share = _face_share(sight)
    parts = np.clip(_parts_odds(sight, frame), -SURE, SURE)
    model = colour_model(sight.scene.colours, share * sight.scene.free, SKIN_SPREAD * sight.scene.unit)
    light = model.expected[..., 0]
    brows, lips, eyes = np.moveaxis(MIDDLE.laid_back(parts, frame, -SURE), -1, 0)
    return SkinRegion(
        face=WHOLE.laid_back(_odds(share), frame, -SURE),
        brows=brows,
        lips=lips,
        eyes=eyes,
        light=WHOLE.laid_back(light, frame, float(light.mean())),
        deviation=float(np.sqrt(np.linalg.inv(model.inverse)[0, 0])),
    )


def _face_share(sight: FirstSight) -> Plane:
    """The mean of two opinions: one looks at each pixel's clues, the other at what is around; they err differently."""
    scene = sight.scene
    around = logistic(u_net(whole_clues(sight), learned("face"))[..., 0])
    around[(scene.reach < -FARTHEST) & (scene.below > 0)] = 0  # a neighbour's shoulder
    share = np.float32(AROUND) * around + np.float32(1 - AROUND) * second_look(scene, sight.skin)
    share[(scene.reach < -BEYOND_JAW) & (scene.below > JAW_BELOW_EYES)] = 0
    return share


def _parts_odds(sight: FirstSight, frame: FaceFrame) -> NDArray[np.float32]:
    """(104, 104, 3) float32, log odds of brows, lips and eyes: the mean of the networks'."""
    clues = middle_clues(sight, frame)
    return cast("NDArray[np.float32]", np.mean([u_net(clues, learned(name)) for name in PARTS_NETWORKS], axis=0))


def _odds(share: Plane) -> Plane:
    kept = np.clip(share, UNLIKELY, 1 - UNLIKELY)
    return cast("Plane", np.log(kept / (1 - kept)))
