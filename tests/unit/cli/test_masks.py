from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from typer.testing import CliRunner

from pored.cli.app import app
from pored.errors import UsageError

PHOTOS = Path(__file__).parents[2] / "photos"


def test_masks_are_written_for_pictures_with_faces_and_the_others_are_named(tmp_path: Path) -> None:
    images = [str(PHOTOS / name) for name in ("half_length.jpg", "no_face_coffee.png", "astronaut.png")]
    done = CliRunner().invoke(app, ["skin-mask", *images, "--output-dir", str(tmp_path / "masks"), "--scope", "face"])
    assert done.exit_code == 1
    assert "No face was found in no_face_coffee.png" in done.output
    assert sorted(path.name for path in (tmp_path / "masks").iterdir()) == ["astronaut.png", "half_length.png"]
    mask = np.array(Image.open(tmp_path / "masks" / "half_length.png"))
    assert mask.dtype == np.uint8
    assert mask.shape == (1137, 910)
    assert mask.max() == 255


def test_scope_all_adds_what_else_shows(tmp_path: Path) -> None:
    masks = []
    for scope in ("face", "all"):
        folder = str(tmp_path / scope)
        image = str(PHOTOS / "half_length.jpg")
        assert CliRunner().invoke(app, ["skin-mask", image, "--output-dir", folder, "--scope", scope]).exit_code == 0
        masks.append(np.array(Image.open(tmp_path / scope / "half_length.png")))
    face, everything = masks
    assert (everything >= face).all()
    assert np.count_nonzero(everything) > 1.05 * np.count_nonzero(face)


def test_two_pictures_of_one_name_are_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["skin-mask", "a/x.jpg", "b/x.png", "--output-dir", str(tmp_path)])
    assert isinstance(done.exception, UsageError)
    assert list(tmp_path.iterdir()) == []


def test_masks_never_go_where_the_pictures_are(tmp_path: Path) -> None:
    image = tmp_path / "x.png"
    image.write_bytes((PHOTOS / "astronaut.png").read_bytes())
    done = CliRunner().invoke(app, ["skin-mask", str(image), "--output-dir", str(tmp_path / ".." / tmp_path.name)])
    assert isinstance(done.exception, UsageError)
    assert image.read_bytes() == (PHOTOS / "astronaut.png").read_bytes()


def test_an_overlay_lies_beside_each_mask(tmp_path: Path) -> None:
    image = str(PHOTOS / "half_length.jpg")
    done = CliRunner().invoke(app, ["skin-mask", image, "--output-dir", str(tmp_path), "--overlay"])
    assert done.exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["half_length.overlay.jpg", "half_length.png"]
    overlay, picture = (
        np.array(Image.open(path).convert("RGB"), int) for path in (tmp_path / "half_length.overlay.jpg", image)
    )
    changed = np.abs(overlay - picture).max(axis=2) > 60
    assert changed[100:500].any()
    assert not changed[700:].any()
