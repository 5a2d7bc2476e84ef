"""Photoshop documents (PSD, PSB): their merged picture, read. :mod:`pored.files.psd.write` writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from pored.errors import UnsupportedError
from pored.files import exif
from pored.files.image_resources import EXIF, PROFILE, RESOLUTION, VERSION, resource, without_thumbnails
from pored.files.kinds.source import damaged
from pored.files.picture import Encoding, Header, Kind, Picture, PsdCoding
from pored.files.psd.carrier import MERGED_AT, carrier, dpi_of
from pored.files.psd.layout import COLOURS, layout_of
from pored.files.psd.planes import MergedPicture, plane_of

if TYPE_CHECKING:
    from pored.files.kinds.source import Source
    from pored.files.psd.layout import Layout
    from pored.model import Samples

_DEPTHS = frozenset({8, 16})
_MOST_RESOURCES = 1 << 28
"""Bytes; what claims more lies."""
_CMYK, _INDEXED = 4, 2
_MODES = {0: "a bitmap", 7: "a multichannel document", 8: "a duotone", 9: "Lab"}

_ROWS = 256
"""That are computed at once."""


def probe(source: Source) -> Header:
    """Size and orientation, from the header and the resources.

    Raises:
        UnsupportedError: neither grey nor RGB with 8 or 16 bits a channel, or saved without a merged picture.
        UnreadableError: a part lies beyond the file's end.
    """
    layout = layout_of(source)
    _refuse_mode(layout, source.name)
    MergedPicture(source, layout)
    resources = _resources(source, layout)
    _refuse_without_merged(layout, resources, source.name)
    return Header(layout.width, layout.height, exif.orientation(resource(resources, EXIF) or b""))


def read(source: Source, header: Header) -> Picture:
    """The merged picture, stored.

    Raises:
        ValueError, RuntimeError: it is damaged.
        OSError: the disk refused.
    """
    layout = layout_of(source)
    merged, resources = MergedPicture(source, layout), _resources(source, layout)
    colours = COLOURS[layout.mode]
    size, form = (layout.height, layout.width), np.uint16 if layout.depth == 16 else np.uint8  # noqa: PLR2004 - bits
    pixels = cast("Samples", np.empty((*size, colours) if colours > 1 else size, form))
    for channel in range(colours):
        plane_of(merged, channel, pixels[..., channel] if colours > 1 else pixels)
    alpha = cast("Samples", np.empty(size, form)) if layout.has_alpha else None
    if alpha is not None:
        plane_of(merged, colours, alpha)
    encoding = Encoding(
        source.name,
        Kind.PSD,
        header.orientation,
        icc=resource(resources, PROFILE),
        dpi=dpi_of(resource(resources, RESOLUTION)),
        coding=PsdCoding(layout.dialect.is_big, has_layers=_has_layers(layout)),
        carrier=carrier(without_thumbnails(resources)),
    )
    return Picture(pixels, alpha, encoding)


def without_matte(pixels: Samples, alpha: Samples) -> Samples:
    """A merged picture's own colours, as other kinds store them beside their alpha.

    Where it is transparent, Photoshop lays it on white: M = C a + white (1 - a). Where nothing shows, white stays.
    """
    own: Samples = np.empty_like(pixels)
    white = np.iinfo(pixels.dtype).max
    for start in range(0, len(pixels), _ROWS):
        rows = slice(start, start + _ROWS)
        share = np.maximum(alpha[rows], 1).astype(np.float64) / white
        lacking = (white - pixels[rows]) / (share[..., None] if pixels.ndim > 2 else share)  # noqa: PLR2004 - (H, W) is grey
        own[rows] = np.rint(np.maximum(0, white - lacking))
    return own


def _has_layers(layout: Layout) -> bool:
    return layout.layers is not None and layout.layers.count > 0


def _resources(source: Source, layout: Layout) -> bytes:
    if layout.resources.length > _MOST_RESOURCES:
        raise damaged(source.name)
    source.stream.seek(layout.resources.at)
    return source.take(layout.resources.length)


def _refuse_mode(layout: Layout, name: str) -> None:
    """What pored cannot recover, or a result could not keep."""
    if layout.mode == _CMYK:
        raise UnsupportedError("cmyk", f"{name} is CMYK; convert a copy to RGB and export that.")
    if layout.mode == _INDEXED:
        raise UnsupportedError("palette", f"{name} has a palette of colours; convert it to RGB and save it again.")
    if layout.mode not in COLOURS:
        what = _MODES.get(layout.mode, f"a document of a rare kind (colour mode {layout.mode})")
        raise UnsupportedError("colour-mode", f"{name} is {what}; convert it to RGB and save it again.")
    if layout.depth not in _DEPTHS:
        raise UnsupportedError(
            "bit-depth", f"{name} has {layout.depth} bits a channel; save it with 8 or 16 bits a channel."
        )
    if layout.channels < COLOURS[layout.mode]:
        raise damaged(name)


def _refuse_without_merged(layout: Layout, resources: bytes, name: str) -> None:
    """Photoshop says in its version info whether the merged picture is one; other programs always write it."""
    version = resource(resources, VERSION) or b""
    says_none = len(version) > MERGED_AT and version[MERGED_AT] == 0
    if says_none and _has_layers(layout):
        raise UnsupportedError(
            "merged-picture",
            f"{name} was saved without the merged picture that pored works on. In Photoshop set Preferences > File "
            "Handling > Maximize PSD and PSB File Compatibility to Always, and save it again.",
        )
