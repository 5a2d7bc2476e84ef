"""Camera RAWs, developed as originals: as the camera saw the light, with nothing smoothed. The only door to LibRaw."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, cast

import imagecodecs
import rawpy

from pored.errors import UnsupportedError
from pored.files.kinds.source import damaged
from pored.files.limits import refuse_too_large
from pored.files.picture import Encoding, Kind, Picture

if TYPE_CHECKING:
    from typing import BinaryIO

    from pored.model import Samples

_GAMMA = 1.8
"""Of ROMM RGB (ProPhoto), whose gamut holds whatever colours a camera gives skin."""


def develop(name: str, file: BinaryIO) -> Picture:
    """A RAW with the camera's white balance and no automatic brightening.

    Args:
        name: of the file, for messages.
        file: open for reading.

    Returns:
        (H, W, 3) RGB, 16 bits, upright, with ROMM RGB's primaries and curve, and the profile that says so; of a sensor
        without colours (H, W) grey with that curve.

    Raises:
        UnsupportedError: of a camera or kind that LibRaw does not know, or too large.
        UnreadableError: damaged or cut short.
    """
    try:
        with rawpy.imread(file) as raw:
            refuse_too_large(name, raw.sizes.raw_width, raw.sizes.raw_height)
            pixels = raw.postprocess(
                use_camera_wb=True,
                no_auto_bright=True,
                adjust_maximum_thr=0,  # else a picture without white is brightened until it has some
                output_bps=16,
                output_color=rawpy.ColorSpace.ProPhoto,
                gamma=(_GAMMA, 0),
            )
    except rawpy.LibRawFileUnsupportedError as error:
        raise UnsupportedError(
            "raw", f"{name} is a RAW of a kind that pored cannot develop; put a TIFF or JPEG of it beside it."
        ) from error
    except (rawpy.LibRawError, ValueError) as error:
        raise damaged(name) from error
    is_grey = pixels.shape[2] == 1
    profile = _grey() if is_grey else _romm()
    encoding = Encoding(name, Kind.RAW, 1, icc=profile, dpi=None, coding=None, carrier=b"")
    return Picture(cast("Samples", pixels[..., 0] if is_grey else pixels), None, encoding)


@functools.cache
def _grey() -> bytes:
    """ICC profile of what LibRaw gives of a sensor without colours."""
    return bytes(imagecodecs.cms_profile("gray", gamma=_GAMMA))


@functools.cache
def _romm() -> bytes:
    """ICC profile of what LibRaw gives. Source: ISO 22028-2."""
    primaries = [0.7347, 0.2653, 1, 0.1596, 0.8404, 1, 0.0366, 0.0001, 1]
    profile = imagecodecs.cms_profile("rgb", whitepoint=[0.3457, 0.3585, 1], primaries=primaries, gamma=_GAMMA)
    return bytes(profile)
