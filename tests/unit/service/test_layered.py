from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pored.config import Result
from pored.files.records import Piece, State
from pored.files.staging import commit, make_folders, stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.service.conftest import Studio

    from pored.files.staging import Staged
    from pored.job import Job, Outcome

LAYERED = Result(layered=True)


@pytest.fixture
def layers(studio: Studio) -> Studio:
    """A studio whose workers make a layered document too."""
    studio.workers.work = with_layers(studio.workers.work)
    return studio


def with_layers(work: Callable[[Job], Outcome]) -> Callable[[Job], Outcome]:
    def both(job: Job) -> Outcome:
        outcome = work(job)
        place, name = job.output, f"{outcome.result.target.stem}.psd"
        make_folders(place.folder, place.root, mode=place.mode, group=place.group)
        document = b"layers of " + job.export.read_bytes()
        layered = stage(place.folder, name, document, mode=place.mode, group=place.group)
        return replace(outcome, layered=layered if job.layered else None)

    return both


def test_both_results_are_put_into_place_and_named_in_the_log(layers: Studio) -> None:
    layers.start(result=LAYERED).shoot()
    layers.drop()
    layers.go_on()

    assert layers.files("output") == ["a.jpg", "a.psd"]
    assert layers.states() == [State.DONE]
    [line] = layers.log.of("picture")
    assert sorted(line["result"]) == ["a.jpg", "a.psd"]


def test_the_document_has_the_number_that_the_result_got(layers: Studio) -> None:
    layers.put("output", "a.jpg", b"somebody's")
    layers.start(result=LAYERED).shoot()
    layers.drop()
    layers.go_on()

    assert layers.files("output") == ["a-2.jpg", "a-2.psd", "a.jpg"]


def test_a_document_that_a_retoucher_works_on_is_left_alone(layers: Studio) -> None:
    layers.start(result=Result(layered=True, on_exist="replace")).shoot()
    layers.drop()
    layers.go_on()
    (layers.root / "output" / "a.psd").write_bytes(b"more layers")

    layers.drop(data=b"smoother")
    layers.go_on()

    assert layers.result("a.psd") == b"more layers"
    assert layers.result("a-2.psd") == b"layers of smoother"


def test_dropped_again_with_the_document_changed_nothing_is_done_and_with_it_gone_it_is(layers: Studio) -> None:
    layers.start(result=LAYERED).shoot()
    layers.drop()
    layers.go_on()
    document = layers.root / "output" / "a.psd"
    document.write_bytes(b"more layers")
    layers.drop().unlink()
    layers.go_on()
    layers.drop()
    layers.go_on()
    assert len(layers.workers.jobs) == 1

    document.unlink()
    layers.drop().unlink()
    layers.go_on()
    layers.drop()
    layers.go_on()
    assert len(layers.workers.jobs) == 2
    assert document.exists()


def test_the_ledger_knows_the_document_as_its_own(layers: Studio) -> None:
    layers.start(result=LAYERED).shoot()
    layers.drop()
    layers.go_on()

    assert layers.ledger is not None
    wrote = layers.ledger.wrote(layers.root / "output" / "a.psd")
    assert wrote is not None
    assert wrote.kind is Piece.LAYERED


def test_the_document_is_whole_whenever_the_power_is_cut(layers: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    layers.start(result=LAYERED).shoot()
    layers.drop()
    with monkeypatch.context() as cut:
        cut.setattr("pored.hot_folder.delivery.commit", _first_only())
        with pytest.raises(KeyboardInterrupt):
            layers.go_on()
    assert layers.files("output") != ["a.jpg", "a.psd"]

    layers.start().go_on()
    assert layers.files("output") == ["a.jpg", "a.psd"]
    assert layers.result("a.psd") == b"layers of smooth"


def _first_only() -> Callable[..., Path]:
    """Puts one file into place; at the second the power goes."""
    calls: list[Staged] = []

    def cut(staged: Staged, *, replace: bool) -> Path:
        calls.append(staged)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return commit(staged, replace=replace)

    return cut
