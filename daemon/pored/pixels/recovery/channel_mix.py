"""The channel mix of a grading: shares of the original's channels that make one of the export's."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.recovery.off_curve import ENOUGH, off_curve
from pored.pixels.recovery.tone_curve import BESIDE, FEWEST, follows_skin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.pixels.recovery.tone_curve import Curve

GREY_ROUNDS = 2
GREY_RIDGE = 1e-4
"""Draws the mix towards equal shares where the channels cannot be told apart."""
COLOUR_ROUNDS = 3
COLOUR_RIDGE = 2e-3
"""Likewise towards each channel's own."""
EVIDENT = 0.003
"""Share of the brightest tone by which what is beside the skin must be off the channels' own curves, on average ..."""
MENDED = 0.5
"""... and that a mix may leave of it."""
SKIN_WORSE = 1.1
"""By how much the skin may be farther off with a mix, since a retoucher may have evened its colours."""


def grey_mix(channels: Curve, grey: Curve, weight: Curve) -> Curve:
    """The shares of the channels whose sum follows a black-and-white export best.

    Args:
        channels: (C, N) levels of the original.
        grey: (N,) levels of the export.
        weight: (N,) above ``BESIDE`` on skin.

    Returns:
        (C,), none negative, sum 1.
    """
    count = len(channels)
    if count == 1:
        return np.ones(1)
    shares = np.full(count, 1 / count)
    for _ in range(GREY_ROUNDS):
        believed = follows_skin(shares @ channels, grey, weight)
        shares = _grey_shares(channels[:, believed], grey[believed], weight[believed])
    return shares


def _grey_shares(channels: Curve, grey: Curve, weight: Curve) -> Curve:
    count = len(channels)
    centred = channels - (channels @ weight / weight.sum())[:, None]
    ridge = GREY_RIDGE * np.einsum("cn,cn,n->", centred, centred, weight) * np.eye(count)
    normal = (centred * weight) @ centred.T + ridge
    shares = np.linalg.solve(normal, (centred * weight) @ (grey - grey.mean()) + ridge @ np.full(count, 1 / count))
    shares = np.maximum(shares, 0)
    return shares / shares.sum() if shares.any() else np.full(count, 1 / count)


def colour_mix(before: Curve, after: Curve, weight: Curve, told: NDArray[np.bool_]) -> Curve | None:
    """The shares that saturation, hue or a channel mixer left in each channel, before its tone curve.

    It must show beside the skin, where nobody evened colours: a curve a channel, as good as it may be, leaves lips,
    hair and clothes off.

    Args:
        before: (C, N) levels of the original.
        after: (C, N) levels of the export.
        weight: (N,) above ``BESIDE`` on skin.
        told: (C, N) where the export's channel is not at white.

    Returns:
        (C, C), a row for each of the export's channels, sums 1; None where no mix is proved.
    """
    some = (..., slice(None, None, -(-before.shape[1] // ENOUGH)))
    before, after, weight, told = before[some], after[some], weight[some], told[some]
    channels = [
        _Channel(before[:, tells], own, values[tells], weight[tells])
        for own, (values, tells) in enumerate(zip(after, told, strict=True))
    ]
    own = np.eye(len(before))
    skin, beside = _off(channels, own)
    if beside <= EVIDENT * float(before.max()):
        return None
    mix = np.array([channel.mixed() for channel in channels])
    skin_mixed, beside_mixed = _off(channels, mix)
    return mix if beside_mixed <= MENDED * beside and skin_mixed <= SKIN_WORSE * skin else None


def _off(channels: Sequence[_Channel], mix: Curve) -> tuple[float, float]:
    """How far skin and what is beside it are off, in levels, over all channels."""
    skin, beside = np.mean([channel.off(shares) for channel, shares in zip(channels, mix, strict=True)], axis=0)
    return float(skin), float(beside)


@dataclass(frozen=True, eq=False)
class _Channel:
    """One of the export's.

    Attributes:
        before: (C, N) levels of the original.
        own: which of those it is.
        after: (N,) levels of the export.
        weight: (N,) above ``BESIDE`` on skin.
    """

    before: Curve
    own: int
    after: Curve
    weight: Curve

    @functools.cached_property
    def judged(self) -> NDArray[np.bool_]:
        """Skin, and what may have gone through its curve."""
        return follows_skin(self.before[self.own], self.after, self.weight)

    def off(self, shares: Curve) -> tuple[float, float]:
        """How far skin and what is beside it are off such a mix's curve, in levels; 0 where there is too little."""
        beside = self.weight[self.judged] < BESIDE
        found = off_curve(shares @ self.before, self.after, self.weight, self.judged)
        if found is None or min(np.count_nonzero(beside), np.count_nonzero(~beside)) < FEWEST:
            return 0.0, 0.0
        off = np.abs(found.off)
        return float(off[~beside].mean()), float(off[beside].mean())

    def mixed(self) -> Curve:
        """(C,) the shares that bring it nearest to one curve.

        What is off the curve is explained by how far the other channels are from this one; then the curve is measured
        anew.
        """
        shares: Curve = np.eye(len(self.before))[self.own]
        beside = np.delete(self.before, self.own, axis=0) - self.before[self.own]
        for _ in range(COLOUR_ROUNDS):
            found = off_curve(shares @ self.before, self.after, self.weight)
            if found is None:
                return shares
            moved = found.explained(found.slopes * found.less_tone(beside[:, found.where]), COLOUR_RIDGE)
            shares = shares + np.insert(moved, self.own, -moved.sum())
        return shares
