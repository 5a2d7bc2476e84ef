from __future__ import annotations

import pytest

from pored.watch.kinds import Kind, is_camera_raw, is_picture_extension, kind_of

NAMES = {
    Kind.JPEG: "IMG_1.jpg IMG_1.JPG IMG_1.jpeg IMG_1.Jpe a.b.c.jpg IMG_1.jfif",
    Kind.TIFF: "IMG_1.tif IMG_1.TIFF",
    Kind.PNG: "IMG_1.png IMG_1.CR2.PNG",
    Kind.WEBP: "IMG_1.webp",
    Kind.PSD: "IMG_1.psd IMG_1.PSB",
    Kind.HEIF: "IMG_1.heic IMG_1.HEIF IMG_1.hif IMG_1.avif",
    Kind.RAW: "a.CR2 a.cr3 a.CRW a.NEF a.nrw a.ARW a.sr2 a.srf a.RAF a.RW2 a.RWL a.ORF a.PEF a.dng a.3FR a.fff"
    " a.IIQ a.X3F a.SRW a.ERF a.mrw a.mos a.mef a.eip a.gpr a.kdc a.dcr a.raw",
    Kind.SIDE_FILE: "a.xmp a.CR3.xmp a.cos a.cot a.cop a.comask a.on1 a.dop a.pp3 a.arp a.nksc a.vrd a.dr4 a.thm a.aae"
    " a.acr",
    Kind.MASK: "IMG_1.mask.png IMG_1.MASK.PNG",
    Kind.TEMPORARY: "IMG_1.jpg.part ._IMG_1.jpg Thumbs.db",
    Kind.UNKNOWN: "IMG_1 notes.txt film.mp4 IMG_1.reason.txt IMG_1.mask jpg archive.jpg.zip",
}


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for kind, names in NAMES.items() for name in names.split()])
def test_kind(name: str, kind: Kind) -> None:
    assert kind_of(name) is kind


def test_every_kind_of_the_settings_is_known() -> None:
    assert {Kind(name) for name in ("tiff", "psd", "jpeg", "raw", "png", "webp")} <= set(Kind)


def test_a_dng_may_come_from_a_program() -> None:
    assert is_camera_raw("IMG_1.CR3")
    assert not is_camera_raw("IMG_1.DNG")
    assert not is_camera_raw("IMG_1.jpg")


def test_extensions_of_pictures() -> None:
    assert is_picture_extension("nef")
    assert is_picture_extension("jpg")
    assert not is_picture_extension("xmp")
    assert not is_picture_extension("")
