"""Pictures in and out of files: what is in them decides how they are read and written, not what they are called."""

from __future__ import annotations

import stat
import struct
import warnings
import zlib
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Protocol

import numpy as np

from pored.errors import UnreadableError, UnsupportedError
from pored.files import metadata_box
from pored.files.faults import storage_faults
from pored.files.kinds import avif, heic, jpeg, png, tiff, webp
from pored.files.kinds.signature import kind_of
from pored.files.kinds.source import Source, cut_short, damaged
from pored.files.limits import refuse_too_large
from pored.files.metadata import convert, metadata_kept
from pored.files.names import printable
from pored.files.orientation import as_stored, upright
from pored.files.picture import ENCODED_AGAIN, Header, Kind, Picture, eight_bit, is_encoded_again
from pored.files.psd import codec as psd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from pored.files.event import Event
    from pored.files.picture import Encoding
    from pored.model import Samples

_HEADER_FAULTS = (ArithmeticError, LookupError, TypeError, ValueError, struct.error)
"""What the parsers raise on a header that makes no sense."""
_DECODER_FAULTS = (*_HEADER_FAULTS, EOFError, OSError, RuntimeError, SyntaxError, zlib.error)
"""What the codecs raise on damaged data, each in its own way."""


class Reader(Protocol):
    """What each kind's module offers; pictures are in stored orientation here."""

    def probe(self, source: Source) -> Header:
        """Size and orientation from the header; refuses what pored cannot keep."""

    def read(self, source: Source, header: Header) -> Picture:
        """Pixels, alpha and encoding."""


class Codec(Reader, Protocol):
    """Of the kinds that are written whole in memory."""

    def rewrite(self, stored: Picture) -> bytes:
        """The file that the picture came from, with these pixels."""

    def annotate(self, carrier: bytes, event: Event) -> bytes:
        """An encoding's carrier with one more entry in its XMP's history."""


class Container(Codec, Protocol):
    """Of the kinds whose own files carry metadata."""

    def write(self, stored: Picture) -> bytes:
        """A new file."""


_CONTAINERS: dict[Kind, Container] = {
    Kind.JPEG: jpeg,
    Kind.PNG: png,
    Kind.TIFF: tiff,
    Kind.WEBP: webp,
}
_CODECS: dict[Kind, Codec] = {
    **_CONTAINERS,
    Kind.AVIF: avif,
    Kind.HEIC: heic,
}
_READERS: dict[Kind, Reader] = {**_CODECS, Kind.PSD: psd}


def read_picture(path: Path) -> Picture:
    """The picture in a file, upright.

    Args:
        path: a JPEG, PNG, TIFF, WebP, AVIF or HEIC, or a Photoshop document, whose merged picture it is; grey or RGB;
            all but JPEG and WebP with up to 16 bits a channel.

    Raises:
        UnreadableError: damaged, cut short, or no picture.
        UnsupportedError: a kind, depth or feature that a result could not keep.
        StorageError: the disk or the share refused.
    """
    with open_picture(path) as (name, file):
        reader, header = _probed(Source(name, file))
        file.seek(0)
        if reader is psd:  # may be of gigabytes, a part of which is needed
            with _understood(name, (*_HEADER_FAULTS, RuntimeError)):
                return _turned_upright(psd.read(Source(name, file), header))
        data = file.read()
    # Closed, since libraries may keep the stream for longer, and with it a second copy of a large file.
    with _understood(name, _DECODER_FAULTS), BytesIO(data) as stream:
        return _turned_upright(reader.read(Source(name, stream), header))


def encode_picture(
    picture: Picture,
    pixels: Samples,
    kind: str = "same",
    event: Event | None = None,
    *,
    not_kept: list[str] | None = None,
) -> bytes:
    """A file with other pixels and all else as ``picture`` had it; for Photoshop documents see ``psd_result``.

    Args:
        picture: what :func:`read_picture` gave.
        pixels: upright, of the shape and type of ``picture.pixels``.
        kind: ``"same"``, or the value of another :class:`Kind`. A picture of another kind is stored upright; a JPEG
            has 8 bits a channel, whatever the picture has.
        event: what the history in its XMP says of it; None: nothing.
        not_kept: gets what only writing shows could not be kept.

    Returns:
        The file's bytes. In PNG, TIFF and lossless WebP they decode to ``pixels`` to the last bit.

    Raises:
        UnsupportedError: the kind cannot hold the picture's alpha, or the file something that would no longer be true.
        ValueError: ``pixels`` is of another shape or type than the picture.
    """
    if pixels.shape != picture.pixels.shape or pixels.dtype != picture.pixels.dtype:
        raise ValueError(f"pixels are {pixels.dtype} {pixels.shape}, the picture {picture.pixels.shape}")
    changed = replace(picture, pixels=pixels)
    wanted = picture.encoding.kind if kind == "same" else Kind(kind)
    with metadata_kept(picture.encoding.name):
        stored = _turned_as_stored(changed) if wanted is picture.encoding.kind else _converted(changed, wanted)
        told = stored if event is None else _annotated(stored, event)
        if not_kept is not None and is_encoded_again(stored.encoding.coding):
            not_kept.append(ENCODED_AGAIN)
        return jpeg.rewrite(told, not_kept) if wanted is Kind.JPEG else _CODECS[wanted].rewrite(told)


@contextmanager
def open_picture(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    """A file's name for messages, and the file, open for reading.

    Raises:
        UnreadableError: it is no regular file.
        StorageError: the disk or the share refused.
    """
    name = printable(path.name)
    with storage_faults("read", name):
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableError("no-picture", f"{name} is a folder or a device, not a file.")
        with path.open("rb") as file:
            yield name, file


def _probed(source: Source) -> tuple[Reader, Header]:
    """What reads the file, and its header, which promises a picture that can be read."""
    reader = _READERS[kind_of(source)]
    with _understood(source.name, _HEADER_FAULTS):
        header = reader.probe(source)
    if header.width * header.height == 0:
        raise damaged(source.name)
    refuse_too_large(source.name, header.width, header.height)
    return reader, header


@contextmanager
def _understood(name: str, faults: tuple[type[Exception], ...]) -> Iterator[None]:
    """Turns what libraries say of a file that they do not understand into one error, and silences their warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except faults as fault:
            raise (cut_short(name) if "truncated" in str(fault) else damaged(name)) from fault


def _turned_upright(stored: Picture) -> Picture:
    turn = stored.encoding.orientation
    alpha = None if stored.alpha is None else upright(stored.alpha, turn)
    return replace(stored, pixels=upright(stored.pixels, turn), alpha=alpha)


def _turned_as_stored(picture: Picture) -> Picture:
    turn = picture.encoding.orientation
    alpha = None if picture.alpha is None else as_stored(picture.alpha, turn)
    return replace(picture, pixels=as_stored(picture.pixels, turn), alpha=alpha)


def _annotated(stored: Picture, event: Event) -> Picture:
    encoding = stored.encoding
    carrier = _CODECS[encoding.kind].annotate(encoding.carrier, event)
    return replace(stored, encoding=replace(encoding, carrier=carrier))


def _converted(picture: Picture, kind: Kind) -> Picture:
    """The picture as one of another kind, stored upright."""
    if kind is Kind.JPEG:
        picture = _opaque(picture)
        picture = replace(picture, pixels=eight_bit(picture.pixels))
    if picture.encoding.kind is Kind.PSD and picture.alpha is not None:
        picture = replace(picture, pixels=psd.without_matte(picture.pixels, picture.alpha))
    encoding = replace(picture.encoding, kind=kind, orientation=1, coding=None)
    hollow = _hollow(picture, encoding)
    carrier = convert(picture.encoding.carrier, hollow, kind)
    return replace(picture, encoding=replace(encoding, carrier=carrier))


def _hollow(picture: Picture, encoding: Encoding) -> bytes:
    """What metadata are put into that a file of this encoding shall have."""
    if encoding.kind in _CONTAINERS:
        return _CONTAINERS[encoding.kind].write(Picture(picture.pixels[:1, :1], None, encoding))
    return metadata_box.boxed({metadata_box.PROFILE: encoding.icc or b""}, Header(1, 1))


def _opaque(picture: Picture) -> Picture:
    """The picture without its alpha, which hides nothing."""
    if picture.alpha is not None and int(picture.alpha.min()) < np.iinfo(picture.alpha.dtype).max:
        raise UnsupportedError(
            "alpha", f'{picture.encoding.name} is transparent in places, which a JPEG cannot be; set format = "same".'
        )
    return replace(picture, alpha=None)
