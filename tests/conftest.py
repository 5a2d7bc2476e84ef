"""Real pairs for tests: a portrait that may be used freely, and what an AI smoother would make of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import mosaic
import numpy as np
import pytest
from PIL import Image

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pixels.made_up.surface_blur import plastic_skin
from pored.pixels.skin.adaptive_mask import picture_mask

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pored.model import Face

PHOTOS = Path(__file__).parent / "photos"


@pytest.fixture(scope="session")
def portrait() -> NDArray[np.uint8]:
    """The head of a portrait, (700, 560, 3), the face about 270 pixels wide."""
    return np.array(Image.open(PHOTOS / "older_man.jpg").convert("RGB").crop((290, 60, 850, 760)))


@pytest.fixture(scope="session")
def face(portrait: NDArray[np.uint8]) -> Face:
    """The portrait's only face."""
    [found] = find_faces(portrait, shared_landmarker())
    return found


@pytest.fixture(scope="session")
def smoothed(portrait: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """The same with plastic skin."""
    return plastic_skin(portrait, picture_mask(portrait, [face]))


@pytest.fixture(scope="session")
def dng() -> Callable[..., bytes]:
    """What a camera with a Bayer sensor would have written of a picture."""
    return mosaic.dng


@pytest.fixture
def pair(tmp_path: Path, portrait: NDArray[np.uint8], smoothed: NDArray[np.uint8]) -> tuple[Path, Path]:
    """Export and original as PNG files of one name in two folders."""
    files = []
    for folder, pixels in (("exports", smoothed), ("originals", portrait)):
        (tmp_path / folder).mkdir()
        Image.fromarray(pixels).save(tmp_path / folder / "IMG_0001.png", compress_level=1)
        files.append(tmp_path / folder / "IMG_0001.png")
    return files[0], files[1]
