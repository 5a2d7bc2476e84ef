from __future__ import annotations

import subprocess
import sys

FRESH = """
import sys, weakref
import numpy as np
from pored.faces.landmarker import shared_landmarker

def load_beside_a_picture():
    picture = np.zeros((8, 8, 3), np.uint8)
    held = weakref.ref(picture)
    shared_landmarker()
    return held

sys.exit(3 if load_beside_a_picture()() is not None else 0)
"""


def test_loading_holds_no_picture_of_those_who_asked_for_it() -> None:
    """In a process of its own: MediaPipe is loaded once."""
    done = subprocess.run([sys.executable, "-c", FRESH], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
