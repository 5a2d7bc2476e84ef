from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from pored.review.guard import COOKIE, KEY_NAME, Gate, signing_key

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.review.conftest import Shop

TOKEN = "sixteen letters at least"  # noqa: S105 - as in conftest


def log_in(shop: Shop, token: str = TOKEN, **headers: str) -> int:
    return int(shop.browser.post("/login", content=f"token={token.replace(' ', '+')}", headers=headers).status_code)


class TestToken:
    def test_without_it_a_browser_is_led_to_the_login_and_a_program_refused(self, locked: Shop) -> None:
        led = locked.browser.get("/", headers={"accept": "text/html"})
        assert (led.status_code, led.headers["location"]) == (303, "/login")
        assert locked.browser.get("/rows", headers={"accept": "*/*"}).status_code == 401

    def test_whoever_knows_it_comes_in_and_stays(self, locked: Shop) -> None:
        assert log_in(locked) == 303
        assert locked.browser.get("/").status_code == 200

    @pytest.mark.parametrize("token", ["", "another one of sixteen", TOKEN.upper(), TOKEN + "x"])
    def test_another_is_refused_and_noted(self, locked: Shop, token: str) -> None:
        assert log_in(locked, token) == 403
        assert locked.log.lines[-1][0] == "refused"
        assert locked.browser.get("/rows").status_code == 401

    def test_the_cookie_is_for_this_page_alone(self, locked: Shop) -> None:
        answer = locked.browser.post("/login", content=f"token={TOKEN}")
        said = answer.headers["set-cookie"].lower()
        assert "httponly" in said
        assert "samesite=strict" in said

    @pytest.mark.parametrize("cookie", ["", "9999999999.", "9999999999.00", "x.y", "1.2.3"])
    def test_a_made_up_cookie_is_worth_nothing(self, locked: Shop, cookie: str) -> None:
        locked.browser.cookies.set(COOKIE, cookie)
        assert locked.browser.get("/rows").status_code == 401

    def test_a_cookie_runs_out(self, locked: Shop) -> None:
        old = Gate(TOKEN, signing_key(locked.settings.state_dir)).cookie(0.0)
        locked.browser.cookies.set(COOKIE, old)
        assert locked.browser.get("/rows").status_code == 401

    def test_another_token_ends_every_login(self) -> None:
        key = b"k" * 32
        assert Gate("one token of this house", key).cookie(0.0) != Gate("the next token of it", key).cookie(0.0)


class TestOtherSites:
    def test_a_change_needs_the_pages_own_word(self, shop: Shop) -> None:
        assert shop.browser.post("/folder/heads/pause", json={}).status_code == 403
        assert shop.browser.post("/folder/heads/pause", json={}, headers={"x-pored-word": "0" * 64}).status_code == 403
        assert shop.post("/folder/heads/pause").status_code == 200

    @pytest.mark.parametrize(
        "header", [{"origin": "http://elsewhere"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
    )
    def test_and_a_browser_that_says_whence(self, shop: Shop, header: dict[str, str]) -> None:
        said = {"x-pored-word": shop.word(), **header}
        assert shop.browser.post("/folder/heads/pause", json={}, headers=said).status_code == 403

    def test_they_cannot_log_anybody_in(self, locked: Shop) -> None:
        assert log_in(locked, origin="http://elsewhere") == 403

    def test_a_word_is_one_browsers(self, locked: Shop) -> None:
        log_in(locked)
        word = locked.word()
        locked.browser.cookies.clear()
        locked.browser.cookies.set(COOKIE, Gate(TOKEN, signing_key(locked.settings.state_dir)).cookie(4e9))
        assert locked.browser.get("/rows").status_code == 200
        assert locked.browser.post("/folder/heads/pause", headers={"x-pored-word": word}).status_code == 403

    @pytest.mark.parametrize("host", ["studio.example", "127.0.0.1.example", "192.0.2.7:8470", ""])
    def test_without_a_token_only_this_machines_names_are_answered(self, shop: Shop, host: str) -> None:
        assert shop.browser.get("/", headers={"host": host}).status_code == 421

    @pytest.mark.parametrize("host", ["localhost:8470", "127.0.0.1", "[::1]:8470"])
    def test_these_are(self, shop: Shop, host: str) -> None:
        assert shop.browser.get("/", headers={"host": host}).status_code == 200

    def test_nothing_of_it_is_shown_in_a_frame_or_kept(self, shop: Shop) -> None:
        headers = shop.browser.get("/").headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


class TestKey:
    def test_it_outlives_a_restart_and_is_nobody_elses(self, tmp_path: Path) -> None:
        key = signing_key(tmp_path)
        assert signing_key(tmp_path) == key
        assert stat.S_IMODE((tmp_path / KEY_NAME).stat().st_mode) == 0o600

    def test_where_it_cannot_be_kept_there_is_one_for_now(self, tmp_path: Path) -> None:
        assert len(signing_key(tmp_path / "nowhere")) == 32
