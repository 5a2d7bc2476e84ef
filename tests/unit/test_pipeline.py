from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from pored.config import recovery_from
from pored.errors import NoFaceError, PairError
from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.files.codecs import encode_picture
from pored.files.report import render_report
from pored.pipeline import Stopwatch, recover
from pored.pixels.made_up.surface_blur import plastic_skin
from pored.pixels.skin.adaptive_mask import picture_mask

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

PHOTOS = Path(__file__).parents[1] / "photos"
NATURAL = recovery_from(None, []).recovery


def saved(path: Path, pixels: Bytes, exif: Image.Exif | None = None) -> Path:
    Image.fromarray(pixels).save(path, exif=exif or Image.Exif())
    return path


def other_person(height: int) -> Bytes:
    with Image.open(PHOTOS / "half_length.jpg") as photo:
        head = photo.convert("RGB").crop((230, 0, 790, 700))
    return np.array(head.resize((560, height)))


def test_a_turned_export_is_laid_upright_and_written_back_as_it_was(
    tmp_path: Path, portrait: Bytes, smoothed: Bytes
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by 90 degrees
    export = saved(tmp_path / "export.png", np.ascontiguousarray(np.rot90(smoothed)), exif=exif)
    recovered = recover(export, saved(tmp_path / "original.png", portrait), NATURAL)
    assert recovered.outcome == "recovered"
    assert recovered.pixels.shape == smoothed.shape
    (tmp_path / "result.png").write_bytes(encode_picture(recovered.picture, recovered.pixels))
    with Image.open(tmp_path / "result.png") as result:
        assert result.getexif()[0x0112] == 6
        assert np.array_equal(np.rot90(np.array(result), -1), recovered.pixels)


def test_an_export_on_its_side_or_head_without_exif_is_recovered(tmp_path: Path) -> None:
    with Image.open(PHOTOS / "half_length.jpg") as photo:
        upright = np.array(photo.convert("RGB").crop((160, 0, 860, 800)))
    smooth = plastic_skin(upright, picture_mask(upright, find_faces(upright, shared_landmarker())))
    original = saved(tmp_path / "original.png", upright)
    straight = recover(saved(tmp_path / "upright.png", smooth), original, NATURAL)
    [upright_face] = straight.texture.faces
    for quarters in (1, 2, 3):
        on_its_side = np.ascontiguousarray(np.rot90(smooth, quarters))
        turned = recover(saved(tmp_path / "turned.png", on_its_side), original, NATURAL)
        [face] = turned.texture.faces
        assert face.outcome == "recovered"
        assert face.agreement.weakest == pytest.approx(upright_face.agreement.weakest, abs=0.05)
        assert 0.95 < face.after.energy < 1.05
        difference = np.abs(np.rot90(turned.pixels, -quarters).astype(int) - straight.pixels)
        assert difference[straight.mask > 200].mean() < 0.6  # landmarks differ a little, and so do grafted places


CLOSE_UPS = {
    "the left half": np.s_[:, :277],
    "the right half": np.s_[:, 297:],
    "nose to chin": np.s_[353:502, 133:421],
    "eyes to cheeks": np.s_[237:369, 133:421],
}
"""Of the portrait; in all but the last the landmarker sees nobody."""


@pytest.mark.parametrize("part", CLOSE_UPS)
def test_a_close_up_is_recovered_by_the_originals_landmarks(
    tmp_path: Path, portrait: Bytes, smoothed: Bytes, part: str
) -> None:
    place = CLOSE_UPS[part]
    original = saved(tmp_path / "original.png", portrait)
    whole = recover(saved(tmp_path / "whole.png", smoothed), original, NATURAL)
    close = recover(saved(tmp_path / "close.png", np.ascontiguousarray(smoothed[place])), original, NATURAL)
    [face] = close.texture.faces
    assert face.outcome == "recovered"
    assert 0.95 < face.after.energy < 1.05
    assert face.after.correlation > 0.9
    same_skin = (whole.mask[place] > 200) == (close.mask > 200)
    assert same_skin.mean() > 0.94  # outlines differ a little: less is seen around


def test_a_close_up_of_somebody_else_is_a_picture_without_a_face(tmp_path: Path, portrait: Bytes) -> None:
    close = np.ascontiguousarray(other_person(700)[:, :200])
    with pytest.raises(NoFaceError, match=r"close\.png"):
        recover(saved(tmp_path / "close.png", close), saved(tmp_path / "original.png", portrait), NATURAL)


@pytest.mark.parametrize("kind", ["raw", "adobe rgb", "grey"])
def test_an_original_in_other_colours_gives_its_texture(
    tmp_path: Path, portrait: Bytes, smoothed: Bytes, dng: Callable[..., bytes], kind: str
) -> None:
    original = tmp_path / "original.dng"
    if kind == "raw":
        original.write_bytes(dng(portrait))
    elif kind == "grey":
        original = tmp_path / "original.png"
        Image.fromarray(portrait).convert("L").save(original)
    else:
        original = tmp_path / "original.tif"
        srgb, adobe = (bytes(imagecodecs.cms_profile(name)) for name in ("srgb", "adobergb"))
        pixels = imagecodecs.cms_transform(
            portrait, srgb, adobe, colorspace="rgb", outcolorspace="rgb", outdtype="uint8"
        )
        Image.fromarray(pixels).save(original, icc_profile=adobe)
    recovered = recover(saved(tmp_path / "export.png", smoothed), original, NATURAL)
    face = recovered.texture.faces[0]
    assert face.outcome == "recovered"
    assert face.before.energy < 0.5
    assert face.after.energy == pytest.approx(1, abs=0.1)
    assert face.after.correlation > 0.95
    drift = recovered.pixels.astype(float) - smoothed
    assert np.abs(drift[recovered.mask > 200].mean(axis=0)).max() < 0.5  # the colours stay the export's


def test_of_a_group_a_face_from_another_frame_is_left_as_it_is(
    tmp_path: Path, portrait: Bytes, smoothed: Bytes
) -> None:
    height, width = portrait.shape[:2]
    stranger = other_person(height)
    original = saved(tmp_path / "original.png", np.hstack([portrait, portrait]))
    export = np.hstack([smoothed, stranger])
    recovered = recover(saved(tmp_path / "export.png", export), original, NATURAL)
    outcomes = [face.outcome for face in sorted(recovered.texture.faces, key=lambda face: face.box.x0)]
    assert outcomes == ["recovered", "other_frame"]
    assert np.array_equal(recovered.pixels[:, width:], stranger)
    assert (recovered.pixels[:, :width] != smoothed).any()


def test_another_person_is_refused_with_the_figure(tmp_path: Path, portrait: Bytes, smoothed: Bytes) -> None:
    export = saved(tmp_path / "export.png", smoothed)
    with pytest.raises(PairError, match=r"agree to \d+% \(80% are needed\)") as refusal:
        recover(export, saved(tmp_path / "original.png", other_person(portrait.shape[0])), NATURAL)
    assert refusal.value.code == "other-picture"


def test_a_picture_without_a_face_is_refused() -> None:
    coffee = PHOTOS / "no_face_coffee.png"
    with pytest.raises(NoFaceError, match=r"No face was found in no_face_coffee\.png"):
        recover(coffee, coffee, NATURAL)


def test_the_report_has_no_paths_and_no_landmarks(tmp_path: Path, portrait: Bytes, smoothed: Bytes) -> None:
    export, original = saved(tmp_path / "export.png", smoothed), saved(tmp_path / "original.png", portrait)
    report = recover(export, original, NATURAL).report
    text = render_report(report).decode()
    assert json.loads(text) == json.loads(json.dumps(report))
    assert str(tmp_path) not in text
    assert set(report) == {
        "schema", "settings", "faces", "mask", "mask_share", "registration", "opacity_percent", "blemishes_guarded",
        "texture", "seconds", "versions",
    }  # fmt: skip
    assert report["registration"]["map"] == "identity"  # type: ignore[index]
    assert report["registration"]["residual_px"] < 0.1  # type: ignore[index]


def test_a_guarded_blemish_does_not_come_back(tmp_path: Path, portrait: Bytes, smoothed: Bytes) -> None:
    y, x = np.mgrid[: portrait.shape[0], : portrait.shape[1]]
    spot = np.exp(-((x - 250) ** 2 + (y - 350) ** 2) / (2 * 3.0**2))[..., None] * np.array([20.0, 60.0, 60.0])
    original = saved(tmp_path / "original.png", np.clip(portrait - spot, 0, 255).astype(np.uint8))
    export = saved(tmp_path / "export.png", smoothed)
    where = spot[..., 1] > 20
    back = {}
    for guard in ("true", "false"):
        recipe = recovery_from(None, [f"recovery.guard_blemishes={guard}"])
        recovered = recover(export, original, recipe.recovery)
        back[guard] = float((smoothed.astype(float) - recovered.pixels)[where].mean())
        near = [
            spot for face in recovered.texture.faces for spot in face.spots if np.hypot(spot.x - 250, spot.y - 350) < 9
        ]
        assert len(near) == (guard == "true")
    assert back["false"] > 5
    assert abs(back["true"]) < 0.25 * back["false"]


def test_the_stopwatch_counts_by_the_clock_that_it_is_given() -> None:
    times = iter([10.0, 12.5])
    watch = Stopwatch(clock=lambda: next(times))
    assert watch.step("load", lambda: "done") == "done"
    assert watch.seconds == {"load": 2.5}
