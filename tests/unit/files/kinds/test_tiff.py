from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import exiv2
import numpy as np
import pytest
import tifffile

from pored.errors import PictureError, UnreadableError, UnsupportedError
from pored.files.codecs import encode_picture, read_picture
from pored.files.picture import TiffCoding, with_alpha

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.tif"


def write(file: Path, samples: NDArray[np.generic], **options: Any) -> Path:  # noqa: ANN401 - tifffile's own
    tifffile.imwrite(file, samples, **{"photometric": "rgb", "metadata": None, **options})
    return file


def rewritten(file: Path) -> Path:
    picture = read_picture(file)
    again = file.with_name("again.tif")
    again.write_bytes(encode_picture(picture, picture.pixels))
    return again


def refusal(file: Path) -> str:
    with pytest.raises(UnsupportedError, match=r"a\.tif") as caught:
        read_picture(file)
    return caught.value.code


@pytest.mark.parametrize("compression", [1, 5, 8, 32773, 32946])
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("predictor", [False, True])
def test_compression_predictor_and_byte_order_are_kept(
    file: Path, portrait: NDArray[np.uint8], compression: int, byteorder: str, *, predictor: bool
) -> None:
    predictor = predictor and compression not in {1, 32773}
    write(file, portrait, compression=compression, byteorder=byteorder, predictor=predictor)
    expected = TiffCoding(compression, predictor, "<" if byteorder == "<" else ">")
    assert read_picture(file).encoding.coding == expected
    assert read_picture(rewritten(file)).encoding.coding == expected
    assert np.array_equal(tifffile.imread(rewritten(file)), portrait)


@pytest.mark.parametrize("compression", [1, 5, 8, 32773])
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("channels", [0, 2, 3, 4])
def test_sixteen_bits_are_kept_to_the_last_one(file: Path, compression: int, byteorder: str, channels: int) -> None:
    shape = (60, 50, channels) if channels else (60, 50)
    samples = np.random.default_rng(1).integers(0, 65536, shape, np.uint16)
    extras = [2] if channels in {2, 4} else None
    write(
        file,
        samples,
        photometric="rgb" if channels > 2 else "minisblack",
        planarconfig="contig" if channels else None,
        extrasamples=extras,
        compression=compression,
        predictor=compression in {5, 8},
        byteorder=byteorder,
    )
    picture = read_picture(file)
    assert picture.pixels.dtype == np.uint16
    assert picture.pixels.dtype.isnative
    assert np.array_equal(with_alpha(picture.pixels, picture.alpha), samples)
    with tifffile.TiffFile(rewritten(file)) as again:
        assert again.byteorder == byteorder
        assert np.array_equal(again.asarray(), samples)


def test_tiles_stay_tiles(file: Path, portrait: NDArray[np.uint8]) -> None:
    write(file, portrait, tile=(32, 48), compression=8)
    with tifffile.TiffFile(rewritten(file)) as again:
        assert (again.pages.first.tilelength, again.pages.first.tilewidth) == (32, 48)


@pytest.mark.parametrize("sampling", [(1, 1), (2, 2)])
@pytest.mark.parametrize("layout", [{}, {"tile": (64, 64)}])
def test_jpeg_in_tiff_keeps_quality_and_chroma(
    file: Path, portrait: NDArray[np.uint8], sampling: tuple[int, int], layout: dict[str, object]
) -> None:
    options = {"compression": "jpeg", "subsampling": sampling, "compressionargs": {"level": 91}}
    write(file, portrait, **options, **layout)
    coding = read_picture(file).encoding.coding
    assert isinstance(coding, TiffCoding)
    assert (coding.compression, coding.quality, coding.sampling) == (7, 91, sampling)
    again = read_picture(rewritten(file))
    assert again.encoding.coding == coding
    assert np.abs(again.pixels.astype(int) - portrait).mean() < 2.5


def test_jpeg_in_tiff_of_plain_rgb_stays_so(file: Path, portrait: NDArray[np.uint8]) -> None:
    write(file, portrait, compression="jpeg", compressionargs={"level": 80, "outcolorspace": "rgb"})
    before = read_picture(file)
    assert before.encoding.coding == TiffCoding(7, predictor=False, quality=80, rgb=True)
    again = read_picture(rewritten(file))
    assert again.encoding.coding == before.encoding.coding
    assert np.abs(again.pixels.astype(int) - before.pixels).mean() < 0.1


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("compression", [1, 5])
def test_channels_that_stand_one_after_the_other_stay_so(
    file: Path, portrait: NDArray[np.uint8], compression: int, bits: int
) -> None:
    samples = np.moveaxis(portrait if bits == 8 else portrait.astype(np.uint16) * 257, -1, 0)
    write(file, samples, compression=compression, planarconfig="separate")
    with tifffile.TiffFile(rewritten(file)) as held:
        assert held.pages.first.planarconfig == tifffile.PLANARCONFIG.SEPARATE
        assert np.array_equal(held.asarray(), samples)


def test_of_several_pages_the_first_counts_and_the_report_says_so(file: Path, portrait: NDArray[np.uint8]) -> None:
    write(file, np.stack([portrait, 255 - portrait]))
    picture = read_picture(file)
    assert np.array_equal(picture.pixels, portrait)
    assert picture.encoding.left_out == ("the pages after the first",)


@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_a_big_tiff_becomes_an_ordinary_one_with_its_metadata(
    file: Path, portrait: NDArray[np.uint8], portrait_file: Path, byteorder: str
) -> None:
    packet = next(
        part for part in portrait_file.read_bytes().split(b"http://ns.adobe.com/xap/1.0/\x00") if b"xmpmeta" in part
    )
    packet = packet[: packet.index(b"</x:xmpmeta>") + 12]
    tags = [(700, 1, len(packet), packet, True), (315, 2, 0, "Zoe", True), (33432, 2, 0, "No one's", True)]
    write(file, portrait, bigtiff=True, byteorder=byteorder, extratags=tags, resolution=(300, 300))
    assert read_picture(file).encoding.left_out == ("BigTIFF (the result is an ordinary TIFF)",)
    with tifffile.TiffFile(rewritten(file)) as again:
        assert not again.is_bigtiff
        assert again.byteorder == byteorder
        assert np.array_equal(again.asarray(), portrait)
        assert again.pages.first.tags.valueof(315) == "Zoe"
        assert again.pages.first.tags.valueof(33432) == "No one's"
        assert b"xmpmeta" in again.pages.first.tags.valueof(700)
        assert again.pages.first.resolution == (300, 300)


@pytest.mark.parametrize("layout", [{"tile": (32, 48)}, {"rowsperstrip": 7}])
def test_every_layout_of_the_samples_is_read(
    file: Path, portrait: NDArray[np.uint8], layout: dict[str, object]
) -> None:
    write(file, portrait, compression=5, **layout)
    assert np.array_equal(read_picture(file).pixels, portrait)
    assert np.array_equal(tifffile.imread(rewritten(file)), portrait)


def test_one_separate_plane(file: Path, portrait: NDArray[np.uint8]) -> None:
    write(file, portrait[..., 0], photometric="minisblack", extratags=[(284, 3, 1, 2, True)])
    assert np.array_equal(read_picture(file).pixels, portrait[..., 0])


@pytest.mark.parametrize("meaning", [0, 1, 2])
def test_the_extra_channel_keeps_its_meaning(file: Path, portrait: NDArray[np.uint8], meaning: int) -> None:
    samples = np.dstack([portrait, portrait[..., 0]])
    write(file, samples, extrasamples=[meaning])
    picture = read_picture(file)
    assert picture.alpha is not None
    with tifffile.TiffFile(rewritten(file)) as again:
        assert [int(extra) for extra in again.pages.first.extrasamples] == [meaning]
        assert np.array_equal(again.asarray(), samples)


@pytest.mark.parametrize(("unit", "expected"), [(2, (300, 240)), (3, (762, 609.6)), (1, None)])
def test_resolution(file: Path, portrait: NDArray[np.uint8], unit: int, expected: tuple[float, float] | None) -> None:
    write(file, portrait, resolution=(300, 240), resolutionunit=unit)
    for path in (file, rewritten(file)):
        found = read_picture(path).encoding.dpi
        assert found == (expected if expected is None else pytest.approx(expected))


def test_metadata_of_photoshop_survive(file: Path, portrait_file: Path) -> None:
    photo = read_picture(portrait_file)
    file.write_bytes(encode_picture(photo, photo.pixels, "tiff"))
    before, after = (exiv2.ImageFactory.open(path.read_bytes()) for path in (file, rewritten(file)))
    for image in (before, after):
        image.readMetadata()
    written_anew = ("StripOffsets", "StripByteCounts", "XResolution", "YResolution", "ExifTag", "GPSTag")
    for read in (exiv2.Image.exifData, exiv2.Image.iptcData, exiv2.Image.xmpData):
        first, second = (
            [(datum.key(), str(datum.value())) for datum in read(image) if not datum.key().endswith(written_anew)]
            for image in (before, after)
        )
        assert len(first) > 10
        assert first == second
    assert read_picture(rewritten(file)).encoding.icc == photo.encoding.icc


def test_photoshops_thumbnail_in_the_image_resources_goes(file: Path, portrait: NDArray[np.uint8]) -> None:
    kept, stale = b"8BIM\x07\xd0\x00\x00\x00\x00\x00\x04hair", b"8BIM\x04\x0c\x00\x00\x00\x00\x00\x04old!"
    write(file, portrait, extratags=[(34377, 1, len(kept + stale), kept + stale, True)])
    with tifffile.TiffFile(rewritten(file)) as again:
        assert bytes(again.pages.first.tags.valueof(34377)) == kept


def test_smaller_copies_are_left_out_and_named(file: Path, portrait: NDArray[np.uint8]) -> None:
    with tifffile.TiffWriter(file) as writer:
        writer.write(portrait, photometric="rgb", metadata=None)
        writer.write(portrait[::4, ::4], photometric="rgb", metadata=None, subfiletype=1)
    assert read_picture(file).encoding.left_out == ("smaller copies of the picture",)
    with tifffile.TiffFile(rewritten(file)) as again:
        assert len(again.pages) == 1


def test_content_credentials_are_left_out_and_named(file: Path, portrait: NDArray[np.uint8]) -> None:
    write(file, portrait, extratags=[(52545, 7, 6, b"signed", True)])
    assert "Content Credentials" in read_picture(file).encoding.left_out[0]
    assert b"signed" not in rewritten(file).read_bytes()


@pytest.mark.parametrize(
    ("samples", "options", "code"),
    [
        (np.zeros((4, 4, 3), np.float32), {}, "bit-depth"),
        (np.zeros((4, 4, 3), np.int8), {}, "bit-depth"),
        (np.zeros((4, 4), bool), {"photometric": "minisblack"}, "bit-depth"),
        (np.zeros((4, 4, 4), np.uint8), {"photometric": "separated"}, "colour-mode"),
        (np.zeros((4, 4, 3), np.uint8), {"photometric": "cielab"}, "colour-mode"),
        (np.zeros((4, 4), np.uint8), {"photometric": "miniswhite"}, "colour-mode"),
        (
            np.zeros((4, 4), np.uint8),
            {"photometric": "palette", "colormap": np.zeros((3, 256), np.uint16)},
            "colour-mode",
        ),
        (np.zeros((4, 4), np.uint8), {"photometric": 32803}, "raw"),
        (np.zeros((4, 4, 5), np.uint8), {"extrasamples": [0, 0], "planarconfig": "contig"}, "channels"),
        (np.zeros((16, 16, 3), np.uint8), {"compression": "zstd"}, "tiff-compression"),
        (np.zeros((4, 4, 3), np.uint8), {"extratags": [(50706, 1, 4, b"\x01\x04\x00\x00", True)]}, "raw"),
    ],
)
def test_what_pored_cannot_keep_is_refused(
    file: Path, samples: NDArray[np.generic], options: dict[str, object], code: str
) -> None:
    assert refusal(write(file, samples, **options)) == code


def test_a_jpeg_with_alpha_in_a_tiff_is_refused(file: Path) -> None:
    write(file, np.zeros((4, 4, 4), np.uint8), extrasamples=[2])
    with tifffile.TiffFile(file, mode="r+") as held:
        held.pages.first.tags[259].overwrite(7)
    assert refusal(file) == "tiff-compression"


@pytest.mark.parametrize("key", [b"8BIMLayr", b"8BIMLr16", b"MIB8ryaL"])
def test_layers_are_refused(file: Path, portrait: NDArray[np.uint8], key: bytes) -> None:
    source = b"Adobe Photoshop Document Data Block\x00" + key + bytes(40)
    write(file, portrait, extratags=[(37724, 7, len(source), source, True)])
    assert refusal(file) == "layers"


def test_photoshops_data_without_layers_are_no_layers(file: Path, portrait: NDArray[np.uint8]) -> None:
    source = b"Adobe Photoshop Document Data Block\x008BIMLMsk" + bytes(40)
    write(file, portrait, extratags=[(37724, 7, len(source), source, True)])
    assert np.array_equal(tifffile.imread(rewritten(file)), portrait)


def test_strips_beyond_the_end_are_cut_short(file: Path, portrait: NDArray[np.uint8]) -> None:
    data = write(file, portrait).read_bytes()
    file.write_bytes(data[:-1000])
    with pytest.raises(UnreadableError) as caught:
        read_picture(file)
    assert caught.value.code == "truncated"


def test_a_tile_of_gigabytes_is_a_lie(file: Path, portrait: NDArray[np.uint8]) -> None:
    write(file, portrait, tile=(32, 32))
    with tifffile.TiffFile(file, mode="r+") as held:
        held.pages.first.tags[322].overwrite(1 << 20)
        held.pages.first.tags[323].overwrite(1 << 20)
    with pytest.raises(UnreadableError, match="damaged"):
        read_picture(file)


def test_tiles_that_are_not_there_are_not_filled_in(file: Path, portrait: NDArray[np.uint8]) -> None:
    write(file, portrait, tile=(32, 32))
    with tifffile.TiffFile(file, mode="r+") as held:
        held.pages.first.tags[256].overwrite(2_000_000)
    with pytest.raises(UnreadableError, match="damaged"):
        read_picture(file)


def test_an_orientation_that_makes_no_sense_is_upright(file: Path, portrait: NDArray[np.uint8]) -> None:
    write(file, portrait, extratags=[(274, 3, 1, 9, True)])
    assert read_picture(file).encoding.orientation == 1


def test_tifffiles_complaints_stay_out_of_the_log(
    file: Path, portrait: NDArray[np.uint8], caplog: pytest.LogCaptureFixture
) -> None:
    data = write(file, portrait, software="x" * 40).read_bytes()
    with caplog.at_level(logging.DEBUG):
        for at in range(8, 200):
            file.write_bytes(data[:at] + b"\xff" + data[at + 1 :])
            try:
                read_picture(file)
            except PictureError as error:
                assert "a.tif" in error.message  # noqa: PT017 - some damage leaves a picture
    assert caplog.records == []
