"""The project as the cross-file stage sees it: answers from the store, each question recorded."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from dataset_core.language import language_of
from dataset_core.project_view import FileView
from dataset_core.store import Store

_CACHED_VIEWS = 48
_MAX_CACHED_BYTES = 200_000
_MAX_CACHED_NAMES = 4_000


class StoredProject:
    """A `ProjectView` over a store that does not change meanwhile.

    `for_unit` starts a unit: from then on, `asked` holds the keys of its questions.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._side = ""
        self._views: OrderedDict[str, FileView] = OrderedDict()
        self._declaring: dict[str, list[tuple[str, str, str, str]]] = {}
        self._mentioning: dict[str, list[tuple[str, str]]] = {}
        self.asked: set[str] = set()

    def for_unit(self, side: str) -> StoredProject:
        """Start a unit of a file on this side of the split; the empty side is that of folders and notes, which see both."""
        self._side = side
        self.asked = set()
        return self

    def view(self, path: str) -> FileView | None:
        """See `ProjectView.view`."""
        self.asked.add(f"file:{path}")
        if path in self._views:
            self._views.move_to_end(path)
            return self._views[path]
        found = self._store.view(path)
        if found is not None and len(found.text) <= _MAX_CACHED_BYTES:
            self._views[path] = found
            if len(self._views) > _CACHED_VIEWS:
                self._views.popitem(last=False)
        return found

    def declaring(self, name: str, near: str = "") -> FileView | None:
        """See `ProjectView.declaring`."""
        found = self._nearest_declaration(name, near, side="")
        return self.view(found[0]) if found is not None else None

    def signature(self, name: str, near: str = "") -> tuple[str, str] | None:
        """See `ProjectView.signature`. A held-out file is not shown to training files, nor the other way round."""
        return self._nearest_declaration(name, near, side=self._side)

    def mentioning(self, name: str, near: str = "", role: str = "", limit: int = 5) -> tuple[str, ...]:
        """See `ProjectView.mentioning`."""
        self.asked.add(f"mentions:{name}")
        if name not in self._mentioning:
            _make_room(self._mentioning)
            self._mentioning[name] = self._store.mentioning(name)
        paths = [path for path, path_role in self._mentioning[name] if path_role.startswith(role) and path != near]
        return tuple(sorted(paths, key=lambda path: (-_shared_folders(path, near), path))[:limit])

    def sibling(self, path: str) -> FileView | None:
        """See `ProjectView.sibling`."""
        self.asked.add(f"neighbour:{path}")
        for neighbours in self._store.neighbours(path):
            if neighbours:
                return self.view(max(neighbours, key=lambda other: (_shared_folders(other, path), other)))
        return None

    def in_folder(self, folder: str, role: str = "") -> tuple[FileView, ...]:
        """See `ProjectView.in_folder`."""
        self.asked.add(f"folder:{folder}")
        views = [self._store.view(path) for path, path_role in self._store.in_folder(folder) if path_role.startswith(role)]
        return tuple(view for view in views if view is not None)

    def folders(self) -> list[tuple[str, int]]:
        """Every folder that holds files, with their number. For the diagrams of the project as a whole."""
        self.asked.add("folders")
        return self._store.folders()

    def roles_by_folder(self) -> dict[str, dict[tuple[str, str], int]]:
        """See `ProjectView.roles_by_folder`."""
        self.asked.add("folders")
        found: dict[str, dict[tuple[str, str], int]] = {}
        for folder, language, role, count in self._store.roles_by_folder():
            found.setdefault(folder, {})[language, role] = count
        return found

    def dependencies_between_folders(self) -> list[tuple[str, str, int]]:
        """See `ProjectView.dependencies_between_folders`."""
        self.asked.add("folders")
        return self._store.dependencies_between_folders()

    def _nearest_declaration(self, name: str, near: str, side: str) -> tuple[str, str] | None:
        self.asked.add(f"declares:{name}")
        if name not in self._declaring:
            _make_room(self._declaring)
            self._declaring[name] = self._store.declaring(name)
        rows = [row for row in self._declaring[name] if side in ("", row[3])]
        if len(rows) > 1:
            own = language_of(near) if near else None
            rows.sort(key=lambda row: (row[2] != own, -_shared_folders(row[0], near), row[0]))
        return (rows[0][0], rows[0][1]) if rows else None


def _make_room(cache: dict[str, Any]) -> None:
    """Empty a cache that has grown; what is asked for often is soon back."""
    if len(cache) >= _MAX_CACHED_NAMES:
        cache.clear()


def _shared_folders(path: str, other: str) -> int:
    """How many leading folders two paths share."""
    count = 0
    for first, second in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if first != second:
            break
        count += 1
    return count
