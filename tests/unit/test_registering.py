"""The map between two pictures, and whose faces the export shows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from pored.errors import NoFaceError
from pored.files.codecs import read_picture
from pored.pixels.align.registration import CERTAIN
from pored.pixels.photoshop.desaturate import desaturate
from pored.registering import faces_of, faces_seen, register_pair

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pored.files.picture import Picture

ALL_LOOKS = 3
"""The original, its mirror image and the export."""


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Counts how often a picture is looked at for features."""
    spy = Mock(side_effect=desaturate)
    monkeypatch.setattr("pored.pixels.align.features.desaturate", spy)
    return spy


@pytest.fixture
def noise(tmp_path: Path) -> Picture:
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (300, 400, 3), np.uint8)).save(tmp_path / "noise.png")
    return read_picture(tmp_path / "noise.png")


def test_an_exact_resize_is_known_without_features(pair: tuple[Path, Path], looking: Mock) -> None:
    export, original = map(read_picture, pair)
    assert register_pair(original, export, faces_of(export)).registration.kind == "identity"
    looking.assert_not_called()


def test_strangers_features_are_looked_for_once(pair: tuple[Path, Path], noise: Picture, looking: Mock) -> None:
    export = read_picture(pair[0])
    assert register_pair(noise, export, faces_of(export)).registration.confidence < CERTAIN
    assert looking.call_count == ALL_LOOKS


def test_a_face_cut_off_is_found_by_the_original_with_one_look_for_features(
    pair: tuple[Path, Path], smoothed: NDArray[np.uint8], tmp_path: Path, looking: Mock
) -> None:
    original = read_picture(pair[1])
    part = np.ascontiguousarray(smoothed[400:560, 150:400])
    Image.fromarray(part).save(tmp_path / "mouth.png")
    export = read_picture(tmp_path / "mouth.png")
    assert not faces_seen(export)
    found = register_pair(original, export, ())
    np.testing.assert_allclose(found.registration.matrix, [[1, 0, -150], [0, 1, -400]], atol=1e-3)
    assert len(found.faces) == 1
    assert looking.call_count <= ALL_LOOKS


def test_nobody_is_found_in_noise(noise: Picture, looking: Mock) -> None:
    with pytest.raises(NoFaceError, match=r"noise\.png"):
        register_pair(noise, noise, ())
    looking.assert_not_called()
