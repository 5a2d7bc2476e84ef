from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import ImageCms

from pored.errors import UnreadableError, UnsupportedError
from pored.files.codecs import read_picture
from pored.files.limits import at_most
from pored.files.original import read_original

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from pored.files.picture import Picture

    Save = Callable[..., Path]
    Dng = Callable[..., bytes]


@pytest.fixture
def export(save: Save) -> Picture:
    return read_picture(save("export.png", "PNG"))


@pytest.mark.parametrize("name", ["IMG_1.DNG", "IMG_1.tif", "IMG_1"])
def test_a_raw_is_developed_to_the_exports_colours(
    tmp_path: Path, export: Picture, portrait: NDArray[np.uint8], dng: Dng, name: str
) -> None:
    (tmp_path / name).write_bytes(dng(portrait))
    original = read_original(tmp_path / name, export)
    apart = original.pixels / 257 - portrait
    assert original.pixels.dtype == np.uint16
    assert np.abs(apart.mean(axis=(0, 1))).max() < 0.7  # neither white balance nor brightness were touched
    assert np.abs(apart).mean() < 4  # what demosaicing costs


def test_a_raw_is_turned_upright(tmp_path: Path, export: Picture, portrait: NDArray[np.uint8], dng: Dng) -> None:
    (tmp_path / "a.dng").write_bytes(dng(portrait, 6))
    original = read_original(tmp_path / "a.dng", export)
    assert np.abs(original.pixels / 257 - np.rot90(portrait, -1)).mean() < 4


def test_another_profile_is_brought_to_the_exports(save: Save, export: Picture, portrait: NDArray[np.uint8]) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    assert np.array_equal(read_original(save("same.png", "PNG"), export).pixels, portrait)
    with pytest.raises(UnsupportedError, match=r"other\.png"):
        read_original(save("other.png", "PNG", icc_profile=lab[:64]), export)


def test_nothing_is_kept_for_writing_an_original_again(
    save: Save, export: Picture, portrait: NDArray[np.uint8]
) -> None:
    assert read_original(save("a.jpg", "JPEG", portrait), export).encoding.coding is None


def test_an_original_may_be_grey(save: Save, export: Picture, portrait: NDArray[np.uint8]) -> None:
    original = read_original(save("grey.png", "PNG", np.ascontiguousarray(portrait[..., 1])), export)
    assert original.pixels.shape == portrait.shape


def test_a_raw_beyond_the_limit_is_refused_before_it_is_developed(tmp_path: Path, export: Picture, dng: Dng) -> None:
    (tmp_path / "a.dng").write_bytes(dng(np.zeros((1002, 1000, 3), np.uint8)))
    with at_most(1), pytest.raises(UnsupportedError) as caught:
        read_original(tmp_path / "a.dng", export)
    assert caught.value.code == "too-large"


def test_what_cannot_be_read_is_called_the_original_since_its_export_has_the_same_name(
    tmp_path: Path, export: Picture
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    with pytest.raises(UnreadableError, match=r"^The original cannot be used: a\.jpg is empty") as caught:
        read_original(tmp_path / "a.jpg", export)
    assert caught.value.code == "empty"


@pytest.mark.parametrize("kept", [0, 40, 3000])
def test_a_damaged_raw_is_one_pictures_error(
    tmp_path: Path, export: Picture, portrait: NDArray[np.uint8], dng: Dng, kept: int
) -> None:
    (tmp_path / "a.nef").write_bytes(dng(portrait)[:kept])
    with pytest.raises((UnreadableError, UnsupportedError), match=r"a\.nef"):
        read_original(tmp_path / "a.nef", export)
