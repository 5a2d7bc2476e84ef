from __future__ import annotations

from io import BytesIO

import pytest

from pored.errors import PictureError, UnreadableError, UnsupportedError
from pored.files.kinds.signature import kind_of
from pored.files.kinds.source import Source
from pored.files.picture import Kind


def kind(head: bytes) -> Kind:
    return kind_of(Source("a.jpg", BytesIO(head + b"\x01" * 40)))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe1", Kind.JPEG),
        (b"\x89PNG\r\n\x1a\n", Kind.PNG),
        (b"II*\x00", Kind.TIFF),
        (b"MM\x00*", Kind.TIFF),
        (b"II+\x00", Kind.TIFF),
        (b"RIFF\x10\x00\x00\x00WEBP", Kind.WEBP),
        (b"8BPS\x00\x01", Kind.PSD),
    ],
)
def test_known_kinds(head: bytes, expected: Kind) -> None:
    assert kind(head) is expected


@pytest.mark.parametrize(
    ("head", "code", "word"),
    [
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "raw", "RAW"),
        (b"FUJIFILMCCD-RAW ", "raw", "RAW"),
        (b"IIU\x00", "raw", "RAW"),
        (b"IIRO", "raw", "RAW"),
        (b"\x00\x00\x00\x18ftypcrx ", "raw", "RAW"),
        (b"GIF89a", "gif", "GIF"),
        (b"BM\x36\x00", "bmp", "BMP"),
        (b"\xff\x0a", "jpeg-xl", "JPEG XL"),
        (b"\x00\x00\x00\x0cjP  ", "jpeg-2000", "JPEG 2000"),
        (b"%PDF-1.7", "pdf", "PDF"),
    ],
)
def test_kinds_that_are_named_and_refused(head: bytes, code: str, word: str) -> None:
    with pytest.raises(UnsupportedError, match=word) as caught:
        kind(head)
    assert caught.value.code == code
    assert "a.jpg" in caught.value.message
    assert "export it as" in caught.value.message


@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (bytes(40), "empty"), (b"hello" * 9, "no-picture")])
def test_what_is_no_picture(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        kind_of(Source("a.jpg", BytesIO(content)))
    assert caught.value.code == code


def test_the_stream_stands_at_its_start_again() -> None:
    source = Source("a.png", BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(40)))
    kind_of(source)
    assert source.stream.tell() == 0


def test_a_refusal_is_a_pictures_error() -> None:
    with pytest.raises(PictureError):
        kind(b"GIF87a")
