from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from pored.files.codecs import read_picture
from pored.files.colour import in_srgb
from pored.files.preview import Where, render_preview
from pored.files.screen import OVERVIEW, THUMBNAIL, TILE, Shown, jpeg, png, store, thumbnail_of_preview

if TYPE_CHECKING:
    from pathlib import Path

Bytes = NDArray[np.uint8]


@pytest.fixture
def noise() -> Bytes:
    return np.random.default_rng(7).integers(0, 256, (700, 1300, 3), np.uint8)


def opened(data: bytes) -> Bytes:
    with Image.open(BytesIO(data)) as image:
        return np.asarray(image)


class TestShown:
    def test_a_picture_is_laid_down_in_tiles_and_small(self, tmp_path: Path, noise: Bytes) -> None:
        shown = Shown.at(tmp_path / "screen", "a")
        assert not shown.is_there()
        store(noise, shown)
        assert shown.is_there()
        assert shown.size() == (1300, 700)
        assert np.array_equal(shown.whole(), noise)
        corner = shown.tile(2, 1)
        assert corner is not None
        assert opened(corner).shape == (700 - TILE, 1300 - 2 * TILE, 3)
        assert opened(shown.overview.read_bytes()).shape == (700, 1300, 3)

    def test_there_is_no_tile_beside_it(self, tmp_path: Path, noise: Bytes) -> None:
        shown = Shown.at(tmp_path, "a")
        store(noise, shown)
        assert [shown.tile(*place) for place in ((3, 0), (0, 2), (-1, 0), (0, -1))] == [None] * 4

    def test_a_large_one_is_made_small_for_the_whole(self, tmp_path: Path) -> None:
        shown = Shown.at(tmp_path, "a")
        store(np.zeros((100, 2 * OVERVIEW, 3), np.uint8), shown)
        assert opened(shown.overview.read_bytes()).shape == (50, OVERVIEW, 3)

    def test_nothing_half_written_is_left(self, tmp_path: Path, noise: Bytes) -> None:
        store(noise, Shown.at(tmp_path, "a"))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg", "a.npy"]


class TestColours:
    def test_srgb_in_eight_bits_is_handed_on(self, tmp_path: Path, noise: Bytes) -> None:
        path = tmp_path / "a.png"
        Image.fromarray(noise).save(path)
        assert np.array_equal(in_srgb(read_picture(path)), noise)

    def test_another_profile_is_converted_as_little_cms_does(self, tmp_path: Path) -> None:
        grey = np.full((8, 8, 3), (128, 64, 200), np.uint8)
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        path = tmp_path / "a.png"
        Image.fromarray(grey).save(path, icc_profile=lab.tobytes())
        assert np.abs(in_srgb(read_picture(path)).astype(int) - grey).max() <= 1

    def test_grey_becomes_three_equal_channels(self, tmp_path: Path) -> None:
        path = tmp_path / "a.png"
        Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16)).save(path)
        shown = in_srgb(read_picture(path))
        assert shown.shape == (16, 16, 3)
        assert np.abs(shown.astype(int) - np.arange(256).reshape(16, 16, 1)).max() <= 1

    def test_sixteen_bits_become_eight(self, tmp_path: Path) -> None:
        path = tmp_path / "a.png"
        Image.fromarray((np.arange(256, dtype=np.uint16) * 257).reshape(16, 16)).save(path)
        shown = in_srgb(read_picture(path))
        assert shown.dtype == np.uint8
        assert np.abs(shown[..., 0].ravel().astype(int) - np.arange(256)).max() <= 1


class TestEncoding:
    def test_it_is_near_to_the_pixels(self) -> None:
        ramp = np.linspace(60, 200, 64).astype(np.uint8)
        pixels = np.repeat(np.repeat(ramp[None, :, None], 64, 0), 3, 2)
        assert np.abs(opened(jpeg(pixels)).astype(int) - pixels).max() <= 3

    def test_png_loses_nothing(self, noise: Bytes) -> None:
        assert np.array_equal(opened(png(noise[..., 0])), noise[..., 0])


class TestThumbnail:
    def test_it_is_the_previews_middle_panel(self) -> None:
        before, after = (np.full((300, 200, 3), level, np.uint8) for level in (40, 200))
        sheet = render_preview(before, after, Where(np.zeros((300, 200), np.uint8)))
        small = opened(thumbnail_of_preview(sheet))
        assert max(small.shape[:2]) <= THUMBNAIL
        assert abs(float(small.mean()) - 200) < 8

    def test_what_is_no_picture_is_refused(self) -> None:
        with pytest.raises(OSError, match="cannot identify"):
            thumbnail_of_preview(b"nothing")
