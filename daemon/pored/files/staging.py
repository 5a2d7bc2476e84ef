"""Files written whole or not at all: a hidden file in the same folder, flushed, then given its name."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from blake3 import blake3

from pored.errors import StorageError
from pored.files.faults import storage_faults
from pored.files.names import is_temp_name, numbered, printable, temp_name
from pored.files.rights import give_rights
from pored.regular import open_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

_DIGEST_BYTES = 16
_CHUNK = 1 << 20
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.ENOSPC, errno.EDQUOT})
"""What file systems answer that have no hard links, or no room for one where a rename needs none."""
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})
"""What file systems answer that keep folders in order by themselves."""


class TargetExistsError(StorageError):
    """Something is there already under that name, and may not be replaced."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A finished file that lies beside its place, under a hidden name.

    Attributes:
        temp: where it lies.
        target: where :func:`commit` puts it.
        digest: of its bytes, as :func:`digest_file` gives it.
    """

    temp: Path
    target: Path
    digest: str


def stage(folder: Path, name: str, data: bytes, *, mode: int, group: str | None = None) -> Staged:
    """Writes a file, flushed to the disk, that nobody sees yet.

    Args:
        folder: exists already.
        name: of the finished file.
        data: all of it.
        mode: permission bits, whatever the umask.
        group: the file's group; None leaves it to the folder.

    Raises:
        StorageError: nothing is left behind.
        ValueError: ``name`` is a path.
    """
    _refuse_path(name)
    return _staged(folder, name, lambda file: _fill(file, [data]), mode, group)


def stage_with(
    folder: Path, name: str, write: Callable[[BinaryIO], object], *, mode: int, group: str | None = None
) -> Staged:
    """Like :func:`stage`, for a file that is too large for the memory, or not written from its start to its end.

    Args:
        folder: exists already.
        name: of the finished file.
        write: writes it; may go back in it. What it raises leaves nothing behind.
        mode: permission bits, whatever the umask.
        group: the file's group; None leaves it to the folder.
    """
    _refuse_path(name)

    def fill(file: BinaryIO) -> str:
        write(file)
        file.seek(0)
        return _digest(iter(lambda: file.read(_CHUNK), b""))

    return _staged(folder, name, fill, mode, group)


def keep_time(staged: Staged, like: Path) -> None:
    """Lets a staged file seem to have been modified when another one was.

    Raises:
        StorageError: one of them is gone.
    """
    with storage_faults("write", printable(staged.target.name)):
        modified = like.stat().st_mtime_ns
        os.utime(staged.temp, ns=(modified, modified))


def commit(staged: Staged, *, replace: bool = False) -> Path:
    """Gives a staged file its name, and flushes the folder.

    Args:
        staged: as :func:`stage` returned it.
        replace: whether a file that has that name already may go.

    Returns:
        Where the file is now.

    Raises:
        TargetExistsError: the name is taken; the staged file is still there.
        StorageError: likewise, unless the folder could not be flushed.
    """
    with storage_faults("write", printable(staged.target.name)):
        if replace:
            staged.temp.replace(staged.target)
        else:
            _rename_to_new(staged.temp, staged.target)
        _sync_folder(staged.target.parent)
    return staged.target


def discard(staged: Staged) -> None:
    """Removes a staged file; one that is gone already is no error."""
    with storage_faults("remove", printable(staged.temp.name)):
        staged.temp.unlink(missing_ok=True)


def sweep(folder: Path, *, recursive: bool = True) -> list[Path]:
    """Removes what an interrupted pored left half written, and returns it.

    Only regular files go whose names only pored gives. Call it while no other pored writes here.
    """
    found = folder.rglob(".*.tmp") if recursive else folder.glob(".*.tmp")
    with storage_faults("tidy up", printable(folder.name)):
        stray = [path for path in found if is_temp_name(path.name) and stat.S_ISREG(path.lstat().st_mode)]
        for path in stray:
            path.unlink(missing_ok=True)
    return stray


def make_folders(folder: Path, root: Path, *, mode: int, group: str | None = None) -> None:
    """Makes what is missing between ``root`` and ``folder``.

    Args:
        folder: lies in ``root``, or is it.
        root: exists; it is never made, since it may be the mount point of a share that is away.
        mode: of the files within; who may read them may also look into the folders.
        group: as for the files.

    Raises:
        StorageError: a folder cannot be made, or is a link, or ``root`` is missing.
    """
    made = root
    for part in folder.relative_to(root).parts:
        made = made / part
        with storage_faults("make the folder", printable(part)), suppress(FileExistsError):
            made.mkdir()
            give_rights(made, printable(part), mode=mode | (mode & 0o444) >> 2, group=group)
            _sync_folder(made.parent)
        if made.is_symlink():
            raise StorageError(
                "link",
                f"The folder {printable(part)} is a link, which may lead anywhere; pored writes nothing there. "
                "Put a folder in its place, or name the folder that it leads to in the settings.",
            )


def move(source: Path, folder: Path, name: str) -> Path:
    """Moves a file into a folder under ``name``, or under the first number that is free; replaces nothing.

    On another file system it is copied first, and the source goes when its copy has been read back.

    Returns:
        Where the file is now.

    Raises:
        StorageError: the source is still where it was.
        ValueError: ``name`` is a path.
    """
    _refuse_path(name)
    with storage_faults("move", printable(source.name)):
        target = folder / name
        for number in count(2):
            try:
                _move_to_new(source, target)
            except TargetExistsError:
                target = folder / numbered(name, number)
            else:
                break
    return target


def digest_file(path: Path) -> str:
    """Fingerprint of a file's bytes: the first 16 bytes of their BLAKE3, as hexadecimal digits."""
    with storage_faults("read", printable(path.name)):
        return _digest(_chunks(path))


def _refuse_path(name: str) -> None:
    if Path(name).name != name or name in {"", ".."}:
        raise ValueError(f"{name!r} is no file name")


def _staged(folder: Path, name: str, fill: Callable[[BinaryIO], str], mode: int, group: str | None) -> Staged:
    """A file that ``fill`` writes and tells the digest of."""
    temp = folder / temp_name(name, secrets.token_hex(8))
    with storage_faults("write", printable(name)):
        descriptor = os.open(temp, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                digest = fill(file)
                file.flush()
                give_rights(descriptor, printable(name), mode=mode, group=group)
                os.fsync(descriptor)
        except BaseException:
            temp.unlink(missing_ok=True)
            raise
    return Staged(temp, folder / name, digest)


def _fill(file: BinaryIO, chunks: Iterable[bytes]) -> str:
    digest = blake3()
    for chunk in chunks:
        digest.update(chunk)
        file.write(chunk)
    return digest.hexdigest(_DIGEST_BYTES)


def _move_to_new(source: Path, target: Path) -> None:
    if source.name == target.name and source.parent.samefile(target.parent):
        return
    try:
        _rename_to_new(source, target)
    except OSError as fault:
        if fault.errno != errno.EXDEV:
            raise
        _copy_to_new(source, target)
        source.unlink()
    _sync_folder(target.parent)
    _sync_folder(source.parent)


def _copy_to_new(source: Path, target: Path) -> None:
    """Copies a file with its mode and times; nothing is left at the target unless it was read back alike."""
    before = source.stat()
    mode = stat.S_IMODE(before.st_mode)
    staged = _staged(target.parent, target.name, lambda file: _fill(file, _chunks(source)), mode, None)
    try:
        os.utime(staged.temp, ns=(before.st_atime_ns, before.st_mtime_ns))
        if digest_file(staged.temp) != staged.digest or _changed(source.stat(), before):
            raise StorageError("io", f"{printable(source.name)} changed while it was copied; it is left where it is.")
        commit(staged)
    finally:
        discard(staged)


def _changed(now: os.stat_result, before: os.stat_result) -> bool:
    return (now.st_size, now.st_mtime_ns, now.st_ino) != (before.st_size, before.st_mtime_ns, before.st_ino)


def _rename_to_new(old: Path, new: Path) -> None:
    """Renames without ever replacing: a hard link fails where the name is taken, which a rename does not."""
    try:
        os.link(old, new, follow_symlinks=False)
    except FileExistsError as fault:
        if not _is_half_renamed(old, new):
            raise _taken(new) from fault
    except OSError as fault:
        if fault.errno not in _NO_LINKS:
            raise
        if os.path.lexists(new):
            raise _taken(new) from fault
        old.rename(new)
        return
    try:
        old.unlink()
    except PermissionError:
        new.unlink()  # the file is still where it was, and shall not be in two places
        raise


def _is_half_renamed(old: Path, new: Path) -> bool:
    """Whether ``new`` is ``old``: the link was made before, and the machine stopped or the answer was lost."""
    there, here = new.lstat(), old.lstat()
    return os.path.samestat(there, here) and here.st_nlink > 1


def _taken(path: Path) -> TargetExistsError:
    return TargetExistsError("exists", f"{printable(path.name)} exists already and is not replaced.")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as fault:
        if fault.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


def _chunks(path: Path) -> Iterator[bytes]:
    with open_regular(path) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _digest(chunks: Iterable[bytes]) -> str:
    digest = blake3()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest(_DIGEST_BYTES)
