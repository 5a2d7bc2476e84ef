from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from PIL import Image

from pored.candidate import NOBODY, SAME_NAME, Candidate
from pored.choosing import recover_from_any
from pored.config import recovery_from
from pored.errors import NoFaceError, UnsupportedError
from pored.masking import as_strong, skin_settings, where_texture_goes
from pored.model import Face
from pored.pipeline import recover
from pored.pixels.skin.adaptive_mask import SkinSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.config import Recovery
    from pored.files.picture import Picture

    Bytes = NDArray[np.uint8]

PHOTOS = Path(__file__).parents[1] / "photos"


def settings(*sets: str) -> Recovery:
    return recovery_from(None, sets).recovery


@pytest.fixture
def pair(tmp_path: Path, portrait: Bytes, smoothed: Bytes) -> tuple[Path, Path]:
    paths = tmp_path / "IMG_1.png", tmp_path / "original.png"
    for path, pixels in zip(paths, (smoothed, portrait), strict=True):
        Image.fromarray(pixels).save(path)
    return paths


def paint(export: Path, mask: Bytes) -> None:
    Image.fromarray(mask).save(export.with_name(f"{export.stem}.mask.png"))


def test_the_defaults_are_the_same_in_the_settings_and_in_the_arithmetic() -> None:
    default, ours = SkinSettings(), skin_settings(settings())
    for name in ("feather", "eyes", "brows", "lips"):
        assert getattr(ours, name) == pytest.approx(getattr(default, name))
    assert (ours.with_lips, ours.with_brows, ours.scope, ours.given) == (False, False, "face", None)


def test_a_painted_mask_takes_the_place_of_the_found_one(pair: tuple[Path, Path], smoothed: Bytes) -> None:
    export, original = pair
    found = recover(export, original, settings())
    [face] = found.texture.faces
    cheek = face.face.points[[425, 205]].mean(axis=0).astype(int)
    mask = np.zeros(smoothed.shape[:2], np.uint8)
    mask[cheek[1] - 40 : cheek[1] + 40, cheek[0] - 90 : cheek[0] + 90] = 255
    paint(export, mask)
    recovered = recover(export, original, settings())
    assert recovered.report["mask"] == "painted"
    assert found.report["mask"] == "found"
    assert np.array_equal(recovered.mask, mask)
    assert np.array_equal(recovered.pixels[mask == 0], smoothed[mask == 0])
    inner = (mask == 255) & (found.mask == 255)
    assert np.abs(recovered.pixels.astype(int) - found.pixels)[inner].mean() < 0.5


def test_a_black_mask_is_refused_by_its_name(pair: tuple[Path, Path], smoothed: Bytes) -> None:
    export, original = pair
    paint(export, np.zeros(smoothed.shape[:2], np.uint8))
    with pytest.raises(UnsupportedError, match=r"^IMG_1\.mask\.png is black"):
        recover(export, original, settings())


def test_faces_narrower_than_the_smallest_are_left_alone(pair: tuple[Path, Path]) -> None:
    assert recover(*pair, settings("recovery.mask.smallest_face=200")).outcome == "recovered"
    with pytest.raises(NoFaceError, match=r"Every face in IMG_1\.png is narrower .* of 400 pixels"):
        recover(*pair, settings("recovery.mask.smallest_face=400"))


def test_a_face_may_get_less_or_nothing(pair: tuple[Path, Path], smoothed: Bytes) -> None:
    whole, half = recover(*pair, settings()), recover(*pair, settings("recovery.mask.face_strength=[50]"))
    assert np.abs(half.mask.astype(int) * 2 - whole.mask).max() <= 1
    added, half_added = (np.abs(each.pixels.astype(int) - smoothed)[whole.mask == 255] for each in (whole, half))
    assert half_added.mean() == pytest.approx(added.mean() / 2, rel=0.15)
    [face] = cast("list[dict[str, float]]", half.report["faces"])
    assert face["strength_percent"] == pytest.approx(50)
    before, after = (half.report["texture"][when]["energy"] for when in ("before", "after"))  # type: ignore[index]
    assert before + 0.1 < after < 0.9
    with pytest.raises(NoFaceError, match=r"face_strength leaves every face in IMG_1\.png as it is\.$"):
        recover(*pair, settings("recovery.mask.face_strength=[0]"))


def test_faces_are_counted_from_the_left_and_those_not_listed_get_all() -> None:
    points = np.zeros((478, 2), np.float32)
    left, middle, right = (Face(points + np.array([x, y], np.float32), 10.0) for x, y in ((0, 90), (50, 10), (99, 50)))
    strong = as_strong([right, left, middle], (0.0, 30.0))
    assert [(face.points[0, 0], face.strength) for face in strong] == [(0, 0.0), (50, 0.3), (99, 1.0)]
    assert len(as_strong([left], (10.0, 20.0, 30.0))) == 1


def test_faces_that_are_left_alone_are_known_to_the_others_all_the_same() -> None:
    faces = [Face(np.full((478, 2), place, np.float32), width) for place, width in ((10, 30.0), (400, 200.0))]
    export = cast("Picture", SimpleNamespace(encoding=SimpleNamespace(name="IMG_1.png")))
    where = where_texture_goes(settings("recovery.mask.smallest_face=60"), faces, None, export)
    assert [face.width for face in where.faces] == [200]
    assert where.skin.people == tuple(faces)


def test_lips_and_brows_get_their_texture_where_it_is_wanted(pair: tuple[Path, Path]) -> None:
    plain = recover(*pair, settings())
    more = recover(*pair, settings("recovery.mask.lips=true", "recovery.mask.brows=true"))
    [face] = plain.texture.faces
    for landmark in (14, 105):
        x, y = face.face.points[landmark].astype(int)
        assert plain.mask[y - 2 : y + 3, x - 2 : x + 3].max() < 255
    assert np.count_nonzero(more.mask) > 1.01 * np.count_nonzero(plain.mask)


def test_scope_all_reaches_farther_and_measures_on_the_face(tmp_path: Path, smoothed: Bytes) -> None:
    below = np.array(Image.open(PHOTOS / "older_man.jpg").convert("RGB").crop((90, 60, 950, 900)))
    export = below.copy()
    export[:700, 200:760] = smoothed
    for name, pixels in (("export.png", export), ("original.png", below)):
        Image.fromarray(pixels).save(tmp_path / name)
    face, everything = (
        recover(tmp_path / "export.png", tmp_path / "original.png", settings(f"recovery.scope={scope}"))
        for scope in ("face", "all")
    )
    assert np.count_nonzero(everything.mask) > 1.05 * np.count_nonzero(face.mask)
    [one], [other] = face.texture.faces, everything.texture.faces
    assert other.before.energy == pytest.approx(one.before.energy, abs=0.05)
    assert other.after.energy == pytest.approx(1.0, abs=0.05)
    assert np.array_equal(everything.pixels[everything.mask == 0], export[everything.mask == 0])


def test_a_picture_without_a_face_is_copied_where_that_is_wanted() -> None:
    export = PHOTOS / "no_face_coffee.png"
    candidates = [Candidate(export, SAME_NAME)]
    with pytest.raises(NoFaceError):
        recover_from_any(export, candidates, settings(), {})
    chosen = recover_from_any(export, candidates, settings("recovery.no_face=copy"), {})
    assert chosen.recovered.outcome == "nothing_missing"
    assert chosen.rule == NOBODY
    assert chosen.recovered.mask.max() == 0
    assert chosen.recovered.report["faces"] == []
