"""Settings of one run without a settings file, and the digest by which the ledger knows settings apart."""

from __future__ import annotations

import hashlib
import json
import tomllib
from typing import TYPE_CHECKING

from pored.config.layers import Layered, lay, under, written
from pored.config.mistakes import Mistakes
from pored.config.models import Recipe, Recovery, Result
from pored.config.presets import BUILT_IN, DEFAULT, with_preset
from pored.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def recovery_from(preset: str | None, sets: Sequence[str], folder: Path | None = None) -> Recipe:
    """Settings from the command line.

    Args:
        preset: a built-in preset (``--preset``); None: natural.
        sets: assignments (``--set``) such as ``recovery.radius=3.0``, ``recovery.this_layer=[0,0,255,255]``,
            ``result.format=png`` or ``most_megapixels=500``; values in TOML, single words and phrases without quotes.
            The last one of a key holds.
        folder: the one that relative paths start from; None: they are refused.

    Raises:
        UsageError: every wrong key and value, one a line.
    """
    layered = Layered({"recovery": {"preset": preset or DEFAULT}}, {("recovery", "preset"): "--preset"})
    for assignment in sets:
        layered = lay(layered, _assigned(assignment))
    mistakes = Mistakes()
    resolved = with_preset(layered, BUILT_IN, mistakes)
    recipe = mistakes.validated(Recipe, resolved, folder) or Recipe()
    mistakes.raise_any()
    return recipe


def digest(recovery: Recovery, result: Result) -> str:
    """Twelve hexadecimal digits that differ where a value differs; a preset's name is none, nor is what pixels lack."""
    shown = result.model_dump(mode="json", exclude={"history", "keep_time"})
    values = [recovery.model_dump(mode="json", exclude={"preset"}), shown]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


def _assigned(assignment: str) -> Layered:
    key, sign, value = assignment.partition("=")
    *groups, name = key.strip().split(".")
    if not (sign and all((*groups, name)) and (groups or name in Recipe.model_fields)):
        raise UsageError(f"--set {assignment}: write it as in --set recovery.radius=3.0")
    layered = written({name: _value(value.strip())}, f"--set {'.'.join(groups)}")
    for group in reversed(groups):
        layered = under(group, layered)
    return layered


def _value(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except ValueError:  # TOMLDecodeError, or numbers too long for Python
        return text
