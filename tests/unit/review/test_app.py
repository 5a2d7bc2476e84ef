from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path, PurePath
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from pored.config import CHOSEN_NAME, Opacity, Recovery
from pored.files.records import Piece, State
from pored.model import Box

if TYPE_CHECKING:
    from tests.unit.review.conftest import Shop

STRANGE = '<script>alert("x")</script>.jpg'


def picture(size: tuple[int, int] = (700, 600), colour: tuple[int, int, int] = (180, 140, 120)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


class TestQueue:
    def test_it_says_what_became_of_each(self, shop: Shop) -> None:
        shop.done(shop.drop("done.jpg"))
        shop.failed(shop.drop("failed.jpg"))
        waiting = shop.drop("waits.jpg")
        shop.ledger.waits(waiting.id, State.WAITING, "no original has come yet", ["waits", "waits-1"], 3.0)
        page = shop.browser.get("/").text
        assert "Texture 38\N{NO-BREAK SPACE}% before, 99\N{NO-BREAK SPACE}% after; 12 blemishes left out" in page
        assert "Nobody is in it." in page
        assert "No original has come yet. Looked for: waits, waits-1." in page

    def test_names_cannot_speak_to_the_browser(self, shop: Shop) -> None:
        shop.drop(STRANGE.replace("/", "_"))
        page = shop.browser.get("/").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page

    def test_a_name_that_is_no_text_is_shown_all_the_same(self, shop: Shop) -> None:
        shop.drop("caf\udce9.jpg")
        assert shop.browser.get("/rows").status_code == 200
        assert shop.browser.get("/batches").status_code == 200

    def test_it_is_filtered_and_paged(self, shop: Shop) -> None:
        for number in range(65):
            shop.drop(f"{number:02}.jpg", now=float(number))
        first = shop.browser.get("/rows").text
        assert first.count('class="row') == 60
        behind = first.partition('data-more="')[2].partition('"')[0]
        assert shop.browser.get("/rows", params={"before": behind}).text.count('class="row') == 5
        assert shop.browser.get("/rows", params={"q": "64"}).text.count('class="row') == 1
        assert "Nothing here" in shop.browser.get("/rows", params={"state": "failed"}).text
        assert shop.browser.get("/rows", params={"before": "x", "most": "no"}).status_code == 200

    def test_a_full_disk_of_the_ledger_is_told(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        assert 'role="alert"' not in shop.browser.get("/folders").text
        full = SimpleNamespace(f_flag=0, f_bavail=0, f_frsize=4096, f_files=1, f_favail=1)
        monkeypatch.setattr(os, "statvfs", lambda _: full)
        shop.drop("news.jpg")
        for address in ("/folders?again", "/?again"):
            assert "Nothing is done now: the disk of the state folder" in shop.browser.get(address).text

    def test_a_hot_folder_that_rests_says_why(self, shop: Shop) -> None:
        shop.ledger.board.pause("heads", "the share is away", 1.0)
        assert "the share is away" in shop.browser.get("/folders").text

    def test_it_rests_and_goes_on_by_hand(self, shop: Shop) -> None:
        assert shop.post("/folder/heads/pause").status_code == 200
        assert shop.ledger.board.held() == {"heads"}
        shop.post("/folder/heads/resume")
        assert shop.ledger.board.held() == frozenset()
        assert shop.post("/folder/nobody/pause").status_code == 404

    def test_all_that_failed_is_asked_for_again(self, shop: Shop) -> None:
        entries = [shop.failed(shop.drop(name)) for name in ("a.jpg", "b.jpg")]
        shop.post("/folder/heads/retry-failed")
        assert {each.job for each in shop.ledger.requests()} == {entry.id for entry in entries}


class TestOnePicture:
    def test_what_is_not_there_is_not_found(self, shop: Shop) -> None:
        assert shop.browser.get("/picture/7").status_code == 404
        assert shop.browser.get(f"/picture/{2**70}").status_code == 404
        assert shop.browser.get("/tile/..%2F..%2Fetc/overview.jpg").status_code == 404

    @pytest.mark.parametrize(("action", "state"), [("retry", "failed"), ("redo", "done"), ("skip", "waiting")])
    def test_what_people_ask_for(self, shop: Shop, action: str, state: str) -> None:
        entry = shop.drop()
        if state != "waiting":
            entry = getattr(shop, state)(entry)
        assert shop.post(f"/picture/{entry.id}/{action}").status_code == 200
        (request,) = shop.ledger.requests()
        assert (request.kind, request.job) == (action, entry.id)
        assert shop.post(f"/picture/{entry.id}/take-back").status_code == 200
        assert shop.ledger.requests() == []

    def test_what_cannot_be_asked_for_is_refused(self, shop: Shop) -> None:
        entry = shop.drop()
        assert shop.post(f"/picture/{entry.id}/redo").status_code == 409
        assert shop.post(f"/picture/{entry.id}/retry").status_code == 409
        assert shop.post(f"/picture/{entry.id}/approve").status_code == 404
        assert shop.post(f"/picture/{entry.id}/explode").status_code == 404

    def test_a_redo_with_settings_of_its_own(self, shop: Shop) -> None:
        entry = shop.done(shop.drop())
        assert shop.post(f"/picture/{entry.id}/redo", wishes={"opacity": "70% of match"}).status_code == 200
        assert json.loads(shop.ledger.requests()[0].wishes) == {"opacity": "70% of match"}
        shop.post(f"/picture/{entry.id}/redo", afresh=True)
        assert json.loads(shop.ledger.requests()[0].wishes) == {}

    def test_settings_out_of_range_are_refused_in_words(self, shop: Shop) -> None:
        entry = shop.done(shop.drop())
        answer = shop.post(f"/picture/{entry.id}/redo", wishes={"radius": 99})
        assert (answer.status_code, answer.json()["error"]) == (422, "radius: 99 is above 20 px")
        assert shop.post(f"/picture/{entry.id}/redo", wishes=[1]).status_code == 422
        assert shop.ledger.requests() == []

    def test_it_is_brought_to_the_screen_in_tiles(self, shop: Shop) -> None:
        entry = shop.dropped(picture())
        assert shop.browser.get(f"/picture/{entry.id}/view").json()["sides"] == ["before"]
        side = shop.browser.get(f"/picture/{entry.id}/side/before").json()
        assert (side["width"], side["height"]) == (700, 600)
        assert shop.browser.get(f"/picture/{entry.id}/side/after").status_code == 404
        assert shop.browser.get(f"/picture/{entry.id}/side/behind").status_code == 404
        name = side["name"]
        with Image.open(BytesIO(shop.browser.get(f"/tile/{name}/1-1.jpg").content)) as tile:
            assert tile.size == (188, 88)
        with Image.open(BytesIO(shop.browser.get(f"/tile/{name}/overview.jpg").content)) as whole:
            assert whole.size == (700, 600)
        assert shop.browser.get(f"/tile/{name}/2-0.jpg").status_code == 404

    def test_a_file_that_was_changed_since_is_not_shown(self, shop: Shop) -> None:
        entry = shop.drop(data=picture())
        answer = shop.browser.get(f"/picture/{entry.id}/side/before")
        assert answer.status_code == 422
        assert "changed since" in answer.json()["error"]

    def test_faces_and_guarded_spots_come_from_the_report(self, shop: Shop) -> None:
        report = {"faces": [{"box": [1, 2, 3, 4], "blemishes": [{"x": 5, "y": 6, "radius": 7.5}]}]}
        entry = shop.done(shop.drop(), {Piece.REPORT: json.dumps(report).encode()})
        assert "1 blemish left out" in shop.browser.get(f"/picture/{entry.id}/facts").text
        assert shop.browser.get(f"/picture/{entry.id}/download/report").content == json.dumps(report).encode()
        assert shop.browser.get(f"/picture/{entry.id}/download/layered").status_code == 404
        assert shop.browser.get(f"/picture/{entry.id}/download/passwd").status_code == 404

    def test_the_settings_are_those_that_the_result_was_made_with(self, shop: Shop) -> None:
        report = {"settings": {"opacity": "55% of match", "radius": 4.5, "guard_blemishes": False}}
        entry = shop.done(shop.drop(), {Piece.REPORT: json.dumps(report).encode()})
        facts = shop.browser.get(f"/picture/{entry.id}/facts").text
        assert "Settings used" in facts
        assert all(f"<dd>{value}</dd>" in facts for value in ("55% of match", "4.5", "off", "high-pass"))

    def test_settings_are_tried_on_what_is_looked_at(self, shop: Shop) -> None:
        entry = shop.done(shop.drop())
        answer = shop.post(f"/picture/{entry.id}/try", wishes={"radius": 4}, part=[10, 20, 110, 220])
        assert (answer.content, json.loads(answer.headers["x-part"])) == (b"a picture", [10, 20, 110, 220])
        assert shop.hands.trials[-1].recovery.radius == 4.0
        for part in (None, [0, 0, 0, 0], [0, 0, 99999, 5], ["a", 0, 1, 1]):
            assert shop.post(f"/picture/{entry.id}/try", wishes={}, part=part).status_code == 422

    def test_a_pair_is_got_ready_with_what_the_report_knows_of_its_faces(self, shop: Shop) -> None:
        faces = [{"box": [10, 10, 20, 20], "width_px": 9}, {"box": [100, 100, 300, 400], "width_px": 180}, "no face"]
        entry = shop.done(shop.drop(), {Piece.REPORT: json.dumps({"faces": faces}).encode()})
        assert shop.browser.get(f"/picture/{entry.id}/ready").json() == {"ready": True}
        assert shop.hands.trials[-1].part == Box(100, 100, 300, 400)
        assert shop.hands.trials[-1].smallest_face == pytest.approx(8.1)

    def test_a_pair_without_a_report_is_got_ready_too(self, shop: Shop) -> None:
        entry = shop.done(shop.drop())
        assert shop.browser.get(f"/picture/{entry.id}/ready").json() == {"ready": True}
        assert shop.hands.trials[-1].smallest_face == 0

    def test_its_original_is_named_by_hand(self, shop: Shop) -> None:
        (shop.root / "originals" / "day").mkdir()
        (shop.root / "originals" / "day" / "Other.jpg").write_bytes(b"rough")
        (shop.root / "secret.jpg").write_bytes(b"")
        (shop.root / "originals" / "link.jpg").symlink_to(shop.root / "secret.jpg")
        entry = shop.failed(shop.drop())
        found = shop.browser.get(f"/picture/{entry.id}/originals", params={"q": "oTHer"}).json()
        assert found == {"found": [{"place": 0, "path": "day/Other.jpg"}], "is_all": True}
        assert shop.post(f"/picture/{entry.id}/pair", **found["found"][0]).status_code == 200
        assert shop.ledger.board.pairs("heads") == {PurePath("a.jpg"): shop.root / "originals" / "day" / "Other.jpg"}
        assert [each.kind for each in shop.ledger.requests()] == ["retry"]
        assert "by its name again" not in shop.browser.get(f"/picture/{shop.drop('b.jpg').id}/facts").text
        for path in ("../secret.jpg", str(shop.root / "secret.jpg"), "link.jpg", "day", "nothing.jpg"):
            assert shop.post(f"/picture/{entry.id}/pair", place=0, path=path).status_code == 404
        assert shop.post(f"/picture/{entry.id}/pair", place=7, path="day/Other.jpg").status_code == 404

    def test_an_original_that_was_named_is_forgotten_again(self, shop: Shop) -> None:
        (shop.root / "originals" / "Other.jpg").write_bytes(b"rough")
        entry = shop.failed(shop.drop())
        shop.post(f"/picture/{entry.id}/pair", place=0, path="Other.jpg")
        assert "by its name again" in shop.browser.get(f"/picture/{entry.id}/facts").text
        shop.post(f"/picture/{entry.id}/pair", path=None)
        assert shop.ledger.board.pairs("heads") == {}
        assert "by its name again" not in shop.browser.get(f"/picture/{entry.id}/facts").text

    def test_what_is_no_json_or_too_much_is_refused(self, shop: Shop) -> None:
        entry = shop.drop()
        word = {"x-pored-word": shop.word()}
        for body, status in ((b"{", 422), (b"[]", 422), (b'"' + b"x" * 70000 + b'"', 413)):
            assert shop.browser.post(f"/picture/{entry.id}/skip", content=body, headers=word).status_code == status


class TestHotFolderFromNowOn:
    def test_it_is_shown_written_and_taken_back(self, shop: Shop) -> None:
        asked = {"wishes": {"opacity": "70% of match", "scope": "face"}}
        changes = shop.post("/folder/heads/changes", **asked).json()["changes"]
        assert changes == [["opacity", "match", "70% of match"]]
        shop.post("/folder/heads/choose", **asked)
        chosen = shop.root / "state" / CHOSEN_NAME
        assert json.loads(chosen.read_text()) == {"heads": {"opacity": "70% of match"}}
        assert len(shop.told) == 1
        assert "Take the last change of settings back" in shop.browser.get("/folders").text
        shop.post("/folder/heads/take-back")
        assert json.loads(chosen.read_text()) == {}
        assert "Take the last change" not in shop.browser.get("/folders").text

    def test_what_cannot_be_is_refused(self, shop: Shop) -> None:
        assert shop.post("/folder/heads/choose", wishes={"plate": "/etc/passwd"}).status_code == 422
        assert not (shop.root / "state" / CHOSEN_NAME).exists()


class TestManyPictures:
    def test_worst_first_until_they_are_right(self, shop: Shop) -> None:
        fine = shop.done(shop.drop("fine.jpg"), doubt=0.0)
        odd = shop.done(shop.drop("odd.jpg"), doubt=0.5)

        def left() -> list[int]:
            return [each["id"] for each in shop.browser.get("/approve/list").json()["pictures"]]

        assert left() == [odd.id, fine.id]
        shop.post(f"/picture/{odd.id}/approve")
        assert left() == [fine.id]
        shop.post(f"/picture/{odd.id}/disapprove")
        assert left() == [odd.id, fine.id]
        assert "every hot folder" in shop.browser.get("/approve").text

    def test_strength_is_what_holds_where_each_lies(self, shop: Shop) -> None:
        hot_folder = shop.settings.hot_folders[0]
        soft = hot_folder.model_copy(update={"recovery": Recovery(opacity=Opacity(share=0.7))})
        changed = {"recovery": Recovery(opacity=Opacity(percent=40.0)), "by_folder": {"soft": soft}}
        shop.desk.settings = shop.settings.model_copy(update={"hot_folders": (hot_folder.model_copy(update=changed),)})
        by_number, by_share = shop.done(shop.drop("a.jpg")), shop.done(shop.drop("soft/b.jpg"))
        listed = {each["id"]: each["opacity"] for each in shop.browser.get("/approve/list").json()["pictures"]}
        assert listed == {by_number.id: 40, by_share.id: "70% of match"}

    def test_a_batch_at_a_glance(self, shop: Shop) -> None:
        shop.done(shop.drop("day/a.jpg"))
        shop.drop("day/late/b.jpg")
        page = shop.browser.get("/batches").text
        assert "/batch?hot_folder=heads&amp;folder=day" in page
        assert "late" not in page
        sheet = shop.browser.get("/batch", params={"hot_folder": "heads", "folder": "day"}).text
        assert all(
            part in sheet
            for part in (">a.jpg<", ">late/b.jpg<", "<b>1</b> waiting", "<b>1</b> done", "<b>0</b> failed")
        )

    def test_a_thumbnail_is_the_previews_face(self, shop: Shop) -> None:
        entry = shop.done(shop.drop(), {Piece.PREVIEW: picture((1600, 700), (90, 120, 60))})
        with Image.open(BytesIO(shop.browser.get(f"/thumbnail/{entry.id}").content)) as small:
            assert max(small.size) <= 240

    def test_what_is_not_done_has_a_thumbnail_of_the_export(self, shop: Shop) -> None:
        entry = shop.dropped(picture())
        with Image.open(BytesIO(shop.browser.get(f"/thumbnail/{entry.id}").content)) as small:
            assert small.size == (240, 206)

    def test_what_is_no_picture_has_a_grey_square(self, shop: Shop) -> None:
        entry = shop.dropped(b"no picture")
        assert shop.browser.get(f"/thumbnail/{entry.id}").headers["content-type"] == "image/svg+xml"
        assert shop.browser.get("/thumbnail/4711").headers["content-type"] == "image/svg+xml"

    def test_a_thumbnail_is_kept_as_long_as_nothing_happens_to_its_picture(self, shop: Shop) -> None:
        entry = shop.dropped(picture())
        first = shop.browser.get(f"/thumbnail/{entry.id}?v=1")
        assert "immutable" in first.headers["cache-control"]
        (shop.root / "inbox" / "a.jpg").unlink()
        shop.hands.small(entry.digest[:24]).unlink()
        assert shop.browser.get(f"/thumbnail/{entry.id}?v=1").content == first.content
        assert shop.browser.get(f"/thumbnail/{entry.id}?v=2").headers["content-type"] == "image/svg+xml"

    def test_a_thumbnail_that_takes_long_is_to_be_asked_for_again(self, shop: Shop) -> None:
        entry = shop.dropped(picture())
        shop.hands.is_slow = True
        assert shop.browser.get(f"/thumbnail/{entry.id}?v=1").status_code == 503
        shop.hands.is_slow = False
        assert shop.browser.get(f"/thumbnail/{entry.id}?v=1").headers["content-type"] == "image/jpeg"


def test_everything_that_a_page_loads_is_its_own() -> None:
    here = Path(__file__).parents[3] / "daemon" / "pored" / "review"
    for file in (*here.glob("templates/*"), *here.glob("static/*.js"), *here.glob("static/*.css")):
        text = file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, file
        assert "https://" not in text, file
        assert "//cdn" not in text, file
