"""A day in a studio: one service, and exports that come in every way in which people and programs bring them."""

from __future__ import annotations

import os
import shutil
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from pored.files.records import State

if TYPE_CHECKING:
    from pathlib import Path

    from tests.studio.conftest import Service, Studio


def _is_done(service: Service, path: Path, name: str, hot_folder: str = "heads") -> None:
    line = service.says("picture", file=name, hot_folder=hot_folder)
    assert line["outcome"] == "done", line
    assert line["texture_before"]["energy"] < 0.6 < line["texture_after"]["energy"]
    with Image.open(path) as result:
        assert result.size == (910, 1137)


def test_copied(day: Studio, service: Service) -> None:
    day.shoot("copied.jpg")

    subprocess.run(["cp", day.outside("copied.jpg"), day.inbox("")], check=True)

    _is_done(service, day.output("copied.jpg"), "copied.jpg")
    assert service.says("picture", file="copied.jpg")["rule"] == "same name"


def test_copied_with_its_old_time(day: Studio, service: Service) -> None:
    day.shoot("old.jpg")
    source = day.outside("old.jpg")
    os.utime(source, (1_000_000_000, 1_000_000_000))

    shutil.copy2(source, day.inbox("old.jpg"))

    _is_done(service, day.output("old.jpg"), "old.jpg")


def test_moved(day: Studio, service: Service) -> None:
    day.shoot("moved.jpg")

    day.outside("moved.jpg").rename(day.inbox("moved.jpg"))

    _is_done(service, day.output("moved.jpg"), "moved.jpg")


def test_written_in_pieces_by_one_who_keeps_it_open(day: Studio, service: Service) -> None:
    day.shoot("pieces.jpg")
    data = day.export("pieces.jpg")

    with day.inbox("pieces.jpg").open("wb", buffering=0) as file:
        for start in range(0, len(data), len(data) // 3 + 1):
            since = len(service.lines)
            file.write(data[start : start + len(data) // 3 + 1])
            if start + len(data) // 3 + 1 < len(data):
                service.says("unfinished", since, file="pieces.jpg")

    _is_done(service, day.output("pieces.jpg"), "pieces.jpg")


def test_written_in_pieces_by_one_who_opens_it_again_and_again(day: Studio, service: Service) -> None:
    day.shoot("resumed.jpg")
    data = day.export("resumed.jpg")
    half = len(data) // 2

    day.inbox("resumed.jpg").write_bytes(data[:half])
    service.says("unfinished", file="resumed.jpg", bytes=half)
    with day.inbox("resumed.jpg").open("ab") as file:
        file.write(data[half:])

    _is_done(service, day.output("resumed.jpg"), "resumed.jpg")


def test_full_size_at_once_and_zeros_until_the_data_come(day: Studio, service: Service) -> None:
    day.shoot("explorer.jpg")
    data = day.export("explorer.jpg")

    with day.inbox("explorer.jpg").open("wb", buffering=0) as file:
        file.truncate(len(data))
        service.says("unfinished", file="explorer.jpg", bytes=len(data))
        file.write(data)

    _is_done(service, day.output("explorer.jpg"), "explorer.jpg")


@pytest.mark.parametrize("temp", [".renamed.jpg.aB3dE6", "renamed.jpg.part", "~renamed.tmp"])
def test_written_under_another_name_and_renamed(day: Studio, service: Service, temp: str) -> None:
    name = f"renamed{len(temp)}.jpg"
    day.shoot(name)

    day.inbox(temp).write_bytes(day.export(name))
    day.inbox(temp).rename(day.inbox(name))

    _is_done(service, day.output(name), name)
    assert service.count("picture", file=temp) == 0


def test_export_first(day: Studio, service: Service) -> None:
    day.drop("first-Edit.jpg")
    line = service.says("waiting", file="first-Edit.jpg")
    assert line["looked_for"] == ["first-Edit", "first"]

    day.shoot("first.jpg")

    _is_done(service, day.output("first-Edit.jpg"), "first-Edit.jpg")
    assert service.count("waiting", file="first-Edit.jpg") == 1


def test_export_first_and_its_original_in_pieces(day: Studio, service: Service) -> None:
    day.drop("slow.jpg")
    service.says("waiting", file="slow.jpg")
    data = day.original("slow.jpg")

    with (day.root / "heads/originals/slow.jpg").open("wb", buffering=0) as file:
        file.write(data[: len(data) // 2])
        day.waits_for_message("its original slow.jpg is still being written")
        file.write(data[len(data) // 2 :])
    day.shoot("slow.jpg")

    _is_done(service, day.output("slow.jpg"), "slow.jpg")


def test_a_whole_folder_moved_in(day: Studio, service: Service) -> None:
    for name in ("job/one.jpg", "job/soft/two.jpg"):
        day.shoot(name)
        day.outside(name)

    (day.root / "elsewhere" / "job").rename(day.inbox("") / "job")

    for name in ("job/one.jpg", "job/soft/two.jpg"):
        _is_done(service, day.output(name), name)


def test_a_name_that_is_no_utf_8(day: Studio, service: Service) -> None:
    name = os.fsdecode(b"b\xfcro.jpg")
    day.shoot(name)

    day.drop(name)

    _is_done(service, day.output(name), name)


def test_no_picture(day: Studio, service: Service) -> None:
    day.shoot("text.jpg")

    day.inbox("text.jpg").write_text("This is a letter, not a picture.")

    assert service.says("picture", file="text.jpg")["outcome"] == "failed"
    assert day.inbox("text.jpg").exists()
    reason = (day.root / "heads" / "failed" / "text.jpg.reason.txt").read_text()
    assert "text.jpg" in reason
    assert str(day.root) not in reason


def test_nobody_in_the_picture(day: Studio, service: Service) -> None:
    file = BytesIO()
    Image.effect_noise((300, 200), 40).convert("RGB").save(file, "PNG")
    original = day.shoot("nobody.png", data=file.getvalue())

    day.inbox("nobody.png").write_bytes(original.read_bytes() + b"another")

    assert service.says("picture", file="nobody.png")["code"] == "no-face"


def test_where_exports_are_moved(day: Studio, service: Service) -> None:
    day.shoot("class/pupil.jpg", "school")
    day.drop("class/pupil.jpg", "school")
    day.shoot("broken.jpg", "school")
    day.inbox("broken.jpg", "school").write_text("no picture")

    _is_done(service, day.output("class/pupil.jpg", "school"), "class/pupil.jpg", hot_folder="school")
    service.says("picture", file="broken.jpg", hot_folder="school", outcome="failed")

    assert day.files("inbox", "school") == []
    assert day.files("processed", "school") == ["class/pupil.jpg"]
    assert day.files("failed", "school") == ["broken.jpg", "broken.jpg.reason.txt"]


def test_one_name_in_two_hot_folders(day: Studio, service: Service) -> None:
    for hot_folder in ("heads", "school"):
        day.shoot("same.jpg", hot_folder)
        day.drop("same.jpg", hot_folder)

    for hot_folder in ("heads", "school"):
        _is_done(service, day.output("same.jpg", hot_folder), "same.jpg", hot_folder=hot_folder)


def test_dropped_again(day: Studio, service: Service) -> None:
    day.shoot("again.jpg")
    day.drop("again.jpg")
    _is_done(service, day.output("again.jpg"), "again.jpg")

    day.drop("again.jpg")
    service.says("already done", file="again.jpg")
    assert service.count("picture", file="again.jpg") == 1

    day.output("again.jpg").unlink()
    since = len(service.lines)
    day.drop("again.jpg")
    service.says("picture", since, file="again.jpg", outcome="done")
    assert day.output("again.jpg").exists()


def test_other_bytes_under_the_same_name(day: Studio, service: Service) -> None:
    day.shoot("new.jpg")
    day.drop("new.jpg")
    _is_done(service, day.output("new.jpg"), "new.jpg")
    first = day.output("new.jpg").read_bytes()

    since = len(service.lines)
    day.inbox("new.jpg").write_bytes(day.export("a later attempt"))
    service.says("picture", since, file="new.jpg", outcome="done", result=["new-2.jpg"])

    assert day.output("new.jpg").read_bytes() == first


def test_retry_by_name(day: Studio, service: Service) -> None:
    day.shoot("mended.jpg", data=b"a broken original")
    day.drop("mended.jpg")
    service.says("picture", file="mended.jpg", outcome="failed")
    day.shoot("mended.jpg")

    since = len(service.lines)
    assert day.pored("retry", "mended.jpg").returncode == 0

    service.says("picture", since, file="mended.jpg", outcome="done")
    assert not (day.root / "heads" / "failed" / "mended.jpg.reason.txt").exists()


def test_status_while_it_runs(day: Studio, service: Service) -> None:
    day.drop("nobody_shot_this.jpg")
    service.says("waiting", file="nobody_shot_this.jpg")

    status = day.pored("status")

    assert f"process {service.process.pid}" in status.stdout
    assert "nobody_shot_this" in status.stdout


def test_in_the_evening_it_ends_and_the_next_day_begins_with_nothing_done_twice(day: Studio, service: Service) -> None:
    outputs = {path: path.read_bytes() for path in day.root.glob("*/output/**/*") if path.is_file()}
    pictures = service.count("picture")

    assert service.end() == 0
    assert service.lines[-2]["event"] == "stopped"
    assert service.count("internal") == 0

    morning = day.run()
    morning.says("waiting", file="nobody_shot_this.jpg")
    day.shoot("next_day.jpg")
    day.drop("next_day.jpg")
    morning.says("picture", file="next_day.jpg", outcome="done")

    assert morning.count("picture") == 1
    assert morning.end() == 0
    left = {path for path in day.root.glob("*/output/**/*") if path.is_file()} - {day.output("next_day.jpg")}
    assert left == set(outputs)
    assert all(path.read_bytes() == data for path, data in outputs.items())
    assert pictures >= len(outputs)
    assert not any(path.name.endswith(".tmp") for path in day.root.rglob("*"))
    assert {entry.state for entry in day.entries()} <= {State.DONE, State.FAILED, State.WAITING}
