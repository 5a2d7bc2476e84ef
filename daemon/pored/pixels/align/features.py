"""A rough map from features, where faces give none: turned by 90 degrees, mirrored, a face found in one file only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pored.pixels.align.maps import inverse, resizing, then
from pored.pixels.photoshop.desaturate import desaturate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pored.model import Samples
    from pored.pixels.align.maps import Matrix

Bytes = NDArray[np.uint8]

LONG_SIDE = 800
"""Both pictures are reduced to this; a start needs no more, and features on 24 megapixels take seconds."""
MOST_FEATURES = 1500
DISTINCT = 0.8
"""Lowe's ratio test: the best match must be that much nearer than the second best."""
CLOSE = 2.5
FEWEST_INLIERS = 12
_FITS = (cv2.estimateAffinePartial2D, cv2.estimateAffine2D)
"""Of a similarity, and of an affine map."""


@dataclass(frozen=True, slots=True, eq=False)
class _Features:
    """What SIFT found in a picture: places and what each looks like, (n, 2) and (n, 128), and the reduced one's map."""

    places: Matrix
    words: NDArray[np.float32]
    shrink: Matrix


class FeatureMaps:
    """The maps on which SIFT features of two pictures agree; matched when they are first asked for, and but once.

    Iterates over all: those of the pictures as they are, then those of the original's mirror image.

    Args:
        original: (H, W, 3) or (H, W).
        export: likewise, of any size.

    Source:
        Lowe 2004, "Distinctive image features from scale-invariant keypoints"; RANSAC by OpenCV.
    """

    def __init__(self, original: Samples, export: Samples) -> None:
        self._original = original
        self._export = export

    def __iter__(self) -> Iterator[Matrix]:
        yield from self.as_they_are
        yield from self.mirrored

    @cached_property
    def as_they_are(self) -> list[Matrix]:
        """The similarity on which they agree, and the affine map: exports may be stretched.

        At most two (2, 3) matrices, original to export, good to some pixels; none where too few features agree.
        """
        return _agreeing(_features(self._original, mirrored=False), self._of_export)

    @cached_property
    def mirrored(self) -> list[Matrix]:
        """Likewise, the export being a mirror image."""
        return _agreeing(_features(self._original, mirrored=True), self._of_export)

    @cached_property
    def _of_export(self) -> _Features:
        return _features(self._export, mirrored=False)


def _agreeing(original: _Features, export: _Features) -> list[Matrix]:
    before, after = _matches(original, export)
    if len(before) < FEWEST_INLIERS:
        return []
    fits = [fit(before, after, method=cv2.RANSAC, ransacReprojThreshold=CLOSE) for fit in _FITS]
    found = [cast("Matrix", matrix) for matrix, inliers in fits if np.count_nonzero(inliers) >= FEWEST_INLIERS]
    return [then(then(original.shrink, matrix), inverse(export.shrink)) for matrix in found]


def _features(samples: Samples, *, mirrored: bool) -> _Features:
    small, shrink = _small(samples, mirrored=mirrored)
    points, words = cv2.SIFT.create(MOST_FEATURES).detectAndCompute(small, np.empty(0))
    return _Features(np.array([point.pt for point in points]), cast("NDArray[np.float32]", words), shrink)


def _small(samples: Samples, *, mirrored: bool) -> tuple[Bytes, Matrix]:
    height, width = samples.shape[:2]
    factor = min(1.0, LONG_SIDE / max(height, width))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    light = desaturate(cast("Samples", cv2.resize(samples, size, interpolation=cv2.INTER_AREA)))
    small = cast("Bytes", cv2.normalize(light, np.empty(0), 0, 255, cv2.NORM_MINMAX, cv2.CV_8U))
    shrink = resizing((width, height), size)
    if not mirrored:
        return small, shrink
    flip = np.array([[-1.0, 0.0, size[0] - 1.0], [0.0, 1.0, 0.0]])
    return np.ascontiguousarray(small[:, ::-1]), then(shrink, flip)


def _matches(original: _Features, export: _Features) -> tuple[Matrix, Matrix]:
    """Places in the one and in the other that look alike, (n, 2) each."""
    if min(len(original.places), len(export.places)) < FEWEST_INLIERS:
        return np.empty((0, 2)), np.empty((0, 2))
    near = cv2.BFMatcher(cv2.NORM_L2).knnMatch(export.words, original.words, 2)
    kept = [best for best, second in near if best.distance < DISTINCT * second.distance]
    return original.places[[match.trainIdx for match in kept]], export.places[[match.queryIdx for match in kept]]
