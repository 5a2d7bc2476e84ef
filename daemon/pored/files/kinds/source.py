"""A file being read: its bytes in order, and the errors that say that they do not suffice."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pored.errors import UnreadableError, UnsupportedError

if TYPE_CHECKING:
    from typing import BinaryIO


_BELIEVED = 1 << 20
"""Bytes that are asked for without a look at whether they are there: reading takes memory for all of them first."""


@dataclass(frozen=True, slots=True)
class Source:
    """An open file or a buffer, with the file's name for messages."""

    name: str
    stream: BinaryIO

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes.

        Raises:
            UnreadableError: the file ends before.
        """
        if count > _BELIEVED and count > self._left:
            raise cut_short(self.name)
        data = self.stream.read(count)
        if len(data) < count:
            raise cut_short(self.name)
        return data

    @property
    def _left(self) -> int:
        here = self.stream.tell()
        end = self.stream.seek(0, os.SEEK_END)
        self.stream.seek(here)
        return end - here

    def all_bytes(self) -> bytes:
        """The whole file."""
        self.stream.seek(0)
        return self.stream.read()

    @property
    def size(self) -> int:
        """In bytes; the position afterwards is the start."""
        size = self.stream.seek(0, os.SEEK_END)
        self.stream.seek(0)
        return size


def empty(name: str) -> UnreadableError:
    """For a file without a byte, or with noughts alone."""
    return UnreadableError("empty", f"{name} is empty; a copy was probably interrupted. Export or copy it again.")


def cut_short(name: str) -> UnreadableError:
    """For a file that ends too early."""
    return UnreadableError(
        "truncated", f"{name} is cut short; a copy or an export was probably interrupted. Export or copy it again."
    )


def raw_export(name: str) -> UnsupportedError:
    """For a camera's RAW where a picture is wanted that a result can be made of."""
    return UnsupportedError(
        "raw", f"{name} is a camera RAW, which can be an original but no export; export it as JPEG, PNG or TIFF."
    )


def damaged(name: str) -> UnreadableError:
    """For a file whose content contradicts itself."""
    return UnreadableError("damaged", f"{name} is damaged and cannot be read. Export or copy it again.")
