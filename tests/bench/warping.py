"""What moves in a face: by a retoucher's Liquify, or from one frame to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import cv2
import numpy as np

from pored.pixels.align.refine_patch import positions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Face, Plane

    Samples8 = NDArray[np.uint8]

AnySamples = TypeVar("AnySamples", bound="NDArray[np.uint8] | NDArray[np.float32]")

RIGHT_JAW, LEFT_JAW, CHIN = 172, 397, 152
RIGHT_ALA, LEFT_ALA, NOSE_TIP = 48, 278, 1
RIGHT_IRIS, LEFT_IRIS = 468, 473
RIGHT_LIDS, LEFT_LIDS = (159, 145), (386, 374)
"""Middle of the upper and of the lower lid."""
RIGHT_CORNER, LEFT_CORNER, LOWER_LIP = 61, 291, 17


@dataclass(frozen=True, slots=True)
class Move:
    """A soft brush stroke, in pixels.

    Attributes:
        at: where, x and y.
        reach: sigma of its Gaussian.
        by: how far the middle goes.
        growth: share by which it becomes larger (Liquify's Bloat).
    """

    at: tuple[float, float]
    reach: float
    by: tuple[float, float] = (0.0, 0.0)
    growth: float = 0.0


def moved(pixels: AnySamples, moves: Sequence[Move], shift: tuple[float, float] = (0.0, 0.0)) -> AnySamples:
    """A copy in which the moves were made, and all of it shifted.

    Args:
        pixels: (H, W, 3) or (H, W).
        moves: each by far shorter than its reach, so that nothing folds.
        shift: x and y, in pixels.
    """
    x, y = (plane.copy() for plane in np.broadcast_arrays(*positions(pixels.shape[1], pixels.shape[0])))
    from_x, from_y = x - np.float32(shift[0]), y - np.float32(shift[1])
    for move in moves:
        off_x, off_y = x - np.float32(move.at[0]), y - np.float32(move.at[1])
        weight = np.exp(-(off_x**2 + off_y**2) / np.float32(2 * move.reach**2))
        from_x -= weight * (move.by[0] + move.growth * off_x)
        from_y -= weight * (move.by[1] + move.growth * off_y)
    return remapped(pixels, from_x, from_y)


def turned_head(pixels: AnySamples, face: Face, near: float) -> AnySamples:
    """A copy in which the head is turned to the right: what is nearer to the camera has moved farther.

    Args:
        pixels: (H, W, 3) or (H, W).
        face: taken for a dome of 1.2 of its width and height, with a nose on it that stands out by a quarter of that.
        near: by how many pixels its middle moves.
    """
    x, y = positions(pixels.shape[1], pixels.shape[0])
    (across, down), box = face.points[NOSE_TIP], face.box
    far = ((x - across) / np.float32(0.6 * box.width)) ** 2 + ((y - down) / np.float32(0.6 * box.height)) ** 2
    depth = np.sqrt(np.clip(1 - far, 0, 1)).astype(np.float32)
    depth = cast("Plane", cv2.GaussianBlur(depth, (0, 0), 0.05 * face.width))
    nose = ((x - across) ** 2 + (y - down) ** 2) / np.float32(2 * (0.09 * face.width) ** 2)
    depth = depth + np.float32(0.25) * np.exp(-nose)
    from_x, from_y = np.broadcast_arrays(x - near * depth, y)
    return remapped(pixels, from_x.astype(np.float32), from_y.astype(np.float32))


def swayed_head(pixels: AnySamples, face: Face, far: float) -> AnySamples:
    """A copy in which the whole head went to the right by a share of the face's width; shoulders and ground stay."""
    x, y = positions(pixels.shape[1], pixels.shape[0])
    across, down = face.points[NOSE_TIP]
    away = ((x - across) / (0.5 * face.box.width)) ** 2 + ((y - down) / (0.55 * face.box.height)) ** 2
    head = cv2.GaussianBlur((away < 1).astype(np.float32), (0, 0), 0.06 * face.width)
    return remapped(pixels, *np.broadcast_arrays(x - np.float32(far * face.width) * head, y))


def undistorted(pixels: AnySamples, amount: float, around: tuple[float, float] = (0.5, 0.5)) -> AnySamples:
    """A copy without its lens' distortion.

    Args:
        pixels: (H, W, 3) or (H, W).
        amount: at half the picture's width from the middle, as a share of that; barrel distortion is above 0.
        around: its middle, in shares of the width and of the height.
    """
    height, width = pixels.shape[:2]
    x, y = positions(width, height)
    across, down = x - np.float32(around[0] * width), y - np.float32(around[1] * height)
    further = np.float32(amount / (width / 2) ** 2) * (across**2 + down**2)
    return remapped(pixels, x + across * further, y + down * further)


def stroke(face: Face, landmark: int, reach: float, by: tuple[float, float] = (0.0, 0.0), growth: float = 0.0) -> Move:
    """At a landmark; reach and way as shares of the face's width."""
    at = float(face.points[landmark, 0]), float(face.points[landmark, 1])
    return Move(at, reach * face.width, (by[0] * face.width, by[1] * face.width), growth)


def slimmer_jaw(face: Face) -> list[Move]:
    """3 % of the face's width on either side, and the chin up by half of that."""
    chin = stroke(face, CHIN, 0.18, (0, -0.015))
    return [stroke(face, RIGHT_JAW, 0.18, (0.03, 0)), stroke(face, LEFT_JAW, 0.18, (-0.03, 0)), chin]


def narrower_nose(face: Face) -> list[Move]:
    """1.5 % of the face's width on either side."""
    return [stroke(face, RIGHT_ALA, 0.08, (0.015, 0)), stroke(face, LEFT_ALA, 0.08, (-0.015, 0))]


def larger_eyes(face: Face) -> list[Move]:
    """By 6 %."""
    return [stroke(face, iris, 0.09, growth=0.06) for iris in (RIGHT_IRIS, LEFT_IRIS)]


def lifted_corners(face: Face) -> list[Move]:
    """The mouth's corners go out by 1.2 % of the face's width and up by 1.6 %."""
    return [stroke(face, RIGHT_CORNER, 0.08, (-0.012, -0.016)), stroke(face, LEFT_CORNER, 0.08, (0.012, -0.016))]


def gaze(face: Face, share: float) -> list[Move]:
    """The irises go aside by a share of the face's width; 0.02 is a look about 13 degrees further."""
    return [stroke(face, iris, 0.035, (share, 0)) for iris in (RIGHT_IRIS, LEFT_IRIS)]


def half_blink(face: Face) -> list[Move]:
    """The upper lids come down by 45 % of the eyes' opening."""
    moves = []
    for upper, lower in (RIGHT_LIDS, LEFT_LIDS):
        opening = float(face.points[lower, 1] - face.points[upper, 1]) / face.width
        moves.append(stroke(face, upper, 0.05, (0, 0.45 * opening)))
    return moves


def smile(face: Face) -> list[Move]:
    """The mouth's corners go out and up, the lower lip down, by 1.5 to 2 % of the face's width."""
    corners = [stroke(face, RIGHT_CORNER, 0.07, (-0.015, -0.02)), stroke(face, LEFT_CORNER, 0.07, (0.015, -0.02))]
    return [*corners, stroke(face, LOWER_LIP, 0.07, (0, 0.015))]


def remapped(pixels: AnySamples, from_x: Plane, from_y: Plane) -> AnySamples:
    """Each pixel read where two planes say."""
    laid = cv2.remap(pixels, from_x, from_y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT)
    return cast("AnySamples", laid)
