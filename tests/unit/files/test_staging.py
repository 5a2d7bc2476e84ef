from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from pored.errors import StorageError
from pored.files import staging
from pored.files.staging import (
    TargetExistsError,
    commit,
    digest_file,
    discard,
    make_folders,
    move,
    stage,
    stage_with,
    sweep,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

DATA = b"pores" * 1000
DIGITS = "0123456789abcdef"
STRANGE = ["a.jpg", "-rf.jpg", "a\nb.jpg", "\udce9t\udce9.jpg", "Zoë.jpg", "x" * 251 + ".jpg", "ä" * 125 + ".jpg"]


def fault(number: int) -> Callable[..., NoReturn]:
    def _raise(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return _raise


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", STRANGE)
def test_a_file_appears_whole_and_at_once(tmp_path: Path, name: str) -> None:
    staged = stage(tmp_path, name, DATA, mode=0o664)
    assert names(tmp_path) == [staged.temp.name]
    assert staged.temp.name.startswith(".")
    assert staged.temp.read_bytes() == DATA
    assert commit(staged) == tmp_path / name
    assert names(tmp_path) == [name]
    assert (tmp_path / name).read_bytes() == DATA
    assert staged.digest == digest_file(tmp_path / name)


@pytest.mark.parametrize(
    ("length", "digest"), [(0, "af1349b9f5f9a1a6a0404dea36dcc949"), (1024, "42214739f095a406f3fc83deb889744a")]
)
def test_the_digest_is_half_of_blake3(tmp_path: Path, length: int, digest: str) -> None:
    """As its authors' test vectors have it."""
    (tmp_path / "a.jpg").write_bytes(bytes(number % 251 for number in range(length)))
    assert digest_file(tmp_path / "a.jpg") == digest


def test_the_mode_holds_whatever_the_umask(tmp_path: Path) -> None:
    umask = os.umask(0o077)
    try:
        path = commit(stage(tmp_path, "a.jpg", DATA, mode=0o664))
    finally:
        os.umask(umask)
    assert mode(path) == 0o664


def test_file_and_folder_are_flushed_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
    )
    staged = stage(tmp_path, "a.jpg", DATA, mode=0o664)
    assert flushed == [staged.temp.name]
    commit(staged)
    assert flushed[1:] == [tmp_path.name]


def test_a_taken_name_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"mine")
    staged = stage(tmp_path, "a.jpg", DATA, mode=0o664)
    with pytest.raises(TargetExistsError, match=r"a\.jpg exists already") as caught:
        commit(staged)
    assert caught.value.code == "exists"
    assert (tmp_path / "a.jpg").read_bytes() == b"mine"
    assert staged.temp.exists()


def test_a_link_that_leads_nowhere_takes_the_name_too(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to("nowhere")
    with pytest.raises(TargetExistsError):
        commit(stage(tmp_path, "a.jpg", DATA, mode=0o664))


def test_replace_replaces(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"old")
    commit(stage(tmp_path, "a.jpg", DATA, mode=0o664), replace=True)
    assert names(tmp_path) == ["a.jpg"]
    assert (tmp_path / "a.jpg").read_bytes() == DATA


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.ENOSPC])
def test_file_systems_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(os, "link", fault(number))
    commit(stage(tmp_path, "a.jpg", DATA, mode=0o664))
    assert names(tmp_path) == ["a.jpg"]
    with pytest.raises(TargetExistsError):
        commit(stage(tmp_path, "a.jpg", b"other", mode=0o664))
    assert (tmp_path / "a.jpg").read_bytes() == DATA


def test_a_commit_that_was_interrupted_between_its_two_steps_can_be_repeated(tmp_path: Path) -> None:
    staged = stage(tmp_path, "a.jpg", DATA, mode=0o664)
    staged.target.hardlink_to(staged.temp)
    commit(staged)
    assert names(tmp_path) == ["a.jpg"]


def test_discard_leaves_nothing_and_may_be_repeated(tmp_path: Path) -> None:
    staged = stage(tmp_path, "a.jpg", DATA, mode=0o664)
    discard(staged)
    discard(staged)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("call", "number", "code"),
    [
        ("fsync", errno.EIO, "io"),
        ("fsync", errno.ENOSPC, "disk-full"),
        ("chmod", errno.EROFS, "read-only"),
        ("open", errno.EACCES, "forbidden"),
        ("open", errno.EDQUOT, "disk-full"),
        ("open", errno.ESTALE, "gone"),
    ],
)
def test_a_fault_while_writing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, code: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fault(number))
        with pytest.raises(StorageError, match=r"Could not write a\.jpg") as caught:
            stage(tmp_path, "a.jpg", DATA, mode=0o664)
    assert caught.value.code == code
    assert names(tmp_path) == []


def test_a_missing_folder_is_gone(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        stage(tmp_path / "away", "a.jpg", DATA, mode=0o664)
    assert caught.value.code == "gone"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b.jpg", "/a.jpg"])
def test_a_name_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no file name"):
        stage(tmp_path, name, DATA, mode=0o664)
    with pytest.raises(ValueError, match="no file name"):
        move(tmp_path / "a.jpg", tmp_path, name)


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_folders_that_cannot_be_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    staged = stage(tmp_path, "a.jpg", DATA, mode=0o664)
    monkeypatch.setattr(os, "fsync", fault(number))
    assert commit(staged).read_bytes() == DATA


def test_a_folder_whose_flush_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    staged = stage(tmp_path, "a.jpg", DATA, mode=0o664)
    monkeypatch.setattr(os, "fsync", fault(errno.EIO))
    with pytest.raises(StorageError) as caught:
        commit(staged)
    assert caught.value.code == "io"


@pytest.mark.parametrize("recursive", [True, False])
def test_sweep_takes_only_what_pored_left(tmp_path: Path, *, recursive: bool) -> None:
    (tmp_path / "sub").mkdir()
    stray = stage(tmp_path, "a.jpg", DATA, mode=0o664).temp
    deep = stage(tmp_path / "sub", "b\n\udce9.jpg", DATA, mode=0o664).temp
    others = [".a.jpg.tmp", f".a.jpg.pored-{DIGITS}.tmp2", "a.jpg", ".syncthing.a.jpg.tmp"]
    for name in others:
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / f".folder.pored-{DIGITS}.tmp").mkdir()
    (tmp_path / f".link.pored-{DIGITS}.tmp").symlink_to("a.jpg")

    assert set(sweep(tmp_path, recursive=recursive)) == ({stray, deep} if recursive else {stray})

    assert set(others) < set(names(tmp_path))
    assert f".link.pored-{DIGITS}.tmp" in names(tmp_path)
    assert deep.exists() != recursive


def test_folders_are_made_with_the_files_mode(tmp_path: Path) -> None:
    umask = os.umask(0o077)
    try:
        make_folders(tmp_path / "a" / "b", tmp_path, mode=0o664)
        make_folders(tmp_path / "c", tmp_path, mode=0o640)
    finally:
        os.umask(umask)
    assert [mode(tmp_path / part) for part in ("a", "a/b", "c")] == [0o775, 0o775, 0o750]


def test_folders_that_are_there_keep_their_mode(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o700)
    make_folders(tmp_path / "a" / "b", tmp_path, mode=0o664)
    make_folders(tmp_path, tmp_path, mode=0o664)
    assert mode(tmp_path / "a") == 0o700


def test_the_root_itself_is_never_made(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        make_folders(tmp_path / "share" / "a", tmp_path / "share", mode=0o664)
    assert caught.value.code == "gone"
    assert names(tmp_path) == []


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "processed"
    folder.mkdir()
    return folder


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(DATA)
    path.chmod(0o640)
    os.utime(path, ns=(1, 1_700_000_000_123_456_789))
    return path


@pytest.fixture(params=["same file system", "another file system"])
def file_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the target folder lies; a link from one to the other fails as the kernel lets it fail."""
    link = os.link

    def _link(source: Path, target: Path, **options: bool) -> None:
        if source.parent != target.parent:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        link(source, target, **options)

    if request.param == "another file system":
        monkeypatch.setattr(os, "link", _link)
    return str(request.param)


@pytest.mark.usefixtures("file_system")
def test_an_export_moves_with_mode_and_time(export: Path, there: Path) -> None:
    assert move(export, there, "a.jpg") == there / "a.jpg"
    assert not export.exists()
    moved = there / "a.jpg"
    assert moved.read_bytes() == DATA
    assert mode(moved) == 0o640
    assert moved.stat().st_mtime_ns == 1_700_000_000_123_456_789
    assert names(there) == ["a.jpg"]


@pytest.mark.usefixtures("file_system")
def test_moving_replaces_nothing(export: Path, there: Path) -> None:
    (there / "a.jpg").write_bytes(b"first")
    (there / "a-2.jpg").write_bytes(b"second")
    assert move(export, there, "a.jpg") == there / "a-3.jpg"
    assert names(there) == ["a-2.jpg", "a-3.jpg", "a.jpg"]
    assert (there / "a.jpg").read_bytes() == b"first"


def test_a_move_onto_itself_changes_nothing(export: Path) -> None:
    twin = export.with_name("twin.jpg")
    twin.hardlink_to(export)
    assert move(export, export.parent, "a.jpg") == export
    assert export.read_bytes() == DATA


def test_a_move_that_was_interrupted_is_finished(export: Path, there: Path) -> None:
    (there / "a.jpg").hardlink_to(export)
    assert move(export, there, "a.jpg") == there / "a.jpg"
    assert not export.exists()


def test_an_export_that_may_not_be_taken_away_is_not_in_two_places(
    export: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def _unlink(path: Path, *, missing_ok: bool = False) -> None:
        if path == export:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", _unlink)
    with pytest.raises(StorageError) as caught:
        move(export, there, "a.jpg")
    assert caught.value.code == "forbidden"
    assert export.read_bytes() == DATA
    assert names(there) == []


def test_a_copy_that_reads_back_otherwise_is_not_trusted(
    export: Path, there: Path, file_system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "digest_file", lambda _: "other")
    if file_system == "same file system":
        assert move(export, there, "a.jpg").exists()
        return
    with pytest.raises(StorageError, match="left where it is"):
        move(export, there, "a.jpg")
    assert export.read_bytes() == DATA
    assert names(there) == []


def test_an_export_that_grows_while_it_is_copied_stays(
    export: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = staging.digest_file

    def _grow(path: Path) -> str:
        with export.open("ab") as file:
            file.write(b"more")
        return digest(path)

    def _link(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", _link)
    monkeypatch.setattr(staging, "digest_file", _grow)
    with pytest.raises(StorageError, match="changed while it was copied"):
        move(export, there, "a.jpg")
    assert export.read_bytes() == DATA + b"more"
    assert names(there) == []


def test_a_file_that_is_gone(tmp_path: Path, there: Path) -> None:
    for attempt in (lambda: move(tmp_path / "a.jpg", there, "a.jpg"), lambda: digest_file(tmp_path / "a.jpg")):
        with pytest.raises(StorageError) as caught:
            attempt()
        assert caught.value.code == "gone"


def test_a_link_among_the_folders_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "job").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StorageError) as refused:
        make_folders(tmp_path / "output" / "job" / "day", tmp_path / "output", mode=0o644)

    assert refused.value.code == "link"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_may_be_written_back_and_forth(tmp_path: Path) -> None:
    def write(file: BinaryIO) -> None:
        file.write(b"____ and content")
        file.seek(0)
        file.write(b"head")

    staged = stage_with(tmp_path, "a.psd", write, mode=0o640)
    assert commit(staged).read_bytes() == b"head and content"
    assert staged.digest == digest_file(tmp_path / "a.psd")


def test_a_file_whose_writing_fails_is_not_left_behind(tmp_path: Path) -> None:
    def write(file: BinaryIO) -> None:
        file.write(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stage_with(tmp_path, "a.psd", write, mode=0o640)
    assert list(tmp_path.iterdir()) == []
