"""A result as a Photoshop document: a new one, or the export's own with layers put on top of its own."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from pored.files.image_resources import XMP, resource, with_resource
from pored.files.kinds.source import Source, damaged
from pored.files.metadata import convert, metadata_kept, with_history
from pored.files.orientation import as_stored
from pored.files.picture import Kind, PsdCoding, TiffCoding
from pored.files.psd.carrier import (
    carrier,
    first_resources,
    resources_of,
    with_merged,
    with_more_layers,
    with_thumbnail,
)
from pored.files.psd.layers import Layer, stack_as_stored
from pored.files.psd.layout import layout_of
from pored.files.psd.records import count_records
from pored.files.psd.write import Base, Document
from pored.model import Box
from pored.regular import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pored.files.event import Event
    from pored.files.picture import Picture
    from pored.files.psd.layers import Stack
    from pored.model import Samples

_SELECTION = 0
"""TIFF's number for an alpha that is a saved selection."""


@contextmanager
def with_layers(
    picture: Picture, export: Path, pixels: Samples, stack: Stack, event: Event | None = None
) -> Iterator[Document]:
    """What the export shows and layers over it, as a document that can be written while the context lasts.

    Args:
        picture: the export as it was read.
        export: its file; if it is a document with layers, all of them are kept.
        pixels: upright, what all layers show together.
        stack: upright; what lies on the export.
        event: what the history in its XMP says of it; None: nothing.

    Raises:
        UnsupportedError: its metadata cannot be written again.
        UnreadableError: the file turns out to be damaged.
        OSError: it cannot be read.
    """
    if picture.encoding.kind is not Kind.PSD:
        yield new_document(picture, pixels, (bottom_layer(picture), *stack), event)
        return
    if isinstance(picture.encoding.coding, PsdCoding) and not picture.encoding.coding.has_layers:
        stack = (bottom_layer(picture), *stack)
    turn = picture.encoding.orientation
    stored = as_stored(pixels, turn)
    with metadata_kept(picture.encoding.name):
        resources = with_more_layers(_finished(picture.encoding.carrier, stored, event), count_records(stack))
    with open_regular(export) as file:
        source = Source(picture.encoding.name, file)
        with _understood(source.name):
            base, turned = Base(source, layout_of(source)), stack_as_stored(stack, picture.size, turn)
            yield Document(stored, None, alpha_is_merged=False, resources=resources, stack=turned, base=base)


def new_document(picture: Picture, pixels: Samples, stack: Stack, event: Event | None = None) -> Document:
    """A document of the export's size, depth and metadata, upright.

    Raises:
        UnsupportedError: its metadata cannot be written again.
    """
    encoding = picture.encoding
    with metadata_kept(picture.encoding.name):
        described = convert(encoding.carrier, carrier(first_resources(encoding.icc, encoding.dpi)), Kind.PSD)
        resources = _finished(described, pixels, event)
    return Document(pixels, picture.alpha, not _is_selection(picture), resources, stack)


def _finished(described: bytes, stored: Samples, event: Event | None) -> bytes:
    """The resources of a carrier as they are true of the result, with their history and thumbnail."""
    resources = resources_of(described)
    if event is not None:
        resources = with_resource(resources, XMP, with_history(resource(resources, XMP) or b"", event))
    return with_thumbnail(with_merged(resources), stored)


def bottom_layer(picture: Picture) -> Layer:
    """The export itself; where it is transparent, it cannot be a background."""
    width, height = picture.size
    whole = Layer("Background", Box(0, 0, width, height), picture.pixels, is_background=True)
    if picture.alpha is None or _is_selection(picture):
        return whole
    return replace(whole, name="Export", alpha=picture.alpha, is_background=False)


def _is_selection(picture: Picture) -> bool:
    coding = picture.encoding.coding
    return isinstance(coding, TiffCoding) and coding.extra_sample == _SELECTION


@contextmanager
def _understood(name: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, RuntimeError, struct.error) as fault:
        raise damaged(name) from fault
