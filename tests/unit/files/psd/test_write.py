from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from psd_tools import PSDImage
from psd_tools.constants import Tag
from psd_tools.psd import PSD

import pored.files.psd.write
from pored.errors import UnsupportedError
from pored.files.image_resources import ENABLED_GROUPS, LINKED_LAYERS, resource, with_resource
from pored.files.kinds.source import Source
from pored.files.orientation import as_stored
from pored.files.psd import codec as psd
from pored.files.psd.carrier import first_resources, with_more_layers, with_thumbnail
from pored.files.psd.layers import Group, Layer, stack_as_stored
from pored.files.psd.layout import layout_of
from pored.files.psd.records import count_records, records_of
from pored.files.psd.write import Base, Document, write_document
from pored.model import Box
from pored.pixels.photoshop.blend_if import BlendIf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.files.picture import Picture
    from pored.model import Samples

BOX = Box(30, 20, 130, 110)
DEPTHS = pytest.mark.parametrize("depth", [8, 16])
COLOURS = pytest.mark.parametrize("colours", [1, 3])


def picture(portrait: NDArray[np.uint8], depth: int = 8, colours: int = 3) -> Samples:
    """A part of a face; in 16 bit with values that 8 bit do not have."""
    pixels: Samples = portrait if colours == 3 else portrait[..., 1]
    if depth == 8:
        return cast("Samples", np.ascontiguousarray(pixels))
    deep: NDArray[np.uint16] = pixels.astype(np.uint16) * np.uint16(257) - (pixels & 3).astype(np.uint16)
    return deep


def texture(depth: int = 8) -> Layer:
    grey = np.random.default_rng(1).integers(110, 147, (BOX.height, BOX.width)).astype(np.uint8)
    mask = np.random.default_rng(2).integers(0, 256, grey.shape).astype(np.uint8)
    return Layer(
        "Texture",
        BOX,
        grey if depth == 8 else grey.astype(np.uint16) * np.uint16(256),
        mask=mask,
        mode="linear light",
        opacity=129,
        this_layer=BlendIf(88, 108, 148, 168),
        underlying=BlendIf(0, 20, 240, 255),
    )


def stack(pixels: Samples) -> tuple[Layer | Group, ...]:
    height, width = pixels.shape[:2]
    depth = pixels.dtype.itemsize * 8
    whole = Layer("Background", Box(0, 0, width, height), pixels, is_background=True)
    hidden = Layer("Original \N{GREEK SMALL LETTER PI}", BOX, pixels[BOX.slices], is_visible=False)
    return whole, hidden, Group("Pores", (texture(depth),))


def written(document: Document) -> bytes:
    file = BytesIO()
    write_document(file, document)
    return file.getvalue()


def flat(pixels: Samples, **kept: object) -> Document:
    facts: dict[str, object] = {"alpha": None, "alpha_is_merged": False, "resources": b"", "stack": ()} | kept
    return Document(pixels, **facts)  # type: ignore[arg-type]


def layered(pixels: Samples) -> bytes:
    return written(flat(pixels, stack=stack(pixels), resources=first_resources(b"profile", (300.0, 240.0))))


def read(data: bytes) -> Picture:
    source = Source("a.psd", BytesIO(data))
    header = psd.probe(source)
    return psd.read(source, header)


def on_top(data: bytes, merged: Samples) -> bytes:
    source = Source("a.psd", BytesIO(data))
    return written(flat(merged, stack=stack(merged)[2:], base=Base(source, layout_of(source))))


def as_big(document: Document, monkeypatch: pytest.MonkeyPatch) -> bytes:
    with monkeypatch.context() as limited:
        limited.setattr(pored.files.psd.write, "PSD_SIDE", 100)
        return written(document)


@DEPTHS
@COLOURS
def test_what_packs_well_is_packed_and_what_does_not_stands_as_it_is(depth: int, colours: int) -> None:
    shape = (90, 120, 3)[: 3 if colours == 3 else 2]
    numbers = np.random.default_rng(0).integers(0, 256, shape)
    noise, even = (cast("Samples", each.astype(f"u{depth // 8}")) for each in (numbers, np.zeros(shape)))
    assert len(written(flat(noise))) == pytest.approx(noise.nbytes, abs=200)
    assert len(written(flat(even))) < even.nbytes / 10
    for pixels in (noise, even):
        assert np.array_equal(read(written(flat(pixels))).pixels, pixels)


@DEPTHS
@COLOURS
def test_the_merged_picture_is_read_back(portrait: NDArray[np.uint8], depth: int, colours: int) -> None:
    pixels = picture(portrait, depth, colours)
    found = read(layered(pixels))
    assert found.pixels.dtype == pixels.dtype
    assert np.array_equal(found.pixels, pixels)
    assert found.alpha is None
    assert found.encoding.icc == b"profile"
    assert found.encoding.dpi == (300.0, 240.0)


@DEPTHS
def test_another_reader_finds_every_value_of_the_layers(portrait: NDArray[np.uint8], depth: int) -> None:
    pixels = picture(portrait, depth)
    below, hidden, group = PSDImage.open(BytesIO(layered(pixels)))
    [layer] = list(cast("Any", group))
    assert (below.name, below.bbox, below.is_visible()) == ("Background", (0, 0, 160, 120), True)
    assert np.array_equal(channels(below, depth), pixels)
    assert (hidden.name, hidden.bbox, hidden.visible) == (
        "Original \N{GREEK SMALL LETTER PI}",
        (30, 20, 130, 110),
        False,
    )
    assert np.array_equal(channels(hidden, depth), pixels[20:110, 30:130])
    assert (group.name, group.blend_mode.name, group.opacity) == ("Pores", "PASS_THROUGH", 255)
    assert (layer.name, layer.blend_mode.name, layer.opacity) == ("Texture", "LINEAR_LIGHT", 129)
    assert np.array_equal(channels(layer, depth)[..., 0], texture(depth).pixels)
    assert layer.mask.bbox == (30, 20, 130, 110)
    assert layer.mask.background_color == 0
    assert np.array_equal(np.asarray(layer.mask.topil()), np.asarray(texture().mask))


def channels(layer: Any, depth: int) -> NDArray[np.generic]:  # noqa: ANN401 - of whatever kind psd-tools makes it
    """Its colours as another reader decodes them, on the document's scale."""
    values: NDArray[np.generic] = np.rint(layer.numpy("color") * (255 if depth == 8 else 65535))
    return values


@DEPTHS
def test_the_ranges_are_photoshops_bytes(portrait: NDArray[np.uint8], depth: int) -> None:
    document = PSD.read(BytesIO(layered(picture(portrait, depth))))
    info: Any = document.layer_and_mask_information
    layers = info.layer_info if depth == 8 else info.tagged_blocks.get_data(Tag.LAYER_16)
    ranges = next(record.blending_ranges for record in layers.layer_records if record.name == "Texture")
    assert ranges.composite_ranges == [(88 << 8 | 108, 148 << 8 | 168), (0 << 8 | 20, 240 << 8 | 255)]
    assert ranges.channel_ranges == [[(0, 0xFFFF), (0, 0xFFFF)]] * 4


@DEPTHS
@COLOURS
def test_a_large_document_is_a_psb(
    portrait: NDArray[np.uint8], depth: int, colours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = picture(portrait, depth, colours)
    data = as_big(flat(pixels, stack=stack(pixels)), monkeypatch)
    assert data[4:6] == b"\x00\x02"
    assert np.array_equal(read(data).pixels, pixels)
    assert [layer.name for layer in PSDImage.open(BytesIO(data)).descendants()][-1] == "Texture"


def test_transparency_is_the_merged_pictures_own(portrait: NDArray[np.uint8]) -> None:
    alpha = np.random.default_rng(3).integers(0, 256, portrait.shape[:2]).astype(np.uint8)
    data = written(flat(portrait, alpha=alpha, alpha_is_merged=True, stack=stack(portrait)[1:]))
    found = read(data).alpha
    assert found is not None
    assert np.array_equal(found, alpha)


def test_a_saved_selection_is_no_transparency(portrait: NDArray[np.uint8]) -> None:
    document = flat(portrait, alpha=np.zeros(portrait.shape[:2], np.uint8), stack=stack(portrait))
    found = read(written(document))
    assert found.alpha is None
    assert layout_of(Source("a.psd", BytesIO(written(document)))).channels == 4


@DEPTHS
@pytest.mark.parametrize("big", [0, 1])
def test_a_document_keeps_all_of_its_own_when_layers_are_put_on_top(
    portrait: NDArray[np.uint8], depth: int, big: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = picture(portrait, depth)
    own = flat(pixels, stack=stack(pixels))
    before = as_big(own, monkeypatch) if big else written(own)
    result = cast("Samples", np.ascontiguousarray(pixels[::-1]))
    after = on_top(before, result)
    then, now = (layout_of(Source("a.psd", BytesIO(data))) for data in (before, after))
    assert then.layers
    assert now.layers
    assert now.dialect.is_big == big
    assert now.layers.count == then.layers.count + 3
    assert after[now.layers.records.at :].startswith(before[then.layers.records.at : then.layers.records.end])
    assert after[now.layers.pixels.at :].startswith(before[then.layers.pixels.at : then.layers.pixels.end])
    assert np.array_equal(read(after).pixels, result)
    assert [layer.name for layer in PSDImage.open(BytesIO(after))][-2:] == ["Pores", "Pores"]


def test_what_stands_behind_the_layers_is_kept(portrait: NDArray[np.uint8]) -> None:
    before = with_block_behind_layers(layered(portrait), b"8BIMPatt\x00\x00\x00\x08patterns")
    assert b"8BIMPatt\x00\x00\x00\x08patterns" in on_top(before, portrait)


def with_block_behind_layers(data: bytes, block: bytes) -> bytes:
    place = layout_of(Source("a.psd", BytesIO(data)))
    section = place.section
    length = (section.length + len(block)).to_bytes(4, "big")
    return data[: section.at - 4] + length + data[section.at : section.end] + block + data[section.end :]


@DEPTHS
def test_a_flat_document_gets_the_layers_that_are_given(portrait: NDArray[np.uint8], depth: int) -> None:
    pixels = picture(portrait, depth)
    source = Source("a.psd", BytesIO(written(flat(pixels))))
    flat_layout = layout_of(source)
    data = written(flat(pixels, stack=stack(pixels), base=Base(source, flat_layout)))
    assert [layer.name for layer in PSDImage.open(BytesIO(data))] == [
        "Background",
        "Original \N{GREEK SMALL LETTER PI}",
        "Pores",
    ]


def test_more_than_a_psd_can_hold_is_refused_where_layers_are_put_on_one(
    portrait: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = layered(portrait)
    monkeypatch.setattr(pored.files.psd.write, "PSD_BYTES", 100_000)
    with pytest.raises(UnsupportedError, match="PSB") as caught:
        on_top(before, portrait)
    assert caught.value.code == "psd-size"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_document_gets_its_layers_turned(portrait: NDArray[np.uint8], orientation: int) -> None:
    layer = Layer(
        "Texture", BOX, portrait[BOX.slices], mask=portrait[BOX.slices][..., 0], alpha=portrait[BOX.slices][..., 1]
    )
    [[turned]] = [stack_as_stored([layer], (160, 120), orientation)]
    stored = as_stored(portrait, orientation)
    assert isinstance(turned, Layer)
    assert np.array_equal(stored[turned.box.slices], turned.pixels)
    assert turned.mask is not None
    assert turned.alpha is not None
    assert np.array_equal(stored[turned.box.slices][..., 0], turned.mask)
    assert np.array_equal(stored[turned.box.slices][..., 1], turned.alpha)


def test_the_thumbnail_shows_the_picture(portrait: NDArray[np.uint8]) -> None:
    data = written(flat(portrait, resources=with_thumbnail(b"", portrait), stack=stack(portrait)))
    thumbnail = PSDImage.open(BytesIO(data)).thumbnail()
    assert thumbnail is not None
    assert thumbnail.size == (160, 120)
    assert np.abs(np.asarray(thumbnail.convert("RGB")).astype(int) - portrait).mean() < 4


def test_resources_with_an_entry_for_each_layer_grow_with_the_layers(portrait: NDArray[np.uint8]) -> None:
    resources = with_resource(with_resource(b"", LINKED_LAYERS, b"\0\1" * 4), ENABLED_GROUPS, b"\1" * 4)
    added = count_records(stack(portrait))
    assert added == len(records_of(stack(portrait), 3)) == 5
    grown = with_more_layers(resources, added)
    assert resource(grown, LINKED_LAYERS) == b"\0\1" * 4 + b"\0\0" * 5
    assert resource(grown, ENABLED_GROUPS) == b"\1" * 9
    assert with_more_layers(b"", added) == b""
