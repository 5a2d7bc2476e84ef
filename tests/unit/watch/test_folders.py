from __future__ import annotations

from pathlib import PurePath

import pytest

from pored.watch.folders import Folder, are_beside, contradict, folder_of, job_of, steps_between


def folder(path: str) -> Folder:
    return folder_of(PurePath(path) / "x.jpg")


def test_folders_are_compared_without_case_and_form() -> None:
    assert folder("Job/Mu\u0308ller") == ("job", "m\u00fcller")
    assert folder_of(PurePath("x.jpg")) == ()


@pytest.mark.parametrize(
    ("path", "job"),
    [
        ("job1/RAW", "job1"),
        ("job1/raws/JPEGs", "job1"),
        ("Tiff", "."),
        ("job1/CR3", "job1"),
        ("job1/Capture", "job1"),
        ("job1/selected", "job1/selected"),
        ("jpgs of anna", "jpgs of anna"),
    ],
)
def test_folders_that_sort_by_kind_do_not_count(path: str, job: str) -> None:
    assert job_of(folder(path)) == folder(job)


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        (".", ".", 0),
        ("job1", "job1", 0),
        (".", "job1", 1),
        ("job1", "job2", 2),
        ("job1/soft", "job1", 1),
        ("soft/job1", "job1", 1),
        ("soft/job1", "job2", 3),
        ("2026/smith/export", "2026/smith/raw", 2),
        ("2026/smith/export", "2026/jones/raw", 4),
    ],
)
def test_steps(one: str, other: str, steps: int) -> None:
    assert steps_between(folder(one), folder(other)) == steps
    assert steps_between(folder(other), folder(one)) == steps


def test_steps_between_folders_deeper_than_python_recurses() -> None:
    assert steps_between(("a",) * 1500, ("a",) * 1499 + ("b",)) == 2


@pytest.mark.parametrize(
    ("one", "other", "beside"),
    [
        ("job1", "job1", True),
        ("job1", ".", True),
        ("job1/a", "job1/b", True),
        ("job1", "job1/a/b", True),
        ("job1", "job2", False),
        ("job1/a/b", "job1/c/d", False),
        (".", "a/b", False),
    ],
)
def test_beside(one: str, other: str, *, beside: bool) -> None:
    assert are_beside(folder(one), folder(other)) is beside


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("100CANON", "101CANON", True),
        ("100canon", "100CANON", False),
        ("DCIM/100MSDCF", "job/101MSDCF", True),
        ("100_FUJI", "100MSDCF", True),
        ("100CANON", "job", False),
        ("100CANON", ".", False),
        ("10010315", "10110316", True),
        ("20261120", "20261121", False),
        ("100CANON2", "101CANON2", False),
        ("001CANON", "002CANON", False),
        ("101CANON/100CANON", "100CANON", False),
    ],
)
def test_cameras_folders_contradict(one: str, other: str, *, apart: bool) -> None:
    assert contradict(folder(one), folder(other)) is apart
