"""What every page works with: the settings, the ledger, the workers; and how settings are chosen for a hot folder."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from pored.config import CHOSEN_NAME, adjusted, load_settings, read_chosen, values_of, wished
from pored.errors import UsageError
from pored.files.gallery import Gallery
from pored.files.lock import service_pid
from pored.files.records import Piece
from pored.files.schema import disk_trouble
from pored.files.staging import commit, stage
from pored.model import Box
from pored.review.facts import faces_in
from pored.review.tasks import Glimpse, Showing, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pored.config import HotFolder, Recovery, Settings
    from pored.files.records import Entry
    from pored.files.screen import Shown
    from pored.log import Log
    from pored.review.hands import Hands

BEFORE_NAME = "review-before.json"
"""In the state folder: what was chosen before the last change, to be taken back."""
MODE = 0o600
DIGITS = 24
"""Of a digest, in a name."""
ANY_PART = Box(0, 0, 1, 1)
ALL_OF_IT = 0.9
"""Of a known face's width: found again it may be a little narrower."""


class ReviewDesk:
    """One for the review page.

    Args:
        settings: of the whole service.
        config: the settings file; None: there is none that could be read again.
        hands: its workers.
        log: where changes are noted.
        tell: has the service of that process number read its settings anew.
    """

    def __init__(
        self,
        settings: Settings,
        config: Path | None,
        hands: Hands,
        log: Log,
        tell: Callable[[int], None] = lambda pid: os.kill(pid, signal.SIGHUP),
    ) -> None:
        self.settings = settings
        self.gallery = Gallery(settings.state_dir)
        self.hands = hands
        self.log = log
        self._config = config
        self._tell = tell

    @property
    def state_dir(self) -> Path:
        """Where the ledger is."""
        return self.settings.state_dir

    @property
    def trouble(self) -> str:
        """Why the service cannot go on just now, whatever the hot folders' health; "" where it can."""
        return disk_trouble(self.state_dir)

    def hot_folder(self, name: str) -> HotFolder | None:
        """The settings of one, as they stand now."""
        return next((each for each in self.settings.hot_folders if each.name == name), None)

    def refresh(self) -> None:
        """Read the settings anew, if that can be; with a mistake in them the old ones stay, as in the service."""
        if self._config is not None:
            with suppress(UsageError):
                self.settings = load_settings(self._config)

    # One picture.

    def variant(self, entry: Entry) -> HotFolder | None:
        """The settings that hold where an export lies."""
        hot_folder = self.hot_folder(entry.hot_folder)
        return hot_folder.for_subfolder(entry.path.parent) if hot_folder else None

    def recovery(self, entry: Entry) -> Recovery | None:
        """What an export is done with now."""
        variant = self.variant(entry)
        return wished(variant.recovery, entry.wishes) if variant else None

    def export_of(self, entry: Entry) -> Path | None:
        """Where an export lies."""
        hot_folder = self.hot_folder(entry.hot_folder)
        if hot_folder is None:
            return entry.moved_to
        return entry.moved_to or hot_folder.inbox / entry.path

    def showing(self, entry: Entry, which: str) -> Showing | None:
        """The task of bringing an export or its result to the screen; None where there is none."""
        variant = self.variant(entry)
        if which == "before":
            path, digest = self.export_of(entry), entry.digest
        else:
            result = self.gallery.files_of(entry.id).get(Piece.RESULT)
            path, digest = (result.path, result.digest) if result else (None, "")
        if path is None or variant is None:
            return None
        return Showing(path, digest, self.hands.place(digest[:DIGITS]), variant.most_megapixels)

    def glimpse(self, entry: Entry) -> Glimpse | None:
        """The task of making an export small; None where its hot folder is gone."""
        variant, path = self.variant(entry), self.export_of(entry)
        if path is None or variant is None:
            return None
        return Glimpse(path, entry.digest, self.hands.small(entry.digest[:DIGITS]), variant.most_megapixels)

    def tried(self, entry: Entry, wishes: Mapping[str, object]) -> Recovery | None:
        """What an export would be done with; None where the hot folder is gone.

        Raises:
            UsageError: a setting is out of range.
        """
        recovery = self.recovery(entry)
        return None if recovery is None else adjusted(recovery, wishes)

    def trial(self, entry: Entry, wishes: Mapping[str, object], part: Box | None = None) -> Trial | None:
        """The task of trying settings on a part of a picture; None where the hot folder is gone.

        Args:
            entry: the export's.
            wishes: the settings.
            part: in pixels; None: the largest face that is known of.

        Raises:
            UsageError: a setting is out of range.
        """
        variant, tried, export = self.variant(entry), self.tried(entry, wishes), self.export_of(entry)
        if variant is None or tried is None or export is None:
            return None
        faces = faces_in(self.report(entry))
        largest = max((face.box for face in faces), key=lambda box: box.width * box.height, default=ANY_PART)
        return Trial(
            export=export,
            original=entry.original,
            digest=entry.digest,
            recovery=tried,
            part=largest if part is None else part,
            most_megapixels=variant.most_megapixels,
            smallest_face=ALL_OF_IT * min((face.width for face in faces), default=0.0),
        )

    def mask_of(self, entry: Entry, recovery: Recovery) -> Shown:
        """Where the skin mask of these settings lies, or would lie."""
        return self.hands.place(f"{entry.digest[:DIGITS]}-mask-{recovery.method}-{recovery.scope}")

    def report(self, entry: Entry) -> dict[str, object]:
        """What was written about a result; nothing where it is kept no longer."""
        written = self.gallery.files_of(entry.id).get(Piece.REPORT)
        with suppress(OSError, ValueError):
            if written:
                found = json.loads(written.path.read_text(encoding="utf-8"))
                return found if isinstance(found, dict) else {}
        return {}

    # A hot folder from now on.

    def changes(self, name: str, wishes: Mapping[str, object]) -> list[tuple[str, object, object]]:
        """What would be other for a hot folder: key, value now, and value then.

        Raises:
            UsageError: a setting is out of range, or there is no such hot folder.
        """
        hot_folder = self.hot_folder(name)
        if hot_folder is None:
            raise UsageError(f"There is no hot folder {name} any more.")
        now, then = values_of(hot_folder.recovery), values_of(adjusted(hot_folder.recovery, wishes))
        return [(key, now[key], then[key]) for key in now if now[key] != then[key]]

    def choose(self, name: str, wishes: Mapping[str, object]) -> None:
        """Have a hot folder work with these settings from now on.

        Raises:
            UsageError: as ``changes`` raises it.
            StorageError: the state folder cannot be written to.
        """
        changed = {key: then for key, _, then in self.changes(name, wishes)}
        chosen = read_chosen(self.state_dir)
        self._write(BEFORE_NAME, {**self._before(), name: chosen.get(name, {})})
        self._write(CHOSEN_NAME, {**chosen, name: {**chosen.get(name, {}), **changed}})
        self.log.info("chosen", hot_folder=name, settings=changed)
        self._tell_service()

    def take_back(self, name: str) -> None:
        """Have a hot folder work as before the last change."""
        chosen, before = read_chosen(self.state_dir), self._before()
        chosen[name] = before.pop(name, {})
        self._write(BEFORE_NAME, before)
        self._write(CHOSEN_NAME, {key: value for key, value in chosen.items() if value})
        self.log.info("chosen", hot_folder=name, settings=chosen[name])
        self._tell_service()

    def can_take_back(self, name: str) -> bool:
        """Whether there is a last change."""
        return name in self._before()

    def _before(self) -> dict[str, dict[str, object]]:
        """What was chosen before the last change, by hot folder."""
        with suppress(OSError, ValueError):
            found: dict[str, dict[str, object]] = json.loads((self.state_dir / BEFORE_NAME).read_text(encoding="utf-8"))
            return found
        return {}

    def _write(self, name: str, content: object) -> None:
        data = json.dumps(content, ensure_ascii=False, indent=2).encode()
        commit(stage(self.state_dir, name, data, mode=MODE), replace=True)

    def _tell_service(self) -> None:
        self.refresh()
        pid = service_pid(self.state_dir)
        if pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                self._tell(pid)

    # Originals by hand.

    def original_named(self, entry: Entry, place: int, relative: str) -> Path | None:
        """A file among the originals of an export's hot folder; None where there is none of that name.

        Args:
            entry: the export's.
            place: which of the originals' folders, from 0.
            relative: path below it.
        """
        hot_folder = self.hot_folder(entry.hot_folder)
        path = PurePath(relative)
        if hot_folder is None or not 0 <= place < len(hot_folder.originals) or path.is_absolute() or ".." in path.parts:
            return None
        root = hot_folder.originals[place].resolve()
        found = root / path
        return found if found.is_file() and found.resolve() == found else None
