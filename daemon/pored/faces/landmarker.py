"""MediaPipe's Face Landmarker: the one door to MediaPipe.

MediaPipe is imported when the first landmarker is made, not with this module: it costs two seconds and needs system
libraries whose absence ``pored check`` must be able to report.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from pored.errors import MachineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MODEL_SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
PROCESSORS = Path("/sys/devices/system/cpu/possible")
"""MediaPipe's allocator reads it when it is loaded, and aborts the whole process where it cannot."""
MOST_FACES = 20
"""Faces that one look reports at most; crops find the others of a crowd."""


def model_problem() -> str | None:
    """What is wrong with the landmarker's model file, in one sentence; None if it is whole."""
    try:
        data = _model_bytes()
    except OSError as error:
        return f"the face model cannot be read ({error.strerror}); install pored again"
    if hashlib.sha256(data).hexdigest() != MODEL_SHA256:
        return "the face model is damaged (its checksum differs); install pored again"
    return None


def kernel_problem() -> str | None:
    """Why MediaPipe would abort the process when it is loaded, in one sentence with the mend; None if it would not."""
    if os.access(PROCESSORS, os.R_OK):
        return None
    return f"{PROCESSORS} cannot be read, and MediaPipe needs it to count the processors; mount -t sysfs sysfs /sys"


class Landmarker:
    """Finds faces in one picture at a time. Not for use by two threads at once; close it, or use it with ``with``.

    Args:
        confidence: 0..1, how sure the detector must be before landmarks are placed.

    Raises:
        MachineError: a system library or the model is missing or damaged.
    """

    def __init__(self, confidence: float = 0.5) -> None:
        if problem := kernel_problem() or model_problem():
            raise MachineError(problem)
        try:
            with _native_messages_hidden():
                self._mp, base_options, vision = _imported()
                options = vision.FaceLandmarkerOptions(
                    base_options=base_options(model_asset_buffer=_model_bytes()),
                    num_faces=MOST_FACES,
                    min_face_detection_confidence=confidence,
                    min_face_presence_confidence=confidence,
                )
                self._task = vision.FaceLandmarker.create_from_options(options)
        except (ImportError, OSError) as error:
            raise MachineError(f"MediaPipe does not load: {error}. `pored check` says what to install.") from error

    def look(self, rgb: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """The faces in a picture.

        Args:
            rgb: (H, W, 3) uint8, upright.

        Returns:
            For each face (478, 2) float32: x, y in pixels of ``rgb``, pixel centres at whole numbers plus one half.
        """
        image = self._mp.Image(image_format=self._mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
        found = self._task.detect(image).face_landmarks
        size = np.array([rgb.shape[1], rgb.shape[0]], np.float32)
        return [np.array([(p.x, p.y) for p in points], np.float32) * size for points in found]

    def close(self) -> None:
        """Free the native graph. MediaPipe complains at exit about one left open."""
        self._task.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@functools.cache
def shared_landmarker() -> Landmarker:
    """This process' one landmarker, loaded when it is first asked for; it serves one picture at a time.

    Raises:
        MachineError: as Landmarker.
    """
    landmarker = Landmarker()
    # It lives as long as the process. MediaPipe's destructor needs threads and modules that are gone when the
    # interpreter ends, and prints a traceback then; one reference too many keeps it from being run at all.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(landmarker._task))  # noqa: SLF001 - its owner is this module
    return landmarker


def _imported() -> tuple[Any, Any, Any]:
    """MediaPipe, which ships no types; its options; its vision tasks.

    In a thread of its own: MediaPipe keeps an error that it met while it was imported, and with it the frames of all
    that called, and so whatever pictures they hold, for as long as the process lives.
    """

    def load() -> tuple[Any, Any, Any]:
        import mediapipe as mp  # noqa: PLC0415 - see the module's docstring
        from mediapipe.tasks.python import BaseOptions, vision  # noqa: PLC0415 - brings TensorFlow Lite

        return mp, BaseOptions, vision

    with ThreadPoolExecutor(1) as loader:
        return loader.submit(load).result()


def _model_bytes() -> bytes:
    return (resources.files("pored.faces") / "landmarker_model" / "face_landmarker.task").read_bytes()


@contextlib.contextmanager
def _native_messages_hidden() -> Iterator[None]:
    """Keep native libraries' start-up chatter off stderr, which carries pored's log; no setting silences it."""
    saved, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)
