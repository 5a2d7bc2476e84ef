"""How much each clue to skin counts, in log odds: fitted to 60 faces that people had labelled (CelebAMask-HQ).

A table with two rows has one for what lies above the eyes' line and one for what lies below. The clues, in order (see
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
    (-0.43, 0.00, 0.00, 0.40, 0.18, 0.50, 0.22, -0.33, -0.32, -0.29, 0.16, -1.71, 0.21),
    (0.74, 0.00, 0.00, 0.17, 0.08, 2.00, 2.06, 0.95, -0.43, 0.18, -0.26, -0.16, 0.02),
)
"""When skin is known from the middle of the face only."""
OTHER_SKIN = (
    (0.08, 0.26, 0.40, 0.39, -0.01, 0.09, 0.31, 0.10, -0.36, -0.18, 0.54, -0.54, 0.36),
    (-0.22, 0.26, 0.69, 0.07, 0.96, -0.28, -0.43, 1.43, -0.11, 0.16, 0.15, -0.44, 0.83),
)
"""For ears, neck, shoulders and hands, when the face is known."""
