from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from pored.candidate import Candidate, Refusal
from pored.choosing import Standing, best_first, recover_from_any
from pored.config import recovery_from
from pored.errors import NoFaceError, UnreadableError
from pored.files.codecs import read_picture
from pored.files.staging import digest_file
from pored.job import RefusedError
from pored.pipeline import judge
from pored.registering import faces_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PHOTOS = Path(__file__).parents[1] / "photos"
NATURAL = recovery_from(None, []).recovery
Pair = tuple[Path, Path]


def named(*paths: Path) -> list[Candidate]:
    return [Candidate(path, "the pictures agree: same name") for path in paths]


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    (tmp_path / "other").mkdir()
    return Path(shutil.copy(PHOTOS / "half_length.jpg", tmp_path / "other" / "IMG_0001.jpg"))


def standing(digest: str, figure: float = 0.9, texture: float = 2.0, area: int = 100) -> Standing:
    return Standing(digest, figure, texture, area)


@pytest.mark.parametrize(
    ("standings", "order"),
    [
        ([standing("a", 0.85), standing("b", 0.95)], "ba"),
        ([standing("a", 0.94), standing("b", 0.95)], "ab"),
        ([standing("small", 0.96, area=50), standing("large", 0.95, area=200)], "ls"),
        ([standing("copy", 0.99, texture=0.9), standing("original", 0.9)], "oc"),
        ([], ""),
    ],
)
def test_the_best_is_first(standings: list[Standing], order: str) -> None:
    assert "".join(each.digest[0] for each in best_first(standings)) == order


def test_a_verdict_tells_the_original_from_a_stranger(pair: Pair, stranger: Path) -> None:
    export, original = map(read_picture, pair)
    faces = faces_of(export)
    right, wrong = judge(export, faces, original), judge(export, faces, read_picture(stranger))
    assert (right.agrees, wrong.agrees) == (True, False)
    assert wrong.agreement.weakest < 0.5
    assert right.agreement.weakest > 0.9
    assert right.texture > 1.2


def test_the_one_that_shows_the_same_picture_is_taken(pair: Pair, stranger: Path) -> None:
    export, original = pair
    chosen = recover_from_any(export, named(stranger, original), NATURAL, {})
    assert chosen.candidate
    assert (chosen.candidate.path, chosen.digest) == (original, digest_file(original))
    assert chosen.recovered.outcome == "recovered"


def test_of_one_frame_in_several_files_the_largest_and_first_that_has_texture_is_taken(
    pair: Pair, portrait: NDArray[np.uint8], tmp_path: Path
) -> None:
    export, original = pair
    small, copy, smooth = (tmp_path / name for name in ("small.png", "copy.png", "smooth.png"))
    Image.fromarray(portrait).resize((420, 525), Image.Resampling.LANCZOS).save(small)
    shutil.copy(original, copy)
    smooth.write_bytes(export.read_bytes())
    chosen = recover_from_any(export, named(smooth, small, original, copy), NATURAL, {})
    assert chosen.candidate
    assert chosen.candidate.path == original


def test_where_none_is_the_original_each_is_refused_with_its_reason(pair: Pair, stranger: Path, tmp_path: Path) -> None:
    export, _ = pair
    copy, broken = tmp_path / "copy.jpg", tmp_path / "broken.jpg"
    shutil.copy(stranger, copy)
    broken.write_bytes(b"no picture")
    with pytest.raises(RefusedError) as refused:
        recover_from_any(export, named(stranger, copy, broken), NATURAL, {})
    by_path = {refusal.path: refusal for refusal in refused.value.refusals}
    assert {path: each.code for path, each in by_path.items()} == {
        stranger: "other-picture",
        copy: "other-picture",
        broken: "no-picture",
    }
    assert by_path[copy].digest == by_path[stranger].digest
    assert "other/IMG_0001.jpg" in refused.value.message
    assert str(tmp_path) not in refused.value.message
    again = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - our own
    assert (again.code, again.message, again.refusals) == ("other-picture", str(refused.value), refused.value.refusals)


def test_what_was_refused_before_is_not_looked_at_again(pair: Pair, stranger: Path) -> None:
    export, original = pair
    known = Refusal(original, digest_file(original), "other-picture", "It was another picture.", 0.3)
    with pytest.raises(RefusedError, match=r"^It was another picture\.$"):
        recover_from_any(export, named(original), NATURAL, {known.digest: known})
    with pytest.raises(RefusedError, match=r"agree to 30% at best"):
        recover_from_any(export, named(original, stranger), NATURAL, {known.digest: known})


def test_what_is_wrong_with_the_export_is_no_refusal(tmp_path: Path, pair: Pair, stranger: Path) -> None:
    _, original = pair
    with pytest.raises(NoFaceError):
        recover_from_any(PHOTOS / "no_face_coffee.png", named(original, stranger), NATURAL, {})
    broken = tmp_path / "broken.png"
    broken.write_bytes(original.read_bytes()[:2000])
    with pytest.raises(UnreadableError):
        recover_from_any(broken, named(original, stranger), NATURAL, {})
