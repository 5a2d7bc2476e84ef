from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.model import Box, Face
from pored.pixels.planes.outline import filled, hull
from pored.pixels.skin import adaptive_mask as adaptive_mask_module
from pored.pixels.skin.adaptive_mask import SkinSettings, adaptive_mask, mask_box, picture_mask
from pored.pixels.skin.face_parts import BROWS, EYES, LIPS
from pored.pixels.skin.nostrils import NOSE_BASE
from pored.pixels.skin.region import SkinRegion, skin_region

if TYPE_CHECKING:
    from pored.pixels.skin.face_frame import FaceFrame

PHOTOS = Path(__file__).parents[3] / "photos"
NOSE_TIP, LEFT_CHEEK, RIGHT_CHEEK, CHIN, FOREHEAD, OVAL_TOP, OVAL_BOTTOM = 4, 425, 205, 199, 151, 10, 152
Bytes = NDArray[np.uint8]
Portrait = tuple[Bytes, Face]


def portrait(name: str) -> Portrait:
    pixels = np.array(Image.open(PHOTOS / name).convert("RGB"))
    [face] = find_faces(pixels, shared_landmarker())
    return pixels, face


@pytest.fixture(scope="module", params=["half_length.jpg", "older_man.jpg", "astronaut.png"])
def any_portrait(request: pytest.FixtureRequest) -> Portrait:
    return portrait(request.param)


@pytest.fixture(scope="module")
def half_length() -> Portrait:
    return portrait("half_length.jpg")


def above_the_oval(face: Face, share: float) -> NDArray[np.float32]:
    top, bottom = face.points[OVAL_TOP], face.points[OVAL_BOTTOM]
    point: NDArray[np.float32] = top + (top - bottom) * np.float32(share)
    return point


def at(mask: Bytes, point: NDArray[np.float32]) -> int:
    return int(mask[int(point[1]), int(point[0])])


def test_skin_is_in_and_eyes_brows_and_lips_are_out(any_portrait: Portrait) -> None:
    pixels, face = any_portrait
    mask = picture_mask(pixels, [face])
    for point in (NOSE_TIP, LEFT_CHEEK, RIGHT_CHEEK, CHIN, FOREHEAD):
        assert at(mask, face.points[point]) >= 250
    for ring in (*EYES, LIPS):
        assert at(mask, face.points[list(ring)].mean(axis=0)) == 0
    for brow in BROWS:
        assert at(mask, face.points[list(brow)].mean(axis=0)) < 64


def test_nostrils_are_out() -> None:
    pixels, face = portrait("older_man.jpg")
    mask = picture_mask(pixels, [face])
    base = face.points[list(NOSE_BASE)]
    low, high = base.min(axis=0).astype(int), base.max(axis=0).astype(int)
    part = np.s_[low[1] : high[1], low[0] : high[0]]
    light = pixels[part].sum(axis=2)
    assert mask[part][light <= np.percentile(light, 3)].mean() < 64
    assert mask[part][light >= np.percentile(light, 50)].mean() > 250


def test_it_grows_to_the_hair_line_and_not_into_the_hair() -> None:
    pixels, face = portrait("older_man.jpg")
    mask = picture_mask(pixels, [face])
    assert at(mask, above_the_oval(face, 0.1)) > 200
    assert at(mask, above_the_oval(face, 0.3)) == 0


def test_bangs_are_out_even_below_the_ovals_top() -> None:
    pixels, face = portrait("astronaut.png")
    mask = picture_mask(pixels, [face])
    assert at(mask, above_the_oval(face, 0.06)) == 0


def test_background_and_clothes_are_out(any_portrait: Portrait) -> None:
    pixels, face = any_portrait
    mask = picture_mask(pixels, [face])
    around = face.box.grown(round(0.4 * face.width)).clipped(pixels.shape[1], pixels.shape[0])
    outside = np.ones(mask.shape, np.bool_)
    outside[around.slices] = False
    assert not mask[outside].any()


def test_the_order_of_the_faces_does_not_matter(half_length: Portrait) -> None:
    pixels, face = half_length
    pair = np.concatenate([pixels, pixels], axis=1)
    other = Face(face.points + np.array([pixels.shape[1], 0], np.float32), face.width)
    assert np.array_equal(picture_mask(pair, [face, other]), picture_mask(pair, [other, face]))


@pytest.mark.parametrize("scope", ["face", "all"])
def test_a_shift_of_the_picture_shifts_the_mask(half_length: Portrait, scope: str) -> None:
    settings = SkinSettings(scope="all" if scope == "all" else "face")
    pixels, face = half_length
    masks = []
    for x, y in ((600, 300), (637, 311)):
        padded = np.pad(pixels, ((y, 700), (x, 700), (0, 0)), mode="edge")
        mask = picture_mask(padded, [Face(face.points + np.array([x, y], np.float32), face.width)], settings)
        masks.append(mask[y : y + pixels.shape[0], x : x + pixels.shape[1]].astype(int))
    difference = np.abs(masks[0] - masks[1])
    # A place is lips or not from some log odds on: landmarks rounded otherwise may turn a pixel of the view.
    assert difference.max() <= 16
    assert np.mean(difference > 1) < 1e-4


def test_a_part_of_the_picture_is_masked_like_the_whole(half_length: Portrait) -> None:
    pixels, face = half_length
    part = Box(face.box.x0 + 31, face.box.y0 + 17, face.box.x1 - 12, face.box.y1 - 40)
    assert np.array_equal(adaptive_mask(pixels, face, part), picture_mask(pixels, [face])[part.slices])


def test_sixteen_bit_and_eight_bit_pictures_have_the_same_mask(half_length: Portrait) -> None:
    pixels, face = half_length
    deep = pixels.astype(np.uint16) * 257
    difference = picture_mask(deep, [face]).astype(int) - picture_mask(pixels, [face])
    assert np.mean(np.abs(difference) > 8) < 0.001


def test_a_grey_picture_is_masked_by_light_and_texture(half_length: Portrait) -> None:
    pixels, face = half_length
    grey = np.array(Image.fromarray(pixels).convert("L"))
    on, in_colour = picture_mask(grey, [face]) > 127, picture_mask(pixels, [face]) > 127
    assert np.count_nonzero(on & in_colour) > 0.9 * np.count_nonzero(on | in_colour)


def test_a_larger_picture_of_the_same_has_the_same_mask_only_larger(half_length: Portrait) -> None:
    pixels, face = half_length
    height, width = pixels.shape[:2]
    large = np.array(Image.fromarray(pixels).resize((3 * width, 3 * height), Image.Resampling.BICUBIC))
    mask = picture_mask(large, [Face(face.points * np.float32(3), face.width * 3)])
    back = np.array(Image.fromarray(mask).resize((width, height), Image.Resampling.BOX)) > 127
    on = picture_mask(pixels, [face]) > 127
    assert np.count_nonzero(on & back) > 0.97 * np.count_nonzero(on | back)


def test_its_edges_are_soft_in_proportion_to_the_face(half_length: Portrait) -> None:
    pixels, face = half_length
    for feather in (0.016, 0.06):
        mask = picture_mask(pixels, [face], SkinSettings(feather=feather))
        lips = face.points[list(LIPS)]
        column = mask[int(lips[:, 1].max()) : int(face.points[CHIN, 1]) + 1, int(lips[:, 0].mean())]
        ramp = np.count_nonzero((column > 0) & (column < 255))
        assert 0.4 * feather * face.width <= ramp <= 1.5 * feather * face.width + 2


def test_wider_margins_leave_more_free(half_length: Portrait) -> None:
    pixels, face = half_length
    usual = picture_mask(pixels, [face])
    for wider in (SkinSettings(eyes=0.05), SkinSettings(brows=0.05), SkinSettings(lips=0.05)):
        mask = picture_mask(pixels, [face], wider)
        assert mask.sum(dtype=np.int64) < usual.sum(dtype=np.int64)


@pytest.mark.parametrize("part", ["eyes", "brows", "lips"])
@pytest.mark.parametrize(("where_landmarks_have_it", "cheek"), [(5.0, 255), (-5.0, 0)])
def test_where_nobody_is_sure_of_a_part_all_stays_clear_that_may_be_it(
    half_length: Portrait, monkeypatch: pytest.MonkeyPatch, part: str, where_landmarks_have_it: float, cheek: int
) -> None:
    pixels, face = half_length
    rings = {"eyes": EYES, "brows": BROWS, "lips": (LIPS,)}[part]

    def unsure(rgb: Bytes, frame: FaceFrame) -> SkinRegion:
        odds = np.full(rgb.shape[:2], -2.0, np.float32)
        for ring in rings:
            odds[filled(frame.points[list(ring)], frame.size) > 0] = where_landmarks_have_it
        found = skin_region(rgb, frame)
        planes = {"eyes": found.eyes, "brows": found.brows, "lips": found.lips, part: odds}
        return replace(found, eyes=planes["eyes"], brows=planes["brows"], lips=planes["lips"])

    monkeypatch.setattr(adaptive_mask_module, "skin_region", unsure)
    mask = picture_mask(pixels, [face])
    assert at(mask, face.points[LEFT_CHEEK]) == cheek
    assert at(mask, face.points[list(rings[0])].mean(axis=0)) < 26  # a brow is hardly wider than the mask's soft edge


@pytest.mark.parametrize(("dark", "most"), [(True, 64), (False, 255)])
def test_dark_lenses_are_out_and_skin_behind_clear_ones_is_in(any_portrait: Portrait, dark: int, most: int) -> None:
    pixels, face = any_portrait
    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    below_the_eyes = []
    for ring in EYES:
        x, y = face.points[list(ring)].mean(axis=0)
        reach = 0.17 * face.width
        box = (x - reach, y - 0.6 * reach, x + reach, y + reach)
        draw.ellipse(box, (25, 22, 20) if dark else None, (25, 22, 20), max(1, round(0.02 * face.width)))
        below_the_eyes.append(np.array([x, y + 0.6 * reach], np.float32))
    mask = picture_mask(np.array(picture), [face])
    for point in below_the_eyes:
        assert most - 64 <= at(mask, point) <= most
    assert at(mask, face.points[NOSE_TIP]) > 200
    assert at(mask, face.points[FOREHEAD]) > 200


def test_outlines_of_parts_run_straight_where_the_parts_do(
    half_length: Portrait, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels, face = half_length
    middle, slope = face.points[NOSE_TIP], 0.21

    def split(rgb: Bytes, frame: FaceFrame) -> SkinRegion:
        found = skin_region(rgb, frame)
        below, right = np.indices(rgb.shape[:2], np.float32)
        nose = frame.points[NOSE_TIP]
        lips = np.where(below - nose[1] > slope * (right - nose[0]), np.float32(9), np.float32(-9))
        return replace(found, lips=lips)

    monkeypatch.setattr(adaptive_mask_module, "skin_region", split)
    mask = picture_mask(pixels, [face]).astype(np.float64)
    columns = np.arange(int(middle[0]) - 40, int(middle[0]) + 40)
    rows = np.arange(int(middle[1]) - 35, int(middle[1]) + 35)
    edge = mask[rows[0] : rows[-1] + 1, columns].sum(axis=0) / 255
    off_the_line = edge - np.polyval(np.polyfit(columns, edge, 1), columns)
    assert np.polyfit(columns, edge, 1)[0] == pytest.approx(slope, abs=0.03)
    assert off_the_line.std() < 0.1


def test_lips_may_count_as_skin(half_length: Portrait) -> None:
    pixels, face = half_length
    lower_lip = face.points[[17, 14]].mean(axis=0)
    assert at(picture_mask(pixels, [face]), lower_lip) == 0
    assert at(picture_mask(pixels, [face], SkinSettings(with_lips=True)), lower_lip) > 200


def test_scope_all_adds_hands_ears_and_neck(half_length: Portrait) -> None:
    pixels, face = half_length
    everything, only_face = (picture_mask(pixels, [face], SkinSettings(scope=scope)) for scope in ("all", "face"))
    assert np.all(everything >= only_face)
    below_chin = everything[round(face.points[OVAL_BOTTOM, 1] + 1.2 * face.width) :]
    assert np.count_nonzero(below_chin > 127) > 0.05 * face.width**2
    assert everything.mean() < 3 * only_face.mean()


def test_scope_all_leaves_another_face_to_itself(half_length: Portrait) -> None:
    pixels, face = half_length
    left, right = face.box.x0 - 20, face.box.x1 + 20
    pair = np.concatenate([pixels[:, :right], pixels[:, left:right]], axis=1)
    other = Face(face.points + np.array([right - left, 0], np.float32), face.width)
    theirs = filled(hull(other.points), (pair.shape[1], pair.shape[0])) > 0
    settings = SkinSettings(scope="all")
    box = Box(0, 0, pair.shape[1], pair.shape[0])
    alone = adaptive_mask(pair, face, box, settings)
    together = adaptive_mask(pair, face, box, replace(settings, people=(face, other)))
    assert (alone[theirs] > 200).mean() > 0.1
    assert (together[theirs] > 100).mean() < 0.01
    assert at(picture_mask(pair, [face, other], settings), other.points[[17, 14]].mean(axis=0)) == 0


def test_a_face_that_the_edge_cuts_is_masked_up_to_the_edge(half_length: Portrait) -> None:
    pixels, face = half_length
    cut = int(face.points[NOSE_TIP, 0])
    mask = picture_mask(np.ascontiguousarray(pixels[:, :cut]), [face])
    assert mask.shape == (pixels.shape[0], cut)
    assert mask[int(face.points[NOSE_TIP, 1]) - 8, cut - 1] > 200


@pytest.mark.parametrize("scope", ["face", "all"])
def test_a_face_beyond_the_picture_gives_an_empty_mask(half_length: Portrait, scope: str) -> None:
    pixels, face = half_length
    beyond = Face(face.points + np.array([9 * pixels.shape[1], 0], np.float32), face.width)
    assert not picture_mask(pixels, [beyond], SkinSettings(scope="all" if scope == "all" else "face")).any()


@pytest.mark.parametrize("scope", ["face", "all"])
def test_outside_of_its_box_there_is_nothing(half_length: Portrait, scope: str) -> None:
    settings = SkinSettings(scope="all" if scope == "all" else "face")
    pixels, face = half_length
    mask = picture_mask(pixels, [face], settings)
    mask[mask_box(face, pixels.shape[1], pixels.shape[0], settings).slices] = 0
    assert not mask.any()


def test_a_flat_picture_does_no_harm(half_length: Portrait) -> None:
    pixels, face = half_length
    mask = picture_mask(np.full_like(pixels, 128), [face])
    assert at(mask, face.points[NOSE_TIP]) == 255


def test_evidence_moves_the_edge_but_not_what_is_clear() -> None:
    pixels, face = portrait("half_length.jpg")
    box = mask_box(face, pixels.shape[1], pixels.shape[0])
    plain = adaptive_mask(pixels, face, box)
    areas = {}
    for odds in (-1.5, 0.0, 1.5):
        evidence = np.full((box.height, box.width), odds, np.float32)
        mask = adaptive_mask(pixels, face, box, evidence=evidence)
        areas[odds] = int(np.count_nonzero(mask > 127))
        nose, curtain = face.points[4].astype(int) - (box.x0, box.y0), (3, 3)
        assert mask[nose[1], nose[0]] == 255
        assert mask[curtain] == 0
        if not odds:
            assert np.abs(mask.astype(int) - plain).max() <= 2
    assert areas[-1.5] < areas[0.0] < areas[1.5]
