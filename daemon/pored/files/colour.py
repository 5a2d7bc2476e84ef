"""Pictures in another's colours: profiles and channels. Little CMS does the work, through imagecodecs.

An original is compared with its export sample by sample, so it has to mean the same colours by the same numbers first.
Relative colorimetric with black point compensation, as Photoshop converts by default; a missing profile means sRGB,
or grey with sRGB's curve.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import imagecodecs
import numpy as np

from pored.errors import UnsupportedError
from pored.files.picture import eight_bit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.files.picture import Picture
    from pored.model import Samples

_INTENT = 1
"""Relative colorimetric."""
_FLAGS = 0x2000
"""Black point compensation. Measured from 8 bits to 16: an error of 0.035 of an 8-bit level at most."""
_ROWS = 1 << 22
"""Pixels at a time."""
_SAME = 128
"""Levels of 16 bits, half a level of 8: what differs less is one profile written in two ways."""
_SRGB_KNEE = 0.04045
"""Where sRGB's curve begins to bend. Source: IEC 61966-2-1."""
_STEPS = 9
"""Levels a channel of the colours by which profiles are compared."""
_RGB, _GREY = "rgb", "gray"


def in_colours_of(original: Picture, export: Picture) -> Picture:
    """An original with its export's channels and profile.

    Args:
        original: grey or RGB.
        export: likewise.

    Returns:
        The original itself where its numbers mean the same already; else with 16 bits a channel, so that no texture is
        lost to rounding.

    Raises:
        UnsupportedError: a profile makes no sense, or is for other channels than the picture has.
    """
    ours, theirs = _profile(original), _profile(export)
    ways = _channels(original), _channels(export)
    if ways[0] == ways[1] and (ours == theirs or _mean_the_same(original, export)):
        return original
    converted = np.empty((*original.pixels.shape[:2], *export.pixels.shape[2:]), np.uint16)
    step = max(1, _ROWS // original.pixels.shape[1])
    for top in range(0, len(converted), step):
        rows = np.ascontiguousarray(original.pixels[top : top + step])
        converted[top : top + step] = _converted(rows, original, export)
    return replace(original, pixels=converted, alpha=None, encoding=replace(original.encoding, icc=export.encoding.icc))


def in_srgb(picture: Picture) -> NDArray[np.uint8]:
    """(H, W, 3) in sRGB and 8 bits, for screens; a new array, or the picture's own pixels where they are that already.

    Args:
        picture: grey or RGB, with any profile.

    Raises:
        UnsupportedError: its profile makes no sense.
    """
    plain = replace(picture.encoding, icc=None)
    screen = replace(picture, pixels=np.zeros((1, 1, 3), np.uint8), alpha=None, encoding=plain)
    is_srgb = picture.pixels.dtype == np.uint8 and _channels(picture) == _RGB
    if is_srgb and (picture.encoding.icc is None or _mean_the_same(picture, screen)):
        return cast("NDArray[np.uint8]", picture.pixels)
    shown = np.empty((*picture.pixels.shape[:2], 3), np.uint8)
    step = max(1, _ROWS // picture.pixels.shape[1])
    for top in range(0, len(shown), step):
        rows = np.ascontiguousarray(picture.pixels[top : top + step])
        shown[top : top + step] = eight_bit(_converted(rows, picture, screen))
    return shown


def _mean_the_same(original: Picture, export: Picture) -> bool:
    """Whether two profiles, written differently, mean the same colours."""
    levels = np.linspace(0, 255, _STEPS).astype(np.uint8)
    grid = np.meshgrid(levels, levels, levels) if _channels(original) == _RGB else np.meshgrid(levels, levels)[:1]
    samples = np.ascontiguousarray(np.stack(grid, axis=-1).reshape(_STEPS, -1, len(grid)).squeeze())
    moved = _converted(samples, original, export).astype(np.int32) - samples.astype(np.int32) * 257
    return bool(np.abs(moved).max() < _SAME)


def _converted(samples: NDArray[np.generic], original: Picture, export: Picture) -> Samples:
    try:
        converted = imagecodecs.cms_transform(
            samples,
            _profile(original),
            _profile(export),
            colorspace=_channels(original),
            outcolorspace=_channels(export),
            outdtype="uint16",
            intent=_INTENT,
            flags=_FLAGS,
        )
    except RuntimeError as error:
        names = f"{original.encoding.name} or {export.encoding.name}"
        raise UnsupportedError(
            "profile", f"The colour profile of {names} cannot be used; convert both to sRGB or Adobe RGB."
        ) from error
    return cast("Samples", converted)


def _channels(picture: Picture) -> str:
    return _GREY if picture.pixels.ndim == 2 else _RGB  # noqa: PLR2004 - (H, W) is grey


def _profile(picture: Picture) -> bytes:
    return picture.encoding.icc or _assumed(_channels(picture))


@functools.cache
def _assumed(channels: str) -> bytes:
    """The profile of a picture that has none."""
    if channels == _RGB:
        return bytes(imagecodecs.cms_profile("srgb"))
    encoded = np.linspace(0, 1, 1024)
    light = np.where(encoded <= _SRGB_KNEE, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return bytes(imagecodecs.cms_profile("gray", transferfunction=np.rint(light * 65535).astype(np.uint16)))
