"""A picture in memory, and all that is needed to write it back as it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Samples


class Kind(StrEnum):
    """The kinds of file that pored reads and writes."""

    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    PSD = "psd"


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself before anything is decoded.

    Attributes:
        width: of the stored picture, in pixels.
        height: likewise.
        orientation: EXIF 1..8, how the stored picture is turned to be upright.
    """

    width: int
    height: int
    orientation: int = 1

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height as a person sees the picture."""
        return (self.height, self.width) if self.orientation in SIDEWAYS else (self.width, self.height)


SIDEWAYS = frozenset({5, 6, 7, 8})
"""The EXIF orientations that swap width and height."""


@dataclass(frozen=True, slots=True)
class JpegCoding:
    """How a JPEG was compressed.

    Attributes:
        tables: quantisation tables of 64 numbers, one for each component; what follows the last uses the last.
        sampling: chroma subsampling, ``"4:4:4"``, ``"4:2:2"`` or ``"4:2:0"``.
        progressive: several scans, coarse to fine.
        rgb: the components are R, G and B themselves, not Y, Cb and Cr.
    """

    tables: tuple[tuple[int, ...], ...]
    sampling: str
    progressive: bool
    rgb: bool


@dataclass(frozen=True, slots=True)
class TiffCoding:
    """How a TIFF was compressed.

    Attributes:
        compression: TIFF's own number: 1 none, 5 LZW, 8 and 32946 Deflate, 32773 PackBits.
        predictor: horizontal differencing before the compression.
        byteorder: ``"<"`` or ``">"``.
        extra_sample: TIFF's number for the alpha plane: 0 a saved selection, 1 premultiplied, 2 plain transparency.
    """

    compression: int = 5
    predictor: bool = True
    byteorder: Literal["<", ">"] = "<"
    extra_sample: int = 2


@dataclass(frozen=True, slots=True)
class WebpCoding:
    """How a WebP was compressed.

    Attributes:
        lossless: VP8L, not VP8.
        quality: 0..100 on libwebp's scale; where the file is lossy, estimated from its quantiser.
    """

    lossless: bool = True
    quality: float = 100.0


@dataclass(frozen=True, slots=True)
class PsdCoding:
    """How a Photoshop document was stored.

    Attributes:
        is_big: a large document (PSB).
        has_layers: there is more in it than the merged picture.
    """

    is_big: bool
    has_layers: bool


Coding = JpegCoding | TiffCoding | WebpCoding | PsdCoding


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a picture was stored.

    Attributes:
        name: the file's name, for messages.
        kind: by the file's content, whatever its name says.
        orientation: EXIF 1..8.
        icc: the colour profile.
        dpi: pixels per inch across and down.
        coding: how the pixels were compressed; None for PNG, which has nothing to choose.
        carrier: the file without its pixels: a valid container that holds all of its metadata.
        left_out: what a result cannot carry on, in words for the report.
    """

    name: str
    kind: Kind
    orientation: int
    icc: bytes | None = field(repr=False)
    dpi: tuple[float, float] | None
    coding: Coding | None
    carrier: bytes = field(repr=False)
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What a file holds.

    Attributes:
        pixels: (H, W, 3) RGB or (H, W) grey, uint8; upright, unless a codec's docstring says stored.
        alpha: (H, W) uint8, 255 opaque, or None where the file has none.
        encoding: all that is needed to write it back as it was.
    """

    pixels: Samples
    alpha: NDArray[np.uint8] | None
    encoding: Encoding

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def split_alpha(samples: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Colours and alpha of an array of shape (H, W), (H, W, 2), (H, W, 3) or (H, W, 4)."""
    channels = 1 if samples.ndim == 2 else samples.shape[2]  # noqa: PLR2004 - (H, W) is grey
    if channels % 2:
        return samples, None
    colours = samples[..., 0] if channels == 2 else samples[..., :3]  # noqa: PLR2004 - grey and alpha
    return np.ascontiguousarray(colours), np.ascontiguousarray(samples[..., -1])


def with_alpha(pixels: Samples, alpha: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """Colours and alpha as one array, the inverse of :func:`split_alpha`."""
    return np.ascontiguousarray(pixels if alpha is None else np.dstack([pixels, alpha]), dtype=np.uint8)
