"""A rough map from features, where faces give none: turned by 90 degrees, mirrored, a face found in one file only."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pored.pixels.align.maps import inverse, resizing, then
from pored.pixels.photoshop.desaturate import desaturate

if TYPE_CHECKING:
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


def matrices_from_features(original: Samples, export: Samples, *, mirrored: bool = False) -> list[Matrix]:
    """The similarity on which SIFT features of both pictures agree, and the affine map: exports may be stretched.

    Args:
        original: (H, W, 3) or (H, W).
        export: likewise.
        mirrored: whether to look for the export's mirror image.

    Returns:
        At most two (2, 3) matrices, original to export, good to some pixels; none where too few features agree.

    Source:
        Lowe 2004, "Distinctive image features from scale-invariant keypoints"; RANSAC by OpenCV.
    """
    small_original, shrink_original = _small(original, mirrored=mirrored)
    small_export, shrink_export = _small(export, mirrored=False)
    before, after = _matches(small_original, small_export)
    if len(before) < FEWEST_INLIERS:
        return []
    fits = [fit(before, after, method=cv2.RANSAC, ransacReprojThreshold=CLOSE) for fit in _FITS]
    found = [cast("Matrix", matrix) for matrix, inliers in fits if np.count_nonzero(inliers) >= FEWEST_INLIERS]
    return [then(then(shrink_original, matrix), inverse(shrink_export)) for matrix in found]


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


def _matches(original: Bytes, export: Bytes) -> tuple[Matrix, Matrix]:
    sift = cv2.SIFT.create(MOST_FEATURES)
    (points_o, words_o), (points_e, words_e) = (sift.detectAndCompute(p, np.empty(0)) for p in (original, export))
    if min(len(points_o), len(points_e)) < FEWEST_INLIERS:
        return np.empty((0, 2)), np.empty((0, 2))
    near = cv2.BFMatcher(cv2.NORM_L2).knnMatch(words_e, words_o, 2)
    kept = [best for best, second in near if best.distance < DISTINCT * second.distance]
    return np.array([points_o[m.trainIdx].pt for m in kept]), np.array([points_e[m.queryIdx].pt for m in kept])
