"""A drop is a request; what merely lies there is none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pored.config import Result
from pored.files.records import State
from pored.hot_folder.matching import Matching
from pored.watch.settle import Hint

if TYPE_CHECKING:
    from pathlib import Path, PurePath

    from tests.unit.service.conftest import Studio

DONE = b"pores of rough on smooth"


def test_a_dropped_export_comes_out_and_stays_where_it_is(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop()

    studio.go_on()

    assert studio.result() == DONE
    assert studio.files("inbox") == studio.files("originals") == ["a.jpg"]
    assert studio.files("reports") == ["a.jpg.json", "a.jpg.preview.jpg"]
    assert studio.files("failed") == []
    (line,) = studio.log.of("picture")
    assert (line["file"], line["outcome"], line["original"], line["rule"]) == ("a.jpg", "done", "a.jpg", "same name")


def test_what_lay_there_before_the_start_is_done_too(studio: Studio) -> None:
    studio.shoot()
    studio.drop()

    studio.start().go_on()

    assert studio.result() == DONE


def test_of_many_that_are_ready_at_once_each_is_looked_at_once(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[PurePath] = []
    outcome = Matching.outcome

    def slow(matching: Matching, path: PurePath) -> object:
        asked.append(path)
        studio.clock.go_on(0.3)
        return outcome(matching, path)

    studio.start()
    for number in range(40):
        studio.drop(f"{number}.jpg", b"smooth %d" % number)
    with monkeypatch.context() as patch:
        patch.setattr(Matching, "outcome", slow)
        patch.setattr(Matching, "match", lambda *_: [])
        studio.go_on(60)

    assert len(studio.entries()) == 40
    assert len(asked) == 40


def test_it_is_done_once_however_often_it_is_seen(studio: Studio) -> None:
    studio.start().shoot()
    export = studio.drop()
    studio.go_on()

    studio.watcher.hints = {export: Hint.TOUCHED}
    studio.go_on()
    studio.start().go_on()

    assert len(studio.workers.jobs) == 1
    assert studio.files("output") == ["a.jpg"]


def test_a_result_that_was_taken_away_is_not_made_again(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop()
    studio.go_on()

    (studio.root / "output" / "a.jpg").unlink()
    studio.go_on()
    studio.start().go_on()

    assert studio.files("output") == []
    assert len(studio.workers.jobs) == 1


def test_dropped_again_with_its_result_in_place_is_one_line_in_the_log(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop()
    studio.go_on()

    studio.drop()
    studio.go_on()

    assert len(studio.workers.jobs) == 1
    assert [line["file"] for line in studio.log.of("already done")] == ["a.jpg"]
    assert studio.files("output") == ["a.jpg"]


def test_dropped_again_after_its_result_went_away_is_done_again(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop()
    studio.go_on()

    (studio.root / "output" / "a.jpg").unlink()
    studio.drop()
    studio.go_on()

    assert studio.result() == DONE
    assert len(studio.workers.jobs) == 2


def test_dropped_again_after_somebody_worked_on_its_result_leaves_that_work_alone(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop()
    studio.go_on()

    studio.put("output", "a.jpg", b"retouched further")
    studio.drop()
    studio.go_on()

    assert studio.result() == b"retouched further"
    assert studio.result("a-2.jpg") == DONE


def test_away_and_back_with_its_old_time_is_a_drop(studio: Studio) -> None:
    studio.start().shoot()
    export = studio.drop()
    studio.go_on()
    (studio.root / "output" / "a.jpg").unlink()
    elsewhere = studio.root / "a.jpg"

    export.rename(elsewhere)
    studio.watcher.hints = {export: Hint.SCANNED}
    studio.go_on(2)
    elsewhere.rename(export)
    studio.go_on()

    assert studio.result() == DONE


def test_away_at_one_scan_and_back_at_the_next_is_a_drop(studio: Studio) -> None:
    studio.start().shoot()
    export = studio.drop()
    studio.go_on()
    (studio.root / "output" / "a.jpg").unlink()
    elsewhere = studio.root / "a.jpg"

    export.rename(elsewhere)
    studio.go_on()
    elsewhere.rename(export)
    studio.go_on()

    assert studio.result() == DONE


def _as_another_file(studio: Studio) -> None:
    """The same bytes with the same time, in a new file."""
    export = studio.root / "inbox" / "a.jpg"
    status = export.stat()
    copy = studio.root / "copy"
    copy.write_bytes(export.read_bytes())
    os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
    copy.replace(export)
    (studio.root / "output" / "a.jpg").unlink()


def test_another_file_in_its_place_is_a_drop_while_the_service_runs(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop()
    studio.go_on()

    _as_another_file(studio)
    studio.go_on()

    assert studio.result() == DONE


def test_another_inode_after_a_restart_says_nothing(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop()
    studio.go_on()
    studio.stop()

    _as_another_file(studio)
    studio.start().go_on()

    assert studio.files("output") == []


def test_an_inbox_that_is_empty_at_the_start_may_be_an_unmounted_share(studio: Studio) -> None:
    studio.start().shoot()
    export = studio.drop()
    studio.go_on()
    studio.stop()
    (studio.root / "output" / "a.jpg").unlink()
    elsewhere = studio.root / "a.jpg"

    export.rename(elsewhere)
    studio.start().go_on()
    elsewhere.rename(export)
    studio.start().go_on()

    assert studio.files("output") == []


def test_new_bytes_under_the_same_name_are_a_new_job(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop()
    studio.go_on()

    studio.drop(data=b"smoother")
    studio.go_on()

    assert studio.result() == DONE
    assert studio.result("a-2.jpg") == b"pores of rough on smoother"
    assert studio.files("reports") == ["a-2.jpg.json", "a-2.jpg.preview.jpg", "a.jpg.json", "a.jpg.preview.jpg"]
    assert studio.states() == [State.DONE, State.DONE]


def test_where_results_are_replaced_the_new_one_takes_the_place(studio: Studio, replacing: Result) -> None:
    studio.start(result=replacing).shoot()
    studio.drop()
    studio.go_on()

    studio.drop(data=b"smoother")
    studio.go_on()

    assert studio.files("output") == ["a.jpg"]
    assert studio.result() == b"pores of rough on smoother"


def test_what_somebody_changed_is_not_replaced(studio: Studio, replacing: Result) -> None:
    studio.start(result=replacing).shoot()
    studio.drop()
    studio.go_on()

    studio.put("output", "a.jpg", b"retouched further")
    studio.drop(data=b"smoother")
    studio.go_on()

    assert studio.result() == b"retouched further"
    assert studio.result("a-2.jpg") == b"pores of rough on smoother"


def test_what_pored_did_not_write_is_not_replaced(studio: Studio, replacing: Result) -> None:
    studio.put("output", "a.jpg", b"somebody's")
    studio.start(result=replacing).shoot()
    studio.drop()

    studio.go_on()

    assert studio.result() == b"somebody's"
    assert studio.result("a-2.jpg") == DONE


def test_two_exports_whose_results_have_one_name_both_keep_theirs(studio: Studio) -> None:
    studio.start(result=Result(name="{stem}_x", on_exist="replace")).shoot("a.jpg")
    studio.shoot("a_x.jpg", b"other")
    studio.drop("a.jpg")
    studio.drop("a.jpg.jpg")
    studio.shoot("a.jpg.jpg")

    studio.go_on()

    assert studio.files("output") == ["a.jpg_x.jpg", "a_x.jpg"]


def test_sub_folders_are_kept(studio: Studio) -> None:
    studio.start().shoot("job/a.jpg")
    studio.drop("job/soft/a.jpg")

    studio.go_on()

    assert studio.files("output") == ["job/soft/a.jpg"]
    assert studio.files("reports") == ["job/soft/a.jpg.json", "job/soft/a.jpg.preview.jpg"]


def test_a_sub_folder_may_have_settings_of_its_own(studio: Studio) -> None:
    soft = studio.hot_folder.model_copy(update={"result": Result(name="{stem}_soft")})
    studio.start(by_folder={"soft": soft})
    for name in ("a.jpg", "soft/a.jpg", "soft/job/a.jpg"):
        studio.shoot(name)
        studio.drop(name)

    studio.go_on()

    assert studio.files("output") == ["a.jpg", "soft/a_soft.jpg", "soft/job/a_soft.jpg"]


def test_reports_and_previews_go_after_their_time_and_results_stay(studio: Studio) -> None:
    studio.start(keep_days=30).shoot()
    studio.drop()
    studio.go_on()
    studio.put("reports", "a.jpg.json", b"somebody's notes")

    studio.clock.go_on(31 * 86400)
    studio.go_on(5)

    assert studio.files("reports") == ["a.jpg.json"]
    assert studio.files("output") == ["a.jpg"]


def test_many_at_once_are_all_done(studio: Studio) -> None:
    names = [f"{number:03}.jpg" for number in range(60)]
    studio.start()
    for name in names:
        studio.shoot(name)
        studio.drop(name)

    studio.go_on(200)

    assert studio.files("output") == names


def test_two_names_of_the_same_bytes_are_two_jobs(studio: Studio) -> None:
    studio.start().shoot("a.jpg")
    studio.shoot("b.jpg")
    studio.drop("a.jpg")
    studio.drop("b.jpg")

    studio.go_on()

    assert studio.files("output") == ["a.jpg", "b.jpg"]


def test_names_of_any_bytes_come_through(studio: Studio) -> None:
    names = [os.fsdecode(raw) for raw in (b"\xff\xfe.jpg", b"-rf.jpg", b"line\nbreak.jpg", b"a b'\"$.jpg")]
    studio.start()
    for name in names:
        studio.shoot(name)
        studio.drop(name)

    studio.go_on()

    assert studio.files("output") == sorted(names)


def test_a_name_as_long_as_they_get_is_done_with_names_that_fit(studio: Studio) -> None:
    name = "x" * 251 + ".jpg"
    studio.start().shoot(name)
    studio.drop(name)

    studio.go_on()

    assert studio.files("output") == [name]
    assert all(len(report) <= 255 for report in studio.files("reports"))
    assert len(studio.files("reports")) == 2


def test_links_pipes_and_folders_are_not_taken(studio: Studio) -> None:
    studio.start().shoot()
    inbox = studio.root / "inbox"
    (inbox / "a.jpg").symlink_to(studio.root / "originals" / "a.jpg")
    (inbox / "b.jpg").mkdir()
    os.mkfifo(inbox / "c.jpg")
    (inbox / "d").symlink_to(studio.root / "originals")

    studio.go_on()

    assert studio.entries() == []


def test_exports_in_an_inbox_that_is_the_output_are_told_from_results(studio: Studio) -> None:
    inbox = studio.root / "inbox"
    studio.start(output=inbox, result=Result(name="{stem}_neu")).shoot()
    studio.shoot("a_neu.jpg", b"a trap")
    studio.drop()

    studio.go_on()
    studio.start().go_on()

    assert studio.files("inbox") == ["a.jpg", "a_neu.jpg"]
    assert len(studio.workers.jobs) == 1


def test_folders_reached_by_links_are_the_same_folders(studio: Studio) -> None:
    (studio.root / "link").symlink_to(studio.root)
    inbox, output = studio.root / "link" / "inbox", studio.root / "inbox"
    studio.start(
        inbox=inbox, output=output, originals=(studio.root / "link" / "originals",), result=Result(name="x{stem}")
    )
    studio.shoot()
    studio.shoot("xa.jpg", b"a trap")
    export = studio.drop()

    studio.watcher.hints = {export: Hint.FINISHED}
    studio.go_on()

    assert studio.files("inbox") == ["a.jpg", "xa.jpg"]
    assert len(studio.workers.jobs) == 1


def test_what_has_an_exports_name_where_it_is_moved_stays(studio: Studio) -> None:
    (studio.root / "processed" / "a.jpg").mkdir()
    studio.put("processed", "b.jpg", b"smooth")
    studio.start(processed=studio.root / "processed")
    for name in ("a.jpg", "b.jpg"):
        studio.shoot(name)
        studio.drop(name)

    studio.go_on()

    assert studio.files("processed") == ["a-2.jpg", "b-2.jpg", "b.jpg"]
    assert studio.files("inbox") == []


def test_an_export_that_leaves_before_its_turn_is_nobodys_failure(studio: Studio) -> None:
    studio.start()
    export = studio.drop()
    studio.go_on()
    assert studio.states() == [State.WAITING]

    export.unlink()
    studio.go_on()
    studio.shoot()
    studio.go_on()

    assert studio.states() == [State.GONE]
    assert studio.files("output") == studio.files("failed") == []


def test_an_export_that_left_and_came_back_is_done(studio: Studio) -> None:
    studio.start()
    studio.drop().unlink()
    studio.go_on()

    studio.drop()
    studio.shoot()
    studio.go_on()

    assert studio.result() == DONE


@pytest.mark.parametrize(("order", "place"), [("alternate", 1), ("newest", 1), ("oldest", 6)])
def test_a_new_drop_comes_soon_beside_a_backlog(studio: Studio, order: str, place: int) -> None:
    workers = studio.workers
    workers.count, workers.slow = 1, True
    studio.start(order=order)
    for number in range(6):
        studio.shoot(f"{number}.jpg")
        studio.drop(f"{number}.jpg")
    studio.go_on()
    studio.shoot("new.jpg")
    studio.drop("new.jpg")
    studio.go_on()
    while workers.open:
        workers.finish()
        studio.go_on(3)
    assert [job.export.name for job in workers.jobs].index("new.jpg") == place
    assert len(studio.files("output")) == 7


def test_a_backlog_in_one_hot_folder_keeps_no_other_waiting(studio: Studio, tmp_path: Path) -> None:
    workers = studio.workers
    workers.count, workers.slow = 1, True
    (tmp_path / "inbox2").mkdir()
    studio.more = {"weddings": {"inbox": tmp_path / "inbox2"}}
    studio.start(order="oldest")
    for number in range(5):
        studio.shoot(f"{number}.jpg")
        studio.drop(f"{number}.jpg")
    studio.go_on()
    studio.shoot("bride.jpg")
    studio.put("inbox2", "bride.jpg", b"smooth")
    studio.go_on()
    workers.finish()
    studio.go_on(3)
    assert [job.export.name for job in workers.jobs][1:] == ["bride.jpg"]
