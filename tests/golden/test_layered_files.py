"""A layered file shows the flat result: put together again from the file alone, as Photoshop would, by other code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from psd_tools.constants import Tag
from psd_tools.psd import PSD

from pored.config import Recovery
from pored.files.psd.write import Document, write_document
from pored.layered import layered_document, texture_document
from pored.making_up import make_up
from pored.pipeline import Recovered, recover
from pored.results import Results

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pored.pixels.recovery.picture_layer import FaceLayer

Levels = NDArray[np.float64]
WHITE = {8: 255, 16: 32768}
NEUTRAL = {8: 128, 16: 16384}
OPEN = [(0, 0xFFFF)] * 2
ROUNDED_TWICE = 1
"""Levels: where a spot's soft edge passes over, two layers are rounded one after the other."""
SPOTS = ((220, 350), (330, 380), (285, 180))
"""What the retoucher took out."""


@dataclass(frozen=True)
class Part:
    """A layer as the file has it, in Photoshop's levels and on the whole canvas."""

    name: str
    mode: bytes
    opacity: int
    is_visible: bool
    pixels: Levels
    cover: Levels
    gray_ranges: list[tuple[int, int]]


class File:
    """A document, read by psd-tools; nothing of pored's own is used from here on."""

    def __init__(self, data: bytes) -> None:
        self.psd: Any = PSD.read(BytesIO(data))
        header = self.psd.header
        self.depth, self.size = header.depth, (header.height, header.width)
        self.colours = 1 if int(header.color_mode) == 1 else 3

    def levels(self, raw: bytes, size: tuple[int, int]) -> Levels:
        """Photoshop has 256 levels, or 32769."""
        if self.depth == 8:
            return np.frombuffer(raw, np.uint8).reshape(size).astype(float)
        return np.floor((np.frombuffer(raw, ">u2").reshape(size).astype(float) * 32768 + 32767) / 65535)

    def parts(self) -> Iterator[Part]:
        info = self.psd.layer_and_mask_information
        layers = info.layer_info if self.depth == 8 else info.tagged_blocks.get_data(Tag.LAYER_16)
        for record, channels in zip(layers.layer_records, layers.channel_image_data, strict=True):
            yield self.part(record, channels)

    def part(self, record: Any, channels: Any) -> Part:  # noqa: ANN401 - psd-tools' own
        place = (slice(record.top, record.bottom), slice(record.left, record.right))
        size = record.bottom - record.top, record.right - record.left
        pixels, cover = np.zeros((*self.size, self.colours)), np.zeros(self.size)
        cover[place] = 1
        for info, channel in zip(record.channel_info, channels, strict=True):
            if size == (0, 0):
                break
            there = record.mask_data if int(info.id) == -2 else None
            held = size if there is None else (there.bottom - there.top, there.right - there.left)
            values = self.levels(channel.get_data(held[1], held[0], self.depth), held)
            if there is not None:
                shown = np.full(self.size, there.background_color / 255)
                shown[there.top : there.bottom, there.left : there.right] = values / WHITE[self.depth]
                cover *= shown
            elif int(info.id) == -1:
                cover[place] *= values / WHITE[self.depth]
            else:
                pixels[(*place, int(info.id))] = values
        ranges = record.blending_ranges.composite_ranges
        assert record.blending_ranges.channel_ranges == [OPEN] * (self.colours + 1)
        return Part(record.name, record.blend_mode.value, record.opacity, record.flags.visible, pixels, cover, ranges)

    def merged(self) -> Levels:
        planes = self.psd.image_data.get_data(self.psd.header)[: self.colours]
        return np.stack([self.levels(plane, self.size) for plane in planes], axis=-1)

    def composited(self) -> Levels:
        """All visible layers from the bottom up, each rounded to whole levels."""
        below = np.zeros((*self.size, self.colours))
        for part in self.parts():
            if part.is_visible and part.mode != b"pass":
                below = self.laid_on(below, part)
        return below

    def laid_on(self, below: Levels, part: Part) -> Levels:
        white = WHITE[self.depth]
        blended = self.blended(below, part)
        this, underlying = part.gray_ranges
        weight = part.cover * part.opacity / 255
        weight = weight * ramps(gray(part.pixels) * 255 / white, this) * ramps(gray(below) * 255 / white, underlying)
        return np.floor(below + weight[..., None] * (blended - below) + 0.5)

    def blended(self, below: Levels, part: Part) -> Levels:
        """Normal, Linear Light, Overlay or Soft Light."""
        white, above = WHITE[self.depth], part.pixels
        if part.mode == b"norm":
            return above
        if part.mode == b"lLit":
            return np.clip(below + 2 * above - 2 * NEUTRAL[self.depth], 0, white)
        b, s = below / white, above / white
        if part.mode == b"over":
            return white * np.where(b <= 0.5, 2 * b * s, 1 - 2 * (1 - b) * (1 - s))
        assert part.mode == b"sLit"
        root = np.where(b <= 0.25, ((16 * b - 12) * b + 4) * b, np.sqrt(b))
        return white * np.where(s <= 0.5, b - (1 - 2 * s) * b * (1 - b), b + (2 * s - 1) * (root - b))


def gray(pixels: Levels) -> Levels:
    return pixels[..., 0] if pixels.shape[2] == 1 else pixels @ [0.30, 0.59, 0.11]


def ramps(values: Levels, ranges: tuple[int, int]) -> Levels:
    (b0, b1), (w0, w1) = (divmod(pair, 256) for pair in ranges)
    values = np.round(values, 9)
    rising = (values >= b1) if b0 == b1 else np.clip((values - b0) / (b1 - b0), 0, 1)
    falling = (values <= w0) if w0 == w1 else np.clip((w1 - values) / (w1 - w0), 0, 1)
    return np.asarray(rising * falling, float)


def layered(recovered: Recovered[FaceLayer], export: Path) -> File:
    file = BytesIO()
    with layered_document(recovered, export) as document:
        write_document(file, document)
    return File(file.getvalue())


@pytest.fixture(scope="module")
def blemished(portrait: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The portrait with some spots that its export does not have."""
    spotted = portrait.astype(float)
    rows, columns = np.mgrid[: portrait.shape[0], : portrait.shape[1]]
    for x, y in SPOTS:
        spotted -= 60 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 3.0**2))[..., None] * [0.3, 1, 1]
    pixels: NDArray[np.uint8] = np.clip(spotted, 0, 255).astype(np.uint8)
    return pixels


@pytest.fixture(scope="module")
def natural_export(tmp_path_factory: pytest.TempPathFactory, smoothed: NDArray[np.uint8]) -> Path:
    path = tmp_path_factory.mktemp("natural") / "export.png"
    Image.fromarray(smoothed).save(path, compress_level=1)
    return path


@pytest.fixture(scope="module")
def natural(natural_export: Path, blemished: NDArray[np.uint8]) -> Recovered[FaceLayer]:
    original = natural_export.with_name("original.png")
    Image.fromarray(blemished).save(original, compress_level=1)
    return recover(natural_export, original, Recovery(), layered=True)


@pytest.fixture(scope="module")
def natural_file(natural: Recovered[FaceLayer], natural_export: Path) -> File:
    return layered(natural, natural_export)


PHOTOSHOP = Recovery(
    preset="photoshop",
    missing_only=False,
    guard_blemishes=False,
    radius=3.0,
    this_layer=(88, 108, 148, 168),
    underlying=(20, 60, 200, 240),
)


WHOLE = Recovery.model_validate({"opacity": 100.0, "underlying": [20, 100, 150, 230]})


@pytest.fixture
def deep_pair(pair: tuple[Path, Path], blemished: NDArray[np.uint8]) -> tuple[Path, Path]:
    """The pair as flat 16-bit documents, with values between those of 8 bit."""
    export, original = pair
    with Image.open(export) as image:
        smooth = np.asarray(image)
    for path, pixels in ((export, smooth), (original, blemished)):
        fractions = np.random.default_rng(len(pixels)).integers(-64, 64, pixels.shape)
        deep = np.clip(pixels.astype(int) * 257 + fractions, 0, 65535).astype(np.uint16)
        with path.with_suffix(".psd").open("wb") as file:
            write_document(file, Document(deep, None, alpha_is_merged=False, resources=b"", stack=()))
    return export.with_suffix(".psd"), original.with_suffix(".psd")


def test_the_layers_show_the_flat_result(natural: Recovered[FaceLayer], natural_file: File) -> None:
    assert np.array_equal(natural_file.merged(), natural.pixels)
    off = np.abs(natural_file.composited() - natural.pixels).max(axis=2)
    texture, spots = with_mode(natural_file, b"lLit")
    assert not off[(texture.cover == 0) | (spots.cover == 0)].any()
    assert off.max() <= ROUNDED_TWICE


def test_so_they_do_through_blend_if(pair: tuple[Path, Path], blemished: NDArray[np.uint8]) -> None:
    export, original = pair
    Image.fromarray(blemished).save(original, compress_level=1)
    recovered = recover(export, original, PHOTOSHOP)
    file = layered(recovered, export)
    assert [part.gray_ranges for part in with_mode(file, b"lLit")] == [
        [(88 << 8 | 108, 148 << 8 | 168), (20 << 8 | 60, 200 << 8 | 240)]
    ]
    assert np.array_equal(file.composited(), recovered.pixels)


def test_so_they_do_on_a_spots_edge_where_the_lower_layer_changes_what_the_upper_one_does(
    pair: tuple[Path, Path], blemished: NDArray[np.uint8]
) -> None:
    export, original = pair
    Image.fromarray(blemished).save(original, compress_level=1)
    recovered = recover(export, original, WHOLE, layered=True)
    file = layered(recovered, export)
    assert len(with_mode(file, b"lLit")) == 2
    assert np.abs(file.composited() - recovered.pixels).max() <= ROUNDED_TWICE


def test_in_16_bit_they_do_so_within_one_level(deep_pair: tuple[Path, Path]) -> None:
    export, original = deep_pair
    recovered = recover(export, original, PHOTOSHOP, layered=True)
    assert recovered.outcome == "recovered"
    file = layered(recovered, export)
    planes = [recovered.pixels[..., each].astype(">u2").tobytes() for each in range(3)]
    flat = np.stack([file.levels(plane, file.size) for plane in planes], axis=-1)
    assert np.array_equal(file.merged(), flat)
    assert np.abs(file.composited() - flat).max() <= 1


@pytest.mark.parametrize(("method", "name"), [("grain", "Grain"), ("graft", "Grafted texture")])
def test_made_up_texture_is_a_layer_alike(
    pair: tuple[Path, Path], method: Literal["grain", "graft"], name: str
) -> None:
    made = make_up(pair[0], None, Recovery(method=method))
    assert made.outcome == "made_up"
    file = layered(made, pair[0])
    *_, layer, _group = file.parts()
    assert layer.name == name
    assert np.abs(file.composited() - made.pixels).max() <= 1


def test_what_a_retoucher_took_out_has_a_layer_of_its_own(natural_file: File) -> None:
    texture, spots = with_mode(natural_file, b"lLit")
    assert (texture.name, spots.name) == ("Texture", "Texture on retouched spots")
    both = (texture.cover > 0) & (spots.cover > 0)
    assert np.array_equal(texture.pixels[both], spots.pixels[both])
    assert np.ptp(spots.cover[both]) > 0.5
    for x, y in SPOTS:
        spot = slice(y - 2, y + 3), slice(x - 2, x + 3), 0
        assert spots.cover[y, x] > 0
        assert texture.pixels[spot].mean() < spots.pixels[spot].mean() - 3


def test_the_hidden_original_lies_where_it_belongs(
    natural: Recovered[FaceLayer], natural_file: File, blemished: NDArray[np.uint8]
) -> None:
    [hidden] = [part for part in natural_file.parts() if not part.is_visible]
    assert hidden.name == "Original"
    assert natural.mask[hidden.cover == 0].max() == 0
    assert np.array_equal(hidden.pixels[hidden.cover == 1], blemished[hidden.cover == 1])


def test_a_grey_export_gets_a_grey_document(pair: tuple[Path, Path], smoothed: NDArray[np.uint8]) -> None:
    export, original = pair
    Image.fromarray(smoothed).convert("L").save(export)
    recovered = recover(export, original, Recovery(), layered=True)
    file = layered(recovered, export)
    assert file.colours == 1
    assert np.abs(file.composited()[..., 0] - recovered.pixels).max() <= ROUNDED_TWICE


def test_the_texture_alone_put_on_the_export_shows_the_flat_result(
    natural: Recovered[FaceLayer], smoothed: NDArray[np.uint8]
) -> None:
    data = BytesIO()
    write_document(data, texture_document(natural))
    below = smoothed.astype(float)
    file = File(data.getvalue())
    for part in with_mode(file, b"lLit"):
        below = file.laid_on(below, part)
    assert np.abs(below - natural.pixels).max() <= ROUNDED_TWICE


def test_any_result_can_be_asked_for_as_a_document(natural: Recovered[FaceLayer], natural_export: Path) -> None:
    data = BytesIO()
    with Results(natural, natural_export, "psd").result() as write:
        write(data)
    assert np.abs(File(data.getvalue()).composited() - natural.pixels).max() <= ROUNDED_TWICE


def test_where_nothing_was_missing_a_document_is_the_export_alone(
    natural: Recovered[FaceLayer], natural_export: Path
) -> None:
    nothing = replace(natural, texture=replace(natural.texture, faces=()), registered=None, outcome="nothing_missing")
    data = BytesIO()
    with Results(nothing, natural_export, "psd").result() as write:
        write(data)
    assert [part.name for part in File(data.getvalue()).parts()] == ["Background"]
    with Results(nothing, natural_export, "same").layered("a.png", wanted=True) as layers:
        assert layers is None


def with_mode(file: File, mode: bytes) -> list[Part]:
    return [part for part in file.parts() if part.mode == mode]
