"""The tutorial's recipe against an independent computation of its formulas, on a real face.

The reference is plain numpy in float64 with a Gaussian of its own; nothing of it is shared with the product but the
numbers of the preset and the finished mask.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pored.config import recovery_from
from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pipeline import settings_from
from pored.pixels.align.maps import Registration, identity
from pored.pixels.recovery.picture_layer import compose_texture
from pored.pixels.recovery.texture_layer import texture_layer

PHOTOS = Path(__file__).parent.parent / "photos"
ONE_LEVEL = 1
A_FLOATS_LAST_BITS = 1e-3

Bytes = NDArray[np.uint8]
Reals = NDArray[np.float64]


def blurred(plane: Reals, sigma: float) -> Reals:
    """Gaussian by sampled weights out to four sigmas (as OpenCV and SciPy cut it), the picture's edge repeated."""
    reach = int(4 * sigma)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        padding = [(reach, reach) if a == axis else (0, 0) for a in (0, 1)]
        plane = np.apply_along_axis(np.convolve, axis, np.pad(plane, padding, mode="edge"), weights, mode="valid")
    return plane


def ramp(values: Reals, b0: int, b1: int, w0: int, w1: int) -> Reals:
    rising = np.clip((values - b0) / (b1 - b0), 0, 1) if b1 > b0 else (values >= b0).astype(float)
    falling = np.clip((w1 - values) / (w1 - w0), 0, 1) if w1 > w0 else (values <= w1).astype(float)
    product: Reals = rising * falling
    return product


def tutorial(
    original: Bytes, export: Bytes, mask: Bytes, this_layer: tuple[int, int, int, int]
) -> tuple[Bytes, NDArray[np.bool_]]:
    """High Pass 3 px of the desaturated original in Linear Light at 100 %, through Blend If and the mask.

    Also where the layer lies so near to the middle between two levels that single and double precision may part.
    """
    channels = original.astype(np.float64)
    light = (channels.max(axis=2) + channels.min(axis=2)) / 2
    exact = light - blurred(light, 3.0) + 128
    layer = np.clip(np.floor(exact + 0.5), 0, 255)
    weight = mask / 255 * ramp(layer, *this_layer)
    below = export.astype(np.float64)
    blended = np.clip(below + 2 * layer[..., None] - 256, 0, 255)
    result = np.floor(below + weight[..., None] * (blended - below) + 0.5).astype(np.uint8)
    return result, np.abs(exact - np.floor(exact) - 0.5) < A_FLOATS_LAST_BITS


@pytest.fixture(scope="module")
def pair() -> tuple[Bytes, Bytes]:
    """A portrait's head, and a blurred copy."""
    original = np.array(Image.open(PHOTOS / "older_man.jpg").convert("RGB").crop((300, 100, 840, 700)))
    return original, np.asarray(cv2.bilateralFilter(original, 9, 30, 5), np.uint8)


@pytest.mark.parametrize("sets", [[], ["recovery.this_layer=[0,0,255,255]"], ["recovery.this_layer=[90,128,140,150]"]])
def test_preset_photoshop_is_the_tutorial_to_the_letter(pair: tuple[Bytes, Bytes], sets: list[str]) -> None:
    original, export = pair
    recovery = recovery_from("photoshop", sets).recovery
    faces = find_faces(export, shared_landmarker())
    layer = texture_layer(
        original, export, Registration(identity(), "identity", 0.0, 1.0), faces, settings_from(recovery)
    )
    expected, drawn = tutorial(original, export, layer.mask, recovery.this_layer)
    difference = np.abs(compose_texture(export, layer).astype(int) - expected)
    assert (layer.mask == 255).sum() > 20_000
    assert layer.style.opacity == 255
    assert difference[~drawn].max() <= ONE_LEVEL
    assert difference.max() <= 2 * ONE_LEVEL
    assert drawn.mean() < 0.002
