from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image

from pored.errors import UnreadableError, UnsupportedError
from pored.files import glimpse as module
from pored.files.codecs import read_picture
from pored.files.colour import in_srgb
from pored.files.glimpse import glimpse

if TYPE_CHECKING:
    from pathlib import Path

COLOUR = (180, 140, 120)
SIZE = (1200, 800)


def shown(path: Path) -> Image.Image:
    with Image.open(BytesIO(glimpse(path, 300))) as image:
        image.load()
        return image


def near(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(np.asarray(image).astype(int) - colour).max() <= 3)


@pytest.mark.parametrize("ending", ["jpg", "png", "tif", "webp"])
def test_a_picture_of_any_kind_is_made_small(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    Image.new("RGB", SIZE, COLOUR).save(path)
    image = shown(path)
    assert (image.format, image.size) == ("JPEG", (240, 160))
    assert near(image, COLOUR)


def test_sixteen_bits_too(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.full((800, 1200, 3), COLOUR, np.uint16) * 257, photometric="rgb")
    assert near(shown(path), COLOUR)


def test_it_stands_upright(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", SIZE, COLOUR).save(path, exif=exif)
    assert shown(path).size == (160, 240)


def test_its_colours_are_those_of_its_profile(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", SIZE, COLOUR).save(path, icc_profile=imagecodecs.cms_profile("adobergb"))
    other_way = in_srgb(read_picture(path))[0, 0]
    assert np.abs(other_way.astype(int) - COLOUR).max() > 8
    assert near(shown(path), tuple(other_way.astype(int)))


def test_what_is_too_large_is_refused_before_it_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (1500, 1000)).save(path)
    for most, most_here in ((1, 60), (60, 1)):
        monkeypatch.setattr(module, "MOST_MEGAPIXELS", most_here)
        with pytest.raises(UnsupportedError):
            glimpse(path, most)


def test_colours_that_pored_does_not_take_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("CMYK", SIZE, (10, 20, 30, 40)).save(path)
    with pytest.raises(UnsupportedError):
        glimpse(path, 300)


def test_what_is_damaged_or_no_picture_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"not a picture at all, by any means")
    with pytest.raises((UnreadableError, UnsupportedError)):
        glimpse(path, 300)
    whole = BytesIO()
    Image.effect_noise(SIZE, 50).save(whole, "JPEG")
    path.write_bytes(whole.getvalue()[:20000])
    with pytest.raises(UnreadableError):
        glimpse(path, 300)
