"""Smaller copies for looking at."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2

if TYPE_CHECKING:
    from pored.model import Samples


def fitted(pixels: Samples, longest: int) -> Samples:
    """The picture reduced so that neither side is longer than ``longest`` pixels; never enlarged.

    Args:
        pixels: (H, W, 3) or (H, W).
        longest: in pixels.

    Returns:
        The same array where it fits already, else its area average.
    """
    return resized(pixels, _fitting((pixels.shape[1], pixels.shape[0]), longest))


def roughly_fitted(pixels: Samples, longest: int) -> Samples:
    """Likewise for people's eyes alone, in half the time: the last step, by less than two, is a linear one."""
    size = _fitting((pixels.shape[1], pixels.shape[0]), longest)
    nearly = _halved_towards(pixels, size)
    exact = (nearly.shape[1], nearly.shape[0]) == size
    return nearly if exact else cast("Samples", cv2.resize(nearly, size, interpolation=cv2.INTER_LINEAR))


def _fitting(size: tuple[int, int], longest: int) -> tuple[int, int]:
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def resized(pixels: Samples, size: tuple[int, int]) -> Samples:
    """The picture at that size, area-averaged; the same array where it has that size.

    Args:
        pixels: (H, W, 3) or (H, W).
        size: width and height in pixels, neither larger than the picture's.
    """
    nearly = _halved_towards(pixels, size)
    if (nearly.shape[1], nearly.shape[0]) == size:
        return nearly
    return cast("Samples", cv2.resize(nearly, size, interpolation=cv2.INTER_AREA))


def _halved_towards(pixels: Samples, size: tuple[int, int]) -> Samples:
    """OpenCV averages areas several times faster by two than by a broken number."""
    for _ in range(halvings((pixels.shape[1], pixels.shape[0]), size)):
        pixels = halved(pixels)
    return pixels


def halvings(before: tuple[int, int], after: tuple[int, int]) -> int:
    """How often a width and height are halved on the way to others."""
    times = 0
    while before[0] >> times >= 2 * after[0] and before[1] >> times >= 2 * after[1]:
        times += 1
    return times


def halved(pixels: Samples) -> Samples:
    """Half the picture's size, each pixel the mean of four; of an odd size the last row or column is left out.

    Args:
        pixels: (H, W, 3) or (H, W).

    Returns:
        Likewise; no side is shorter than one pixel.
    """
    height, width = (max(1, length // 2) for length in pixels.shape[:2])
    even = pixels[: 2 * height, : 2 * width]
    return cast("Samples", cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))
