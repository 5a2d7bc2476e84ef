from __future__ import annotations

import pytest

from pored.pixels.skin import face_parts


def edges(ring: tuple[int, ...]) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in zip(ring, ring[1:] + ring[:1], strict=True)}


@pytest.mark.parametrize(
    ("ring", "name"),
    [
        (face_parts.FACE_OVAL, "FACE_LANDMARKS_FACE_OVAL"),
        (face_parts.LEFT_EYE, "FACE_LANDMARKS_LEFT_EYE"),
        (face_parts.RIGHT_EYE, "FACE_LANDMARKS_RIGHT_EYE"),
    ],
)
def test_a_ring_is_mediapipes(ring: tuple[int, ...], name: str) -> None:
    from mediapipe.tasks.python.vision import FaceLandmarksConnections  # noqa: PLC0415 - two seconds

    assert edges(ring) == {frozenset((c.start, c.end)) for c in getattr(FaceLandmarksConnections, name)}


@pytest.mark.parametrize(
    ("iris", "name"),
    [(face_parts.LEFT_IRIS, "FACE_LANDMARKS_LEFT_IRIS"), (face_parts.RIGHT_IRIS, "FACE_LANDMARKS_RIGHT_IRIS")],
)
def test_an_iris_is_mediapipes_with_its_middle(iris: tuple[int, ...], name: str) -> None:
    from mediapipe.tasks.python.vision import FaceLandmarksConnections  # noqa: PLC0415 - two seconds

    middle, *rim = iris
    assert edges(tuple(rim)) == {frozenset((c.start, c.end)) for c in getattr(FaceLandmarksConnections, name)}
    assert middle == min(rim) - 1


@pytest.mark.parametrize(
    ("ring", "name", "missing"),
    [
        # The brows are two open lines, which the ring joins at both ends; of the lips only the outer line counts.
        (face_parts.LEFT_BROW, "FACE_LANDMARKS_LEFT_EYEBROW", 2),
        (face_parts.RIGHT_BROW, "FACE_LANDMARKS_RIGHT_EYEBROW", 2),
        (face_parts.LIPS, "FACE_LANDMARKS_LIPS", 0),
    ],
)
def test_a_ring_follows_mediapipes_lines(ring: tuple[int, ...], name: str, missing: int) -> None:
    from mediapipe.tasks.python.vision import FaceLandmarksConnections  # noqa: PLC0415 - two seconds

    theirs = {frozenset((c.start, c.end)) for c in getattr(FaceLandmarksConnections, name)}
    assert len(edges(ring) - theirs) == missing
