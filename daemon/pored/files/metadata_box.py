"""Metadata kept apart from a picture: profile, EXIF and XMP in a WebP's container, which exiv2 reads.

For kinds whose own container is nothing to be patched. Source: RFC 9649, 2.7.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from pored.files import exif
from pored.files.metadata import with_history
from pored.files.thumbnail import renewed, xmp_without_thumbnails

if TYPE_CHECKING:
    from pored.files.event import Event
    from pored.files.picture import Header
    from pored.model import Samples

PROFILE, EXIF, XMP = b"ICCP", b"EXIF", b"XMP "
KINDS = (PROFILE, EXIF, XMP)
_HEAD = 12
_FLAGS = {PROFILE: 0x20, EXIF: 0x08, XMP: 0x04}


def boxed(metadata: dict[bytes, bytes], header: Header) -> bytes:
    """A WebP that holds nothing but metadata.

    Args:
        metadata: by ``KINDS``.
        header: the picture's.
    """
    size = (header.width - 1).to_bytes(3, "little") + (header.height - 1).to_bytes(3, "little")
    return _container({kind: metadata[kind] for kind in KINDS if metadata.get(kind)}, size)


def unboxed(container: bytes) -> dict[bytes, bytes]:
    """The chunks of a container that pored wrote itself."""
    chunks, at = {}, _HEAD
    while at < len(container):
        kind, length = struct.unpack_from("<4sI", container, at)
        chunks[kind] = container[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    return chunks


def annotate(carrier: bytes, event: Event) -> bytes:
    """The container with one more entry in its XMP's history."""
    chunks = unboxed(carrier)
    chunks[XMP] = with_history(chunks.get(XMP, b""), event)
    return _container({kind: chunks[kind] for kind in KINDS if kind in chunks}, chunks[b"VP8X"][4:])


def for_result(carrier: bytes, stored: Samples) -> dict[str, bytes]:
    """What is written with a result: ``icc_profile``, ``exif`` and ``xmp``, without a trace of the picture before."""
    held = unboxed(carrier)
    block = held.get(EXIF, b"").removeprefix(exif.PREFIX)
    named = {
        "icc_profile": held.get(PROFILE, b""),
        "exif": renewed(block, stored),
        "xmp": xmp_without_thumbnails(held.get(XMP, b"")),
    }
    return {name: data for name, data in named.items() if data}


def _container(metadata: dict[bytes, bytes], size: bytes) -> bytes:
    flags = sum(_FLAGS[kind] for kind in metadata)
    body = b"WEBP" + _chunk(b"VP8X", struct.pack("<I", flags) + size)
    body += b"".join(_chunk(kind, data) for kind, data in metadata.items())
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) % 2)
