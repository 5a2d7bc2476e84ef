from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pored.errors import UnreadableError, UnsupportedError
from pored.files.codecs import read_picture
from pored.files.mask_file import encode_mask, given_mask_name, read_given_mask

if TYPE_CHECKING:
    from pathlib import Path

    from pored.files.picture import Picture


@pytest.fixture
def export(tmp_path: Path) -> Picture:
    Image.fromarray(np.zeros((30, 40, 3), np.uint8)).save(tmp_path / "IMG 1.jpg")
    return read_picture(tmp_path / "IMG 1.jpg")


def test_it_is_named_after_the_export() -> None:
    assert given_mask_name("IMG 1.jpg") == "IMG 1.mask.png"


def test_what_pored_writes_can_be_touched_up_and_given_back(tmp_path: Path, export: Picture) -> None:
    mask = np.arange(1200, dtype=np.uint16).reshape(30, 40).astype(np.uint8)
    path = tmp_path / "IMG 1.mask.png"
    path.write_bytes(encode_mask(mask))
    given = read_given_mask(path, export)
    assert given is not None
    assert np.array_equal(given, mask)


@pytest.mark.parametrize("kind", ["colour", "16 bit"])
def test_colour_and_sixteen_bit_are_as_good(tmp_path: Path, export: Picture, kind: str) -> None:
    grey = np.zeros((30, 40), np.uint8)
    grey[5:9] = 200
    path = tmp_path / "x.mask.png"
    picture = np.stack([grey, grey // 2, grey], axis=2) if kind == "colour" else grey.astype(np.uint16) * 257
    Image.fromarray(picture).save(path)
    given = read_given_mask(path, export)
    assert given is not None
    assert given.dtype == np.uint8
    assert np.array_equal(given, grey)


@pytest.mark.parametrize("kind", ["grey", "colour"])
def test_where_a_mask_is_transparent_nothing_was_painted(tmp_path: Path, export: Picture, kind: str) -> None:
    white, alpha = np.full((30, 40), 255, np.uint8), np.zeros((30, 40), np.uint8)
    alpha[5:9], alpha[9:12] = 255, 100
    path = tmp_path / "IMG 1.mask.png"
    Image.fromarray(np.dstack([white, alpha] if kind == "grey" else [white, white, white, alpha])).save(path)
    given = read_given_mask(path, export)
    assert given is not None
    assert np.array_equal(given, alpha)


def test_none_is_none(tmp_path: Path, export: Picture) -> None:
    assert read_given_mask(tmp_path / "IMG 1.mask.png", export) is None


def test_another_size_is_refused_with_both_sizes(tmp_path: Path, export: Picture) -> None:
    path = tmp_path / "IMG 1.mask.png"
    path.write_bytes(encode_mask(np.zeros((30, 41), np.uint8)))
    with pytest.raises(
        UnsupportedError, match=r"^IMG 1\.mask\.png is 41 x 30 pixels and IMG 1\.jpg 40 x 30: save"
    ) as refused:
        read_given_mask(path, export)
    assert refused.value.code == "mask-size"


def test_a_broken_one_is_named(tmp_path: Path, export: Picture) -> None:
    path = tmp_path / "IMG 1.mask.png"
    path.write_bytes(encode_mask(np.zeros((30, 40), np.uint8))[:50])
    with pytest.raises(UnreadableError, match=r"IMG 1\.mask\.png"):
        read_given_mask(path, export)


def test_beside_an_export_with_the_longest_name_there_can_be_none(tmp_path: Path, export: Picture) -> None:
    assert read_given_mask(tmp_path / given_mask_name("n" * 251 + ".jpg"), export) is None
