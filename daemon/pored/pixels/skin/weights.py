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
SECOND_LOOK = (
    (-0.301, -0.104, 0.010, -0.182, 0.117, 0.169, -0.091, -0.014),
    (-0.203, -0.217, 0.163, -0.019, -0.225, 0.032, -0.079, 0.114),
    (-0.523, -0.578, -0.075, -0.275, -0.295, 0.387, -0.232, -0.327),
    (0.144, 0.184, -0.267, -0.096, -0.131, 0.011, -0.005, -0.256),
    (-1.812, -0.706, -0.349, 3.207, -0.234, -0.094, 1.342, -0.536),
    (-0.983, 0.017, 0.262, -0.285, -0.329, -0.130, -0.366, 0.355),
    (-0.587, -0.061, -0.128, 0.034, -0.208, -0.256, -0.559, 0.140),
    (1.072, 0.241, -0.727, -0.556, -0.061, -0.215, -0.737, 0.330),
    (0.022, 0.135, 0.268, 0.162, 0.081, -0.050, -0.003, 0.027),
    (0.011, -0.099, -0.018, -0.103, 0.055, -0.054, -0.181, 0.145),
    (0.295, -0.489, -0.118, 1.428, -0.299, 0.250, -0.194, -1.101),
    (-0.484, -0.391, 1.566, -0.875, 0.260, 0.283, -0.123, 1.326),
    (0.139, 0.023, -0.066, -0.048, 0.089, 0.051, -0.035, -0.037),
    (0.977, -0.759, -0.364, 0.772, -1.797, -0.463, -0.880, -0.599),
    (-0.098, -1.763, -1.512, -3.600, 0.847, 0.784, 0.059, 3.932),
    (-0.802, 3.246, 0.417, -6.241, -2.032, -3.735, -3.034, 3.986),
    (1.790, -1.794, -0.828, 0.074, 2.195, -0.689, -2.662, 2.904),
    (-0.695, -0.858, 0.329, -0.382, 0.832, 0.332, 0.597, 0.081),
)
"""When the look before has told how surely each pixel is skin: a row for each of the 13 clues and for beside the eyes,
below them squared, beside squared, the product of the two, and above the eyes' line; a column for each hidden sum."""
SECOND_LOOK_SUMS = (-1.831, -1.633, -1.752, -1.687, -1.101, 1.113, -1.044, -1.599, -0.212)
"""What each hidden sum's tanh counts; the last one always."""
OTHER_SKIN = (
    (0.08, 0.26, 0.40, 0.39, -0.01, 0.09, 0.31, 0.10, -0.36, -0.18, 0.54, -0.54, 0.36),
    (-0.22, 0.26, 0.69, 0.07, 0.96, -0.28, -0.43, 1.43, -0.11, 0.16, 0.15, -0.44, 0.83),
)
"""For ears, neck, shoulders and hands, when the face is known."""
