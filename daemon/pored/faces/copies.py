"""A picture with smaller copies of it, so that a look at a large part of it need not reduce all of its pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.model import Box
from pored.pixels.resize import fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.faces.pose import Pose
    from pored.model import Samples

SMALLEST = 2048
"""Pixels on the long side: a smaller copy than that is reduced no more."""
SPARE = 1.5
"""A copy is used where it has so many times the pixels that are to be shown, along a side."""


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """A picture, and copies of half the size each, down to a small one.

    Attributes:
        sizes: (H, W, 3) or (H, W), 8 or 16 bit, the picture first.
    """

    sizes: tuple[Samples, ...]

    @classmethod
    def of(cls, picture: Samples) -> Copies:
        """With the copies that it needs."""
        sizes = [picture]
        while max(sizes[-1].shape[:2]) > SMALLEST:
            sizes.append(fitted(sizes[-1], round(max(sizes[-1].shape[:2]) / 2)))
        return cls(tuple(sizes))

    def held(self, pose: Pose) -> Copies:
        """The same in a pose."""
        return Copies(tuple(pose.of(size) for size in self.sizes))

    @property
    def whole(self) -> Box:
        """The picture's own size."""
        height, width = self.sizes[0].shape[:2]
        return Box(0, 0, width, height)

    def shown(self, box: Box, longest: int) -> tuple[Samples, NDArray[np.float32], NDArray[np.float32]]:
        """A part of the picture, reduced so that its long side is no longer than that.

        Args:
            box: in the picture's pixels, inside of it, not empty.
            longest: in pixels.

        Returns:
            The pixels; x and y of their corner in the picture; pixels of the picture for one of theirs, along x and y.
        """
        wanted = SPARE * longest / max(box.width, box.height) * max(self.whole.width, self.whole.height)
        source = min((size for size in self.sizes if max(size.shape[:2]) >= wanted), key=len, default=self.sizes[0])
        steps = np.array([self.whole.width / source.shape[1], self.whole.height / source.shape[0]])
        x0, y0, x1, y1 = np.rint(np.array([box.x0, box.y0, box.x1, box.y1]) / np.tile(steps, 2)).astype(int)
        view = fitted(source[y0:y1, x0:x1], longest)
        return (
            view,
            (np.array([x0, y0]) * steps).astype(np.float32),
            (np.array([(x1 - x0) / view.shape[1], (y1 - y0) / view.shape[0]]) * steps).astype(np.float32),
        )
