from __future__ import annotations

import shutil
from io import BytesIO
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageOps

from pored.errors import PictureError, StorageError, UnreadableError, UnsupportedError
from pored.files.codecs import encode_picture, read_picture
from pored.files.limits import at_most
from pored.files.picture import ENCODED_AGAIN, Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from pored.files.picture import Picture

    Form = tuple[str, dict[str, object]]
    Save = Callable[..., Path]
    SaveTurned = Callable[[Form, int], Path]

JPEG: Form = ("JPEG", {"quality": 95, "subsampling": 0})
WEBP: Form = ("WEBP", {"lossless": True})
WITH_GREY: list[Form] = [("PNG", {}), ("TIFF", {"compression": "tiff_lzw"}), ("TIFF", {})]
LOSSLESS = [*WITH_GREY, WEBP]
ALL = [JPEG, *LOSSLESS]


def decoded(data: bytes, tmp_path: Path) -> Picture:
    path = tmp_path / "again"
    path.write_bytes(data)
    return read_picture(path)


@pytest.mark.parametrize("form", ALL)
def test_every_kind_is_read_as_pillow_reads_it(save: Save, form: Form) -> None:
    path = save("IMG_1.jpg", form[0], **form[1])
    picture = read_picture(path)
    with Image.open(path) as image:
        assert np.array_equal(picture.pixels, np.asarray(image))
    assert picture.encoding.kind == form[0].lower()
    assert picture.alpha is None
    assert picture.size == (160, 120)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ALL)
def test_every_orientation_is_read_upright(saved_turned: SaveTurned, form: Form, orientation: int) -> None:
    path = saved_turned(form, orientation)
    picture = read_picture(path)
    with Image.open(path) as image:
        shown = np.asarray(ImageOps.exif_transpose(image))
    assert np.array_equal(picture.pixels, shown)
    assert picture.encoding.orientation == orientation


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", LOSSLESS)
def test_the_result_is_stored_as_the_export_was(
    saved_turned: SaveTurned, tmp_path: Path, form: Form, orientation: int
) -> None:
    picture = read_picture(saved_turned(form, orientation))
    changed = (255 - picture.pixels).astype(np.uint8)
    data = encode_picture(picture, changed)
    with Image.open(BytesIO(data)) as image:
        assert image.getexif()[0x0112] == orientation
        assert image.getexif()[0x013B] == "Zoe"
        assert np.array_equal(np.asarray(ImageOps.exif_transpose(image)), changed)
    assert np.array_equal(decoded(data, tmp_path).pixels, changed)


@pytest.mark.parametrize("form", [JPEG, *WITH_GREY])
def test_grey_stays_grey(save: Save, portrait: NDArray[np.uint8], tmp_path: Path, form: Form) -> None:
    picture = read_picture(save("a", form[0], portrait[..., 1].copy(), **form[1]))
    again = decoded(encode_picture(picture, picture.pixels), tmp_path)
    assert picture.pixels.shape == again.pixels.shape == (120, 160)


@pytest.mark.parametrize(("form", "channels"), [*product(WITH_GREY, (2, 4)), (WEBP, 4)])
def test_alpha_is_kept_to_the_last_bit(
    save: Save, portrait: NDArray[np.uint8], tmp_path: Path, form: Form, channels: int
) -> None:
    alpha = np.random.default_rng(2).integers(0, 256, (120, 160, 1), np.uint8)
    samples = np.concatenate([portrait[..., : channels - 1], alpha], axis=2)
    picture = read_picture(save("a", form[0], samples, **form[1]))
    again = decoded(encode_picture(picture, picture.pixels), tmp_path)
    assert picture.alpha is not None
    assert again.alpha is not None
    assert np.array_equal(picture.alpha, alpha[..., 0])
    assert np.array_equal(again.alpha, alpha[..., 0])
    assert np.array_equal(again.pixels, picture.pixels)


@pytest.mark.parametrize("wanted", [Kind.JPEG, Kind.PNG, Kind.TIFF, Kind.WEBP])
@pytest.mark.parametrize("form", ALL)
def test_another_kind_keeps_metadata_profile_and_view(
    saved_turned: SaveTurned, profile: bytes, tmp_path: Path, form: Form, wanted: Kind
) -> None:
    picture = read_picture(saved_turned(form, 6))
    data = encode_picture(picture, picture.pixels, wanted.value)
    again = decoded(data, tmp_path)
    with Image.open(BytesIO(data)) as image:
        assert image.format == wanted.value.upper()
        assert image.getexif()[0x013B] == "Zoe"
        assert image.info["icc_profile"] == profile
    difference = np.abs(again.pixels.astype(int) - picture.pixels)
    assert difference.max() <= (0 if wanted is not Kind.JPEG else 12)
    assert again.encoding.orientation == (6 if wanted is picture.encoding.kind else 1)


@pytest.mark.parametrize("wanted", ["png", "tiff"])
def test_another_kind_keeps_the_resolution(save: Save, tmp_path: Path, wanted: str) -> None:
    picture = read_picture(save("a.jpg", "JPEG", dpi=(300, 300)))
    again = decoded(encode_picture(picture, picture.pixels, wanted), tmp_path)
    assert again.encoding.dpi == pytest.approx((300, 300), abs=0.01)


def test_an_opaque_alpha_may_go_and_another_may_not(save: Save, portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    samples = np.dstack([portrait, np.full((120, 160), 255, np.uint8)])
    opaque = read_picture(save("opaque.png", "PNG", samples))
    assert decoded(encode_picture(opaque, opaque.pixels, "jpeg"), tmp_path).alpha is None
    samples[0, 0, 3] = 254
    glass = read_picture(save("glass.png", "PNG", samples))
    with pytest.raises(UnsupportedError, match=r"glass\.png is transparent") as caught:
        encode_picture(glass, glass.pixels, "jpeg")
    assert caught.value.code == "alpha"


def test_pixels_of_another_shape_are_a_mistake_of_the_caller(save: Save) -> None:
    picture = read_picture(save("a.png", "PNG"))
    with pytest.raises(ValueError, match="uint8"):
        encode_picture(picture, picture.pixels[1:])
    with pytest.raises(ValueError, match="uint16"):
        encode_picture(picture, picture.pixels.astype(np.uint16))


def test_the_content_decides_not_the_name(save: Save) -> None:
    assert read_picture(save("IMG_1.jpg", "PNG")).encoding.kind is Kind.PNG


@pytest.mark.parametrize("form", [*ALL, ("JPEG", {"progressive": True}), ("WEBP", {"quality": 80})])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_unreadable(save: Save, form: Form, share: float) -> None:
    path = save("cut.jpg", form[0], **form[1])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UnreadableError, match=r"cut\.jpg") as caught:
        read_picture(path)
    assert caught.value.code in {"truncated", "damaged"}


@pytest.mark.parametrize("form", ALL)
def test_damage_is_an_error_of_the_picture_and_silent(
    save: Save,
    capfd: pytest.CaptureFixture[str],
    form: Form,
) -> None:
    path = save("a.jpg", form[0], **form[1])
    whole, chance = path.read_bytes(), np.random.default_rng(3)
    for _ in range(60):
        data = bytearray(whole)
        for place in chance.integers(0, min(len(data), 600), 4):
            data[place] = chance.integers(0, 256)
        path.write_bytes(bytes(data))
        try:
            read_picture(path)
        except PictureError as error:
            assert "a.jpg" in error.message  # noqa: PT017 - some damage leaves a picture
    assert capfd.readouterr() == ("", "")


def test_too_many_pixels_are_refused_before_decoding(save: Save) -> None:
    path = save("a.png", "PNG")
    with at_most(0), pytest.raises(UnsupportedError, match=r"a\.png has 0 megapixels") as caught:
        read_picture(path)
    assert caught.value.code == "too-large"


def test_a_header_that_lies_about_its_size_costs_nothing(save: Save) -> None:
    path = save("bomb.jpg", "JPEG")
    data = path.read_bytes()
    frame = data.index(b"\xff\xc0")
    path.write_bytes(data[: frame + 5] + b"\xff\xff\xff\xff" + data[frame + 9 :])
    with pytest.raises(UnsupportedError, match="4295 megapixels"):
        read_picture(path)


def test_no_pixels_at_all_are_damage(save: Save) -> None:
    path = save("flat.jpg", "JPEG")
    data = path.read_bytes()
    frame = data.index(b"\xff\xc0")
    path.write_bytes(data[: frame + 5] + b"\x00\x00\xff\xff" + data[frame + 9 :])
    with pytest.raises(UnreadableError) as caught:
        read_picture(path)
    assert caught.value.code == "damaged"


def test_a_file_that_is_gone_is_the_disks_fault(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"Could not read a\.jpg") as caught:
        read_picture(tmp_path / "a.jpg")
    assert caught.value.code == "gone"


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").mkdir()
    with pytest.raises(UnreadableError, match=r"a\.jpg is a folder"):
        read_picture(tmp_path / "a.jpg")


def test_no_message_names_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"GIF89a")
    with pytest.raises(UnsupportedError) as caught:
        read_picture(tmp_path / "a.jpg")
    assert str(tmp_path) not in str(caught.value)


def test_a_name_of_any_bytes(portrait_file: Path, tmp_path: Path) -> None:
    path = tmp_path / b"\xe9t\xe9\n.jpg".decode("utf-8", "surrogateescape")
    shutil.copyfile(portrait_file, path)
    picture = read_picture(path)
    assert picture.encoding.name == "\N{REPLACEMENT CHARACTER}t\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}.jpg"
    assert encode_picture(picture, picture.pixels)[:2] == b"\xff\xd8"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (("WEBP", {"quality": 90}), True),
        (("AVIF", {"quality": 90}), True),
        (("TIFF", {"compression": "jpeg"}), True),
        (("WEBP", {"lossless": True}), False),
        (("TIFF", {"compression": "tiff_lzw"}), False),
        (("PNG", {}), False),
        (("JPEG", {"quality": 90}), False),
    ],
)
def test_a_picture_that_had_to_be_encoded_again_is_named(save: Save, form: Form, *, told: bool) -> None:
    picture, not_kept = read_picture(save("a", form[0], **form[1])), list[str]()
    encode_picture(picture, picture.pixels, not_kept=not_kept)
    assert not_kept == ([ENCODED_AGAIN] if told else [])
    not_kept.clear()
    encode_picture(picture, picture.pixels, "png", not_kept=not_kept)
    assert not_kept == []
