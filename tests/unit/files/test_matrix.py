"""What a result keeps, as exiftool and ImageMagick read it; the README's line installs both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matrix

if TYPE_CHECKING:
    from pathlib import Path


def test_every_format_keeps_every_property_that_it_has_room_for(tmp_path: Path) -> None:
    rows = matrix.table(tmp_path)
    assert len(rows) == 14
    assert [(name, cells) for name, cells in rows if any(map(matrix.is_lost, cells.values()))] == []
    kept = {name: {column for column, cell in cells.items() if cell == "kept"} for name, cells in rows}
    everything = {"bits", "size", "icc", "exif", "xmp", "iptc", "orientation", "resolution", "alpha", "compression"}
    assert kept["tiff-16.tif"] == kept["png.png"] == kept["tiff-lzw.tif"] == everything
    assert kept["jpeg.jpg"] == everything - {"alpha"}
    assert all(cells["history"] == "told" for _, cells in rows)
