"""AVIF: read with 8 to 12 bits a channel, and written again with 8, of high quality and with its own subsampling.

How strongly the file was compressed does not show in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import imagecodecs
import numpy as np

from pored.errors import UnsupportedError
from pored.files import exif, metadata_box
from pored.files.isobmff import Av1, av1_of, head_of, refuse_unusual_colours
from pored.files.picture import AvifCoding, Encoding, Header, Kind, Picture, split_alpha, with_alpha
from pored.files.pillow import encoded, opened, unloaded

if TYPE_CHECKING:
    from pored.files.event import Event
    from pored.files.source import Source
    from pored.model import Samples

_QUALITY = 92
"""Of 100; a second encoding at it differs by a third of a level in the mean."""
_SPEED = 6


def probe(source: Source) -> Header:
    """Size and orientation, from the boxes.

    Raises:
        UnsupportedError: an animation, or colours of HDR or of a wide gamut without a profile.
    """
    data = source.all_bytes()
    with unloaded(data, "AVIF") as image:
        if getattr(image, "n_frames", 1) > 1:
            raise UnsupportedError("animation", f"{source.name} is an animation; export one picture.")
        refuse_unusual_colours(source.name, data, image.info.get("icc_profile"))
        return Header(image.width, image.height, exif.orientation(_block(image.info)))


def read(source: Source, header: Header) -> Picture:
    """The stored picture; what has more than 8 bits fills 16.

    Raises:
        Exception: whatever Pillow and imagecodecs raise where the data are damaged.
    """
    data = source.all_bytes()
    av1 = av1_of(head_of(data))
    with opened(data, "AVIF") as image:
        info = dict(image.info)
        pixels, alpha = split_alpha(np.asarray(image) if av1.bits == 8 else _deep(data, av1))  # noqa: PLR2004
    metadata = {
        metadata_box.PROFILE: info.get("icc_profile") or b"",
        metadata_box.EXIF: _block(info),
        metadata_box.XMP: info.get("xmp") or b"",
    }
    encoding = Encoding(
        source.name,
        Kind.AVIF,
        header.orientation,
        icc=info.get("icc_profile"),
        dpi=None,
        coding=AvifCoding(av1.bits, av1.sampling),
        carrier=metadata_box.boxed(metadata, header),
    )
    return Picture(pixels, alpha, encoding)


def write(stored: Picture) -> bytes:
    """A file with the picture and its profile, and no other metadata."""
    profile = {"icc_profile": stored.encoding.icc} if stored.encoding.icc else {}
    return _write(stored, **profile)


def rewrite(stored: Picture) -> bytes:
    """The file that the picture came from, with these pixels.

    Raises:
        UnsupportedError: it had more than 8 bits, which nothing writes together with metadata.
    """
    return _write(stored, **metadata_box.for_result(stored.encoding.carrier, stored.pixels))


def annotate(carrier: bytes, event: Event) -> bytes:
    """The carrier with one more entry in its XMP's history."""
    return metadata_box.annotate(carrier, event)


def _write(stored: Picture, **metadata: bytes) -> bytes:
    coding = stored.encoding.coding
    sampling = coding.sampling if isinstance(coding, AvifCoding) else "4:4:4"
    if stored.pixels.dtype != np.uint8:
        raise UnsupportedError(
            "bit-depth",
            f"{stored.encoding.name} is an AVIF with more than 8 bits, which pored reads but does not write; set "
            'result.format = "tiff" or "png".',
        )
    samples = with_alpha(stored.pixels, stored.alpha)
    return encoded(samples, "AVIF", quality=_QUALITY, subsampling=sampling, speed=_SPEED, **metadata)


def _deep(data: bytes, av1: Av1) -> Samples:
    samples = cast("Samples", imagecodecs.avif_decode(data, numthreads=1))
    return ((samples << (16 - av1.bits)) | (samples >> (2 * av1.bits - 16))).astype(np.uint16)


def _block(info: dict[str | tuple[int, int], bytes]) -> bytes:
    return (info.get("exif") or b"").removeprefix(exif.PREFIX)
