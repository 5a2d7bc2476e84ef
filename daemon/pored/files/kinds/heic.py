"""HEIC: read with 8 to 12 bits a channel, and written again of high quality. The only door to pillow-heif.

How strongly the file was compressed does not show in it. It is read upright: a HEIC says in its own boxes how it is
turned, and EXIF's orientation beside them does not count.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pillow_heif

from pored.files import metadata_box
from pored.files.kinds import heif
from pored.files.kinds.isobmff import read_items
from pored.files.picture import Encoding, Header, HeicCoding, Kind, Picture, split_alpha, with_alpha

if TYPE_CHECKING:
    from pored.files.event import Event
    from pored.files.kinds.source import Source
    from pored.model import Samples

_QUALITY = 92
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
"""By the number of channels."""


def probe(source: Source) -> Header:
    """Upright size, from the boxes.

    Raises:
        UnsupportedError: colours of HDR or of a wide gamut without a profile.
        Exception: whatever libheif raises where they make no sense.
    """
    image = _opened(source.all_bytes())
    shown = read_items(source.stream).shown
    heif.refuse_unusual_colours(source.name, heif.profile(shown), heif.colours(shown))
    return Header(*image.size)


def read(source: Source, header: Header) -> Picture:
    """The picture, upright; what has more than 8 bits fills 16.

    Raises:
        Exception: whatever libheif raises where the data are damaged.
    """
    image = _opened(source.all_bytes())
    info = image.info
    samples = np.asarray(image)
    pixels, alpha = split_alpha(_filled(samples, info["bit_depth"]))
    items = read_items(source.stream)
    held = heif.metadata(source.stream, items)
    encoding = Encoding(
        source.name,
        Kind.HEIC,
        header.orientation,
        icc=held[metadata_box.PROFILE] or None,
        dpi=None,
        coding=HeicCoding(info["bit_depth"], info.get("chroma") or 420),
        carrier=metadata_box.boxed(held, header),
        left_out=heif.left_out(source.stream, items),
    )
    return Picture(pixels, alpha, encoding)


def rewrite(stored: Picture) -> bytes:
    """The file that the picture came from, with these pixels."""
    return _write(stored, metadata_box.for_result(stored.encoding.carrier, stored.pixels))


def annotate(carrier: bytes, event: Event) -> bytes:
    """The carrier with one more entry in its XMP's history."""
    return metadata_box.annotate(carrier, event)


def _write(stored: Picture, metadata: dict[str, bytes]) -> bytes:
    coding = stored.encoding.coding
    chroma = coding.chroma if isinstance(coding, HeicCoding) else 444
    samples = with_alpha(stored.pixels, stored.alpha)
    mode = _MODES[1 if samples.ndim == 2 else samples.shape[2]]  # noqa: PLR2004 - (H, W) is grey
    depth = ";16" if samples.dtype == np.uint16 else ""
    image = pillow_heif.from_bytes(f"{mode}{depth}", samples.shape[1::-1], samples.tobytes())
    image.info["icc_profile"] = metadata.pop("icc_profile", None)
    buffer = BytesIO()
    image.save(buffer, quality=_QUALITY, chroma=chroma, **metadata)
    return buffer.getvalue()


def _opened(data: bytes) -> Any:  # noqa: ANN401 - pillow-heif ships no types
    try:
        return pillow_heif.open_heif(data, convert_hdr_to_8bit=False)
    except (EOFError, OSError, RuntimeError, SyntaxError) as error:  # an OSError would be taken for the disk's
        raise ValueError(str(error)) from error


def _filled(samples: Samples, bits: int) -> Samples:
    """Samples that use 16 bits up to white: libheif shifts them only."""
    if samples.dtype == np.uint8:
        return samples
    return cast("Samples", (samples | (samples >> bits)).astype(np.uint16))
