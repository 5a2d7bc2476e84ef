"""Laws of the settings, for whatever a person may write."""

from __future__ import annotations

import contextlib
import tomllib
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pored.config import HotFolder, Opacity, Recovery, Result, digest, recovery_from, render_sample
from pored.config.layers import lay, part, without, written
from pored.config.mistakes import Mistakes
from pored.config.models import General
from pored.config.values import Span, duration_text
from pored.errors import UsageError

TEXT = st.text("aZ0 _-.,:;\"'\\%#=[]{}|\n\t\x00\x7fäß\u0308\u202e日\U0001f600", max_size=20)
KEYS = st.sampled_from([*Recovery.model_fields, "radios", "x y", ""])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
VALUES = SCALARS | st.lists(SCALARS, max_size=5) | st.dictionaries(KEYS, SCALARS, max_size=3)
TABLES = st.dictionaries(
    st.sampled_from(["recovery", "result", "pairing", "name", "inbox", "mode", "settle_seconds", "typo"]),
    VALUES | st.dictionaries(KEYS, VALUES, max_size=4),
)
BLEND_IF = st.lists(st.integers(0, 255), min_size=4, max_size=4).map(sorted)
WRITTEN = st.fixed_dictionaries(
    {},
    optional={
        "radius": st.just("auto") | st.floats(0.5, 20),
        "opacity": st.just("match")
        | st.integers(0, 100)
        | st.floats(0, 100)
        | st.integers(1, 200).map("{}% of match".format),
        "this_layer": BLEND_IF,
        "underlying": BLEND_IF,
        "missing_only": st.booleans(),
    },
)


@given(TABLES)
def test_nonsense_is_refused_in_words_and_never_crashes(table: dict[str, object]) -> None:
    mistakes = Mistakes()
    assert mistakes.validated(HotFolder, written(table, "hot_folder[0]")) is None  # folders are lacking
    assert mistakes.lines
    assert all(line.startswith("hot_folder[0].") for line in mistakes.lines)
    with pytest.raises(UsageError):
        mistakes.raise_any()


@given(st.dictionaries(TEXT, VALUES, min_size=1))
def test_unknown_keys_are_always_refused(table: dict[str, object]) -> None:
    mistakes = Mistakes()
    unknown = {f"no such {key}": value for key, value in table.items()}
    mistakes.validated(General, written(unknown, ""))
    assert len(mistakes.lines) == len(unknown)


@given(st.lists(TEXT | st.builds("recovery.{}={}".format, KEYS, TEXT)))
def test_assignments_are_done_or_refused(assignments: list[str]) -> None:
    with contextlib.suppress(UsageError):
        assert recovery_from(None, assignments).recovery.preset


@given(WRITTEN)
def test_what_is_shown_of_a_recovery_reads_as_the_same(values: dict[str, object]) -> None:
    recovery = Recovery.model_validate(values)
    assert Recovery.model_validate(recovery.model_dump(mode="json")) == recovery


@given(WRITTEN, WRITTEN)
def test_digests_are_alike_just_where_values_are(one: dict[str, object], other: dict[str, object]) -> None:
    first, second = Recovery.model_validate(one), Recovery.model_validate(other)
    assert (digest(first, Result()) == digest(second, Result())) == (first == second)


@given(WRITTEN, WRITTEN)
def test_a_key_that_is_set_wins_and_the_preset_gives_the_rest(
    preset: dict[str, object], keys: dict[str, object]
) -> None:
    both = lay(written(preset, "presets.a"), written(keys, "hot_folder[0].recovery"))
    assert both.values == preset | keys
    assert both.origins == {
        **{(key,): f"presets.a.{key}" for key in preset},
        **{(key,): f"hot_folder[0].recovery.{key}" for key in keys},
    }


@given(
    st.recursive(st.integers(), lambda below: st.dictionaries(KEYS, below, max_size=3)).filter(
        lambda t: isinstance(t, dict)
    )
)
def test_every_key_knows_its_place(table: dict[str, object]) -> None:
    layered = written(table, "here")
    for key, value in table.items():
        assert layered.place((key,)).startswith("here.")
        assert part(layered, key).values == (value if isinstance(value, dict) else {})
        assert key not in without(layered, key).values


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats())
def test_a_span_lets_pass_what_is_in_it_and_nothing_else(low: float, size: float, number: float) -> None:
    span = Span(low, low + size, "px")
    with contextlib.suppress(ValueError):
        assert low <= (span.check(number) or 0.0) <= low + size
        return
    assert not low <= number <= low + size


@given(
    st.integers(0, 10**6).map(float)
    | st.sampled_from([60.0, 3600.0, 86400.0]).flatmap(lambda s: st.integers(1, 400).map(s.__mul__))
)
def test_a_duration_that_is_shown_reads_as_the_same(seconds: float) -> None:
    folders = {key: f"/{key}" for key in ("inbox", "output", "failed", "reports")} | {"originals": ["/o"], "name": "a"}
    if seconds <= 365 * 86400:
        text = duration_text(seconds)
        assert HotFolder.model_validate(folders | {"wait_for_original": text}).wait_for_original == pytest.approx(
            seconds, rel=1e-5
        )


@given(st.floats(0, 100) | st.none(), st.integers(1, 200))
def test_an_opacity_that_is_shown_reads_as_the_same(percent: float | None, share: int) -> None:
    opacity = Opacity(percent) if percent is not None else Opacity(share=share / 100)
    again = recovery_from(None, [f"recovery.opacity={opacity}"]).recovery.opacity
    assert again.share == opacity.share
    assert again.percent == (None if percent is None else pytest.approx(percent, rel=1e-5))


@given(TEXT)
def test_any_folder_can_be_written_in_the_sample(name: str) -> None:
    assert tomllib.loads(render_sample({"state_dir": name}))["state_dir"] == name


@given(st.lists(st.sampled_from(["soft", "SOFT", "strong", "job", "day 1"]), max_size=5))
def test_the_deepest_folder_that_has_settings_decides(parts: list[str]) -> None:
    plain = {key: f"/{key}" for key in ("inbox", "output", "failed", "reports")} | {"originals": ["/o"], "name": "a"}
    soft, strong = (HotFolder.model_validate(plain | {"keep_days": days}) for days in (1, 2))
    hot_folder = HotFolder.model_validate(plain | {"by_folder": {"soft": soft, "strong": strong}})
    named = [part.casefold() for part in parts if part.casefold() in ("soft", "strong")]
    expected = {"soft": soft, "strong": strong}[named[-1]] if named else hot_folder
    assert hot_folder.for_subfolder(PurePath(*parts)) == expected
