"""The settings as text, rendered from the models: the sample config/pored.toml and the README's table."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, get_args, get_origin

from pored.config.models import Frozen, General, HotFolder
from pored.config.values import Says, Span, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

WIDTH = 100
PIPE = r"\|"

HEAD = """
pored's settings, each at its default, or at an example where it has none. Above each: what it is for, and what may be
written. Unknown keys and values out of range are refused, all at once. Folders are absolute, or start from this file's
own folder. For more hot folders begin each with [[hot_folder]].
"""

RECOVERY = "hot_folder.recovery"
ON_RECOVERY = "How pores come back. The preset governs what is commented out; a key that is set wins over it."

TAIL = """
# For sub-folders of the inbox with this name, at any depth; the deepest one holds. It sets pairing,
# result and recovery only.
# [hot_folder.by_folder.soft]
# recovery.opacity = "70% of match"

# A preset of the studio's own, with keys of recovery; it may be based on another.
# [presets.gentle]
# preset = "natural"
# opacity = "70% of match"

# What all hot folders share unless they set it themselves.
# [defaults]
# keep_days = 30
"""


@dataclass(frozen=True, slots=True)
class _Setting:
    """One setting as it is rendered."""

    path: str
    field: FieldInfo
    value: object

    @property
    def group(self) -> str:
        """The table that it stands in."""
        return self.path.rpartition(".")[0]

    @property
    def key(self) -> str:
        """What stands before the equals sign."""
        return self.path.rpartition(".")[2]

    @property
    def governed(self) -> bool:
        """Whether a preset gives it its value."""
        return self.group.startswith(RECOVERY) and self.key != "preset"


def render_sample(values: Mapping[str, object] | None = None) -> str:
    """A settings file with every setting, explained.

    Args:
        values: written instead of the defaults and examples, by path: ``{"hot_folder.inbox": "/srv/inbox"}``.
    """
    blocks = [_comment(HEAD)]
    for group, settings in groupby(_settings(values or {}), key=lambda setting: setting.group):
        blocks += [*_heading(group), *map(_entry, settings)]
    return "\n\n".join(blocks) + f"\n{TAIL}"


def render_table() -> str:
    """Every setting as a Markdown table."""
    head = ("| Setting | Default | Values | What it is for |", "|---|---|---|---|")
    return "\n".join((*head, *map(_row, _settings({})), ""))


def _settings(values: Mapping[str, object]) -> Iterator[_Setting]:
    """All of them, groups after what stands alone, as TOML wants it."""
    example = HotFolder.model_validate(
        {key: field.examples[0] for key, field in HotFolder.model_fields.items() if field.examples}
    )
    for path, field, default in (*_fields(General(), ""), *_fields(example, "hot_folder.")):
        yield _Setting(path, field, values.get(path, default))


def _fields(group: Frozen, prefix: str) -> Iterator[tuple[str, FieldInfo, object]]:
    written = group.model_dump(mode="json")
    for key, field in type(group).model_fields.items():
        if field.description:
            yield f"{prefix}{key}", field, written[key]
    for key in type(group).model_fields:
        below = getattr(group, key)
        if isinstance(below, Frozen):
            yield from _fields(below, f"{prefix}{key}.")


def _heading(group: str) -> list[str]:
    if not group:
        return []
    title = "[[hot_folder]]" if group == "hot_folder" else f"[{group}]"
    if group.startswith(f"{RECOVERY}."):
        return [f"# {title}"]
    return [f"{_comment(ON_RECOVERY)}\n{title}" if group == RECOVERY else title]


def _entry(setting: _Setting) -> str:
    line = f"{setting.key} = {_toml(setting.value)}"
    explained = f"{_comment(setting.field.description or '')}\n{_comment(f'Values: {_words(setting)}')}"
    return f"{explained}\n{'# ' if setting.governed else ''}{line}"


def _row(setting: _Setting) -> str:
    cells = (f"`{setting.path}`", _default(setting), _words(setting), setting.field.description or "")
    return f"| {' | '.join(cell.replace('|', PIPE) for cell in cells)} |"


def _default(setting: _Setting) -> str:
    if setting.field.is_required():
        return "needed"
    return "the list in config/pored.toml" if "\n" in _toml(setting.value) else f"`{_toml(setting.value)}`"


def _words(setting: _Setting) -> str:
    """What may be written."""
    field = setting.field
    kinds = {type(each): each for each in field.metadata}
    if Says in kinds:
        return str(kinds[Says].words)
    if Span in kinds:
        return str(kinds[Span])
    if get_origin(field.annotation) is Literal:
        return ", ".join(map(shown, get_args(field.annotation)))
    return "true, false"


def _toml(value: object) -> str:
    """A value in TOML; lists that are too long for a line have one for each entry."""
    line = _on_one_line(value)
    if not isinstance(value, list) or len(line) < WIDTH:
        return line
    return "".join(["[\n", *(f"    {_on_one_line(entry)},\n" for entry in value), "]"])


def _on_one_line(value: object) -> str:
    """Strings, numbers, truths and lists of them are in TOML what they are in JSON, but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return textwrap.fill(
        " ".join(text.split()), WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )
