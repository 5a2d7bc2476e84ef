from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pored.config import Settings

SECOND = """
[[hot_folder]]
name = "{name}"
inbox = "{inbox}"
originals = ["originals2"]
output = "{output}"
failed = "failed2"
reports = "reports2"
"""


def second(name: str = "events", inbox: str = "inbox2", output: str = "output2") -> str:
    return SECOND.format(name=name, inbox=inbox, output=output)


def overriding(**folders: str) -> str:
    """A second hot folder with folders of its own."""
    lines = {"inbox": "in", "originals": "orig", "output": "out", "failed": "fail", "reports": "rep"} | folders
    written = (f'{key} = ["{path}"]' if key == "originals" else f'{key} = "{path}"' for key, path in lines.items())
    return "\n".join(["[[hot_folder]]", 'name = "b"', *written])


def test_two_hot_folders_apart(load: Callable[..., Settings]) -> None:
    assert [each.name for each in load(second()).hot_folders] == ["headshots", "events"]


def test_two_of_one_name(refusal: Callable[..., list[str]]) -> None:
    assert refusal(second(name="headshots")) == ['hot_folder "headshots".name: another hot folder has this name']


@pytest.mark.parametrize("inbox", ["inbox", "inbox/events"])
def test_inboxes_in_one_another(refusal: Callable[..., list[str]], inbox: str) -> None:
    lines = refusal(second(inbox=inbox))
    assert 'hot_folder "events".inbox: lies in the inbox of headshots; exports would be taken twice' in lines


def test_a_result_in_another_inbox(refusal: Callable[..., list[str]]) -> None:
    assert refusal(second(output="inbox/x")) == [
        'hot_folder "events".output: lies in the inbox of headshots; what is put there would be taken again'
    ]


@pytest.mark.parametrize("key", ["output", "processed", "failed", "reports"])
def test_what_is_written_in_the_own_inbox(refusal: Callable[..., list[str]], key: str) -> None:
    assert refusal(overriding(**{key: "in/below"})) == [
        f'hot_folder "b".{key}: lies in the inbox of b; what is put there would be taken again'
    ]


@pytest.mark.parametrize("key", ["output", "processed", "failed", "reports"])
def test_what_is_written_among_originals(refusal: Callable[..., list[str]], key: str) -> None:
    assert refusal(overriding(**{key: "orig/below"})) == [
        f'hot_folder "b".{key}: lies in the originals of b; what is put there would pass for originals'
    ]


def test_folders_that_are_one(refusal: Callable[..., list[str]]) -> None:
    assert refusal(overriding(processed="out")) == [
        'hot_folder "b".processed: is the output folder; it needs one of its own'
    ]


def test_the_state_in_an_inbox(refusal: Callable[..., list[str]]) -> None:
    assert refusal(top='state_dir = "inbox/state"') == ["state_dir: lies in the inbox of headshots"]


def test_a_neighbour_with_a_longer_name_is_not_inside(load: Callable[..., Settings]) -> None:
    assert len(load(overriding(output="in-done")).hot_folders) == 2


@pytest.mark.parametrize("originals", ["x/in", "x/in/originals", "x"])
def test_originals_may_be_the_inbox_or_in_it_or_around_it(load: Callable[..., Settings], originals: str) -> None:
    assert len(load(overriding(inbox="x/in", originals=originals)).hot_folders) == 2


class TestOutputInTheInbox:
    def test_results_need_a_name_of_their_own(self, refusal: Callable[..., list[str]]) -> None:
        (line,) = refusal(overriding(output="in"))
        assert line.startswith('hot_folder "b".result.name: results would take the exports\' names')

    def test_for_sub_folders_too(self, refusal: Callable[..., list[str]]) -> None:
        named = '\nresult.name = "{stem}_pores"\n[hot_folder.by_folder.soft]\nresult.name = "{stem}"'
        (line,) = refusal(overriding(output="in") + named)
        assert line.startswith('hot_folder "b".result.name')

    def test_with_one_they_are_allowed(self, load: Callable[..., Settings]) -> None:
        hot_folder = load(overriding(output="in", originals="in") + '\nresult.name = "{stem}_pores"').hot_folders[1]
        assert hot_folder.output == hot_folder.inbox
