"""The benchmark on a studio's own pairs, whatever kinds of file they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile
from pairs import measure_pair, pairs_of
from PIL import Image

from pored.config import Recovery

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from figures import Figures
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Pair = tuple[Path, Path]


def figures(folders: Pair) -> dict[str, Figures]:
    """By method, of the only pair of an inbox and a folder of originals."""
    [found] = pairs_of(*folders)
    assert isinstance(found, tuple)
    rows = measure_pair(*found, Recovery())
    assert not isinstance(rows, str), rows
    return {row.method: row.figures for row in rows}


def store(path: Path, pixels: NDArray[np.generic]) -> Path:
    """A picture in a new folder, which is given back."""
    path.parent.mkdir(parents=True)
    if path.suffix == ".tif":
        tifffile.imwrite(path, pixels, photometric="rgb")
    else:
        Image.fromarray(pixels).save(path, compress_level=1)
    return path.parent


def test_a_pair_of_16_bit_is_measured_as_that_of_8_bit_is(tmp_path: Path, portrait: Bytes, smoothed: Bytes) -> None:
    measured = []
    for kind, step in (("png", 1), ("tif", 257)):
        planes = [pixels.astype(np.uint16) * step if step > 1 else pixels for pixels in (smoothed, portrait)]
        inbox, camera = (store(tmp_path / kind / f"{at}" / f"IMG_1.{kind}", each) for at, each in enumerate(planes))
        measured.append(figures((inbox, camera)))
    shallow, deep = measured
    assert 0.9 < shallow["pored"].energy < 1.1
    for method, wanted in shallow.items():
        assert deep[method].energy == pytest.approx(wanted.energy, abs=0.02), method
        assert deep[method].correlation == pytest.approx(wanted.correlation, abs=0.02), method
        assert deep[method].drift == pytest.approx(wanted.drift, abs=0.05), method


def test_a_raw_is_measured_as_an_original(
    tmp_path: Path, portrait: Bytes, smoothed: Bytes, dng: Callable[..., bytes]
) -> None:
    inbox = store(tmp_path / "smooth" / "IMG_1.png", smoothed)
    (tmp_path / "camera").mkdir()
    (tmp_path / "camera" / "IMG_1.dng").write_bytes(dng(portrait))
    measured = figures((inbox, tmp_path / "camera"))
    assert measured["the export"].energy < 0.7
    assert 0.8 < measured["pored"].energy < 1.2
    assert measured["tutorial 100 %"].energy > measured["pored"].energy


def test_of_two_originals_of_one_name_the_one_that_the_pictures_show_is_measured(
    tmp_path: Path, portrait: Bytes, smoothed: Bytes
) -> None:
    inbox = store(tmp_path / "smooth" / "IMG_1.png", smoothed)
    (tmp_path / "camera").mkdir()
    store(tmp_path / "camera" / "a" / "IMG_1.png", np.ascontiguousarray(portrait[:, ::-1] // 2 + portrait // 2))
    store(tmp_path / "camera" / "b" / "IMG_1.png", portrait)
    measured = figures((inbox, tmp_path / "camera"))
    assert measured["pored"].correlation > 0.9


def test_an_export_without_an_original_has_its_reason(tmp_path: Path, smoothed: Bytes) -> None:
    inbox = store(tmp_path / "smooth" / "IMG_1.png", smoothed)
    (tmp_path / "camera").mkdir()
    [found] = pairs_of(inbox, tmp_path / "camera")
    assert isinstance(found, str)
    assert "IMG_1.png" in found
