"""How far eyes and lips moved by themselves: a look, a lid, a corner of the mouth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.align.maps import identity
from pored.pixels.align.refine_local import laid_by, local_shifts, no_shifts
from pored.pixels.align.refine_patch import Patch
from pored.pixels.align.spots import correlation, weighted_quantile
from pored.pixels.align.structure import structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.align.refine_local import Stage

STAGES: tuple[Stage, ...] = ((0, 0.03, 0.0), (0, 0.03, 0.0))
"""Windows of an iris' size."""
FARTHEST = 0.1
"""The share of a part's structure whose shifts count: an eye's corners stay where they are."""
MOVED = 0.0046
"""Face widths, ..."""
LEAST = 0.6
"""... and pixels, beyond which a part moved, and not only its noise. A look 8 degrees aside is 0.012 face widths; where
nothing moved, no pair of 208 with noise, grain or JPEG has both eyes beyond it."""
SMALLEST = 55.0
"""Pixels of face width, the narrowest of those pairs': of smaller eyes nothing is said."""
MENDED = 0.2
"""Share of a part's disagreement that its shifts must take away: those of noise bring nothing nearer."""


def moved_by(light: Plane, tone: Plane, part: NDArray[np.bool_], face_width: float) -> float:
    """Compares a part of an original, laid over as a whole, with the export's.

    Args:
        light: (H, W) float32 lightness of the original.
        tone: likewise of the export.
        part: (H, W), which pixels are the part's; one at least.
        face_width: in these pixels.

    Returns:
        Pixels that a tenth of the part's structure moved by at least; 0 where that may be noise.
    """
    if face_width < SMALLEST:
        return 0.0
    patch = Patch(tone, light, identity(), identity())
    shifts = local_shifts(patch, identity(), face_width, STAGES, no_shifts(patch))
    far = weighted_quantile(np.hypot(shifts.dx, shifts.dy)[part], shifts.trust[part], 1 - FARTHEST)
    if far <= max(LEAST, MOVED * face_width):
        return 0.0
    ours = structure(tone)[part]
    before, after = (correlation(structure(laid)[part], ours) for laid in (light, laid_by(patch, identity(), shifts)))
    return far if after - before > MENDED * (1 - before) else 0.0
