from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pored.config import recovery_from
from pored.errors import OtherPictureError, StorageError, UnsupportedError
from pored.files.report import render_report
from pored.making_up import INVENTED, OWN, STUDIO, USUAL, make_up

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pored.config import Recovery

    Pair = tuple[Path, Path]

LIKE_SKIN = pytest.approx(1.0, abs=0.15)


def method(name: str, *sets: str) -> Recovery:
    return recovery_from(None, [f"recovery.method={name}", *sets]).recovery


def energy(report: dict[str, object], when: str) -> float:
    texture = report["texture"]
    assert isinstance(texture, dict)
    return float(texture[when]["energy"])


def test_grain_needs_no_original_and_is_about_as_strong_as_skin(pair: Pair) -> None:
    made = make_up(pair[0], None, method("grain"))
    assert (made.outcome, made.report["made_up"]) == ("made_up", "grain")
    assert energy(made.report, "before") < 0.6
    assert 0.8 < energy(made.report, "after") < 1.05
    assert np.array_equal(made.pixels[made.mask == 0], made.picture.pixels[made.mask == 0])


def test_grain_to_the_letter_is_the_amount_that_was_asked_for(pair: Pair) -> None:
    sets = ("recovery.grain=4", "recovery.grain_mode=soft light", "recovery.opacity=50")
    made = make_up(pair[0], None, method("grain", *sets))
    assert (made.texture.style.mode, made.texture.style.opacity) == ("soft light", 128)
    skin = made.texture.layer[made.mask == 255]
    assert 0.5 < float(skin.std()) < 4


def test_the_same_export_gets_the_same_texture_every_time(pair: Pair) -> None:
    first, second = (make_up(pair[0], None, method("graft")) for _ in range(2))
    assert np.array_equal(first.pixels, second.pixels)
    assert (first.report["plate"], first.report["measure"]) == (INVENTED, USUAL)


@pytest.mark.parametrize("name", ["graft", "grain"])
def test_a_face_that_is_to_get_less_is_said_to_have_less(pair: Pair, name: str) -> None:
    whole, some = (make_up(pair[0], None, method(name, f"recovery.mask.face_strength=[{part}]")) for part in (100, 30))
    assert energy(whole.report, "before") == energy(some.report, "before")
    assert energy(some.report, "before") < energy(some.report, "after") < 0.7 * energy(whole.report, "after")


def test_graft_takes_the_clean_skin_of_the_original(pair: Pair) -> None:
    made = make_up(*pair, method("graft"))
    assert (made.outcome, made.report["plate"], made.report["measure"]) == ("made_up", OWN, OWN)
    assert energy(made.report, "after") == LIKE_SKIN


def test_graft_takes_nobody_elses_skin_for_the_originals(pair: Pair, portrait: NDArray[np.uint8]) -> None:
    Image.fromarray(np.ascontiguousarray(portrait[:, ::-1] // 2 + portrait // 2)).save(pair[1])
    with pytest.raises(OtherPictureError):
        make_up(*pair, method("graft"))


def test_a_studios_plate_may_be_a_portrait_or_skin_alone(pair: Pair, tmp_path: Path) -> None:
    plate = tmp_path / "plate.png"
    noise = np.random.default_rng(3).normal(128, 20, (300, 300)).clip(0, 255).astype(np.uint8)
    results = []
    for content, measure in ((Image.open(pair[1]), f"{STUDIO} plate.png"), (Image.fromarray(noise), USUAL)):
        content.save(plate)
        made = make_up(pair[0], None, method("graft", f'recovery.plate="{plate}"', "recovery.plate_face=300"))
        assert (made.report["plate"], made.report["measure"]) == (f"{STUDIO} plate.png", measure)
        assert str(tmp_path) not in render_report(made.report).decode()
        results.append(made.pixels)
    assert not np.array_equal(results[0], results[1])


def plate_of_noise(path: Path, seed: int) -> Path:
    noise = np.random.default_rng(seed).normal(128, 20, (300, 300)).clip(0, 255).astype(np.uint8)
    Image.fromarray(noise).save(path)
    return path


def with_plates(folder: Path, face_width: float) -> Recovery:
    return method("graft", f'recovery.plate="{folder}"', f"recovery.plate_face={face_width}")


def test_of_a_folder_of_plates_an_export_gets_always_the_same_one(pair: Pair, tmp_path: Path) -> None:
    plates = tmp_path / "plates"
    (plates / "older").mkdir(parents=True)
    for seed, name in enumerate(("a.png", "b.tif", "._b.tif", "older/c.png")):
        plate_of_noise(plates / "x.png", seed).rename(plates / name)
    (plates / "read me.txt").write_text("skin of many people")
    first, second = (make_up(pair[0], None, with_plates(plates, 1500.0)) for _ in range(2))
    assert np.array_equal(first.pixels, second.pixels)
    assert first.report["plate"] in {f"{STUDIO} a.png", f"{STUDIO} b.tif"}


def test_other_exports_get_other_plates_of_a_folder(pair: Pair, tmp_path: Path) -> None:
    plates, export = tmp_path / "plates", tmp_path / "export.png"
    plates.mkdir()
    for seed in range(3):
        plate_of_noise(plates / f"{seed}.png", seed)
    pixels, taken = np.asarray(Image.open(pair[0])).copy(), set()
    for level in range(6):
        pixels[0, 0] = level
        Image.fromarray(pixels).save(export)
        taken.add(make_up(export, None, with_plates(plates, 1500.0)).report["plate"])
    assert len(taken) > 1


def test_a_plate_that_would_have_to_be_enlarged_is_not_taken_where_a_finer_one_is(pair: Pair, tmp_path: Path) -> None:
    plates = tmp_path / "plates"
    plates.mkdir()
    small = [plate_of_noise(plates / f"small {seed}.png", seed) for seed in range(4)]
    Image.open(pair[1]).save(plates / "portrait.png")
    assert make_up(pair[0], None, with_plates(plates, 100.0)).report["plate"] == f"{STUDIO} portrait.png"
    (plates / "portrait.png").unlink()
    enlarged = make_up(pair[0], None, with_plates(plates, 100.0)).report["plate"]
    assert enlarged in {f"{STUDIO} {path.name}" for path in small}


def test_a_folder_without_plates_is_named(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "plates").mkdir()
    with pytest.raises(UnsupportedError, match="The folder of texture plates plates has no picture in it"):
        make_up(pair[0], None, with_plates(tmp_path / "plates", 1500.0))


def test_opacity_is_a_share_of_what_skin_has(pair: Pair) -> None:
    shares = [method("graft", f"recovery.opacity={share}") for share in ("30% of match", 0)]
    reports = [make_up(pair[0], None, share).report for share in shares]
    some, none = (energy(report, "after") for report in reports)
    assert energy(reports[0], "before") == pytest.approx(none, abs=0.01)
    assert none < some < 0.9


def test_a_zone_without_weight_gets_nothing(pair: Pair) -> None:
    zones = [f"recovery.zones.{zone}=0" for zone in ("cheeks", "forehead", "chin", "nose", "under_eyes", "elsewhere")]
    lip, all_over = (make_up(pair[0], None, method("graft", *each)) for each in (zones, ()))
    assert 0 < np.count_nonzero(lip.mask > 128) < 0.1 * np.count_nonzero(all_over.mask > 128)


def test_a_plate_that_is_none_is_named(pair: Pair, tmp_path: Path) -> None:
    plate = tmp_path / "plate.png"
    graft = method("graft", f'recovery.plate="{plate}"')
    with pytest.raises(StorageError, match=r"plate\.png"):
        make_up(pair[0], None, graft)
    plate.write_bytes(b"no picture")
    with pytest.raises(UnsupportedError, match=r"The texture plate cannot be used: plate.png"):
        make_up(pair[0], None, graft)


def test_skin_that_has_its_texture_is_left_as_it_is(pair: Pair) -> None:
    made = make_up(pair[1], None, method("grain"))
    assert made.outcome == "nothing_missing"
    assert np.array_equal(made.pixels, made.picture.pixels)
