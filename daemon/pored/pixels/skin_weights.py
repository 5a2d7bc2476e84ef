"""How much each clue to skin counts, in log odds: fitted by logistic regression to faces that people had labelled.

Each table has a row for what lies above the eyes' line and one for what lies below. The clues, in order (see
``skin_region.clues`` for units):

1. farther outside of the outline than usual, squared
2. skin close by (log odds)
3. skin around (log odds)
4. unlike the surroundings
5. always
6. inside the outline with a forehead
7. inside the landmarks' outline
8. below the eyes
9. unlike this skin
10. darker than this skin
11. coarser texture
12. finer texture
13. likelier skin's colour than the rest's
"""

from __future__ import annotations

FIRST_LOOK = (
    (-0.38, 0.00, 0.00, 0.39, 0.22, 0.49, 0.25, -0.37, -0.33, -0.26, 0.17, -1.70, 0.23),
    (0.83, 0.00, 0.00, 0.16, 0.13, 1.99, 2.04, 0.97, -0.43, 0.16, -0.21, -0.17, 0.02),
)
"""When skin is known from the middle of the face only."""
LATER_LOOKS = (
    (0.12, 0.52, 1.20, 0.46, 0.16, -0.17, 0.05, -0.11, -0.42, -0.02, 0.55, -0.96, 0.05),
    (0.66, 0.76, 0.54, 0.21, 0.13, 0.67, 0.68, 0.68, -0.54, 0.21, -0.16, 0.01, 0.05),
)
"""When the look before has told how surely each pixel is skin."""
BROW_HAIR = (-0.48, -1.05, 0.60)
"""Always; per 1 % of the face's width away from the landmarks' brow; per deviation darker than the skin."""
OTHER_SKIN = (
    (0.08, 0.26, 0.40, 0.39, -0.01, 0.09, 0.31, 0.10, -0.36, -0.18, 0.54, -0.54, 0.36),
    (-0.22, 0.26, 0.69, 0.07, 0.96, -0.28, -0.43, 1.43, -0.11, 0.16, 0.15, -0.44, 0.83),
)
"""For ears, neck, shoulders and hands, when the face is known."""
