"""A picture with smaller copies of it, so that a look at a large part of it need not reduce all of its pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.faces.pose import UPRIGHT
from pored.model import Box
from pored.pixels.planes.resize import fitted, halved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.faces.pose import Pose
    from pored.model import Samples

SMALLEST = 256
"""Pixels on the long side: a smaller copy than that is reduced no more."""
SPARE = 1.5
"""A copy is used where it has so many times the pixels that are to be shown, along a side."""


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """A picture, and copies of half the size each, down to a small one.

    Attributes:
        sizes: (H, W, 3) or (H, W), 8 or 16 bit, the picture first. Of an odd size the last row or column is left out.
        pose: in which they are held.
    """

    sizes: tuple[Samples, ...]
    pose: Pose = UPRIGHT

    @classmethod
    def of(cls, picture: Samples) -> Copies:
        """With the copies that it needs."""
        sizes = [picture]
        while max(sizes[-1].shape[:2]) > SMALLEST:
            sizes.append(halved(sizes[-1]))
        return cls(tuple(sizes))

    def held(self, pose: Pose) -> Copies:
        """The same in a pose, or in another one from there."""
        return Copies(tuple(pose.of(size) for size in self.sizes), self.pose.then(pose))

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
        step = self._step_of(source)
        edges = np.rint(np.array([box.x0, box.y0, box.x1, box.y1]) / step).astype(int)
        x0, y0, x1, y1 = np.minimum(edges, np.tile(source.shape[1::-1], 2))
        # What lies in memory as it is shown is reduced in a tenth of the time.
        view = self.pose.of(fitted(self.pose.undone(source[y0:y1, x0:x1]), longest))
        return (
            view,
            (np.array([x0, y0]) * step).astype(np.float32),
            (np.array([(x1 - x0) / view.shape[1], (y1 - y0) / view.shape[0]]) * step).astype(np.float32),
        )

    def of_side(self, side: float, least: float) -> tuple[Samples, int]:
        """The smallest copy in which a length of the picture still is that long.

        Args:
            side: the length, in pixels of the picture.
            least: in pixels of the copy.

        Returns:
            The copy, or the picture itself; pixels of the picture for one of it, along both sides.
        """
        source = next((size for size in self.sizes[::-1] if side / self._step_of(size) >= least), self.sizes[0])
        return source, self._step_of(source)

    def _step_of(self, copy: Samples) -> int:
        return next(1 << place for place, size in enumerate(self.sizes) if size is copy)
