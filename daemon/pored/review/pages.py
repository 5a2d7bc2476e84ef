"""What the pages say, in words for people. The only door to Jinja."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

import pored
from pored.config import values_of, wishes_from
from pored.files.names import printable
from pored.files.records import DONE_STATES, OPEN_STATES, Piece, State
from pored.review.facts import faces_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pored.files.gallery import Batch
    from pored.files.records import Entry
    from pored.review.desk import ReviewDesk
    from pored.review.facts import KnownFace

STATIC = Path(__file__).with_name("static")
GROUPS: Mapping[str, tuple[State, ...]] = {
    "waiting": (State.WAITING, State.UNMATCHED),
    "at work": (State.READY, State.RUNNING, State.COMMITTING),
    "done": DONE_STATES,
    "failed": (State.FAILED,),
}
"""What people tell apart."""
SETTING_NAMES = {
    "method": "Method",
    "scope": "Scope",
    "opacity": "Strength",
    "radius": "Radius",
    "guard_blemishes": "Guard against blemishes",
    "guard_strength": "Guard strength",
}
DOWNLOADS = {Piece.RESULT: "Result", Piece.LAYERED: "Layered PSD", Piece.REPORT: "Report"}
OUTCOMES = {
    "recovered": "got its pores back",
    "made_up": "got made-up texture",
    "nothing_missing": "lacked nothing, and is as it was",
    "other_frame": "is of another frame, and was left as it is",
    "no_texture": "has more texture than the original, and was left as it is",
}
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def group_of(state: State) -> str:
    """The group that people see a state in."""
    return next((name for name, states in GROUPS.items() if state in states), "waiting")


@dataclass(frozen=True, slots=True)
class Row:
    """An export in a list.

    Attributes:
        name, folder: of the export; the folder is "" for the inbox itself.
        state: the word for it.
        group: see ``GROUPS``.
        note: what to know.
        version: changes with the picture, for its thumbnail's address.
        since: when the work began, for progress; None: it does not run.
        usual: seconds that the work on a picture takes.
    """

    id: int
    hot_folder: str
    name: str
    folder: str
    state: str
    group: str
    note: str
    when: str
    version: str
    original: str
    since: float | None = None
    usual: float | None = None
    can_retry: bool = False
    can_redo: bool = False
    can_skip: bool = False


def row_of(entry: Entry, usual: float | None = None) -> Row:
    """An export as a row.

    Args:
        entry: the ledger's.
        usual: seconds that the work takes there; only needed of what runs.
    """
    folder = entry.path.parent.as_posix()
    is_running = entry.state is State.RUNNING
    return Row(
        id=entry.id,
        hot_folder=entry.hot_folder,
        name=printable(entry.path.name),
        folder="" if folder == "." else printable(folder),
        state=entry.state.shown,
        group=group_of(entry.state),
        note=note_of(entry),
        when=ago(entry.updated, time.time()),
        version=f"{entry.id}-{entry.updated:.3f}",
        original=printable(entry.original.name) if entry.original else "",
        since=entry.updated if is_running else None,
        usual=usual if is_running else None,
        can_retry=entry.state is State.FAILED,
        can_redo=entry.state in DONE_STATES,
        can_skip=entry.state in OPEN_STATES,
    )


def note_of(entry: Entry) -> str:
    """What to know of an export: its figures, or why it is not done."""
    if entry.state is State.NOTHING_MISSING:
        return "Had its texture already; copied as it was."
    if entry.state is State.DONE:
        return figures_in_words(json.loads(entry.figures))
    if entry.trouble:
        return printable(entry.trouble)
    return printable(entry.reason)


def figures_in_words(figures: Mapping[str, Any]) -> str:
    """As in: Texture 38 % before, 99 % after; 12 blemishes left out."""
    parts = []
    before, after = figures.get("before"), figures.get("after")
    if before is not None and after is not None:
        parts.append(f"texture {percent(before)} before, {percent(after)} after")
    if figures.get("spots"):
        parts.append(counted(figures["spots"], "blemish left out", "blemishes left out"))
    if figures.get("left_alone"):
        parts.append(counted(figures["left_alone"], "face left as it is", "faces left as they are"))
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """As in 99 %."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def setting_in_words(value: object) -> str:
    """A setting's value for people."""
    return {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def counted(number: int, one: str, many: str) -> str:
    """A number and its noun."""
    return f"{number} {one if number == 1 else many}"


def ago(then: float, now: float) -> str:
    """How long ago, in words."""
    seconds = max(0.0, now - then)
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min ago"
    if seconds < DAY:
        return f"{seconds / HOUR:.0f} h ago"
    return time.strftime("%Y-%m-%d", time.localtime(then))


class Pages:
    """Renders templates.

    Args:
        desk: what they show.
    """

    def __init__(self, desk: ReviewDesk) -> None:
        self._desk = desk
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["urlquote"] = lambda text: quote(str(text), safe="")
        self._environment.filters["query"] = urlencode
        self._environment.filters["in_words"] = setting_in_words
        self._environment.globals["version"] = pored.__version__

    def render(self, name: str, **values: object) -> str:
        """A page or a part of one."""
        return self._environment.get_template(name).render(**values)

    def rows(self, entries: Sequence[Entry]) -> list[Row]:
        """Exports as rows."""
        running = {entry.hot_folder for entry in entries if entry.state is State.RUNNING}
        usual = {name: self._desk.gallery.usual_seconds(name) for name in running}
        return [row_of(entry, usual.get(entry.hot_folder)) for entry in entries]

    def folders(self) -> list[dict[str, object]]:
        """Every hot folder with its health and its numbers."""
        counts, pauses = self._desk.gallery.counts(), self._desk.gallery.pauses()
        shown = []
        for hot_folder in self._desk.settings.hot_folders:
            states, pause = counts.get(hot_folder.name, {}), pauses.get(hot_folder.name)
            numbers = {name: sum(states.get(state, 0) for state in members) for name, members in GROUPS.items()}
            shown.append(
                {
                    "name": hot_folder.name,
                    "numbers": numbers,
                    "reason": pause.reason if pause else "",
                    "by_hand": bool(pause and pause.by_hand),
                    "since": ago(pause.since, time.time()) if pause else "",
                    "can_take_back": self._desk.can_take_back(hot_folder.name),
                }
            )
        return shown

    def batches(self) -> list[dict[str, object]]:
        """Every batch at a glance."""
        return [_batch(batch) for batch in self._desk.gallery.batches()]

    def batch_numbers(self, hot_folder: str, folder: PurePath) -> dict[str, int]:
        """How many exports of each group are in one batch."""
        batches = self._desk.gallery.batches()
        return next((_numbers(each) for each in batches if (each.hot_folder, each.folder) == (hot_folder, folder)), {})

    def picture(self, entry: Entry) -> dict[str, object]:
        """Everything that the page of one picture says in words."""
        desk = self._desk
        recovery, files = desk.recovery(entry), desk.gallery.files_of(entry.id)
        report = desk.report(entry)
        settings = values_of(recovery) if recovery else {}
        return {
            "row": row_of(entry),
            "entry": entry,
            "is_done": entry.state in DONE_STATES,
            "is_approved": desk.gallery.is_approved(entry),
            "is_named": desk.gallery.is_named(entry),
            "is_asked": desk.gallery.is_asked(entry.id),
            "downloads": [(kind.value, words) for kind, words in DOWNLOADS.items() if kind in files],
            "faces": [_face_in_words(face) for face in faces_in(report)],
            "settings": settings,
            "used": _used(report, settings),
            "own": wishes_from(entry.wishes),
            "setting_names": SETTING_NAMES,
            "rule": entry.rule,
            "variant": _by_folder(desk, entry),
        }


def _used(report: Mapping[str, object], settings: Mapping[str, object]) -> dict[str, object]:
    """The settings that a result was made with; those of now where there is none, or no report of it."""
    used = report.get("settings")
    return {key: used.get(key, value) if isinstance(used, dict) else value for key, value in settings.items()}


def _by_folder(desk: ReviewDesk, entry: Entry) -> str:
    """The sub-folder whose own settings hold for an export; "": its hot folder's do."""
    hot_folder = desk.hot_folder(entry.hot_folder)
    is_own = hot_folder is not None and hot_folder.for_subfolder(entry.path.parent) is not hot_folder
    return printable(entry.path.parent.name) if is_own else ""


def batch_name(folder: PurePath) -> str:
    """What a batch is called, as in the log."""
    return "the inbox itself" if folder == PurePath() else printable(folder.as_posix())


def _numbers(batch: Batch) -> dict[str, int]:
    return {name: batch.count(*states) for name, states in GROUPS.items()}


def _batch(batch: Batch) -> dict[str, object]:
    folder = batch.folder.as_posix()
    return {
        "hot_folder": batch.hot_folder,
        "folder": folder,
        "shown": batch_name(batch.folder),
        "numbers": _numbers(batch),
        "when": ago(batch.updated, time.time()),
        "query": urlencode({"hot_folder": batch.hot_folder, "folder": folder}, errors="surrogateescape"),
    }


def _face_in_words(known: KnownFace) -> str:
    """As in: A face 1,480 px wide got its pores back: 38 % before, 99 % after; 12 blemishes left out."""
    face = known.facts
    text = f"A face {known.width:,.0f} px wide {OUTCOMES.get(str(face.get('outcome')), 'was worked on')}"
    before, after = face.get("before") or {}, face.get("after") or {}
    if face.get("outcome") == "recovered":
        text += f": {percent(before.get('energy') or 0)} of the original's texture before, "
        text += f"{percent(after.get('energy') or 0)} after (correlation {after.get('correlation') or 0:.2f}), "
        text += f"radius {face.get('radius_px', 0):.1f} px, opacity {face.get('opacity_percent', 0):.0f} %"
    if known.spots:
        text += f"; {counted(len(known.spots), 'blemish left out', 'blemishes left out')}"
    return f"{text}."
