from __future__ import annotations

from pored import __version__
from pored.errors import NoFaceError
from pored.files.reason import render_reason

ERROR = NoFaceError("no-face", "No face was found in IMG 1.jpg. Is it a portrait?")


def test_a_retoucher_learns_what_why_and_what_now() -> None:
    text = render_reason("IMG 1.jpg", ERROR, "2024-05-01 12:30")
    assert text == (
        "IMG 1.jpg was not done.\n"
        "\n"
        "Why\n"
        "No face was found in IMG 1.jpg. Is it a portrait?\n"
        "\n"
        "Try again\n"
        "Drop IMG 1.jpg into its inbox once more, or on the server: pored retry 'IMG 1.jpg'\n"
        "\n"
        f"2024-05-01 12:30, pored {__version__}, code: no-face\n"
    )


def test_a_name_that_begins_as_an_option_can_be_tried_again() -> None:
    assert "pored retry -- '-a 1.jpg'\n" in render_reason("-a 1.jpg", ERROR, "today")
