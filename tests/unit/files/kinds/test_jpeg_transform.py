from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pored.files.kinds import jpeg_transform
from pored.files.kinds.jpeg_transform import is_there, transformed, visited

if TYPE_CHECKING:
    from numpy.typing import NDArray


@pytest.fixture
def data(portrait: NDArray[np.uint8]) -> bytes:
    file = BytesIO()
    Image.fromarray(portrait).save(file, "JPEG", quality=90, comment=b"a word")
    return file.getvalue()


def test_the_library_is_there_where_tests_are_run() -> None:
    assert is_there(), "libturbojpeg is missing, and these tests need it"


def test_every_block_of_every_component_is_shown(data: bytes) -> None:
    rows: dict[int, set[int]] = {0: set(), 1: set(), 2: set()}
    columns = {20: 0, 10: 0}

    def visit(component: int, row: int, blocks: NDArray[np.int16]) -> None:
        rows[component].add(row)
        columns[len(blocks)] += 1

    assert visited(data, visit)
    assert rows[0] >= set(range(15))
    assert rows[1] == rows[2] == set(range(8))
    assert columns[20] >= 15


def test_what_is_changed_is_written_and_metadata_are_not(data: bytes) -> None:
    def grey(component: int, _: int, blocks: NDArray[np.int16]) -> None:
        if component:
            blocks[:] = 0

    changed = transformed(data, grey)
    assert changed is not None
    assert b"a word" not in changed
    with Image.open(BytesIO(changed)) as image, Image.open(BytesIO(data)) as before:
        pixels = np.asarray(image)
        assert np.ptp(pixels, axis=2).max() <= 1
        assert np.abs(pixels[..., 0].astype(int) - np.asarray(before.convert("L"))).max() <= 2


@pytest.mark.parametrize("broken", [b"no JPEG", b""])
def test_what_is_no_jpeg_is_nothing(broken: bytes) -> None:
    assert transformed(broken, lambda *_: None) is None
    assert not visited(broken, lambda *_: None)


def test_what_is_cut_short_is_nothing(data: bytes) -> None:
    assert transformed(data[: len(data) // 2], lambda *_: None) is None


def test_without_the_library_nothing_is_done(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jpeg_transform, "LIBRARY", "libnobody.so.0")
    assert not is_there()
    assert transformed(data, lambda *_: None) is None
    assert not visited(data, lambda *_: None)
