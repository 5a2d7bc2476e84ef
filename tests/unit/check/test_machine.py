from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING

import pytest

from pored.check import Machine

if TYPE_CHECKING:
    from pathlib import Path


def test_the_real_answers(tmp_path: Path) -> None:
    machine = Machine()
    assert machine.python >= (3, 11)
    assert "numpy" in machine.distributions()
    assert machine.model_problem() is None
    assert machine.free_bytes(tmp_path) > 0
    assert machine.user == os.geteuid()
    with pytest.raises(OSError, match="no-such"):
        machine.load_library("libno-such.so.1")
    with pytest.raises(ImportError):
        machine.import_module("no_such_module")


@pytest.mark.parametrize(("user", "name"), [(0, "pored"), (4242424, "4242424")])
def test_whom_a_command_is_for(user: int, name: str) -> None:
    assert Machine(user=user).service_user == name


def test_anybody_else_is_called_by_name() -> None:
    other = next(each for each in pwd.getpwall() if each.pw_uid != 0)
    assert Machine(user=other.pw_uid).service_user == pwd.getpwuid(other.pw_uid).pw_name
