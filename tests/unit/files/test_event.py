from __future__ import annotations

import io
from typing import TYPE_CHECKING

import exiv2
import pytest
from PIL import Image, PngImagePlugin

import pored
from pored.errors import UnsupportedError
from pored.files.codecs import encode_picture, read_picture
from pored.files.event import Event

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Save = Callable[..., Path]

EVENT = Event('skin texture of "IMG <1> & Zoë.CR2" brought back', 1_800_000_000.0)
FORMS = [("JPEG", {}), ("PNG", {}), ("TIFF", {"compression": "tiff_lzw"}), ("WEBP", {"lossless": True})]


def told(data: bytes) -> list[dict[str, str]]:
    """The history's entries as exiv2 reads them."""
    image = exiv2.ImageFactory.open(data)
    image.readMetadata()
    values = {datum.key(): str(datum.value()) for datum in image.xmpData()}
    entries: list[dict[str, str]] = []
    while any(key.startswith(f"Xmp.xmpMM.History[{len(entries) + 1}]") for key in values):
        start = f"Xmp.xmpMM.History[{len(entries) + 1}]/stEvt:"
        entries.append({key.removeprefix(start): value for key, value in values.items() if key.startswith(start)})
    return entries


@pytest.mark.parametrize("kind", ["same", "jpeg", "png", "tiff"])
@pytest.mark.parametrize("form", FORMS)
def test_the_history_says_what_was_done(save: Save, form: tuple[str, dict[str, object]], kind: str) -> None:
    picture = read_picture(save("a", form[0], **form[1]))
    assert told(encode_picture(picture, picture.pixels, kind)) == []
    expected = {
        "action": "edited",
        "when": "2027-01-15T08:00:00+00:00",
        "softwareAgent": f"pored {pored.__version__}",
        "parameters": EVENT.sentence,
    }
    assert told(encode_picture(picture, picture.pixels, kind, EVENT)) == [expected]


@pytest.mark.parametrize("kind", ["same", "png", "tiff"])
def test_what_was_done_before_stays(portrait_file: Path, tmp_path: Path, kind: str) -> None:
    picture = read_picture(portrait_file)
    before = told(portrait_file.read_bytes())
    once = encode_picture(picture, picture.pixels, kind, EVENT)
    assert any(entry.get("softwareAgent", "").startswith("Adobe Photoshop") for entry in before)
    assert told(once)[:-1] == before
    (tmp_path / "once").write_bytes(once)
    again = read_picture(tmp_path / "once")
    assert told(encode_picture(again, again.pixels, "same", EVENT)) == [*before, told(once)[-1], told(once)[-1]]


def test_a_pngs_compressed_packet_is_understood(save: Save, portrait_file: Path, tmp_path: Path) -> None:
    notes, held = PngImagePlugin.PngInfo(), portrait_file.read_bytes()
    packet = held[held.index(b"<?xpacket begin") : held.index(b'<?xpacket end="w"?>') + 19].decode()
    notes.add_itxt("XML:com.adobe.xmp", packet, zip=True)
    picture = read_picture(save("a.png", "PNG", pnginfo=notes))
    assert packet.encode() not in (tmp_path / "a.png").read_bytes()
    assert told(encode_picture(picture, picture.pixels, "same", EVENT))[:-1] == told(held)


def test_xmp_that_cannot_be_read_is_named(portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(portrait).save(buffer, "JPEG", xmp=b"<x:xmpmeta no end")
    (tmp_path / "a.jpg").write_bytes(buffer.getvalue())
    picture = read_picture(tmp_path / "a.jpg")
    with pytest.raises(UnsupportedError, match=r"metadata of a\.jpg.*history = false"):
        encode_picture(picture, picture.pixels, "same", EVENT)
    assert b"no end" in encode_picture(picture, picture.pixels)


def test_xmp_without_room_for_more_is_named(portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    Image.fromarray(portrait).save(tmp_path / "a.jpg")
    picture = read_picture(tmp_path / "a.jpg")
    with pytest.raises(UnsupportedError, match="history = false"):
        encode_picture(picture, picture.pixels, "same", Event("x" * 66000, 0.0))
