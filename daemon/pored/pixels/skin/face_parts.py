"""Which of the 478 face landmarks outline what: closed rings of indices, in order.

Source:
    MediaPipe's FaceLandmarksConnections; a test compares the two.
"""

from __future__ import annotations

FACE_OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
LEFT_BROW = (276, 283, 282, 295, 285, 336, 296, 334, 293, 300)
RIGHT_BROW = (46, 53, 52, 65, 55, 107, 66, 105, 63, 70)
LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)

LEFT_IRIS = (473, 474, 475, 476, 477)
RIGHT_IRIS = (468, 469, 470, 471, 472)
"""Its middle, then its rim."""

EYES = (LEFT_EYE, RIGHT_EYE)
IRISES = (LEFT_IRIS, RIGHT_IRIS)
BROWS = (LEFT_BROW, RIGHT_BROW)

CHEEK_TO_CHEEK = (234, 454)
"""The two ends of the face's width, in front of the ears."""
