"""Presets: the built-in ones, and how a chosen one goes beneath the keys that are set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pored.config.layers import Layered, lay, part, under, written
from pored.config.values import shown

if TYPE_CHECKING:
    from pored.config.mistakes import Mistakes

DEFAULT = "natural"

BUILT_IN: Mapping[str, Layered] = {
    # The defaults of Recovery, and so nothing of its own.
    DEFAULT: written({}, "natural"),
    # The tutorial's steps to the letter. Of nine portraits' skin, 98 to 100 % lies within 20 levels of neutral grey
    # after a High Pass of 3 px, so pores show whole from 108 to 148. Lashes, brow hairs (25 to 50 levels darker) and
    # specular highlights (as much lighter) fade over 20 levels more and are gone below 88 and above 168.
    "photoshop": written(
        {
            "radius": 3.0,
            "opacity": 100,
            "missing_only": False,
            "guard_blemishes": False,
            "this_layer": [88, 108, 148, 168],
            "underlying": [0, 0, 255, 255],
        },
        "photoshop",
    ),
}


def all_presets(own: Layered, mistakes: Mistakes) -> dict[str, Layered]:
    """The built-in presets and the studio's own, each with what it is based on already beneath it.

    Args:
        own: the table ``[presets]``.
        mistakes: gets what is wrong with a preset's name or base.
    """
    presets = dict(BUILT_IN)
    for name in own.values:
        if name in BUILT_IN:
            mistakes.add(own.place((name,)), "is built in; give yours another name")
        elif isinstance(own.values[name], Mapping):
            presets[name] = _on_its_base(name, own, mistakes)
        else:
            mistakes.add(own.place((name,)), "is no table of settings")
    return presets


def with_preset(layered: Layered, presets: Mapping[str, Layered], mistakes: Mistakes) -> Layered:
    """``layered`` with the preset that its ``recovery.preset`` names laid beneath its ``recovery``."""
    recovery = layered.values.get("recovery", {})
    name = recovery.get("preset", DEFAULT) if isinstance(recovery, Mapping) else DEFAULT
    if not isinstance(name, str):
        return layered  # validation says so
    if name not in presets:
        mistakes.add(layered.place(("recovery", "preset")), f"there is no preset {shown(name)}; {_there_are(presets)}")
        return layered
    return lay(under("recovery", presets[name]), layered)


def _on_its_base(name: str, own: Layered, mistakes: Mistakes, above: tuple[str, ...] = ()) -> Layered:
    """The keys of one of the studio's presets over those of its base, the base's own base and so on."""
    keys = part(own, name)
    base = keys.values.pop("preset", DEFAULT)
    if base in (*above, name):
        mistakes.add(own.place((name, "preset")), f"{shown(base)} is based on this one in turn")
    elif isinstance(base, str) and isinstance(own.values.get(base), Mapping) and base not in BUILT_IN:
        return lay(_on_its_base(base, own, mistakes, (*above, name)), keys)
    elif not isinstance(base, str) or base not in BUILT_IN:
        mistakes.add(
            own.place((name, "preset")),
            f"there is no preset {shown(base)}; {_there_are({**BUILT_IN, **own.values})}",
        )
    else:
        return lay(BUILT_IN[base], keys)
    return keys


def _there_are(presets: Mapping[str, object]) -> str:
    return f"there are {', '.join(sorted(presets))}"
