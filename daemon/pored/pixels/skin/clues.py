"""What speaks for skin at each pixel around a face: colours, texture and place, with what is known of the skin so far.

What is known first is the middle of the face, whose colours are learned. ``judge`` weighs the clues as a logistic
regression does, with other weights above the eyes' line (where hair and hats are) than below it; ``decide`` does as a
small network does, since what a clue is worth depends on where it is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.outline import distance, filled, hull, signed_distance
from pored.pixels.skin.colour import (
    colour_bins,
    colour_model,
    distances,
    expected_colours,
    likelihood_ratio,
    skin_colours,
)
from pored.pixels.skin.face_parts import BROWS, EYES, FACE_OVAL, LIPS
from pored.pixels.skin.weights import FIRST_LOOK, SECOND_LOOK, SECOND_LOOK_SUMS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.skin.face_frame import FaceFrame

FARTHEST = 0.25
"""Skin ends at this distance from the outline, in face widths."""
FOREHEAD = 0.17
"""How far a usual hair line lies above the landmarks' oval."""
OVAL_STARTS = -0.08
CLEAR_OF_PARTS = 0.03
SKIN_SPREAD, REST_SPREAD = 0.16, 0.10
NEAR, WIDE = 0.03, 0.10
TURN, TURN_WIDTH = -0.02, 0.03
"""Where the weights of the forehead give way to those of the cheeks, in face widths below the eyes."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What does not change from look to look."""

    unit: float
    colours: NDArray[np.float32]
    bins: NDArray[np.int64]
    texture: tuple[Plane, Plane]
    inside: Plane
    reach: Plane
    below: Plane
    beside: Plane
    free: NDArray[np.float32]


def first_look(scene: Scene) -> Plane:
    """How surely each pixel is skin, 0..1, as far as the colours of the face's middle tell."""
    share = judge(clues(scene, seed(scene), first=True), scene.below, FIRST_LOOK)
    share[scene.reach < -FARTHEST] = 0
    return share


def second_look(scene: Scene, evidence: NDArray[np.float32]) -> Plane:
    """The same from the clues, (H, W, 13), that the first look's share gives."""
    share = decide(evidence, scene)
    share[scene.reach < -FARTHEST] = 0
    return share


def clues(scene: Scene, share: Plane, *, first: bool) -> NDArray[np.float32]:
    """What speaks for and against skin at each pixel, (H, W, 13) float32; the weights' tables name them in order."""
    known = share * scene.free
    model = colour_model(scene.colours, known, SKIN_SPREAD * scene.unit)
    offset = model.offset(scene.colours)
    unlike = distances(offset, model.inverse)
    rest = (1 - share) * scene.free
    around = rest * (scene.reach > -0.35)  # noqa: PLR2004 - face widths
    if first:
        far = np.clip(unlike / np.float32(1.5) - 1, 0.05, 1)
        rest = (1 - share) * far * (scene.reach < 0.02)  # noqa: PLR2004 - face widths
        around = around * far * (scene.reach < -0.01)  # noqa: PLR2004 - face widths
    from_rest = scene.colours - expected_colours(scene.colours, around, REST_SPREAD * scene.unit)
    light_deviation = np.float32(np.sqrt(np.linalg.inv(model.inverse)[0, 0]))
    coarse, fine = (texture - _mean(texture, known) for texture in scene.texture)
    return np.dstack(
        [
            np.square(np.clip(scene.reach, -0.3, 0) / np.float32(0.1)),
            np.zeros_like(share) if first else _log_odds(_blur(share, NEAR * scene.unit)),
            np.zeros_like(share) if first else _log_odds(_blur(share, WIDE * scene.unit)),
            np.minimum(distances(from_rest, model.inverse), 8),
            np.ones_like(share),
            np.clip(scene.reach / np.float32(0.1), -3, 1),
            np.clip(scene.inside / np.float32(0.1), -2, 1),
            np.clip(scene.below, -1, 1),
            np.minimum(unlike, 8),
            np.clip(-offset[..., 0] / light_deviation, 0, 6),
            np.clip(coarse, -2, 3),
            np.clip(fine, -2, 3),
            np.clip(likelihood_ratio(scene.bins, known, rest + np.float32(1e-6)), -5, 5),
        ]
    ).astype(np.float32)


def judge(evidence: NDArray[np.float32], below: Plane, weights: tuple[tuple[float, ...], tuple[float, ...]]) -> Plane:
    """How surely each pixel is skin, 0..1, from its clues: (H, W, 13) evidence, a row of weights above and below."""
    table = np.array(weights, np.float32).T
    forehead, cheeks = np.moveaxis(evidence @ table, -1, 0)
    above = logistic((np.float32(TURN) - below) / np.float32(TURN_WIDTH))
    return logistic(above * forehead + (1 - above) * cheeks)


def decide(evidence: NDArray[np.float32], scene: Scene) -> Plane:
    """How surely each pixel is skin, 0..1, from its clues, (H, W, 13), and its place: one hidden layer of tanh."""
    above = logistic((np.float32(TURN) - scene.below) / np.float32(TURN_WIDTH))
    place = (scene.beside, scene.below**2, scene.beside**2, scene.beside * scene.below, above)
    hidden = np.tanh(np.dstack([evidence, *place]) @ np.array(SECOND_LOOK, np.float32))
    *weights, always = SECOND_LOOK_SUMS
    return logistic(hidden @ np.array(weights, np.float32) + np.float32(always))


def logistic(score: Plane) -> Plane:
    """0..1 from log odds."""
    return cast("Plane", (1 / (1 + np.exp(-np.clip(score, -30, 30)))).astype(np.float32))


def seed(scene: Scene) -> Plane:
    """The middle of the face, less what differs from most of it."""
    middle = (scene.inside > 0.06) & (scene.free > 0) & (scene.below > -0.12)  # noqa: PLR2004 - face widths
    if not middle.any():
        middle = scene.inside > 0
    if not middle.any():
        return np.zeros_like(scene.inside)
    sample = scene.colours[middle]
    centre = np.median(sample, axis=0)
    deviation = np.median(np.abs(sample - centre), axis=0) * np.float32(1.48) + 1
    usual = (np.abs(scene.colours - centre) < 3 * deviation).all(axis=-1)
    kept: Plane = (middle & usual).astype(np.float32)
    return kept


def scene_of(rgb: NDArray[np.uint8], fine_light: Plane, frame: FaceFrame) -> Scene:
    """All that the looks at one view share; a view of the frame's size.

    Args:
        rgb: (H, W, 3) uint8.
        fine_light: (h, w) float32, 0..255, a view of the same of up to four times the size: fine hair shows there.
        frame: where the face is in it.
    """
    unit = frame.unit
    colours = skin_colours(rgb)
    light = np.exp(colours[..., 0] / np.float32(25)) - 8
    parts = np.zeros(rgb.shape[:2], np.uint8)
    for ring in (*EYES, *BROWS, LIPS):
        parts |= filled(frame.points[list(ring)], frame.size)
    free = (distance(cv2.bitwise_not(parts)) > CLEAR_OF_PARTS * unit).astype(np.float32)
    coarse = np.log(_deviation(light, 0.02 * unit, 0.025 * unit, frame.size) + np.float32(0.3))
    step = fine_light.shape[1] / frame.size[0]
    fine = np.log(_deviation(fine_light, 0.008 * unit * step, 0.02 * unit, frame.size) + np.float32(0.5))
    inside, reach = _outlines(frame)
    return Scene(
        unit,
        colours,
        colour_bins(colours),
        (coarse, fine),
        inside,
        reach,
        frame.below_eyes(),
        frame.beside_eyes(),
        free,
    )


def _outlines(frame: FaceFrame) -> tuple[Plane, Plane]:
    """Distances into the face's outline as the landmarks draw it, and into the one that has a forehead, in widths."""
    outline = hull(frame.points)
    oval = frame.points[list(FACE_OVAL)]
    height = (oval - frame.eyes) @ frame.down / np.float32(frame.unit)
    share = np.clip((height - OVAL_STARTS) / min(-1e-3, float(height[0]) - OVAL_STARTS), 0, 1)
    raised = oval - np.outer(share * np.float32(FOREHEAD * frame.unit), frame.down)
    taller = hull(np.concatenate([frame.points, raised.astype(np.float32)]))
    unit = np.float32(frame.unit)
    return signed_distance([outline], frame.size) / unit, signed_distance([taller], frame.size) / unit


def _deviation(light: Plane, fine: float, window: float, size: tuple[int, int]) -> Plane:
    """Standard deviation of what is finer than ``fine`` pixels, in a window, at that size."""
    band = light - _blur(light, fine)
    energy = cv2.resize(band * band, size, interpolation=cv2.INTER_AREA)
    return cast("Plane", np.sqrt(np.maximum(_blur(cast("Plane", energy), window), 0)))


def _mean(plane: Plane, weight: Plane) -> np.float32:
    return np.float32((plane * weight).sum() / (weight.sum() + np.float32(1e-6)))


def _log_odds(share: Plane) -> Plane:
    kept = np.clip(share, 0, 1)
    odds: Plane = np.log((kept + np.float32(0.02)) / (np.float32(1.02) - kept))
    return odds


def _blur(plane: Plane, deviation: float) -> Plane:
    return cast("Plane", cv2.GaussianBlur(plane, (0, 0), max(0.3, deviation), borderType=cv2.BORDER_REPLICATE))
