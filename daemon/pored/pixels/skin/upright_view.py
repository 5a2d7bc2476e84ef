"""A face as it is shown to the networks: upright, and always of one size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

import cv2
import numpy as np

from pored.pixels.skin.face_frame import FaceFrame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

FINER = 4
"""What is shown of a face is cut from a view in which fine hair shows, of so many times ``WHOLE``'s scale."""


class Window(NamedTuple):
    """A part of the upright face.

    Attributes:
        unit: pixels across the face.
        size: width and height in pixels, each a multiple of 8.
        eyes: where the middle between the eyes lies in it.
    """

    unit: int
    size: tuple[int, int]
    eyes: tuple[float, float]

    def way(self, frame: FaceFrame) -> NDArray[np.float64]:
        """(2, 3) from a frame's pixels to the window's, both counted from the first pixel's corner."""
        scale = self.unit / frame.unit
        down = frame.down.astype(np.float64)
        turn = scale * np.array([[down[1], -down[0]], [down[0], down[1]]])
        return np.column_stack([turn, np.array(self.eyes) - turn @ frame.eyes])

    def frame(self, frame: FaceFrame) -> FaceFrame:
        """Where the face is in the window."""
        way = self.way(frame)
        points = (frame.points @ way[:, :2].T + way[:, 2]).astype(np.float32)
        down, eyes = np.array([0, 1], np.float32), np.array(self.eyes, np.float32)
        return FaceFrame(frame.box, self.size, float(self.unit), points, down, eyes)

    def laid_back(self, planes: NDArray[np.float32], frame: FaceFrame, beyond: float) -> NDArray[np.float32]:
        """Planes of the window, (h, w, up to 4), in the frame, (H, W, ...); ``beyond`` where the window ends."""
        return cast(
            "NDArray[np.float32]",
            cv2.warpAffine(
                planes,
                _between_centres(self.way(frame)),
                frame.size,
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=(beyond,) * 4,
            ),
        )


WHOLE = Window(48, (88, 112), (44.0, 53.0))
"""The face with hair, ears and neck."""
MIDDLE = Window(96, (104, 104), (52.0, 35.0))
"""Brows, eyes and mouth from closer by; it lies within the whole."""
FINE = Window(WHOLE.unit * FINER, (WHOLE.size[0] * FINER, WHOLE.size[1] * FINER), (176.0, 212.0))


@dataclass(frozen=True, slots=True, eq=False)
class UprightView:
    """What is seen of a face.

    Attributes:
        fine: (h, w, 3) uint8, as large as ``FINE``.
        inside: (h, w) uint8, 255 in the picture; beyond, its edge is repeated.
    """

    fine: NDArray[np.uint8]
    inside: NDArray[np.uint8]

    def rgb(self, window: Window) -> NDArray[np.uint8]:
        """(h, w, 3) uint8."""
        return cast("NDArray[np.uint8]", _cut(self.fine, window))

    def seen(self, window: Window) -> Plane:
        """(h, w) float32, 0..1, how much of each pixel lies in the picture."""
        return cast("Plane", _cut(self.inside, window).astype(np.float32) / np.float32(255))

    def fine_light(self) -> Plane:
        """(h, w) float32, 0..255."""
        return cast("Plane", cv2.cvtColor(self.fine, cv2.COLOR_RGB2GRAY).astype(np.float32))


def upright_view(rgb: NDArray[np.uint8], frame: FaceFrame) -> UprightView:
    """The face of a frame, turned upright.

    Args:
        rgb: (H, W, 3) uint8, the frame's view of the picture.
        frame: where the face is in it.
    """
    way = _between_centres(FINE.way(frame))
    fine = cv2.warpAffine(rgb, way, FINE.size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.full(rgb.shape[:2], 255, np.uint8), way, FINE.size, flags=cv2.INTER_NEAREST)
    return UprightView(cast("NDArray[np.uint8]", fine), cast("NDArray[np.uint8]", inside))


def part_of_whole(plane: NDArray[np.float32], window: Window) -> NDArray[np.float32]:
    """A window's part of planes of the whole, at the window's scale."""
    scale = window.unit // WHOLE.unit
    size = (WHOLE.size[0] * scale, WHOLE.size[1] * scale)
    x, y = (round(scale * whole - own) for whole, own in zip(WHOLE.eyes, window.eyes, strict=True))
    large = cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR)
    return cast("NDArray[np.float32]", large[y : y + window.size[1], x : x + window.size[0]])


def _cut(fine: NDArray[np.uint8], window: Window) -> cv2.typing.MatLike:
    scale = FINE.unit // window.unit
    x, y = (round(whole - scale * own) for whole, own in zip(FINE.eyes, window.eyes, strict=True))
    part = fine[y : y + window.size[1] * scale, x : x + window.size[0] * scale]
    return cv2.resize(np.ascontiguousarray(part), window.size, interpolation=cv2.INTER_AREA)


def _between_centres(way: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same, counted from pixel centres, as OpenCV does."""
    return np.column_stack([way[:, :2], way[:, 2] + way[:, :2] @ np.array([0.5, 0.5]) - 0.5])
