from __future__ import annotations

from pathlib import PurePath

import pytest

from pored.watch.names import is_temporary, is_temporary_path

TEMPORARY = [
    ".DS_Store",
    "._IMG_1.jpg",
    ".hidden",
    "~$IMG_1.jpg",
    "~IMG_1.jpg",
    "IMG_1.jpg~",
    "IMG_1.jpg.tmp",
    "IMG_1.TMP",
    "IMG_1.jpg.part",
    "IMG_1.jpg.partial",
    "IMG_1.jpg.filepart",
    "IMG_1.jpg.crdownload",
    "IMG_1.jpg.download",
    "IMG_1.jpg.opdownload",
    ".IMG_1.jpg.Ab12Cd",
    ".syncthing.IMG_1.jpg.tmp",
    ".unison.IMG_1.jpg.1234.unison.tmp",
    ".in.IMG_1.jpg",
    "Thumbs.db",
    "thumbs.DB",
    "desktop.ini",
    "@eaDir",
    "#recycle",
    ".AppleDouble",
    ".TemporaryItems",
    ".stfolder",
    ".stversions",
    ".~tmp~",
    ".rsync-partial",
    ".nfs000000000012",
    ".fuse_hidden0001",
    ".smbdelete0001",
    "IMG_1.jpg@SynoEAStream",
    "IMG_1.jpg:Zone.Identifier",
    "$RECYCLE.BIN",
    "lost+found",
    "__MACOSX",
    "@Recycle",
    "#snapshot",
    "IMG_1.jpg.sb-1a2b3c4d-XyZ123",
    "IMG_1.psd.lck",
    "IMG_1.jpg.aria2",
]

REAL = [
    "IMG_1.jpg",
    "IMG~1.jpg",
    "a~b.jpg",
    "IMG_1.part.jpg",
    "temporary.jpg",
    "tmp.jpg",
    "download.jpg",
    "#1.jpg",
    "@home.jpg",
    "$1.jpg",
    "-dash.jpg",
    "IMG_1",
    "desktop.ini.jpg",
    "Thumbs.jpg",
    "IMG_1.jpg.xmp",
    "sb-1.jpg",
    "Müller.jpg",
]


@pytest.mark.parametrize("name", [*TEMPORARY, "System Volume Information", "Icon\r", "Network Trash Folder"])
def test_temporary(name: str) -> None:
    assert is_temporary(name)


@pytest.mark.parametrize("name", [*REAL, b"\xff\xfe.jpg".decode(errors="surrogateescape"), "line\nbreak.jpg"])
def test_real(name: str) -> None:
    assert not is_temporary(name)


def test_a_temporary_folder_hides_what_is_in_it() -> None:
    assert is_temporary_path(PurePath("job/@eaDir/IMG_1.jpg/SYNOPHOTO_THUMB_XL.jpg"))
    assert is_temporary_path(PurePath(".~tmp~/IMG_1.jpg"))
    assert not is_temporary_path(PurePath("job/day 1/IMG_1.jpg"))
