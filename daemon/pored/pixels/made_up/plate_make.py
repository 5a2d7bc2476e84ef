"""A plate of skin texture that nobody has photographed: pores, the fine furrows between them, soft unevenness."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.align.refine_patch import positions
from pored.pixels.align.structure import gradients
from pored.pixels.made_up.plate import Plate, plate_from
from pored.pixels.planes.gaussian_blur import gaussian_blur

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from pored.model import Plane

FACE_WIDTH = 1500.0
"""Of the face that the plate fits as it is, pixels: about 11 are a millimetre."""
FIELD_SPACING, PORE_SPACING = 6.5, 15.0
"""Of the small fields that furrows part, and of pores; pixels from one to the next, on average."""
DISORDER = 0.9
"""How far each lies from its place on a regular grid: 0 on it, 1 anywhere in its cell."""
PORE_RADII = (1.0, 2.6)
PORE_DEPTH_SPREAD = 0.4
"""Deviation of the logarithm of pores' depths: a few are deep, most are not."""
PORES = 0.7
"""How deep pores are, in the fields' height."""
OCTAVES = ((0.7, 1.5, 0.45), (1.5, 3.0, 0.9), (3.0, 6.0, 1.5), (6.0, 12.0, 2.0))
"""Unevenness: bands between two radii in pixels, and their heights' deviations in the fields'."""
LIGHT = (0.5, 0.87)
"""Where the light comes from: across and down, from above and a little aside."""
HOLLOWS = 0.6
"""How much darker what lies deep is, beside what light and shade do."""
PATCHINESS, PATCH = 0.5, 14.0
"""How much the relief differs from place to place, and over how many pixels."""
FAR = np.float32(1e9)


def make_plate(seed: int, size: int = 768) -> Plate:
    """Made-up skin: small domed fields with furrows between them, pores, and unevenness, lit from above.

    Args:
        seed: the same one gives the same plate.
        size: of its sides, pixels; 768 is half a face.
    """
    random = np.random.default_rng(seed)
    relief = _even(_fields(size, random)) * _patches(size, random) + np.float32(PORES) * _even(_pores(size, random))
    for fine, coarse, height in OCTAVES:
        relief += np.float32(height) * _even(_band(size, fine, coarse, random))
    across, down = gradients(relief)
    lit = _even(np.float32(LIGHT[0]) * across + np.float32(LIGHT[1]) * down)
    return plate_from(lit + np.float32(HOLLOWS) * _even(relief), FACE_WIDTH)


def _even(plane: Plane) -> Plane:
    """Around 0, with a standard deviation of 1."""
    return cast("Plane", (plane - plane.mean()) / plane.std())


def _fields(size: int, random: Generator) -> Plane:
    """Height of the skin's small fields: each a dome that falls off to where the next one is as near."""
    nearest = np.full((size, size), FAR)
    for across, down, _ in _around(size, FIELD_SPACING, random):
        nearest = np.minimum(nearest, across * across + down * down)
    return cast("Plane", -nearest)


def _pores(size: int, random: Generator) -> Plane:
    """Height of pores: round holes, most of them shallow."""
    cells = _cells(size, PORE_SPACING)
    radii = random.uniform(*PORE_RADII, (cells, cells)).astype(np.float32)
    depths = random.lognormal(0.0, PORE_DEPTH_SPREAD, (cells, cells)).astype(np.float32)
    plane = np.zeros((size, size), np.float32)
    for across, down, cell in _around(size, PORE_SPACING, random):
        plane -= depths[cell] * np.exp(-(across * across + down * down) / (2 * radii[cell] ** 2))
    return plane


def _band(size: int, fine: float, coarse: float, random: Generator) -> Plane:
    noise = random.standard_normal((size, size), np.float32)
    return gaussian_blur(noise, fine) - gaussian_blur(noise, coarse)


def _patches(size: int, random: Generator) -> Plane:
    """How high the fields stand, around 1."""
    uneven = np.float32(PATCHINESS) * _even(_band(size, PATCH / 2, PATCH, random))
    return cast("Plane", np.maximum(0, 1 + uneven))


def _around(
    size: int, spacing: float, random: Generator
) -> Iterator[tuple[Plane, Plane, tuple[NDArray[np.intp], NDArray[np.intp]]]]:
    """Of points on a disordered grid those in the nine cells around each pixel.

    Yields:
        The pixel's distances from the point, across and down (size, size), and the indices of the point's cell.
    """
    cells = _cells(size, spacing)
    offsets = (0.5 + DISORDER * random.uniform(-0.5, 0.5, (2, cells, cells))).astype(np.float32)
    x, y = (plane / np.float32(spacing) for plane in np.broadcast_arrays(*positions(size, size)))
    column, row = x.astype(np.intp), y.astype(np.intp)
    for step_down in range(3):
        for step_right in range(3):
            cell = row + step_down, column + step_right
            across = x - (column + step_right - 1 + offsets[0][cell])
            down = y - (row + step_down - 1 + offsets[1][cell])
            yield np.float32(spacing) * across.astype(np.float32), np.float32(spacing) * down.astype(np.float32), cell


def _cells(size: int, spacing: float) -> int:
    """Along a side, with one beyond each end."""
    return int(size / spacing) + 3
