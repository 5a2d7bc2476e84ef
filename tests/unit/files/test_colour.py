from __future__ import annotations

from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pytest

from pored.errors import UnsupportedError
from pored.files.colour import in_colours_of
from pored.files.picture import Encoding, Kind, Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

TO_XYZ = {
    "srgb": [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    "adobergb": [
        [0.5767309, 0.1855540, 0.1881852],
        [0.2973769, 0.6273491, 0.0752741],
        [0.0270343, 0.0706872, 0.9911085],
    ],
}
"""From linear RGB. Source: Bruce Lindbloom's tables, both with the white D65."""
LUMINANCE = [0.2225045, 0.7168786, 0.0606169]
"""Of sRGB's primaries as profiles see them, under D50. Source: likewise."""
FACTOR = 2.19921875
"""Adobe RGB's exponent."""


def picture(samples: NDArray[np.generic], profile: str | bytes | None = None) -> Picture:
    icc = bytes(imagecodecs.cms_profile(profile)) if isinstance(profile, str) else profile
    return Picture(samples, None, Encoding("a.jpg", Kind.JPEG, 1, icc, None, None, b""))  # type: ignore[arg-type]


def light_of(encoded: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def srgb_of(light: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


@pytest.fixture(scope="module")
def colours() -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(40, 220, (50, 40, 3), np.uint8)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_srgb_in_adobe_rgb_is_what_the_standards_say(colours: NDArray[np.uint8], depth: type[np.generic]) -> None:
    samples = colours if depth is np.uint8 else colours.astype(np.uint16) * 257
    found = in_colours_of(picture(samples), picture(colours, "adobergb")).pixels
    xyz = light_of(colours / 255) @ np.array(TO_XYZ["srgb"]).T
    expected = (xyz @ np.linalg.inv(TO_XYZ["adobergb"]).T).clip(0, 1) ** (1 / FACTOR)
    assert found.dtype == np.uint16
    assert np.abs(found / 257 - expected * 255).max() < 0.06  # of a level of 8 bits


def test_adobe_rgb_in_srgb_is_what_the_standards_say(colours: NDArray[np.uint8]) -> None:
    dull = (colours // 3 + 85).astype(np.uint8)  # all of it within sRGB
    found = in_colours_of(picture(dull, "adobergb"), picture(colours)).pixels
    xyz = (dull / 255) ** FACTOR @ np.array(TO_XYZ["adobergb"]).T
    assert np.abs(found / 257 - srgb_of(xyz @ np.linalg.inv(TO_XYZ["srgb"]).T) * 255).max() < 0.06


@pytest.mark.parametrize("profile", [None, "srgb", "adobergb"])
def test_the_same_profile_changes_nothing(colours: NDArray[np.uint8], profile: str | None) -> None:
    original = picture(colours, profile)
    assert in_colours_of(original, picture(colours, profile)) is original


def test_srgb_written_in_another_way_is_still_srgb(colours: NDArray[np.uint8], profile: bytes) -> None:
    original = picture(colours, profile)
    assert in_colours_of(original, picture(colours)) is original
    grey = picture(colours[..., 0].copy())
    assert in_colours_of(grey, picture(colours[..., 0].copy())) is grey


def test_grey_becomes_equal_channels_of_the_same_level(colours: NDArray[np.uint8]) -> None:
    grey = np.ascontiguousarray(colours[..., 0])
    found = in_colours_of(picture(grey), picture(colours)).pixels
    assert found.shape == colours.shape
    assert np.abs(found / 257 - grey[..., None]).max() < 0.1


def test_colours_become_the_grey_of_their_luminance(colours: NDArray[np.uint8]) -> None:
    found = in_colours_of(picture(colours), picture(np.ascontiguousarray(colours[..., 0]))).pixels
    luminance = light_of(colours / 255) @ LUMINANCE
    assert found.shape == colours.shape[:2]
    assert np.abs(found / 257 - srgb_of(luminance) * 255).max() < 0.2


def test_a_picture_is_converted_in_parts_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    colours = np.random.default_rng(2).integers(0, 256, (53, 20, 3), np.uint8)
    whole = in_colours_of(picture(colours), picture(colours, "adobergb")).pixels
    monkeypatch.setattr("pored.files.colour._ROWS", 100)
    assert np.array_equal(in_colours_of(picture(colours), picture(colours, "adobergb")).pixels, whole)


@pytest.mark.parametrize("profile", [b"nonsense" * 40, bytes(imagecodecs.cms_profile("gray"))])
def test_a_profile_that_makes_no_sense_is_named(colours: NDArray[np.uint8], profile: bytes) -> None:
    with pytest.raises(UnsupportedError, match=r"colour profile of a\.jpg") as caught:
        in_colours_of(picture(colours, profile), picture(colours))
    assert caught.value.code == "profile"
