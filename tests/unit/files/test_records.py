"""What the ledger's rows say."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest

from pored.files.ledger import Ledger
from pored.files.records import State
from pored.stamp import Stamp

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("message", "looked_for", "reason"),
    [
        ("no original has come yet", ("a-1", "a"), "No original has come yet. Looked for: a-1, a."),
        ("It is another frame. Give it its own.", (), "It is another frame. Give it its own."),
        ("", ("a",), "Looked for: a."),
        ("", (), ""),
    ],
)
def test_the_reason_is_in_sentences(message: str, looked_for: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        entry = ledger.enter("heads", PurePath("a-1.jpg"), Stamp(1, 2, 3), "digest", 1.0)
        ledger.waits(entry.id, State.WAITING, message, looked_for, 2.0)
        assert ledger.entry(entry.id).reason == reason
