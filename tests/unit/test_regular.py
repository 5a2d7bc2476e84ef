from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pored.regular import open_regular


def test_a_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"whole")

    with open_regular(tmp_path / "a.jpg") as file:
        assert file.read() == b"whole"


def test_nothing_that_stands_for_a_file_is_opened_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "a.jpg").write_bytes(b"whole")
    (tmp_path / "link.jpg").symlink_to(tmp_path / "a.jpg")
    (tmp_path / "folder.jpg").mkdir()

    for path in (tmp_path / "pipe.jpg", tmp_path / "link.jpg", tmp_path / "folder.jpg", Path("/dev/zero")):
        with pytest.raises(OSError, match="no regular file") as caught:
            open_regular(path)
        assert caught.value.errno == errno.EINVAL


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"whole")
    before = len(list(Path("/proc/self/fd").iterdir()))

    open_regular(tmp_path / "a.jpg").close()
    with pytest.raises(OSError, match="regular"):
        open_regular(tmp_path)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
