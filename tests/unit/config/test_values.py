from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from pored.config import HotFolder, Opacity
from pored.config.values import Span, duration_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pored.config import Settings


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), ("1.5", 1.5), ('"90s"', 90), ('"90 s"', 90), ('"15m"', 900), ('"24h"', 86400), ('"7d"', 604800),
     ('"0.5h"', 1800)],
)  # fmt: skip
def test_durations(load: Callable[..., Settings], written: str, seconds: float) -> None:
    assert load(f"wait_for_original = {written}").hot_folders[0].wait_for_original == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (0.1, "0.1s"), (90, "90s"), (120, "2m"), (3600, "1h"), (86400, "24h"), (172800, "48h"), (604800, "7d")],
)
def test_durations_are_shown_in_the_longest_unit(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(("written", "mode"), [('"0664"', 0o664), ('"640"', 0o640), ("0o664", 0o664)])
def test_modes_are_octal(load: Callable[..., Settings], written: str, mode: int) -> None:
    assert load(f"mode = {written}").hot_folders[0].mode == mode


@pytest.mark.parametrize(
    ("written", "opacity", "again"),
    [
        ('"match"', Opacity(), "match"),
        ("50", Opacity(50.0), "50"),
        ("0", Opacity(0.0), "0"),
        ("12.5", Opacity(12.5), "12.5"),
        ('"70% of match"', Opacity(share=0.7), "70% of match"),
        ('"70 % of match"', Opacity(share=0.7), "70% of match"),
        ('"100% of match"', Opacity(), "match"),
    ],
)
def test_opacity(load: Callable[..., Settings], written: str, opacity: Opacity, again: str) -> None:
    read = load(f"recovery.opacity = {written}").hot_folders[0].recovery.opacity
    assert read == opacity
    assert str(read) == again


def test_empty_text_is_none_where_that_is_a_choice(load: Callable[..., Settings]) -> None:
    (hot_folder,) = load('processed = ""\ngroup = ""').hot_folders
    assert (hot_folder.processed, hot_folder.group) == (None, None)


@pytest.mark.parametrize("number", [0.5, 20, 3])
def test_both_ends_of_a_range_are_in_it(number: float) -> None:
    assert Span(0.5, 20, "px").check(number) == number


@pytest.mark.parametrize("number", [0.4999, 20.0001, float("inf"), float("nan"), 10**400])
def test_beyond_them_nothing_is(number: float) -> None:
    with pytest.raises(ValueError, match=r"is (above 20|below 0\.5) px"):
        Span(0.5, 20, "px").check(number)


def test_without_a_file_folders_must_be_absolute() -> None:
    folders = {"inbox": "in", "originals": ["/o"], "output": "/out", "failed": "/f", "reports": "/r"}
    with pytest.raises(ValidationError, match='"in" is not an absolute path'):
        HotFolder.model_validate({"name": "a", **folders})


def test_paths_are_taken_as_they_are() -> None:
    hot_folder = HotFolder(
        name="a",
        inbox=Path("/in"),
        originals=(Path("/o"),),
        output=Path("/out"),
        failed=Path("/f"),
        reports=Path("/r"),
        mode=0o664,
    )
    assert hot_folder.inbox == Path("/in")


@pytest.mark.parametrize("address", ["", "127.0.0.1:9464", "[::1]:9464"])
def test_figures_are_offered_to_this_machine(load: Callable[..., Settings], address: str) -> None:
    assert load(top=f'metrics = "{address}"').metrics == address


@pytest.mark.parametrize("address", ["0.0.0.0:9464", "9464", "127.0.0.1", "127.0.0.1:0", "studio:9464"])
def test_and_to_nobody_else(refusal: Callable[..., list[str]], address: str) -> None:
    (mistake,) = refusal(top=f'metrics = "{address}"')
    assert "is no address of this machine itself" in mistake


@pytest.mark.parametrize("webhook", ["chat.studio/hook", "file:///etc/passwd", "https://"])
def test_a_webhook_is_on_the_web(refusal: Callable[..., list[str]], webhook: str) -> None:
    (mistake,) = refusal(f'batch.webhook = "{webhook}"')
    assert "is no address that begins with https" in mistake
