"""What kind of file a name says it is; nothing here looks inside."""

from __future__ import annotations

from enum import Enum
from pathlib import PurePath

from pored.camera_raw import RAW_EXTENSIONS
from pored.suffixes import folded
from pored.watch.names import is_temporary


class Kind(Enum):
    """A kind of file, in the order in which pored would rather have an original where the settings do not say."""

    TIFF = "tiff"
    PSD = "psd"
    JPEG = "jpeg"
    RAW = "raw"
    PNG = "png"
    WEBP = "webp"
    HEIF = "heif"
    MASK = "mask"
    SIDE_FILE = "side file"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"

    @property
    def is_picture(self) -> bool:
        """Whether a photograph is in it, in whatever form."""
        return self in _PICTURES


_PICTURES = {Kind.TIFF, Kind.PSD, Kind.JPEG, Kind.RAW, Kind.PNG, Kind.WEBP, Kind.HEIF}

_EXTENSIONS = {
    Kind.TIFF: "tif tiff",
    Kind.PSD: "psd psb",
    Kind.JPEG: "jpg jpeg jpe jfif",
    Kind.PNG: "png",
    Kind.WEBP: "webp",
    Kind.HEIF: "heic heif hif avif",
    Kind.SIDE_FILE: (
        "aae acr arp cof comask cop cos cot dop dr4 exv mie nka nksc nksx on1 onphoto pp3 spd thm vrd xmp"
    ),
}
_KIND_OF = {extension: kind for kind, extensions in _EXTENSIONS.items() for extension in extensions.split()}
_KIND_OF |= dict.fromkeys(RAW_EXTENSIONS, Kind.RAW)


def kind_of(name: str) -> Kind:
    """What the name of a file says that it is.

    Args:
        name: a file's name, without folders.
    """
    if is_temporary(name):
        return Kind.TEMPORARY
    path = PurePath(folded(name))
    kind = _KIND_OF.get(path.suffix.removeprefix("."), Kind.UNKNOWN)
    return Kind.MASK if kind.is_picture and path.stem.endswith(".mask") else kind


def is_picture_extension(text: str) -> bool:
    """Whether it is an extension of pictures; without the dot, folded."""
    return _KIND_OF.get(text, Kind.UNKNOWN).is_picture


def is_camera_raw(name: str) -> bool:
    """Whether only a camera writes such a file; a DNG may also come from a program."""
    return kind_of(name) is Kind.RAW and not folded(name).endswith(".dng")
