"""What tells, without reading a file, whether it is still the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import os


class Stamp(NamedTuple):
    """A file's size in bytes, time of its last change in nanoseconds, and inode; each fits 64 bits with a sign.

    The inode is only good for comparing within one run of the service: a share that was mounted again may number anew.
    """

    size: int
    mtime_ns: int
    inode: int

    @property
    def content(self) -> tuple[int, int]:
        """The part that holds across restarts and mounts."""
        return self.size, self.mtime_ns


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp of a file from what ``os.stat`` said about it."""
    return Stamp(status.st_size, _signed(status.st_mtime_ns), _signed(status.st_ino))


def _signed(number: int) -> int:
    """Wrapped into 64 bits with a sign: some shares number inodes beyond, and clocks are set to the far future."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)
