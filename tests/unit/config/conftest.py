from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pored.config import load_settings
from pored.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pored.config import Settings

FOLDERS = """
name = "headshots"
inbox = "inbox"
originals = ["originals"]
output = "output"
failed = "failed"
reports = "reports"
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Settings]:
    """Settings from a file in ``tmp_path`` with one hot folder that ``hot`` goes on with, and ``top`` above it."""

    def load_text(hot: str = "", top: str = "") -> Settings:
        file = tmp_path / "pored.toml"
        file.write_text(f"{top}\n[[hot_folder]]\n{FOLDERS}\n{hot}\n", encoding="utf-8")
        return load_settings(file)

    return load_text


@pytest.fixture
def refusal(load: Callable[..., Settings]) -> Callable[..., list[str]]:
    """The mistakes that such a file is refused for."""

    def mistakes(hot: str = "", top: str = "") -> list[str]:
        with pytest.raises(UsageError) as refused:
            load(hot, top)
        return [line.strip() for line in refused.value.message.splitlines()[1:]]

    return mistakes
