"""What kind of file it is, by its first bytes; the name has no say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.errors import PictureError, UnreadableError, UnsupportedError
from pored.files.kinds.source import empty, raw_export
from pored.files.picture import Kind

if TYPE_CHECKING:
    from pored.files.kinds.source import Source

HEAD = 32
"""Bytes that tell the kinds apart."""

_EXPORT_AGAIN = "export it as JPEG, PNG or TIFF"
_RAW = (
    (8, (b"CR\x02\x00",)),
    (0, (b"IIU\x00", b"IIRO", b"IIRS", b"MMOR", b"FUJIFILMCCD-RAW", b"FOVb", b"\x00MRM")),
    (4, (b"ftypcrx ",)),
)
_FOREIGN: tuple[tuple[int, tuple[bytes, ...], str, str], ...] = (
    (0, (b"GIF87a", b"GIF89a"), "gif", "a GIF"),
    (0, (b"BM",), "bmp", "a BMP"),
    (0, (b"\xff\x0a", b"\x00\x00\x00\x0cJXL "), "jpeg-xl", "a JPEG XL"),
    (0, (b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51"), "jpeg-2000", "a JPEG 2000"),
    (0, (b"%PDF",), "pdf", "a PDF"),
)
"""Where the bytes stand, the bytes, the code and the words for what they are."""

_READ: tuple[tuple[int, tuple[bytes, ...], Kind], ...] = (
    (0, (b"\xff\xd8\xff",), Kind.JPEG),
    (0, (b"\x89PNG\r\n\x1a\n",), Kind.PNG),
    (0, (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"), Kind.TIFF),
    (8, (b"WEBP",), Kind.WEBP),
    (0, (b"8BPS",), Kind.PSD),
    (4, (b"ftypavif", b"ftypavis"), Kind.AVIF),
    (4, (b"ftypheic", b"ftypheix", b"ftypheim", b"ftypheis", b"ftyphevc", b"ftyphevx"), Kind.HEIC),
)


def kind_of(source: Source) -> Kind:
    """The kind of an open file, which stands at its start again afterwards.

    Raises:
        UnsupportedError: a kind that pored knows but does not handle.
        UnreadableError: no picture at all.
    """
    head = source.stream.read(HEAD)
    source.stream.seek(0)
    if any(head.startswith(magics, at) for at, magics in _RAW):
        raise raw_export(source.name)
    for at, magics, code, what in _FOREIGN:
        if head.startswith(magics, at):
            raise UnsupportedError(code, f"{source.name} is {what}, which pored does not read yet; {_EXPORT_AGAIN}.")
    for at, magics, kind in _READ:
        if head.startswith(magics, at):
            return kind
    if head.startswith((b"ftypmif1", b"ftypmsf1"), 4):  # a brand of both, which list what else they are
        return Kind.AVIF if b"avif" in head else Kind.HEIC
    raise _no_picture(source.name, head)


def _no_picture(name: str, head: bytes) -> PictureError:
    if not head.strip(b"\x00"):
        return empty(name)
    return UnreadableError("no-picture", f"{name} is no picture that pored knows; {_EXPORT_AGAIN}.")
