"""What others do with a pair, under pored's mask and registration: the tutorial's steps, and missing detail alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.files.codecs import read_picture
from pored.files.original import read_original
from pored.files.picture import eight_bit
from pored.model import Box
from pored.pixels.align.warp import covered, lay_over
from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.planes.gaussian_blur import reach
from pored.pixels.recovery.tone import fit_grading, graded, lit
from pored.registering import faces_seen, register_pair

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pipeline import Recovered
    from pored.pixels.recovery.face_texture import FaceTexture

METHODS = ("tutorial 100 %", "tutorial 50 %", "missing detail")


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """The part of a pair around its faces.

    Attributes:
        box: in pixels of the export.
        export: its samples there.
        original: (H, W, ...) float32, laid under them.
        reference: that in the export's grading: what the result should look like in its texture.
        mask: 0..255, where the original reaches.
        radius: of the largest face's high pass, in pixels of the export.
    """

    box: Box
    export: NDArray[np.uint8]
    original: NDArray[np.float32]
    reference: NDArray[np.float32]
    mask: NDArray[np.uint8]
    radius: float


def lay(export: Path, original: Path, recovered: Recovered[FaceTexture]) -> Laid:
    """Lay an original under its export, as pored did."""
    picture = read_picture(export)
    source = read_original(original, picture)
    registration = register_pair(source, picture, faces_seen(picture)).registration
    own = [each for each in recovered.texture.faces if each.outcome != "other_frame"]
    largest = max(own, key=lambda each: each.face.width)
    box = _around(recovered, reach(largest.radius))
    pixels = eight_bit(picture.pixels[box.slices])
    laid = lay_over(source.pixels, registration, box)
    skin = recovered.mask[box.slices]
    grading = fit_grading(
        laid, pixels.astype(np.float32), skin.astype(np.float32) / np.float32(255), largest.face.width
    )
    mask = np.where(covered(source.size, registration, box), skin, 0).astype(np.uint8)
    size = pixels.shape[1], pixels.shape[0]
    gain = None if grading.light is None else grading.light.gain(Box(0, 0, *size), *size)
    return Laid(box, pixels, laid, lit(graded(grading, laid), gain), mask, largest.radius)


def by_method(method: str, laid: Laid) -> NDArray[np.uint8]:
    """The export with that method's texture.

    The tutorial: High Pass of the desaturated original, Linear Light, which adds twice what the layer is off grey.
    Missing detail: what High Pass shows in the original and not in the export, added once.
    """
    light, tone = desaturate(laid.original), desaturate(laid.export)
    if method == "missing detail":
        return _added(laid, high_band(light - tone, laid.radius))
    opacity = 1.0 if method == "tutorial 100 %" else 0.5
    return _added(laid, 2 * opacity * high_band(light, laid.radius))


def _added(laid: Laid, detail: Plane) -> NDArray[np.uint8]:
    shown = detail * (laid.mask.astype(np.float32) / 255)
    if laid.export.ndim > shown.ndim:
        shown = shown[..., None]
    return np.clip(np.round(laid.export + shown), 0, 255).astype(np.uint8)


def _around(recovered: Recovered[FaceTexture], margin: int) -> Box:
    box = recovered.boxes[0]
    for other in recovered.boxes[1:]:
        box = box.union(other)
    return box.grown(margin).clipped(recovered.mask.shape[1], recovered.mask.shape[0])
