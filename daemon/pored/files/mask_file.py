"""A mask as a file that Photoshop and people can open."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def encode_mask(mask: NDArray[np.uint8]) -> bytes:
    """An 8-bit grey PNG.

    Args:
        mask: (H, W) uint8, 255 where texture comes back in full.
    """
    file = BytesIO()
    Image.fromarray(mask).save(file, "PNG", compress_level=4)
    return file.getvalue()
