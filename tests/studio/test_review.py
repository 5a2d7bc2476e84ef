"""The review page in a real browser, on the real service."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page, Response
    from tests.studio.conftest import Service, Studio

PATIENCE = 120_000
"""Milliseconds; far more than anything takes."""
TOKEN = "a token of this studio"  # noqa: S105 - of a test
SIZE = (1280, 900)
TABLET = (820, 1180)
STEPS = 8
"""In which a finger moves."""
DONE = re.compile("done")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("this needs chromium: apt-get install chromium (Debian; Ubuntu has no package of it)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else []
        )
        yield running
        running.close()


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def shop(open_studio: Callable[..., Studio], port: int) -> Studio:
    return open_studio(f'[review]\nenabled = true\ntoken = "{TOKEN}"\naddress = "127.0.0.1:{port}"')


@pytest.fixture(scope="module")
def serving(shop: Studio) -> Service:
    running = shop.run()
    running.says("review")
    return running


@pytest.fixture
def page(browser: Browser, serving: Service, port: int) -> Iterator[Page]:
    """The queue, with somebody logged in."""
    assert serving.process.poll() is None
    context = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"http://127.0.0.1:{port}/")
    opened.get_by_label("Token of this studio").fill(TOKEN)
    opened.get_by_role("button", name="Log in").click()
    expect(opened.get_by_role("search")).to_be_visible()
    opened.wait_for_load_state()  # with its scripts, which nobody sends again where the page's process dies before
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def tablet(browser: Browser, page: Page, port: int) -> Iterator[Page]:
    """A tablet of somebody who is logged in; its screen is touched, there is no mouse."""
    context = browser.new_context(
        viewport={"width": TABLET[0], "height": TABLET[1]},
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
        storage_state=page.context.storage_state(),
    )
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    opened.goto(f"http://127.0.0.1:{port}/")
    yield opened
    context.close()


class Fingers:
    """On a tablet's screen."""

    def __init__(self, tablet: Page) -> None:
        self._tablet = tablet
        self._devices = tablet.context.new_cdp_session(tablet)
        box = tablet.locator("#canvas").bounding_box()
        assert box is not None
        self.left, self.top, self.width, self.height = box["x"], box["y"], box["width"], box["height"]

    def drag(self, *ways: tuple[tuple[float, float], tuple[float, float]]) -> None:
        """Each finger from one place of the canvas to another, in shares of its width and height, all at once."""
        self._touch("touchStart", [way[0] for way in ways])
        for step in range(1, STEPS + 1):
            share = step / STEPS
            self._touch("touchMove", [tuple(a + (b - a) * share for a, b in zip(*way, strict=True)) for way in ways])
        self._touch("touchEnd", [])

    def _touch(self, kind: str, places: list[tuple[float, ...]]) -> None:
        points = [
            {"x": self.left + x * self.width, "y": self.top + y * self.height, "id": number}
            for number, (x, y) in enumerate(places)
        ]
        self._devices.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def looks_at(self) -> tuple[float, float, float]:
        """What is in the middle of the canvas, in pixels of the picture, and the zoom."""
        seen = self._tablet.locator("#canvas[data-looks]").get_attribute("data-looks") or ""
        x, y, zoom = map(float, seen.split())
        return x, y, zoom


def row(name: str) -> str:
    return f".row:has(a.name:text-is('{name}'))"


def is_thumbnail(answer: Response) -> bool:
    """Whether a small picture came, and not a square that stands for it."""
    return "/thumbnail/" in answer.url and answer.headers.get("content-type") == "image/jpeg"


def open_picture(page: Page, name: str) -> None:
    """The picture's own page, with the picture on the screen."""
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.locator("#canvas[data-shown]")).to_be_visible()


def done(shop: Studio, page: Page, name: str) -> None:
    shop.shoot(name)
    shop.drop(name)
    expect(page.locator(f"{row(name)} .mark")).to_have_text("done")


class TestQueue:
    def test_a_drop_appears_and_turns_to_done_without_a_reload(self, shop: Studio, page: Page) -> None:
        place = row("bride.jpg")
        with page.expect_response(is_thumbnail):
            shop.drop("bride.jpg")
        expect(page.locator(f"{place} .mark")).to_have_text("waiting")
        expect(page.locator(f"{place} .note")).to_contain_text("Looked for: bride")
        shop.shoot("bride.jpg")
        expect(page.locator(f"{place} .mark")).to_have_text("done")
        expect(page.locator(f"{place} .note")).to_contain_text(re.compile(r"Texture \d+\s%\sbefore, \d+\s%\safter"))

    def test_a_failed_one_shows_why_and_retry_works(self, shop: Studio, page: Page) -> None:
        shop.shoot("groom.jpg", data=shop.stranger())
        shop.drop("groom.jpg")
        place = row("groom.jpg")
        expect(page.locator(f"{place} .mark")).to_have_text("failed")
        expect(page.locator(f"{place} .note")).to_contain_text("is not the picture that groom.jpg was made from")
        shop.shoot("groom.jpg")
        page.locator(place).get_by_role("button", name="Retry").click()
        expect(page.locator(f"{place} .mark")).to_have_text("done")

    def test_a_hot_folder_is_paused_and_resumed(self, page: Page) -> None:
        health = page.locator(".folder .health")
        page.get_by_role("button", name="Pause").click()
        expect(health).to_have_text("rests")
        page.get_by_role("button", name="Resume").click()
        expect(health).to_have_text("working")

    def test_search_finds_by_part_of_a_name(self, shop: Studio, page: Page) -> None:
        done(shop, page, "aunt_Mary.jpg")
        done(shop, page, "uncle.jpg")
        page.keyboard.press("/")
        page.keyboard.type("AUNT_m")
        expect(page.locator(".row")).to_have_count(1)
        expect(page.locator(".row a.name")).to_have_text("aunt_Mary.jpg")


class TestPicture:
    def test_the_slider_divides_before_from_after(self, shop: Studio, page: Page) -> None:
        done(shop, page, "slider.jpg")
        open_picture(page, "slider.jpg")
        canvas, slider = page.locator("#canvas"), page.get_by_label("Divide between before and after")
        slider.fill("0")
        after = canvas.screenshot()
        slider.fill("100")
        before = canvas.screenshot()
        assert before != after
        slider.fill("0")
        page.keyboard.press("f")
        expect(page.locator("#flip")).to_have_attribute("aria-pressed", "true")

    def test_a_redo_with_less_changes_the_result(self, shop: Studio, page: Page, serving: Service) -> None:
        done(shop, page, "less.jpg")
        first = shop.output("less.jpg").read_bytes()
        open_picture(page, "less.jpg")
        page.locator("#opacity").fill("40")
        expect(page.locator("#tune-says")).to_contain_text("This is how it would look (")
        seen = len(serving.lines)
        page.get_by_role("button", name="Redo with these").click()
        facts = serving.says("picture", since=seen, file="less.jpg")
        assert facts["texture_after"]["energy"] < 0.85
        again = shop.output(facts["result"][0])
        assert again.read_bytes() != first
        expect(page.locator("#facts")).to_contain_text("40% of match (for this picture alone)")

    def test_the_mask_and_the_guarded_spots_are_laid_over(self, shop: Studio, page: Page) -> None:
        done(shop, page, "mask.jpg")
        open_picture(page, "mask.jpg")
        page.get_by_label("Divide between before and after").fill("0")
        plain = page.locator("#canvas").screenshot()
        page.get_by_role("button", name="Mask M").click()
        expect(page.locator("#viewer-says")).to_be_empty()
        assert page.locator("#canvas").screenshot() != plain
        page.get_by_role("button", name="Guarded spots").click()
        expect(page.locator("#viewer-says")).to_contain_text("guarded")

    def test_an_original_is_named_by_hand(self, shop: Studio, page: Page) -> None:
        shop.drop("renamed.jpg")
        shop.shoot("something else.jpg", data=shop.original("renamed.jpg"))
        expect(page.locator(f"{row('renamed.jpg')} .mark")).to_have_text("waiting")
        open_picture(page, "renamed.jpg")
        page.get_by_label("Part of the original's name").fill("something")
        page.get_by_role("button", name="Look for it").click()
        page.get_by_role("button", name="something else.jpg").click()
        expect(page.locator("#facts .mark")).to_have_text("done")
        expect(page.locator("#facts")).to_contain_text("something else.jpg (list of pairs)")

    def test_a_hot_folder_gets_other_settings_and_has_them_taken_back(
        self, shop: Studio, page: Page, serving: Service, port: int
    ) -> None:
        done(shop, page, "all.jpg")
        open_picture(page, "all.jpg")
        page.locator("#opacity").fill("60")
        page.get_by_role("button", name="For this hot folder from now on").click()
        expect(page.locator("#really-changes")).to_have_text("opacity: match becomes 60% of match")
        seen = len(serving.lines)
        page.get_by_role("button", name="Set this").click()
        serving.says("settings", since=seen, changed=["heads"])
        page.goto(f"http://127.0.0.1:{port}/")
        seen = len(serving.lines)
        page.get_by_role("button", name="Take the last change of settings back").click()
        serving.says("settings", since=seen, changed=["heads"])


class TestTablet:
    def test_fingers_move_divide_and_zoom(self, shop: Studio, page: Page, tablet: Page) -> None:
        done(shop, page, "touch.jpg")
        open_picture(tablet, "touch.jpg")
        fingers = Fingers(tablet)
        split = tablet.get_by_label("Divide between before and after")
        x, y, zoom = fingers.looks_at()

        fingers.drag(((0.5, 0.3), (0.2, 0.3)))
        expect(split).to_have_value("20")
        assert fingers.looks_at() == (x, y, zoom)

        fingers.drag(((0.7, 0.4), (0.66, 0.44)))
        expect(split).to_have_value("20")
        moved = fingers.looks_at()
        assert moved[0] == pytest.approx(x + 0.04 * fingers.width * 2 / zoom, abs=1)
        assert moved[1] == pytest.approx(y - 0.04 * fingers.height * 2 / zoom, abs=1)

        fingers.drag(((0.4, 0.5), (0.3, 0.5)), ((0.6, 0.5), (0.7, 0.5)))
        pinched = fingers.looks_at()
        assert pinched[2] == pytest.approx(2 * zoom, rel=0.02)
        assert pinched[:2] == pytest.approx(moved[:2], abs=2)

    def test_a_slider_is_moved_by_touch_and_the_result_tapped_for(
        self, shop: Studio, page: Page, tablet: Page, serving: Service
    ) -> None:
        done(shop, page, "tap.jpg")
        open_picture(tablet, "tap.jpg")
        strength = tablet.locator("#opacity")
        strength.scroll_into_view_if_needed()
        box = strength.bounding_box()
        assert box is not None
        tablet.touchscreen.tap(box["x"] + box["width"] * 0.15, box["y"] + box["height"] / 2)
        expect(tablet.locator("#tune-says")).to_contain_text("This is how it would look (")
        assert 10 < int(strength.input_value()) < 60
        seen = len(serving.lines)
        tablet.get_by_role("button", name="Redo with these").tap()
        assert serving.says("picture", since=seen, file="tap.jpg")["outcome"] == "done"


class TestApproval:
    def test_by_the_keyboard_alone(self, shop: Studio, page: Page, port: int) -> None:
        done(shop, page, "one.jpg")
        done(shop, page, "two.jpg")
        page.goto(f"http://127.0.0.1:{port}/approve")
        name, left = page.locator("#name"), page.locator("#left")
        expect(name).not_to_be_empty()
        first, number = name.inner_text(), int(left.inner_text().split()[0])
        strength = int(page.locator("#strength").inner_text().split()[0])
        page.keyboard.press("-")
        expect(page.locator("#strength")).to_have_text(f"{strength - 10} %")
        expect(page.locator("#tune-says")).to_contain_text("This is how it would look (")
        page.keyboard.press("Enter")
        expect(left).to_have_text(re.compile(f"^{number - 1} |^Nothing"))
        page.keyboard.press("u")
        expect(left).to_have_text(re.compile(f"^{number} "))
        expect(name).to_have_text(first)


class TestBatches:
    def test_a_sub_folder_has_its_contact_sheet(self, shop: Studio, page: Page, port: int) -> None:
        shop.shoot("class/anna.jpg")
        shop.drop("class/anna.jpg")
        expect(page.locator(f"{row('anna.jpg')} .mark")).to_have_text("done")
        page.goto(f"http://127.0.0.1:{port}/batches")
        page.get_by_role("link", name="class").click()
        expect(page.locator(".sheet .name")).to_have_text("anna.jpg")
        expect(page.locator(".sheet img")).to_have_js_property("complete", value=True)


class TestTrouble:
    def test_a_page_that_died_is_there_again_and_open_browsers_go_on(
        self, shop: Studio, page: Page, serving: Service
    ) -> None:
        process, seen = serving.says("review")["pid"], len(serving.lines)
        os.kill(process, signal.SIGKILL)
        serving.says("review", since=seen, reason="its process ended, and is begun anew")
        shop.drop("later.jpg")
        serving.says("waiting", file="later.jpg")
        expect(page.locator(f"{row('later.jpg')} .mark")).to_have_text("waiting")

    def test_it_ends_with_the_service_without_noise_though_browsers_listen(
        self, browser: Browser, open_studio: Callable[..., Studio]
    ) -> None:
        own = free_port()
        brief = open_studio(f'[review]\nenabled = true\naddress = "127.0.0.1:{own}"').run()
        process = brief.says("review")["pid"]
        listening = browser.new_page()
        with listening.expect_response("**/events"):
            listening.goto(f"http://127.0.0.1:{own}/")
        assert brief.end() == 0
        listening.close()
        assert [line for line in brief.lines if line["event"] == "noise"] == []
        assert not Path(f"/proc/{process}").exists()

    def test_an_address_that_is_taken_is_refused(self, open_studio: Callable[..., Studio]) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            address = f"127.0.0.1:{other.getsockname()[1]}"
            taken = open_studio(f'[review]\nenabled = true\naddress = "{address}"').pored("run")
        assert taken.returncode == 2
        assert f"review.address: {address} cannot be listened on" in taken.stderr


class TestStrangers:
    def ask(self, port: int, method: str, address: str, **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE / 1000)
        connection.request(method, address, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def test_a_foreign_token_is_refused(self, browser: Browser, serving: Service, port: int) -> None:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_label("Token of this studio").fill("some other token")
        seen = len(serving.lines)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_contain_text("That is not the token")
        serving.says("refused", since=seen)
        page.close()

    @pytest.mark.parametrize("address", ["/rows", "/events", "/picture/1/view", "/thumbnail/1", "/tile/a/overview.jpg"])
    def test_nothing_is_shown_without_one(self, serving: Service, port: int, address: str) -> None:
        assert serving.process.poll() is None
        assert self.ask(port, "GET", address) == 401

    def test_another_site_cannot_change_anything(self, page: Page, port: int) -> None:
        cookies = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
        word = page.locator('meta[name="word"]').get_attribute("content") or ""
        own = {"Cookie": cookies, "x_pored_word": word}
        assert self.ask(port, "POST", "/folder/heads/resume", Cookie=cookies) == 403
        assert self.ask(port, "POST", "/folder/heads/resume", **own, Origin="http://elsewhere") == 403
        assert self.ask(port, "POST", "/folder/heads/resume", **own, Sec_Fetch_Site="cross-site") == 403
        assert self.ask(port, "POST", "/folder/heads/resume", **own) == 200
