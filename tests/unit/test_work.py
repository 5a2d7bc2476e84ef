from __future__ import annotations

import json
import os
import pickle
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageFilter
from psd_tools import PSDImage

import pored.results
import pored.work
from pored.candidate import Candidate
from pored.choosing import Chosen
from pored.config import Recovery
from pored.errors import PairError, StorageError, UnsupportedError
from pored.faces.landmarker import shared_landmarker
from pored.files.psd.layers import Layer
from pored.files.psd.write import Document, write_document
from pored.files.staging import Staged, commit, digest_file, stage
from pored.job import ExportChangedError, Job, Layering, Outcome, Place
from pored.model import Box
from pored.work import get_ready, process

if TYPE_CHECKING:
    from typing import Literal

PHOTO = Path(__file__).parents[1] / "photos" / "half_length.jpg"


@pytest.fixture(scope="module")
def smooth() -> bytes:
    """The skin is blurred, eyes and lips are not."""
    file = BytesIO()
    with Image.open(PHOTO) as photo:
        blurred = photo.filter(ImageFilter.GaussianBlur(2.5))
        edges = ImageChops.difference(photo, blurred).convert("L").point(lambda contrast: 255 * (contrast > 16))
        kept = edges.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(2))
        Image.composite(photo, blurred, kept).save(file, "JPEG", quality=95)
    return file.getvalue()


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    for name in ("inbox", "originals", "output", "reports"):
        (tmp_path / name).mkdir()
    (tmp_path / "originals" / "a.jpg").write_bytes(PHOTO.read_bytes())
    return tmp_path


def _job(
    studio: Path, export: bytes, *, kind: str = "same", template: str = "{stem}", layered: Layering = False
) -> Job:
    path = studio / "inbox" / "job" / "a.JPG"
    path.parent.mkdir()
    path.write_bytes(export)
    return Job(
        export=path,
        export_digest=digest_file(path),
        candidates=(Candidate(studio / "originals" / "a.jpg", "same name"),),
        refused={},
        recovery=Recovery(),
        output=Place(studio / "output" / "job", studio / "output", 0o640, None),
        reports=Place(studio / "reports" / "job", studio / "reports", 0o600, None),
        kind=cast("Literal['same', 'jpeg', 'tiff', 'png']", kind),
        template=template,
        layered=layered,
    )


def test_who_is_ready_has_loaded_what_finds_faces() -> None:
    get_ready()
    assert shared_landmarker.cache_info().currsize == 1


def _files(studio: Path) -> list[str]:
    found = (path for name in ("output", "reports") for path in (studio / name).rglob("*") if path.is_file())
    return sorted(path.name for path in found)


def _fake(monkeypatch: pytest.MonkeyPatch, job: Job) -> None:
    """The pipeline answers at once; everything that is written is real."""
    recovered = SimpleNamespace(
        outcome="recovered",
        report={"faces": [], "seconds": {"load": 0.1}},
        picture=SimpleNamespace(encoding=SimpleNamespace(kind="jpeg", left_out=("an old habit",))),
        pixels=None,
    )
    chosen = Chosen(job.candidates[0], "d", recovered)  # type: ignore[arg-type]
    monkeypatch.setattr(pored.work, "recover_from_any", lambda *_, **__: chosen)
    monkeypatch.setattr(pored.results, "encode_picture", lambda *_, **__: b"pores")
    monkeypatch.setattr(pored.work, "_preview", lambda _: b"preview")


def test_a_picture_above_the_limit_is_refused(studio: Path, smooth: bytes) -> None:
    with pytest.raises(UnsupportedError, match=r"a\.JPG has 1 megapixels; pored takes 1 at most") as caught:
        process(replace(_job(studio, smooth), most_megapixels=1))
    assert caught.value.code == "too-large"
    assert _files(studio) == []


@pytest.mark.parametrize("keep_time", [True, False])
def test_the_exports_time_is_kept_where_that_is_asked_for(
    studio: Path, monkeypatch: pytest.MonkeyPatch, *, keep_time: bool
) -> None:
    job = replace(_job(studio, b"export"), keep_time=keep_time)
    os.utime(job.export, ns=(1_000_000_000, 1_234_567_890))
    _fake(monkeypatch, job)
    modified = process(job).result.temp.stat().st_mtime_ns
    assert (modified == 1_234_567_890) == keep_time


def test_a_real_pair_comes_out_staged_and_only_needs_renaming(studio: Path, smooth: bytes) -> None:
    outcome = process(_job(studio, smooth))

    assert outcome.outcome == "recovered"
    assert all(name.startswith(".") for name in _files(studio))
    placed = [commit(staged) for staged in (outcome.result, outcome.report_file, outcome.preview)]
    assert [path.name for path in placed] == ["a.JPG", "a.JPG.json", "a.JPG.preview.jpg"]
    assert [path.stat().st_mode & 0o777 for path in placed] == [0o640, 0o600, 0o600]
    assert placed[0].read_bytes() != smooth
    report = json.loads(placed[1].read_text())
    assert (report["export"], report["original"], report["outcome"]) == ("a.JPG", "a.jpg", "recovered")
    assert report["rule"] == "same name"
    assert report["left_out"] == []
    assert report["texture"]["before"]["energy"] < 0.6 < report["texture"]["after"]["energy"]
    assert {"load", "faces", "encode", "preview"} <= set(report["seconds"])
    assert str(studio) not in placed[1].read_text()
    assert outcome.original_digest == digest_file(PHOTO)


def test_an_export_that_lacks_nothing_is_copied_byte_for_byte(studio: Path) -> None:
    outcome = process(_job(studio, PHOTO.read_bytes(), kind="png"))

    assert outcome.outcome == "nothing_missing"
    assert outcome.result.target.name == "a.JPG"
    assert outcome.result.temp.read_bytes() == PHOTO.read_bytes()


def test_what_comes_back_travels_between_processes(studio: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _job(studio, b"smooth")
    _fake(monkeypatch, job)

    outcome = process(pickle.loads(pickle.dumps(job)))  # noqa: S301 - our own

    assert pickle.loads(pickle.dumps(outcome)) == outcome  # noqa: S301 - our own
    assert isinstance(outcome, Outcome)


@pytest.mark.parametrize(
    ("kind", "template", "name"),
    [("same", "{stem}_pores", "a_pores.JPG"), ("jpeg", "{stem}", "a.JPG"), ("tiff", "x {stem}", "x a.tif")],
)
def test_the_result_is_named_as_set(
    studio: Path, monkeypatch: pytest.MonkeyPatch, kind: str, template: str, name: str
) -> None:
    job = _job(studio, b"smooth", kind=kind, template=template)
    _fake(monkeypatch, job)

    assert process(job).result.target == studio / "output" / "job" / name


def test_a_name_that_gets_too_long_is_cut(studio: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _job(studio, b"smooth", template="{stem}" + "x" * 300)
    _fake(monkeypatch, job)

    outcome = process(job)

    assert len(outcome.result.target.name) == 255
    assert outcome.result.target.name.endswith("x.JPG")
    assert outcome.preview.target.name.endswith(".preview.jpg")


def test_an_export_that_changed_meanwhile_leaves_nothing_behind(studio: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _job(studio, b"smooth")
    _fake(monkeypatch, job)
    job.export.write_bytes(b"other")

    with pytest.raises(ExportChangedError) as changed:
        process(job)

    assert changed.value.code == "export-changed"
    assert _files(studio) == []


def test_an_export_that_left_meanwhile_is_told_apart(studio: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _job(studio, b"smooth")
    _fake(monkeypatch, job)
    job.export.unlink()

    with pytest.raises(ExportChangedError) as left:
        process(job)

    assert left.value.code == "export-left"


def test_where_the_last_file_cannot_be_written_none_is(studio: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _job(studio, b"smooth")
    _fake(monkeypatch, job)

    def stage_all_but_the_last(folder: Path, name: str, data: bytes, *, mode: int, group: str | None) -> Staged:
        if name.endswith(".preview.jpg"):
            raise StorageError("disk-full", "Could not write it: the disk is full.")
        return stage(folder, name, data, mode=mode, group=group)

    monkeypatch.setattr(pored.work, "stage", stage_all_but_the_last)
    with pytest.raises(StorageError):
        process(job)

    assert _files(studio) == []


def test_a_pair_that_does_not_fit_is_refused_before_anything_is_written(studio: Path) -> None:
    somebody_else = PHOTO.with_name("older_man.jpg").read_bytes()

    with pytest.raises(PairError):
        process(_job(studio, somebody_else))

    assert _files(studio) == []


def test_a_layered_document_lies_beside_the_result(studio: Path, smooth: bytes) -> None:
    outcome = process(_job(studio, smooth, template="{stem}_pores", layered=True))

    assert outcome.layered is not None
    assert outcome.layered.target == studio / "output" / "job" / "a_pores.psd"
    names = [layer.name for layer in PSDImage.open(commit(outcome.layered)).descendants()]
    assert names[:2] == ["Background", "Original"]
    assert {"Pores", "Texture"} <= set(names)
    assert outcome.layered in outcome.files
    assert {"encode", "layered"} <= set(outcome.report["seconds"])  # type: ignore[call-overload]


def test_the_texture_alone_is_a_document_of_its_own(studio: Path, smooth: bytes) -> None:
    outcome = process(_job(studio, smooth, layered="texture"))

    assert outcome.layered is not None
    assert outcome.layered.target.name == "a_texture.psd"
    names = {layer.name for layer in PSDImage.open(commit(outcome.layered)).descendants()}
    assert names <= {"Pores", "Texture", "Texture on retouched spots"}


def test_where_nothing_was_missing_there_are_no_layers(studio: Path) -> None:
    assert process(_job(studio, PHOTO.read_bytes(), layered=True)).layered is None


def test_a_document_comes_back_with_all_its_layers_and_the_texture_on_top(studio: Path, smooth: bytes) -> None:
    outcome = process(_job(studio, document_of(smooth), layered=True))

    assert outcome.layered is None
    document = PSDImage.open(commit(outcome.result))
    assert [layer.name for layer in document] == ["Background", "Dodge & burn", "Original", "Pores"]
    assert document.topil() is not None


def test_a_flat_document_becomes_one_with_layers(studio: Path, smooth: bytes) -> None:
    outcome = process(_job(studio, document_of(smooth, layered=False)))

    assert [layer.name for layer in PSDImage.open(commit(outcome.result))] == ["Background", "Original", "Pores"]


def test_a_document_may_be_asked_for_flat_and_layered(studio: Path, smooth: bytes) -> None:
    outcome = process(_job(studio, document_of(smooth), kind="tiff", layered=True))

    assert outcome.result.target.name == "a.tif"
    assert outcome.layered is not None
    assert [layer.name for layer in PSDImage.open(commit(outcome.layered))][1] == "Dodge & burn"


def document_of(photo: bytes, *, layered: bool = True) -> bytes:
    """The picture as a Photoshop document."""
    pixels = np.array(Image.open(BytesIO(photo)))
    height, width = pixels.shape[:2]
    below = Layer("Background", Box(0, 0, width, height), pixels, is_background=True)
    above = Layer("Dodge & burn", Box(10, 10, 90, 50), np.full((40, 80), 128, np.uint8), mode="soft light")
    file = BytesIO()
    stack = (below, above) if layered else ()
    write_document(file, Document(pixels, None, alpha_is_merged=False, resources=b"", stack=stack))
    return file.getvalue()
