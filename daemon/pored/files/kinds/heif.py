"""What HEIC and AVIF share: how a picture is turned, whose colours it has, its metadata, and what else is in the file.

Source: ISO/IEC 23008-12, 6.5 (colr, irot, imir, auxC); ISO 21496-1 (tmap); ITU-T H.273 (colours by numbers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pored.errors import UnsupportedError
from pored.files import exif, metadata_box
from pored.files.kinds.isobmff import XMP_TYPE, boxes, exif_and_xmp

if TYPE_CHECKING:
    from typing import BinaryIO

    from pored.files.kinds.isobmff import Item, Items

UNSPECIFIED = 2
_ORDINARY_PRIMARIES = {0, 1, UNSPECIFIED}
"""Unsaid, BT.709 and unspecified: sRGB's."""
_ORDINARY_CURVES = {0, 1, UNSPECIFIED, 6, 13}
"""Unsaid, BT.709, unspecified, BT.601 (BT.709's own curve) and sRGB."""
_TURNS = {
    (0, None): 1,
    (0, 1): 2,
    (2, None): 3,
    (0, 0): 4,
    (1, 0): 5,
    (3, None): 6,
    (3, 0): 7,
    (1, None): 8,
    (1, 1): 7,
    (2, 0): 2,
    (2, 1): 4,
    (3, 1): 5,
}
"""EXIF's orientation by quarter turns to the left, and then a mirror: 0 upside down, 1 left to right."""
_SIGNED = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""Of the box that holds Content Credentials."""
_ALPHA = ("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1")
_OLD_DEPTH = "urn:mpeg:hevc:2015:auxid:2"
_NO_PICTURES = {b"Exif", b"mime", b"uri ", b"tmap"}
_GAIN_MAP, _DEPTH, _OTHER = "the HDR gain map", "the depth map", "auxiliary pictures"


class Colours(NamedTuple):
    """Primaries and transfer characteristics by their numbers."""

    primaries: int = UNSPECIFIED
    curve: int = UNSPECIFIED


def profile(item: Item) -> bytes | None:
    """The ICC profile of a picture."""
    held = (content[4:] for content in item.said(b"colr") if content[:4] in {b"prof", b"rICC"})
    return next(held, None) or None


def colours(item: Item) -> Colours | None:
    """Its colours by numbers, if it has them."""
    held = (content for content in item.said(b"colr") if content[:4] == b"nclx")
    return next((Colours(*(int.from_bytes(each[at : at + 2], "big") for at in (4, 6))) for each in held), None)


def refuse_unusual_colours(name: str, icc: bytes | None, said: Colours | None) -> None:
    """Make sure that a picture's colours can be told.

    Raises:
        UnsupportedError: they are of HDR or of a wide gamut, and no profile says how.
    """
    if icc or said is None or (said.primaries in _ORDINARY_PRIMARIES and said.curve in _ORDINARY_CURVES):
        return
    raise UnsupportedError("colour-mode", f"{name} is HDR or of a wide gamut without a profile; export it as sRGB.")


def orientation(item: Item) -> int:
    """As EXIF numbers it: what the boxes say, since EXIF's own does not count in these files."""
    turns = next((content[0] & 3 for content in item.said(b"irot") if content), 0)
    mirror = next((content[0] & 1 for content in item.said(b"imir") if content), None)
    return _TURNS[turns, mirror]


def turned(number: int) -> list[tuple[bytes, bytes]]:
    """The properties that say what :func:`orientation` reads."""
    turns, mirror = next(each for each, meant in _TURNS.items() if meant == number)
    rotation = [(b"irot", bytes([turns]))] if turns else []
    return rotation if mirror is None else [*rotation, (b"imir", bytes([mirror]))]


def metadata(file: BinaryIO, items: Items) -> dict[bytes, bytes]:
    """Profile, EXIF (upright) and XMP of the picture, by ``metadata_box.KINDS``; empty where there is none."""
    block, packet = exif_and_xmp(file, items)
    return {
        metadata_box.PROFILE: profile(items.shown) or b"",
        metadata_box.EXIF: exif.turned_upright(block.removeprefix(exif.PREFIX)),
        metadata_box.XMP: packet,
    }


def left_out(file: BinaryIO, items: Items) -> tuple[str, ...]:
    """What a result cannot carry on, in words for the report."""
    auxiliary = {_auxiliary(item) for item in items.by_number.values()}
    kinds = {item.kind for item in items.by_number.values()}
    left = {
        _GAIN_MAP: _GAIN_MAP in auxiliary or b"tmap" in kinds,
        _DEPTH: _DEPTH in auxiliary,
        _OTHER: _OTHER in auxiliary,
        "smaller copies of the picture": any(each.kind == b"thmb" for each in items.references),
        "further pictures in the file": bool(_further(items)),
        "metadata other than EXIF and XMP": any(_is_other_metadata(item) for item in items.by_number.values()),
        "Content Credentials (they sign the export's own pixels)": _is_signed(file),
    }
    return tuple(words for words, is_so in left.items() if is_so)


def _auxiliary(item: Item) -> str | None:
    """What an auxiliary picture is, in words; None where it is none, or alpha."""
    use = next((content[4:].partition(b"\x00")[0].decode("ascii", "replace") for content in item.said(b"auxC")), "")
    if not use or use in _ALPHA:
        return None
    if "gainmap" in use:
        return _GAIN_MAP
    return _DEPTH if "depth" in use or use == _OLD_DEPTH else _OTHER


def _further(items: Items) -> set[int]:
    """Pictures that are neither the one that is shown nor there for it."""
    pictures = {item.number for item in items.by_number.values() if item.kind not in _NO_PICTURES}
    parts = {number for each in items.references if each.kind == b"dimg" for number in each.targets}
    helpers = {each.source for each in items.references if each.kind in {b"auxl", b"thmb"}}
    return pictures - parts - helpers - {items.primary}


def _is_other_metadata(item: Item) -> bool:
    return item.kind == b"uri " or (item.kind == b"mime" and item.media_type != XMP_TYPE)


def _is_signed(file: BinaryIO) -> bool:
    for box in boxes(file, 0, file.seek(0, 2)):
        file.seek(box.start)
        if box.kind == b"uuid" and file.read(16) == _SIGNED:
            return True
    return False
