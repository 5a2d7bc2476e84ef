from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from storing import through_jpeg
from warping import LEFT_ALA, RIGHT_ALA, remapped

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.model import Face
from pored.pixels.align.maps import apply, identity, inverse
from pored.pixels.align.refine_local import Shifts
from pored.pixels.align.refine_patch import cut_patch
from pored.pixels.align.registration import PATCH_WIDTH, box_around, register
from pored.pixels.align.reshaped import closer_look, faint_field, mended
from pored.pixels.align.warp import displacements

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.pixels.align.refine_patch import Patch

    Picture = NDArray[np.uint8]


def patch_of(portrait: Picture, export: Picture, face: Face) -> Patch:
    patch = cut_patch(portrait, export, box_around(face), identity(), PATCH_WIDTH)
    assert patch is not None
    return patch


def inward(face: Face, shape: tuple[int, ...], far: float) -> NDArray[np.float32]:
    """(H, W): by how much each place of the original lies to the right of the export's, for a narrower nose."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    shift = np.zeros(shape[:2], np.float32)
    for ala, sign in ((RIGHT_ALA, -1), (LEFT_ALA, 1)):
        at = face.points[ala]
        shift += sign * far * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * (0.08 * face.width) ** 2))
    return shift


def narrower(picture: Picture, shift: NDArray[np.float32]) -> Picture:
    y, x = np.mgrid[: shift.shape[0], : shift.shape[1]].astype(np.float32)
    return remapped(picture, x + shift, y)


def reduced(pictures: tuple[Picture, Picture], face: Face, share: float) -> tuple[Picture, Picture, Face]:
    before, after = (
        np.asarray(cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)
        for picture in pictures
    )
    points = ((face.points + np.float32(0.5)) * np.float32(share) - np.float32(0.5)).astype(np.float32)
    return before, after, Face(points, share * face.width)


def test_the_field_of_a_narrower_nose_is_followed(portrait: Picture, smoothed: Picture, face: Face) -> None:
    true = inward(face, portrait.shape, 0.012 * face.width)
    found = closer_look(patch_of(portrait, narrower(smoothed, true), face), face, identity())
    assert found.field is not None
    assert not found.field.smooth
    dx, dy = displacements((found.field,), face.box)
    off = np.hypot(dx - true[face.box.slices], dy)
    largest = float(np.abs(true).max())
    assert float(np.quantile(off, 0.95)) < 0.25 * largest
    assert float(off.max()) < 0.6 * largest


def by_a_lens(shape: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where a corrected picture's places lie in the original, less where they are; 3 % at the edge."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    across, down = x - np.float32(0.5 * shape[1]), y - np.float32(0.4 * shape[0])
    further = np.float32(0.03 / (shape[1] / 2) ** 2) * (across**2 + down**2)
    return across * further, down * further


def test_the_bend_of_a_lens_is_one_smooth_field(portrait: Picture, smoothed: Picture, face: Face) -> None:
    true = by_a_lens(portrait.shape)
    y, x = np.mgrid[: portrait.shape[0], : portrait.shape[1]].astype(np.float32)
    export = remapped(smoothed, x + true[0], y + true[1])
    [bent] = find_faces(export, shared_landmarker())
    registration = register(portrait, export, [face], [bent])
    [field] = registration.fields
    assert field.smooth
    dx, dy = displacements((field,), bent.box)
    back = inverse(registration.matrix)
    places = np.stack([plane[bent.box.slices].ravel() for plane in (x, y)], axis=1)
    found = apply(back, places + np.stack([dx.ravel(), dy.ravel()], axis=1))
    off = found - places - np.stack([plane[bent.box.slices].ravel() for plane in true], axis=1)
    assert float(np.quantile(np.hypot(*off.T), 0.95)) < 0.15


@pytest.mark.parametrize("quality", [90, 60])
def test_a_jpeg_is_no_reshaped_face(quality: int, portrait: Picture, smoothed: Picture, face: Face) -> None:
    patch = patch_of(portrait, through_jpeg(smoothed, quality), face)
    assert closer_look(patch, face, identity()).field is None


def test_a_grading_with_more_contrast_is_no_reshaped_face(portrait: Picture, smoothed: Picture, face: Face) -> None:
    share = np.arange(256) / 255
    curve = np.clip(share**1.15 + 0.08 * np.sin(2 * np.pi * (share - 0.5)), 0, 1)
    export = np.round(255 * curve).astype(np.uint8)[smoothed]
    assert closer_look(patch_of(portrait, export, face), face, identity()).field is None


def test_true_shifts_mend_and_false_ones_do_not(portrait: Picture, smoothed: Picture, face: Face) -> None:
    true = inward(face, portrait.shape, 0.012 * face.width)
    patch = patch_of(portrait, narrower(smoothed, true), face)
    size = patch.export.shape[1], patch.export.shape[0]
    box = box_around(face).clipped(portrait.shape[1], portrait.shape[0])
    dx = np.asarray(cv2.resize(true[box.slices], size, interpolation=cv2.INTER_AREA), np.float32) / patch.pixel
    nothing = np.zeros_like(dx)
    right, wrong = (Shifts(sign * dx, nothing, nothing) for sign in (1, -1))
    assert mended(patch, identity(), right) > 0.3
    assert mended(patch, identity(), wrong) < 0


def test_without_a_patch_nothing_is_found(face: Face) -> None:
    found = closer_look(None, face, identity())
    assert (found.field, found.residual) == (None, 0.0)


@pytest.mark.parametrize(("width", "far"), [(100, 0.016), (120, 0.012), (120, 0.016)])
def test_shifts_too_short_for_a_look_are_a_faint_field(
    width: float, far: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    true = inward(face, portrait.shape, far * face.width)
    before, export, there = reduced((portrait, narrower(smoothed, true)), face, width / face.width)
    patch = patch_of(before, export, there)
    assert closer_look(patch, there, identity()).field is None
    field = faint_field(patch, there, identity())
    assert field is not None
    assert not field.smooth
    assert 0.2 * far < np.abs(field.dx).max() / width < 1.2 * far


@pytest.mark.parametrize("width", [270, 120, 80])
def test_noise_is_no_faint_field(width: float, portrait: Picture, smoothed: Picture, face: Face) -> None:
    before, export, there = reduced((portrait, smoothed), face, width / face.width)
    noise = np.random.default_rng(3).normal(0, 4, export.shape)
    noisy = np.clip(export + noise, 0, 255).round().astype(np.uint8)
    assert faint_field(patch_of(before, export, there), there, identity()) is None
    assert faint_field(patch_of(before, noisy, there), there, identity()) is None
