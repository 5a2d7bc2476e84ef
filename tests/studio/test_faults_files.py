"""Fault groups 7 to 10: exports replaced under the work, broken files, what is no file, and names of every kind."""

from __future__ import annotations

import os
import stat
import unicodedata
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from pored.files.ledger import read_ledger
from pored.files.records import State

if TYPE_CHECKING:
    from tests.studio.conftest import Studio

LONG_AGO = (1_000_000_000, 1_000_000_000)
"""A time of access and change: whatever is cut short since then stays so."""


def _jpeg(mode: str) -> bytes:
    file = BytesIO()
    Image.effect_noise((300, 200), 40).convert(mode).save(file, "JPEG")
    return file.getvalue()


def _bomb() -> bytes:
    """A small PNG that says that it has 90,000 times 90,000 pixels."""
    header = (90_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    )


def test_an_export_that_is_replaced_while_it_is_worked_on_is_done_as_it_is_now(small: Studio) -> None:
    small.shoot("a.jpg")
    small.drop("a.jpg")
    service = small.run()
    small.waits_for(State.RUNNING)

    later = small.outside("a later attempt")
    later.rename(small.inbox("a.jpg"))
    service.says("picture", file="a.jpg", outcome="done")
    assert service.end() == 0
    small.once()

    assert small.output(small.files("output")[-1]).read_bytes() != small.export("a.jpg")
    done = [entry for entry in small.entries() if entry.state is State.DONE]
    assert len(done) == len(small.files("output"))
    assert {entry.state for entry in small.entries()} <= {State.DONE, State.GONE}
    assert small.files("failed") == []


def test_broken_files_fail_with_their_reasons_and_cost_nobody_else_anything(small: Studio) -> None:
    whole = small.export("x.jpg")
    flipped = bytearray(whole)
    flipped[len(whole) // 2 : len(whole) // 2 + 2000] = os.urandom(2000)
    broken = {
        "cut.jpg": whole[: len(whole) // 2],
        "empty.jpg": b"",
        "letter.jpg": b"This is a letter, not a picture.",
        "cmyk.jpg": _jpeg("CMYK"),
        "bomb.png": _bomb(),
        "flipped.jpg": bytes(flipped),
        "jpeg.png": whole,
    }
    for name, data in broken.items():
        small.shoot(name, data=small.original(name))
        small.inbox(name).write_bytes(data)
        os.utime(small.inbox(name), LONG_AGO)
    small.shoot("good.jpg")
    small.drop("good.jpg")

    assert small.once() == 1

    codes = {entry.path.name: entry.code for entry in small.entries() if entry.state is State.FAILED}
    assert codes.keys() >= {"cut.jpg", "empty.jpg", "letter.jpg", "cmyk.jpg", "bomb.png"}
    assert (codes["cut.jpg"], codes["bomb.png"]) == ("truncated", "too-large")
    assert "internal" not in codes.values()
    assert "good.jpg" in small.files("output")
    for name in codes:
        reason = (small.root / "heads" / "failed" / f"{name}.reason.txt").read_text()
        assert name in reason
        assert str(small.root) not in reason
    assert all(small.inbox(name).read_bytes() == data for name, data in broken.items())


def test_what_is_no_file_is_left_alone_and_listed(small: Studio) -> None:
    small.shoot("a.jpg")
    secret = small.outside("a.jpg")
    small.inbox("link.jpg").symlink_to(secret)
    small.inbox("nowhere.jpg").symlink_to(small.root / "nowhere")
    os.mkfifo(small.inbox("pipe.jpg"))
    if os.geteuid() == 0:
        os.mknod(small.inbox("device.jpg"), 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    small.inbox("folder.jpg/a.jpg").write_bytes(small.export("a.jpg"))
    (small.inbox("") / "linked").symlink_to(small.root / "elsewhere")

    assert small.once() == 0

    assert small.files("output") == ["folder.jpg/a.jpg"]
    kinds = {str(each.path): each.kind for each in read_ledger(small.root / "state").beside}
    assert kinds.items() >= {"link.jpg": "link", "nowhere.jpg": "link", "pipe.jpg": "pipe", "linked": "link"}.items()
    assert os.geteuid() != 0 or kinds["device.jpg"] == "device"


def test_an_output_inside_an_inbox_is_refused_before_anything_is_touched(small: Studio) -> None:
    text = small.config.read_text().replace(str(small.output("")), str(small.inbox("") / "output"))
    small.config.write_text(text)

    refused = small.pored("run")

    assert refused.returncode == 2
    assert "inbox" in refused.stderr


def test_names_of_every_kind_are_done_each_once(small: Studio) -> None:
    names = [
        "line\nbreak.jpg",
        "-rf.jpg",
        "right\u202eto left.jpg",
        "%s {file} $(id) `id`.jpg",
        os.fsdecode(b"b\xfcro.jpg"),
        unicodedata.normalize("NFD", "Käthe") + ".jpg",
        "UPPER.JPG",
        "n" * 251 + ".jpg",
        "a.jpg",
        "A.jpg",
        unicodedata.normalize("NFC", "Käthe") + ".jpg",
    ]
    for name in names:
        small.shoot(name)
        small.drop(name)

    code = small.once()

    assert [entry for entry in small.entries() if entry.state is not State.DONE] == []
    assert small.files("output") == sorted(names)
    assert code == 0
    assert small.pored("status", "--all").returncode == 0
    assert small.pored("status", "--json").returncode == 0
