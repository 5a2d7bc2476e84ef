"""How single values are written in the settings: each kind checks itself and says what may be written.

Every refusal is a clause that reads on after the setting's path: ``hot_folder[0].recovery.radius: 40 is above 20 px``.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    PlainSerializer,
    ValidationInfo,
)
from pydantic_core import CoreSchema, core_schema

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?([smhd])")
_MATCH = re.compile(r"(?:(\d+(?:\.\d+)?) ?% of )?match")


def shown(value: object) -> str:
    """A value as a person writes it in TOML, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - half a line


@dataclass(frozen=True, slots=True)
class Says:
    """What may be written for a setting, in words for the sample and the README."""

    words: str


@dataclass(frozen=True, slots=True)
class Span:
    """A number's range, both ends included, and its unit; ``None`` passes."""

    low: float
    high: float
    unit: str = ""

    def __str__(self) -> str:
        """For example ``0.5 to 20 px``."""
        low = self.text(self.low) if self.unit == "s" else f"{self.low:g}"
        return f"{low} to {self.text(self.high)}"

    def text(self, number: float) -> str:
        """``number`` with its unit; seconds as the longest unit that divides them."""
        if self.unit == "s":
            return duration_text(number)
        return f"{number:g} {self.unit}".rstrip()

    def check(self, value: float | None) -> float | None:
        """``value`` itself, or ValueError with the end that it passes."""
        if value is None or self.low <= value <= self.high:
            return value
        passed = f"above {self.text(self.high)}" if value > self.high else f"below {self.text(self.low)}"
        raise ValueError(f"{shown(value).removesuffix('.0')} is {passed}")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - pydantic's protocol
        """Checks after the type has been checked."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))


def duration_text(seconds: float) -> str:
    """Seconds as ``90s``, ``15m``, ``24h`` or ``7d``: in the longest unit that divides them; days from three on."""
    if seconds and seconds % SECONDS["d"] == 0 and seconds > 2 * SECONDS["d"]:
        return f"{seconds / SECONDS['d']:.9g}d"
    unit = next((unit for unit in "hm" if seconds and seconds % SECONDS[unit] == 0), "s")
    return f"{seconds / SECONDS[unit]:.9g}{unit}"


def _seconds(value: object) -> object:
    if not isinstance(value, str):
        return value
    written = _DURATION.fullmatch(value)
    if written is None:
        raise ValueError(f'{shown(value)} is no duration; write seconds, or "90s", "15m", "24h", "7d"')
    return float(written[1]) * SECONDS[written[2]]


def _written_seconds(seconds: float) -> float | str:
    return seconds if seconds < SECONDS["m"] else duration_text(seconds)


def _folder(value: object, info: ValidationInfo) -> object:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"{shown(value)} is no folder; write its path in quotes")
    if value.startswith("~"):
        raise ValueError(f"{shown(value)} begins with ~, which is not expanded; write the whole path")
    base = info.context["folder"] if info.context else Path()
    return Path(os.path.normpath(base / value))


def _absolute(folder: Path) -> Path:
    if not folder.is_absolute():
        raise ValueError(f"{shown(str(folder))} is not an absolute path")
    return folder


def _or_none(value: object) -> object:
    return None if value == "" else value


def _written_or_empty(value: Path | str | None) -> str:
    return "" if value is None else str(value)


MODES = range(0o600, 0o1000)


def _mode(value: object) -> object:
    mode = int(value, 8) if isinstance(value, str) and re.fullmatch("0?[0-7]{3}", value) else value
    if mode not in MODES:
        raise ValueError(f'{shown(value)} is no file mode "0600" to "0777", with quotes, that lets its owner write')
    return mode


def _listed(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{shown(value)} is no list")  # noqa: TRY004 - pydantic collects ValueErrors only
    return tuple(value)


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    twice = next((value for place, value in enumerate(values) if value in values[:place]), None)
    if twice is not None:
        raise ValueError(f"{shown(str(twice))} is there twice")
    return values


RADIUS = Span(0.5, 20, "px")
PERCENT = Span(0, 100, "%")
SHARE = Span(1, 200, "% of match")


def _radius(value: object) -> object:
    if isinstance(value, str) and value != "auto":
        raise ValueError(f'{shown(value)} is neither "auto" nor a number of pixels')
    return None if value == "auto" else value


def _written_radius(radius: float | None) -> float | str:
    return "auto" if radius is None else radius


def _blend_if(value: object) -> object:
    numbers = list(value) if isinstance(value, list | tuple) else []
    whole = len(numbers) == 4 and all(type(number) is int for number in numbers)  # noqa: PLR2004 - two split sliders
    if not whole or not 0 <= numbers[0] <= numbers[1] <= numbers[2] <= numbers[3] <= 255:  # noqa: PLR2004 - 8 bit
        raise ValueError(f"{shown(value)} is not four whole numbers 0 to 255 that ascend, as in [0, 0, 255, 255]")
    return tuple(numbers)


@dataclass(frozen=True, slots=True)
class Opacity:
    """How strongly the texture layer shows.

    Attributes:
        percent: of the layer, 0..100; None: matched to the original's texture energy, face by face.
        share: of the matched opacity that is used, 0.01..2.0; without meaning where ``percent`` is set.
    """

    percent: float | None = None
    share: float = 1.0

    def __str__(self) -> str:
        """As it is written in the settings: ``match``, ``70% of match`` or ``50``."""
        if self.percent is not None:
            return f"{self.percent:g}"
        return "match" if self.share == 1.0 else f"{self.share * 100:g}% of match"


def _opacity(value: object) -> object:
    if isinstance(value, Opacity):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        PERCENT.check(value)
        return Opacity(percent=float(value))
    written = _MATCH.fullmatch(value) if isinstance(value, str) else None
    if written is None:
        raise ValueError(f'{shown(value)} is neither "match", "70% of match" nor a number of percent')
    share = float(written[1] or 100)
    SHARE.check(share)
    return Opacity(share=share / 100)


def _written_opacity(opacity: Opacity) -> float | str:
    return str(opacity) if opacity.percent is None else opacity.percent


def is_loopback(address: str) -> bool:
    """Whether an address with its port is one that this machine alone can reach."""
    try:
        return ipaddress.ip_address(address.rpartition(":")[0].strip("[]")).is_loopback
    except ValueError:
        return False


def _listening(text: str) -> str:
    host, _, port = text.rpartition(":")
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        port = ""
    if not port.isdecimal() or not 0 < int(port) <= _LAST_PORT:
        raise ValueError(f'{shown(text)} is no address and port, as in "127.0.0.1:8470" or "0.0.0.0:8470"')
    return text


def _address(text: str) -> str:
    if not text:
        return text
    _, _, port = text.rpartition(":")
    if not is_loopback(text) or not port.isdecimal() or not 0 < int(port) <= _LAST_PORT:
        raise ValueError(f'{shown(text)} is no address of this machine itself, as in "127.0.0.1:9464"')
    return text


def _webhook(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s/]+\S*", text):
        raise ValueError(f"{shown(text)} is no address that begins with https:// or http://")
    return text


_LAST_PORT = 65535

Address = Annotated[str, AfterValidator(_address), Says('an address of this machine and a port, or ""')]
"""Where this machine itself may ask."""

Listening = Annotated[str, AfterValidator(_listening), Says("an address of this machine and a port")]
"""Where whoever reaches this machine may ask."""

Webhook = Annotated[str, AfterValidator(_webhook), Says('an https or http address, or ""')]

Seconds = Annotated[float, BeforeValidator(_seconds), PlainSerializer(_written_seconds, when_used="json")]
"""A duration: a number of seconds, or ``"90s"``, ``"15m"``, ``"24h"``, ``"7d"``."""

Folder = Annotated[Path, BeforeValidator(_folder), AfterValidator(_absolute), Says("a folder")]
"""A path, absolute, or relative to the settings file's folder (validation context ``folder``)."""

FolderOrNone = Annotated[
    Folder | None,
    BeforeValidator(_or_none),
    PlainSerializer(_written_or_empty, when_used="json"),
    Says('a folder, or ""'),
]

FileOrNone = Annotated[
    Folder | None,
    BeforeValidator(_or_none),
    PlainSerializer(_written_or_empty, when_used="json"),
    Says('a file, or ""'),
]

FileOrFolderOrNone = Annotated[
    Folder | None,
    BeforeValidator(_or_none),
    PlainSerializer(_written_or_empty, when_used="json"),
    Says('a file or a folder, or ""'),
]

Group = Annotated[
    str | None,
    BeforeValidator(_or_none),
    PlainSerializer(_written_or_empty, when_used="json"),
    Says('a group\'s name, or ""'),
]

Mode = Annotated[
    int, BeforeValidator(_mode), PlainSerializer(lambda mode: f"0{mode:o}", when_used="json"), Says('"0600" to "0777"')
]

Listed = BeforeValidator(_listed)
"""TOML's list, as the tuple that frozen settings hold."""

Distinct = AfterValidator(_distinct)

Radius = Annotated[
    float | None,
    BeforeValidator(_radius),
    RADIUS,
    PlainSerializer(_written_radius, when_used="json"),
    Says(f'"auto", or {RADIUS} of the export'),
]

BlendIf = Annotated[tuple[int, int, int, int], BeforeValidator(_blend_if), Says("four numbers 0 to 255 that ascend")]
"""Photoshop's split sliders: black from, black to, white from, white to."""

OpacityValue = Annotated[
    Opacity,
    BeforeValidator(_opacity),
    PlainSerializer(_written_opacity, when_used="json"),
    Says(f'"match", a share of it as in "70% of match" ({SHARE}), or {PERCENT}'),
]
