from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pored.config import Opacity, Recovery

if TYPE_CHECKING:
    from collections.abc import Callable

    from pored.config import Settings


def test_natural_is_the_default(load: Callable[..., Settings]) -> None:
    assert load("recovery.preset = 'natural'").hot_folders[0].recovery == Recovery() == load().hot_folders[0].recovery


def test_natural_takes_what_is_missing_matched_with_open_sliders() -> None:
    natural = Recovery()
    assert natural.radius is None
    assert natural.opacity == Opacity()
    assert natural.missing_only
    assert natural.this_layer == natural.underlying == (0, 0, 255, 255)


def test_photoshop_is_the_tutorial(load: Callable[..., Settings]) -> None:
    photoshop = load("recovery.preset = 'photoshop'").hot_folders[0].recovery
    assert (photoshop.radius, photoshop.opacity) == (3.0, Opacity(percent=100.0))
    assert not photoshop.missing_only
    assert not photoshop.guard_blemishes
    assert photoshop.underlying == (0, 0, 255, 255)


def test_its_split_is_even_about_neutral_grey_and_closed_at_the_ends(load: Callable[..., Settings]) -> None:
    black_from, black_to, white_from, white_to = (
        load("recovery.preset = 'photoshop'").hot_folders[0].recovery.this_layer
    )
    assert 0 < black_from < black_to < 128
    assert (white_from, white_to) == (256 - black_to, 256 - black_from)


def test_a_key_that_is_set_wins(load: Callable[..., Settings]) -> None:
    recovery = load("recovery.preset = 'photoshop'\nrecovery.radius = 5").hot_folders[0].recovery
    assert (recovery.radius, recovery.missing_only) == (5.0, False)


def test_a_studios_own_preset(load: Callable[..., Settings]) -> None:
    settings = load("recovery.preset = 'gentle'", "[presets.gentle]\nopacity = '70% of match'")
    expected = Recovery(preset="gentle", opacity=Opacity(share=0.7))
    assert settings.hot_folders[0].recovery == settings.presets["gentle"] == expected


def test_one_based_on_another_based_on_a_built_in_one(load: Callable[..., Settings]) -> None:
    top = "[presets.a]\npreset = 'b'\nradius = 2\n[presets.b]\npreset = 'photoshop'\nradius = 9\nopacity = 40"
    settings = load("recovery.preset = 'a'", top)
    recovery = settings.hot_folders[0].recovery
    assert (recovery.radius, recovery.opacity, recovery.missing_only) == (2.0, Opacity(40.0), False)
    assert list(settings.presets) == ["a", "b"]


@pytest.mark.parametrize(
    ("top", "lines"),
    [
        ("[presets.a]\nradius = 40", ["presets.a.radius: 40 is above 20 px"]),
        ("[presets.a]\npreset = 'a'", ['presets.a.preset: "a" is based on this one in turn']),
        ("[presets.a]\npreset = 'b'", ['presets.a.preset: there is no preset "b"; there are a, natural, photoshop']),
        ("[presets.natural]\nradius = 3", ["presets.natural: is built in; give yours another name"]),
        ("[presets]\na = 3", [
            "presets.a: is no table of settings",
            'hot_folder "headshots".recovery.preset: there is no preset "a"; there are natural, photoshop',
        ]),
    ],
)  # fmt: skip
def test_mistakes_in_presets_are_reported_there_and_once(
    refusal: Callable[..., list[str]], top: str, lines: list[str]
) -> None:
    name = "natural" if "natural" in top.partition("]")[0] else "a"
    assert refusal(f"recovery.preset = '{name}'", top) == lines


def test_a_circle_of_presets_is_refused(refusal: Callable[..., list[str]]) -> None:
    top = "[presets.a]\npreset = 'b'\n[presets.b]\npreset = 'a'"
    assert 'presets.b.preset: "a" is based on this one in turn' in refusal(top=top)
