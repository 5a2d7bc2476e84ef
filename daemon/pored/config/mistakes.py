"""All that is wrong with the settings, collected, so that it is reported at once and in words for a person."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from pored.config.values import shown
from pored.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from pored.config.layers import Layered, Loc

Model = TypeVar("Model", bound=BaseModel)

_KINDS = {
    "bool_type": "is neither true nor false",
    "float_type": "is no number",
    "int_type": "is no whole number",
    "string_type": "is no text in quotes",
    "model_type": "is no table of settings",
}


class Mistakes:
    """One line a mistake, in the order of finding, each line once."""

    def __init__(self) -> None:
        self._lines: dict[str, None] = {}

    def add(self, place: str, says: str) -> None:
        """Note that the setting at ``place`` is wrong; ``says`` reads on after the colon."""
        self._lines[f"{place}: {says}"] = None

    @property
    def lines(self) -> list[str]:
        """Each mistake: where, and what."""
        return list(self._lines)

    def validated(self, model: type[Model], layered: Layered, folder: Path | None = None) -> Model | None:
        """``layered`` as a ``model``, and what is wrong with it noted.

        Args:
            model: the class of settings.
            layered: what was written.
            folder: the one that relative paths start from.

        Returns:
            The model; where values were wrong, with their defaults, so that the rest can be looked at too; None where a
            key without default is missing or wrong.
        """
        context = {"folder": folder} if folder else None
        try:
            return model.model_validate(layered.values, context=context)
        except ValidationError as error:
            wrong = error.errors()
        values: Mapping[str, object] = layered.values
        for each in wrong:
            self.add(layered.place(each["loc"]), _in_words(each, model))
            values = _without(values, each["loc"])
        return _valid_or_none(model, values, context)

    def raise_any(self, title: str = "") -> None:
        """Raise UsageError with every line, below ``title``, if there is a mistake."""
        if self._lines:
            raise UsageError("\n  ".join([title, *self._lines] if title else self._lines))


def _valid_or_none(model: type[Model], values: Mapping[str, object], context: dict[str, Path] | None) -> Model | None:
    try:
        return model.model_validate(values, context=context)
    except ValidationError:
        return None


def _in_words(error: ErrorDetails, model: type[BaseModel]) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return f"there is no such setting{_meant(model, error['loc'])}"
    if kind == "missing":
        return "is missing; it has no default"
    if kind == "too_short":
        return "is empty; it needs one at least"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "literal_error":
        return f"{shown(error['input'])} is not {error['ctx']['expected'].replace(chr(39), chr(34))}"
    return f"{shown(error['input'])} {_KINDS.get(kind, error['msg'])}"


def _meant(model: type[BaseModel], loc: Loc) -> str:
    for key in loc[:-1]:
        model = model.model_fields[str(key)].annotation  # type: ignore[assignment]  # groups of settings are models
    near = get_close_matches(str(loc[-1]), model.model_fields, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _without(values: Mapping[str, object], loc: Loc) -> Mapping[str, object]:
    key, below = str(loc[0]), values.get(str(loc[0]))
    if isinstance(below, Mapping) and len(loc) > 1:
        return {**values, key: _without(below, loc[1:])}
    return {name: value for name, value in values.items() if name != key}
