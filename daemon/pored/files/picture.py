"""A picture in memory, and all that is needed to write it back as it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Samples


TIFF_JPEG = 7
"""TIFF's own number for the compression."""
LOSSLESS = 100
"""AVIF's quality that is without loss."""
_STEP = 65535 // 255
"""Levels of 16 bits in one of 8."""
_ROWS = 256


class Kind(StrEnum):
    """The kinds of file that pored reads and, but for RAW, writes."""

    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    AVIF = "avif"
    HEIC = "heic"
    RAW = "raw"
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


@dataclass(frozen=True, slots=True)
class JpegCoding:
    """How a JPEG was compressed.

    Attributes:
        tables: quantisation tables of 64 numbers, one for each component; what follows the last uses the last.
        sampling: chroma subsampling, ``"4:4:4"``, ``"4:2:2"`` or ``"4:2:0"``.
        progressive: several scans, coarse to fine.
        rgb: the components are R, G and B themselves, not Y, Cb and Cr.
        data: the file, whose unchanged blocks a result keeps.
        pixels: what it shows, in stored orientation; what differs from that was changed.
    """

    tables: tuple[tuple[int, ...], ...]
    sampling: str
    progressive: bool
    rgb: bool
    data: bytes = field(repr=False, compare=False)
    pixels: Samples = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class TiffCoding:
    """How a TIFF was compressed.

    Attributes:
        compression: TIFF's own number: 1 none, 5 LZW, 7 JPEG, 8 and 32946 Deflate, 32773 PackBits.
        predictor: horizontal differencing before the compression.
        byteorder: ``"<"`` or ``">"``.
        extra_sample: TIFF's number for the alpha plane: 0 a saved selection, 1 premultiplied, 2 plain transparency.
        tile: height and width of its tiles; None: strips.
        quality: of JPEG, 1..100 on libjpeg's scale; estimated from the file's tables.
        sampling: of JPEG: pixels across and down that share their chroma.
        rgb: of JPEG: the components are R, G and B themselves, not Y, Cb and Cr.
        planar: one channel after the other.
    """

    compression: int = 5
    predictor: bool = True
    byteorder: Literal["<", ">"] = "<"
    extra_sample: int = 2
    tile: tuple[int, int] | None = None
    quality: int = 96
    sampling: tuple[int, int] = (1, 1)
    rgb: bool = False
    planar: bool = False


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


@dataclass(frozen=True, slots=True)
class AvifCoding:
    """How an AVIF was compressed.

    Attributes:
        bits: a channel, 8, 10 or 12.
        sampling: chroma subsampling, as in :class:`JpegCoding`; ``"4:0:0"`` is grey.
        quality: 0..100 on libavif's scale, from the file's quantiser; 100 is without loss.
        colours: primaries and transfer characteristics by their numbers in ITU-T H.273; 2 is unspecified.
    """

    bits: int
    sampling: str
    quality: int
    colours: tuple[int, int] = (2, 2)


@dataclass(frozen=True, slots=True)
class HeicCoding:
    """How a HEIC was compressed.

    Attributes:
        bits: a channel, 8, 10 or 12.
        chroma: its subsampling, 420, 422 or 444.
    """

    bits: int
    chroma: int


ENCODED_AGAIN = "the picture outside the mask as it was (all of it was encoded again)"
"""What a result cannot carry on, in words for the report."""
Coding = JpegCoding | TiffCoding | WebpCoding | PsdCoding | AvifCoding | HeicCoding


def is_encoded_again(coding: Coding | None) -> bool:
    """Whether a file that is coded so is encoded as a whole, with loss, where a part of it was changed."""
    match coding:
        case TiffCoding():
            return coding.compression == TIFF_JPEG
        case WebpCoding():
            return not coding.lossless
        case AvifCoding():
            return coding.quality < LOSSLESS
        case HeicCoding():
            return True
        case _:
            return False


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
        pixels: (H, W, 3) RGB or (H, W) grey, uint8 or uint16; upright, unless a codec's docstring says stored.
        alpha: (H, W) of the same type, its highest value opaque, or None where the file has none.
        encoding: all that is needed to write it back as it was.
    """

    pixels: Samples
    alpha: Samples | None
    encoding: Encoding

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def split_alpha(samples: Samples) -> tuple[Samples, Samples | None]:
    """Colours and alpha of an array of shape (H, W), (H, W, 2), (H, W, 3) or (H, W, 4)."""
    channels = 1 if samples.ndim == 2 else samples.shape[2]  # noqa: PLR2004 - (H, W) is grey
    if channels % 2:
        return samples, None
    colours = samples[..., 0] if channels == 2 else samples[..., :3]  # noqa: PLR2004 - grey and alpha
    return cast("Samples", np.ascontiguousarray(colours)), cast("Samples", np.ascontiguousarray(samples[..., -1]))


def with_alpha(pixels: Samples, alpha: Samples | None) -> Samples:
    """Colours and alpha as one array, the inverse of :func:`split_alpha`."""
    return np.ascontiguousarray(pixels if alpha is None else np.dstack([pixels, alpha]))


def eight_bit(samples: Samples) -> NDArray[np.uint8]:
    """Samples of 8 or 16 bits as 8, to the nearest level; the same array where it has 8 already."""
    if samples.dtype == np.uint8:
        return cast("NDArray[np.uint8]", samples)
    reduced = np.empty(samples.shape, np.uint8)
    for rows in range(0, len(samples), _ROWS):  # a few rows at a time: the quotient needs 32 bits a sample
        some = samples[rows : rows + _ROWS].astype(np.uint32)
        reduced[rows : rows + _ROWS] = (some + _STEP // 2) // _STEP
    return reduced
