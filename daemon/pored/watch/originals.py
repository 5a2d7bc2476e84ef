"""The originals, indexed by name, each seen from the inbox."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pored.suffixes import folded
from pored.watch.folders import Folder, folder_of, job_of
from pored.watch.kinds import Kind, is_camera_raw, kind_of
from pored.watch.names import is_temporary_path
from pored.watch.suffixes import is_own_result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path, PurePath

    from pored.watch.folders import Listing, Tree


@dataclass(frozen=True, eq=False)
class View:
    """A tree of originals as it lies to the inbox.

    Attributes:
        tree: the originals.
        order: its place among the trees configured.
        above_exports: what to put before an export's folder, and
        above_originals: before an original's, so that both are seen from the same place. Both are empty where the two
            trees lie apart: then the inbox is laid over the originals.
        shared: the inbox's own files (or some of them) are in this tree because it is the inbox, or lies in it.
    """

    tree: Tree
    order: int
    above_exports: Folder
    above_originals: Folder
    shared: bool


@dataclass(frozen=True, eq=False)
class Original:
    """A picture among the originals.

    Attributes:
        view: the tree that it is in.
        file: relative to the tree's root.
        in_inbox: whether it lies in the inbox.
    """

    view: View
    file: PurePath
    in_inbox: bool

    @cached_property
    def path(self) -> Path:
        """Absolute."""
        return self.view.tree.root / self.file

    @cached_property
    def stem(self) -> str:
        """Its name without extension, folded."""
        return folded(self.file.stem)

    @cached_property
    def kind(self) -> Kind:
        """What its name says that it is."""
        return kind_of(self.file.name)

    @cached_property
    def is_camera_raw(self) -> bool:
        """Whether a camera wrote it."""
        return is_camera_raw(self.file.name)

    @cached_property
    def folder(self) -> Folder:
        """Where it is, seen from where exports are seen."""
        return self.view.above_originals + folder_of(self.file)

    @cached_property
    def job(self) -> Folder:
        """Its folder, without names that only sort by kind."""
        return job_of(self.folder)


Places = dict[tuple[int, Folder], list[Original]]
"""Originals of one name by the place of their tree among the trees configured, and their job."""


class Originals:
    """Every picture that could be an original.

    Args:
        listing: the files.
    """

    def __init__(self, listing: Listing) -> None:
        self.views = tuple(_view(tree, order, listing.inbox) for order, tree in enumerate(listing.originals))
        self._by_stem: defaultdict[str, Places] = defaultdict(lambda: defaultdict(list))
        self._by_path: dict[Path, Original] = {}
        for original in self._pictures(listing.inbox):
            if self._by_path.setdefault(original.path, original) is original:
                self._by_stem[original.stem][original.view.order, original.job].append(original)

    def __iter__(self) -> Iterator[Original]:
        """Each once, in the order of the trees."""
        return iter(self._by_path.values())

    def places(self, stem: str) -> Places:
        """Those of this folded stem, by tree and job."""
        return self._by_stem.get(stem, {})

    def at(self, path: Path) -> Original | None:
        """The one that lies there."""
        return self._by_path.get(path)

    def named(self, stem: str) -> list[Original]:
        """Those of this folded stem."""
        return [original for files in self.places(stem).values() for original in files]

    def called(self, name: PurePath) -> list[Original]:
        """Those that a person means by a path relative to one of the trees, an absolute path, or a bare name.

        Where none has such a name with its extension, those that have it without.
        """
        wanted = folded(name.as_posix())
        namesakes = self.named(folded(name.stem))
        by_path = [one for one in namesakes if wanted in (folded(one.file.as_posix()), folded(one.path.as_posix()))]
        by_name = by_path or [one for one in namesakes if folded(one.file.name) == wanted]
        return by_name or self._called_without_extension(name)

    def _called_without_extension(self, name: PurePath) -> list[Original]:
        wanted = folded(name.as_posix())
        namesakes = self.named(folded(name.name))
        bare = [(one, {folded(path.with_suffix("").as_posix()) for path in (one.file, one.path)}) for one in namesakes]
        return [one for one, paths in bare if wanted in paths or wanted == one.stem]

    def _pictures(self, inbox: Path) -> Iterator[Original]:
        for view in self.views:
            for file in view.tree.files:
                original = Original(view, file, view.shared or _is_in(inbox, view, file))
                if original.kind.is_picture and not is_temporary_path(file) and not _is_result(original):
                    yield original


def _is_in(inbox: Path, view: View, file: PurePath) -> bool:
    around = bool(view.above_exports)
    return around and (view.tree.root / file).is_relative_to(inbox)


def _is_result(original: Original) -> bool:
    return original.in_inbox and is_own_result(original.stem)


def _view(tree: Tree, order: int, inbox: Path) -> View:
    root = tree.root
    if root.is_relative_to(inbox):
        return View(tree, order, (), _names(root.relative_to(inbox)), shared=True)
    if inbox.is_relative_to(root):
        return View(tree, order, _names(inbox.relative_to(root)), (), shared=False)
    return View(tree, order, (), (), shared=False)


def _names(path: PurePath) -> Folder:
    return tuple(folded(part) for part in path.parts)
