from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageFile, UnidentifiedImageError

from pored.files.kinds.pillow import encoded, opened


def test_only_the_named_format_is_opened() -> None:
    data = encoded(np.zeros((4, 4), np.uint8), "PNG")
    with pytest.raises(UnidentifiedImageError), opened(data, "JPEG"):
        pass


def test_pillows_own_setting_is_put_back() -> None:
    before = ImageFile.MAXBLOCK
    encoded(np.zeros((400, 400, 3), np.uint8), "JPEG", progressive=True)
    assert before == ImageFile.MAXBLOCK
