from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import pytest

import pored.watch.ready
from pored.watch.ready import check_due, is_being_written, stamp_at
from pored.watch.settle import Hint, Settle, Verdict

if TYPE_CHECKING:
    from pored.stamp import Stamp

A = PurePath("a.jpg")


@pytest.fixture
def settle() -> Settle[PurePath]:
    return Settle(2.0)


def _see(settle: Settle[PurePath], path: Path, now: float) -> Stamp:
    stamp = stamp_at(path)
    assert stamp is not None
    settle.saw(A, stamp, now, Hint.FINISHED)
    return stamp


def test_a_file_that_stood_still_is_ready(settle: Settle[PurePath], tmp_path: Path) -> None:
    (tmp_path / A).write_bytes(b"whole")
    stamp = _see(settle, tmp_path / A, 0.0)

    assert list(check_due(settle, tmp_path, 1.0)) == []
    assert list(check_due(settle, tmp_path, 2.0)) == [(A, stamp, Verdict.READY)]
    assert len(settle) == 0


def test_a_file_that_changed_since_it_was_seen_waits_again(settle: Settle[PurePath], tmp_path: Path) -> None:
    (tmp_path / A).write_bytes(b"half")
    _see(settle, tmp_path / A, 0.0)
    (tmp_path / A).write_bytes(b"half and whole")

    assert list(check_due(settle, tmp_path, 2.0)) == []
    assert [verdict for _, _, verdict in check_due(settle, tmp_path, 7.0)] == [Verdict.READY]


def test_a_file_that_left_is_forgotten(settle: Settle[PurePath], tmp_path: Path) -> None:
    (tmp_path / A).write_bytes(b"whole")
    _see(settle, tmp_path / A, 0.0)
    (tmp_path / A).unlink()

    assert list(check_due(settle, tmp_path, 2.0)) == []
    assert A not in settle


def test_a_file_that_cannot_be_read_is_asked_again(
    settle: Settle[PurePath], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / A).write_bytes(b"whole")
    _see(settle, tmp_path / A, 0.0)

    def forbidden(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(pored.watch.ready, "looks_complete", forbidden)

    assert [verdict for _, _, verdict in check_due(settle, tmp_path, 2.0)] == [Verdict.NOT_YET]


def test_only_regular_files_have_a_stamp(tmp_path: Path) -> None:
    (tmp_path / "link.jpg").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.jpg")

    assert [stamp_at(tmp_path / name) for name in ("", "link.jpg", "pipe.jpg", "none.jpg", "nul\0.jpg")] == [None] * 5


def test_a_file_that_a_program_has_open_for_writing_waits_for_that_program(
    settle: Settle[PurePath], tmp_path: Path
) -> None:
    (tmp_path / A).write_bytes(b"whole")
    _see(settle, tmp_path / A, 0.0)

    with (tmp_path / A).open("r+b"):
        assert [verdict for _, _, verdict in check_due(settle, tmp_path, 2.0, is_local=True)] == [Verdict.HELD]
    assert [verdict for _, _, verdict in check_due(settle, tmp_path, 9.0, is_local=True)] == [Verdict.READY]


def test_on_a_share_nobody_is_asked_who_has_a_file_open(settle: Settle[PurePath], tmp_path: Path) -> None:
    (tmp_path / A).write_bytes(b"whole")
    _see(settle, tmp_path / A, 0.0)

    with (tmp_path / A).open("r+b"):
        assert [verdict for _, _, verdict in check_due(settle, tmp_path, 2.0)] == [Verdict.READY]


def test_who_reads_a_file_does_not_write_it(tmp_path: Path) -> None:
    (tmp_path / A).write_bytes(b"whole")

    with (tmp_path / A).open("rb"):
        assert not is_being_written(tmp_path / A)
    with (tmp_path / A).open("ab"):
        assert is_being_written(tmp_path / A)
    assert not is_being_written(tmp_path / A)
    assert not is_being_written(tmp_path / "gone.jpg")
