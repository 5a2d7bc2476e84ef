from __future__ import annotations

import struct

import pytest

from pored.files.image_resources import resource as content
from pored.files.image_resources import with_resource, without_thumbnails


def resource(number: int, data: bytes, name: bytes = b"") -> bytes:
    named = bytes([len(name)]) + name
    named += b"\x00" * (len(named) % 2)
    return b"8BIM" + struct.pack(">H", number) + named + struct.pack(">I", len(data)) + data + b"\x00" * (len(data) % 2)


IPTC = resource(1028, b"caption")
PATH = resource(2000, b"path", b"hair")


@pytest.mark.parametrize("number", [1033, 1036])
def test_thumbnails_go_and_the_rest_stays(number: int) -> None:
    assert without_thumbnails(IPTC + resource(number, b"odd") + PATH) == IPTC + PATH


def test_nothing_to_remove() -> None:
    assert without_thumbnails(IPTC + PATH) == IPTC + PATH
    assert without_thumbnails(b"") == b""


@pytest.mark.parametrize("rest", [b"8BI", b"????\x04\x0c\x00\x00\x00\x00\x00\x01", resource(1036, b"cut short")[:-4]])
def test_what_makes_no_sense_is_kept(rest: bytes) -> None:
    assert without_thumbnails(IPTC + rest) == IPTC + rest


def test_a_last_resource_without_padding() -> None:
    assert without_thumbnails(IPTC + resource(1036, b"odd")[:-1]) == IPTC


def test_a_resource_is_found_by_its_number() -> None:
    assert content(IPTC + PATH, 2000) == b"path"
    assert content(IPTC + PATH, 1060) is None


def test_a_resource_is_renewed_in_its_place_or_put_at_the_end() -> None:
    assert with_resource(IPTC + PATH, 1028, b"new") == resource(1028, b"new") + PATH
    assert with_resource(IPTC, 1060, b"xmp") == IPTC + resource(1060, b"xmp")
