"""The page over a real ledger, without a browser, a service or worker processes."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

import pytest
from starlette.testclient import TestClient

from pored.config import HotFolder, Review, Settings
from pored.files.ledger import Ledger
from pored.files.records import Conclusion, Piece, State, Step
from pored.files.screen import Shown
from pored.files.staging import digest_file
from pored.review.app import make_app
from pored.review.desk import ReviewDesk
from pored.review.tasks import Glimpse, Showing, Trial, Tried
from pored.review.work import show
from pored.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pored.files.records import Entry
    from pored.review.hands import Hands

TOKEN = "sixteen letters at least"  # noqa: S105 - of a test
FOLDERS = ("inbox", "originals", "output", "failed", "reports", "state")


class ListedLog:
    """What was said."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def info(self, event: str, /, **facts: object) -> None:
        self.lines.append((event, facts))

    warning = error = info


class OwnHands:
    """Do in this very process what worker processes do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trials: list[Trial] = []
        self.is_slow = False

    def place(self, name: str) -> Shown:
        return Shown.at(self.folder, name)

    async def show(self, task: Showing) -> Shown:
        show(task)
        return task.shown

    def small(self, name: str) -> Path:
        return self.folder / f"{name}-small.jpg"

    async def glimpse(self, task: Glimpse) -> bytes | None:
        if self.is_slow:
            return None
        show(task)
        return task.place.read_bytes()

    async def get_ready(self, task: Trial) -> bool:
        await self.try_out(task)
        return True

    async def try_out(self, task: Trial) -> Tried:
        self.trials.append(task)
        return Tried(b"a picture", task.part)


class Shop:
    """A studio's folders, its ledger, and a browser."""

    def __init__(self, root: Path, token: str = "", **options: Any) -> None:  # noqa: ANN401 - settings of any kind
        for name in FOLDERS:
            (root / name).mkdir()
        self.root = root
        folders: dict[str, Any] = {name: root / name for name in ("inbox", "output", "failed", "reports")}
        hot_folder = HotFolder(name="heads", originals=(root / "originals",), **folders, **options)
        self.settings = Settings(
            state_dir=root / "state", hot_folders=(hot_folder,), review=Review(enabled=True, token=token)
        )
        self.ledger = Ledger(root / "state")
        self.log = ListedLog()
        self.told: list[int] = []
        self.hands = OwnHands(root / "state" / "screen")
        self.desk = ReviewDesk(self.settings, None, cast("Hands", self.hands), self.log, self.told.append)
        self.browser = TestClient(make_app(self.desk), base_url="http://localhost", follow_redirects=False)

    def word(self) -> str:
        page = self.browser.get("/batches").text
        return page.partition('name="word" content="')[2].partition('"')[0]

    def post(self, address: str, **body: object) -> Any:  # noqa: ANN401 - an answer
        return self.browser.post(address, json=body, headers={"x-pored-word": self.word()})

    def drop(self, name: str = "a.jpg", data: bytes = b"smooth", now: float = 1.0) -> Entry:
        path = self.root / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return self.ledger.enter("heads", PurePath(name), Stamp(1, 2, 3), f"digest of {name!a}", now)

    def dropped(self, data: bytes, name: str = "a.jpg") -> Entry:
        """With the digest that its bytes have, so that it can be read."""
        path = self.drop(name, data).path
        digest = digest_file(self.root / "inbox" / name)
        return self.ledger.enter("heads", path, self.ledger.known("heads")[path].stamp, digest, 2.0)

    def done(
        self,
        entry: Entry,
        files: dict[Piece, bytes] | None = None,
        **facts: Any,  # noqa: ANN401 - of every kind
    ) -> Entry:
        steps = []
        for kind, data in (files or {}).items():
            path = self.root / "output" / f"{entry.path.stem}.{kind}"
            path.write_bytes(data)
            steps.append(Step(kind, path, path, f"digest of {kind}"))
        conclusion = Conclusion(State.DONE, **{"figures": '{"before": 0.38, "after": 0.99, "spots": 12}', **facts})
        self.ledger.journal(entry.id, conclusion, steps, 2.0)
        return self.ledger.finish(entry.id, None, 2.0)

    def failed(self, entry: Entry) -> Entry:
        self.ledger.journal(entry.id, Conclusion(State.FAILED, "no-face", "Nobody is in it."), (), 2.0)
        return self.ledger.finish(entry.id, None, 2.0)

    def close(self) -> None:
        self.browser.close()
        self.ledger.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    built = Shop(tmp_path)
    yield built
    built.close()


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Shop]:
    """The same, for whoever knows its token."""
    built = Shop(tmp_path, TOKEN)
    yield built
    built.close()
