"""What a result's file is called."""

from __future__ import annotations

from pathlib import PurePath

from pored.errors import UsageError

EXTENSIONS = {"jpeg": ".jpg", "tiff": ".tif", "png": ".png"}
"""Of results whose kind is set and is not the export's own."""


TEXTURE_ALONE = "_texture"
"""Behind the name of a document that holds nothing but the texture."""

_EXTENSIONS_OF = {
    "jpeg": "jpg jpeg",
    "png": "png",
    "tiff": "tif tiff",
    "webp": "webp",
    "avif": "avif",
    "heic": "heic heif hif",
    "psd": "psd psb",
}
_KINDS = {extension: kind for kind, extensions in _EXTENSIONS_OF.items() for extension in extensions.split()}


def kind_of_name(name: str) -> str:
    """The kind of picture that a name promises, by its extension.

    Raises:
        UsageError: it is none that pored writes.
    """
    kind = _KINDS.get(PurePath(name).suffix.lower().removeprefix("."))
    if kind is None:
        raise UsageError(
            f"{name} does not say what kind of picture it is; let it end with .jpg, .png, .tif, .webp, .avif, .heic or "
            ".psd."
        )
    return kind


def result_name(export: str, template: str, wanted: str, kind: str) -> str:
    """The name of an export's result.

    Args:
        export: the export's file name.
        template: ``{stem}`` stands for the export's name without extension.
        wanted: ``same``, or the kind of file that is set.
        kind: the export's own kind, by its content.

    Returns:
        The name with the export's own extension where the kind stays, else with the kind's.
    """
    name = PurePath(export)
    extension = name.suffix if wanted in ("same", kind) else EXTENSIONS[wanted]
    return template.replace("{stem}", name.stem) + extension


def layered_name(result: str, *, texture_alone: bool, is_big: bool) -> str:
    """The name of the layered document beside a result."""
    return PurePath(result).stem + (TEXTURE_ALONE if texture_alone else "") + (".psb" if is_big else ".psd")
