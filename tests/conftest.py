"""Real pairs for tests: a portrait that may be used freely, and what an AI smoother would make of it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile
from PIL import Image

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pixels.adaptive_mask import picture_mask
from pored.pixels.surface_blur import plastic_skin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

PHOTOS = Path(__file__).parent / "photos"


@pytest.fixture(scope="session")
def portrait() -> NDArray[np.uint8]:
    """The head of a portrait, (700, 560, 3), the face about 270 pixels wide."""
    return np.array(Image.open(PHOTOS / "older_man.jpg").convert("RGB").crop((290, 60, 850, 760)))


@pytest.fixture(scope="session")
def smoothed(portrait: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same with plastic skin."""
    return plastic_skin(portrait, picture_mask(portrait, find_faces(portrait, shared_landmarker())))


@pytest.fixture(scope="session")
def dng() -> Callable[..., bytes]:
    """What a camera with a Bayer sensor would have written of a picture: linear light behind red, green and blue."""
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    sensitivity = np.array([0.5, 1.0, 0.65])
    black, white = 512, 16383

    def fractions(values: Iterable[float]) -> list[int]:
        return [number for value in values for number in (round(value * 10000), 10000)]

    def _dng(pixels: NDArray[np.uint8], orientation: int = 1) -> bytes:
        encoded = pixels.astype(np.float64) / 255
        light = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4) * sensitivity
        mosaic = light[..., 1].copy()
        mosaic[0::2, 0::2], mosaic[1::2, 1::2] = light[0::2, 0::2, 0], light[1::2, 1::2, 2]
        to_camera = np.diag(sensitivity) @ np.linalg.inv(to_xyz)
        buffer = BytesIO()
        tifffile.imwrite(
            buffer,
            np.rint(black + mosaic * (white - black)).astype(np.uint16),
            photometric=32803,
            metadata=None,
            extratags=[
                (274, 3, 1, orientation, True),
                (33421, 3, 2, (2, 2), True),  # CFARepeatPatternDim
                (33422, 1, 4, bytes([0, 1, 1, 2]), True),  # CFAPattern
                (50706, 1, 4, bytes([1, 4, 0, 0]), True),  # DNGVersion
                (50708, 2, 0, "Pored Test", True),  # UniqueCameraModel
                (50714, 3, 1, black, True),
                (50717, 3, 1, white, True),
                (50721, 10, 9, fractions(to_camera.ravel()), True),  # ColorMatrix1
                (50728, 5, 3, fractions(sensitivity), True),  # AsShotNeutral
                (50778, 3, 1, 21, True),  # CalibrationIlluminant1: D65
            ],
        )
        return buffer.getvalue()

    return _dng


@pytest.fixture
def pair(tmp_path: Path, portrait: NDArray[np.uint8], smoothed: NDArray[np.uint8]) -> tuple[Path, Path]:
    """Export and original as PNG files of one name in two folders."""
    files = []
    for folder, pixels in (("exports", smoothed), ("originals", portrait)):
        (tmp_path / folder).mkdir()
        Image.fromarray(pixels).save(tmp_path / folder / "IMG_0001.png", compress_level=1)
        files.append(tmp_path / folder / "IMG_0001.png")
    return files[0], files[1]
