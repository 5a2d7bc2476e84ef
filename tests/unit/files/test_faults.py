from __future__ import annotations

import errno
import os

import pytest

from pored.errors import StorageError
from pored.files.faults import storage_faults


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "forbidden"),
        (errno.EPERM, "forbidden"),
        (errno.ENOENT, "gone"),
        (errno.ESTALE, "gone"),
        (errno.ENODEV, "gone"),
        (errno.EIO, "io"),
        (errno.ENAMETOOLONG, "io"),
    ],
)
def test_every_fault_has_a_code_and_says_what_to_do(number: int, code: str) -> None:
    with (
        pytest.raises(StorageError, match=r"Could not write a\.jpg: .+\. .+\.") as caught,
        storage_faults("write", "a.jpg"),
    ):
        raise OSError(number, os.strerror(number), "/srv/secret/a.jpg")
    assert caught.value.code == code
    assert caught.value.passes
    assert "/srv" not in caught.value.message


def test_a_fault_without_number() -> None:
    with pytest.raises(StorageError, match="no reason") as caught, storage_faults("read", "a.jpg"):
        raise OSError
    assert caught.value.code == "io"


def test_other_errors_pass() -> None:
    with pytest.raises(ValueError, match="mine"), storage_faults("read", "a.jpg"):
        raise ValueError("mine")
