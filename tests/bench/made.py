"""The table of the made cases: a line per variant, over all portraits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cases import VARIANTS
from methods import METHODS
from table import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cases import Wanted
    from figures import Figures
    from trials import Trial

HEADINGS = (
    "variant", "outcome", "energy", "worst", "corr", "worst", "drift", "worst", "share", "worst", "left px", "worst",
    "s", "wanted", "missed",
)  # fmt: skip
SLACK = 0.05
"""The worst portrait may be this far from what is wanted of the mean."""
SHARE_SLACK = 0.25
"""Likewise for the worst mark."""
COMPARED = ("variant", "method", "energy", "worst", "corr", "worst", "drift", "worst")


def made_table(trials: Sequence[Trial]) -> str:
    """Mean and worst of each variant's figures, what is wanted of them, and what is missed."""
    return table(HEADINGS, [_row(name, trials) for name in VARIANTS if any(one.variant == name for one in trials)])


def compared_table(trials: Sequence[Trial]) -> str:
    """The variants on which other methods were measured too."""
    rows = []
    for name in VARIANTS:
        done = [one for one in trials if one.variant == name and one.others]
        if done:
            rows += [[name, method, *_figures([one.others[method] for one in done])] for method in METHODS]
            rows.append([name, "pored", *_figures([one.figures for one in done if one.figures])])
    return table(COMPARED, rows)


def trial_line(trial: Trial) -> str:
    """One case in one line."""
    figures = trial.figures
    measured = ""
    if figures is not None:
        measured = f"energy {figures.energy:.3f} corr {figures.correlation:.3f} drift {figures.drift:.3f} "
        measured += "shares " + " ".join(f"{share:.2f}" for share in figures.shares) if figures.shares else ""
    return f"{trial.variant} / {trial.portrait}: {trial.outcome} {measured} {trial.seconds:.1f} s; {trial.note}"


def _row(name: str, trials: Sequence[Trial]) -> list[str]:
    done, wanted = [one for one in trials if one.variant == name], VARIANTS[name].wanted
    right = sum(one.outcome == wanted.outcome for one in done)
    measured = [one.figures for one in done if one.figures and one.outcome == wanted.outcome]
    shares = [share for figures in measured for share in figures.shares]
    left = [one.residual for one in done if one.residual is not None]
    seconds = np.mean([one.seconds for one in done])
    return [
        name,
        f"{wanted.outcome} {right}/{len(done)}",
        *_figures(measured),
        *_mean_and_worst(shares, max),
        *_mean_and_worst(left, max),
        f"{seconds:.1f}",
        _in_words(wanted, marks=bool(shares)),
        ", ".join(_missed(wanted, measured, shares, all_right=right == len(done))),
    ]


def _figures(measured: Sequence[Figures]) -> list[str]:
    energy = _mean_and_worst([one.energy for one in measured], lambda values: max(values, key=_from_one))
    correlation = _mean_and_worst([one.correlation for one in measured], min)
    return [*energy, *correlation, *_mean_and_worst([one.drift for one in measured], max)]


def _from_one(energy: float) -> float:
    return abs(energy - 1)


def _mean_and_worst(values: Sequence[float], worst: Callable[[Sequence[float]], float]) -> list[str]:
    return [f"{np.mean(values):.2f}", f"{worst(values):.2f}"] if values else ["", ""]


def _in_words(wanted: Wanted, *, marks: bool) -> str:
    if wanted.outcome in {"refused", "nothing missing"}:
        return wanted.outcome
    low, high = wanted.energy
    share = f", share <= {wanted.share}" if marks else ""
    return f"{wanted.outcome}, energy {low}..{high}, corr >= {wanted.correlation}, drift <= {wanted.drift}{share}"


def _missed(wanted: Wanted, measured: Sequence[Figures], shares: Sequence[float], *, all_right: bool) -> list[str]:
    """What is not as wanted; where only the worst is not, that is said."""
    missed = [] if all_right else ["OUTCOME"]
    if wanted.outcome in {"refused", "nothing missing"} or not measured:
        return missed
    low, high = wanted.energy
    checks: list[tuple[str, list[float], float]] = [
        ("energy", [max(low - one.energy, one.energy - high) for one in measured], SLACK),
        ("corr", [wanted.correlation - one.correlation for one in measured], SLACK),
        ("drift", [one.drift - wanted.drift for one in measured], SLACK),
        ("share", [share - wanted.share for share in shares], SHARE_SLACK),
    ]
    mean_energy = float(np.mean([one.energy for one in measured]))
    for name, over, slack in checks:
        mean = max(low - mean_energy, mean_energy - high) if name == "energy" else float(np.mean(over or [0.0]))
        if mean > 0:
            missed.append(name.upper())
        elif max(over, default=0.0) > slack:
            missed.append(f"worst {name}")
    return missed
