from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageCms

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

PHOTOS = Path(__file__).parents[2] / "photos"


@pytest.fixture(scope="session")
def portrait_file() -> Path:
    """A JPEG that Photoshop wrote: EXIF with thumbnail, image resources with thumbnail, XMP, IPTC, profile."""
    return PHOTOS / "older_man.jpg"


@pytest.fixture(scope="session")
def portrait(portrait_file: Path) -> NDArray[np.uint8]:
    """A part of a real face, (120, 160, 3)."""
    with Image.open(portrait_file) as image:
        return np.asarray(image)[300:420, 400:560].copy()


@pytest.fixture(scope="session")
def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture
def save(tmp_path: Path, portrait: NDArray[np.uint8]) -> Callable[..., Path]:
    """Saves the portrait, or another array, with Pillow under a name, and gives the path."""

    def _save(name: str, form: str, samples: NDArray[np.generic] = portrait, **options: object) -> Path:
        buffer = BytesIO()
        Image.fromarray(samples).save(buffer, form, **options)
        path = tmp_path / name
        path.write_bytes(buffer.getvalue())
        return path

    return _save


@pytest.fixture(scope="session")
def turned_exif() -> Callable[[int], bytes]:
    """An EXIF block with its prefix that says how the picture is turned and who took it."""

    def _exif(orientation: int) -> bytes:
        exif = Image.Exif()
        exif[0x0112] = orientation
        exif[0x013B] = "Zoe"
        return exif.tobytes()

    return _exif


@pytest.fixture
def saved_turned(
    save: Callable[..., Path], turned_exif: Callable[[int], bytes], profile: bytes
) -> Callable[[tuple[str, dict[str, object]], int], Path]:
    """Saves the portrait as a format with its options, turned, signed and with a profile."""

    def _save(form: tuple[str, dict[str, object]], orientation: int) -> Path:
        return save("a.jpg", form[0], exif=turned_exif(orientation), icc_profile=profile, **form[1])

    return _save
