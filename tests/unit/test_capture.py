from __future__ import annotations

import pytest

from pored.capture import UNKNOWN, Capture, agree, contradict

NOON = Capture(taken=1_700_000_000, fraction="25", serial="12345")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (NOON, False),
        (UNKNOWN, False),
        (Capture(taken=1_700_000_000, fraction="25", serial="999"), True),  # another camera
        (Capture(serial="999"), True),
        (Capture(taken=1_700_000_001, serial="12345"), True),  # the next second
        (Capture(taken=1_700_000_000, fraction="75", serial="12345"), True),  # the next frame of a burst
        (Capture(taken=1_700_000_000, fraction="2", serial="12345"), False),  # fewer digits are no other time
        (Capture(taken=1_700_003_600, fraction="25", serial="12345"), False),  # a clock set to another time zone
        (Capture(taken=1_700_000_000 - 5 * 3600 - 45 * 60, fraction="25"), False),  # Nepal
        (Capture(taken=1_700_003_660), True),
    ],
)
def test_what_cannot_be_one_frame(other: Capture, *, expected: bool) -> None:
    assert contradict(NOON, other) == contradict(other, NOON) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (NOON, True),
        (UNKNOWN, False),
        (Capture(taken=1_700_000_000, serial="12345"), False),  # a whole second holds many frames
        (Capture(taken=1_700_000_000, fraction="25"), False),  # of whichever camera
    ],
)
def test_one_moment_of_one_camera_is_one_frame(other: Capture, *, expected: bool) -> None:
    assert agree(NOON, other) == expected


def test_what_was_derived_from_a_document_agrees_with_it() -> None:
    original = Capture(documents=frozenset({"xmp.did:1", "xmp.iid:2"}))
    assert agree(Capture(sources=frozenset({"xmp.did:1"})), original)
    assert not agree(Capture(sources=frozenset({"xmp.did:3"})), original)
    assert not agree(original, Capture(sources=frozenset({"xmp.did:1"})))
