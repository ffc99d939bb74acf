"""The project as the cross-file stage sees it: answers from the store, each question recorded."""

from __future__ import annotations

from collections import Counter, OrderedDict
from heapq import nsmallest
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from dataset_core.language import language_of
from dataset_core.project_view import FileView
from dataset_core.resolution import NOT_MEANT, fit
from dataset_core.store import Store

_CACHED_VIEWS = 128
_MAX_CACHED_BYTES = 200_000
_MAX_CACHED_NAMES = 4_000
# Of a name that is declared all over a project, only the nearest declarations are looked at.
_MOST_DECLARATIONS = 6
_MOST_MENTIONS = 4  # files looked at for each that is asked for: in the others the name may mean something else


class StoredProject:
    """A `ProjectView` over a store that does not change meanwhile.

    `for_unit` starts a unit: from then on, `asked` holds the keys of its questions.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._side = ""
        self._views: OrderedDict[str, FileView | None] = OrderedDict()
        self._nearest: dict[tuple[str, str, str], tuple[str, str] | None] = {}
        self._declaring: dict[str, list[tuple[str, str, str, str]]] = {}
        self._mentioning: dict[str, list[tuple[str, str]]] = {}
        self.asked: set[str] = set()

    def for_unit(self, side: str) -> StoredProject:
        """Start a unit of a file on this side of the split; the empty side is that of folders and notes, which see both."""
        self._side = side
        self.asked = set()
        self._nearest = {}
        return self

    def view(self, path: str) -> FileView | None:
        """See `ProjectView.view`."""
        self.asked.add(f"file:{path}")
        return self._view(path)

    def declaring(self, name: str, near: str = "") -> FileView | None:
        """See `ProjectView.declaring`."""
        found = self._nearest_declaration(name, near, side="")
        return self.view(found[0]) if found is not None else None

    def signature(self, name: str, near: str = "") -> tuple[str, str] | None:
        """See `ProjectView.signature`. A held-out file is not shown to training files, nor the other way round."""
        return self._nearest_declaration(name, near, side=self._side)

    def home(self, name: str, near: str = "") -> str | None:
        """See `ProjectView.home`."""
        found = self._nearest_declaration(name, near, side="")
        return found[0] if found is not None else None

    def mentioning(self, name: str, near: str = "", role: str = "", limit: int = 5) -> tuple[str, ...]:
        """See `ProjectView.mentioning`."""
        self.asked.add(f"mentions:{name}")
        if name not in self._mentioning:
            _make_room(self._mentioning)
            self._mentioning[name] = self._store.mentioning(name)
        paths = [path for path, path_role in self._mentioning[name] if path_role.startswith(role) and path != near]
        nearest = sorted(paths, key=lambda path: (-_shared_folders(path, near), path))
        meant = (path for path in nearest[: _MOST_MENTIONS * limit] if self._means(path, name, near))
        return tuple(islice(meant, limit))

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
        views = [self._view(path) for path, path_role in self._store.in_folder(folder) if path_role.startswith(role)]
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
        counts: Counter[tuple[str, str]] = Counter()
        for path, uses in groupby(self._store.uses_between_folders(), key=itemgetter(0)):
            user = self._store.view(path)
            meant = (home for _, name, home in uses if user is not None and fit(user, name, home) != NOT_MEANT)
            counts.update((_folder(path), _folder(home)) for home in meant)
        return sorted((source, target, count) for (source, target), count in counts.items())

    def _view(self, path: str) -> FileView | None:
        if path in self._views:
            self._views.move_to_end(path)
            return self._views[path]
        found = self._store.view(path)
        if found is None or len(found.text) <= _MAX_CACHED_BYTES:
            self._views[path] = found
            if len(self._views) > _CACHED_VIEWS:
                self._views.popitem(last=False)
        return found

    def _nearest_declaration(self, name: str, near: str, side: str) -> tuple[str, str] | None:
        if (name, near, side) not in self._nearest:
            self._nearest[name, near, side] = self._find_nearest_declaration(name, near, side)
        return self._nearest[name, near, side]

    def _find_nearest_declaration(self, name: str, near: str, side: str) -> tuple[str, str] | None:
        rows = [row for row in self._declarations(name) if side in ("", row[3])]
        if len(rows) > _MOST_DECLARATIONS:
            rows = nsmallest(_MOST_DECLARATIONS, rows, key=lambda row: (-_shared_folders(row[0], near), row[0]))
        user = self.view(near) if near and rows else None
        fits = {row[0]: fit(user, name, row[0]) if user is not None else 1 for row in rows}
        rows = [row for row in rows if fits[row[0]] != NOT_MEANT]
        if len(rows) > 1:
            own = language_of(near) if near else None
            rows.sort(key=lambda row: (row[2] != own, -fits[row[0]], -_shared_folders(row[0], near), row[0]))
        return (rows[0][0], rows[0][1]) if rows else None

    def _declarations(self, name: str) -> list[tuple[str, str, str, str]]:
        self.asked.add(f"declares:{name}")
        if name not in self._declaring:
            _make_room(self._declaring)
            self._declaring[name] = self._store.declaring(name)
        return self._declaring[name]

    def _means(self, path: str, name: str, declared_in: str) -> bool:
        """Whether a file that mentions a name means the declaration in this file, and not another one of the same name."""
        if declared_in not in {row[0] for row in self._declarations(name)}:
            return True
        found = self._nearest_declaration(name, path, side="")
        return found is not None and found[0] == declared_in


def _make_room(cache: dict[str, Any]) -> None:
    """Empty a cache that has grown; what is asked for often is soon back."""
    if len(cache) >= _MAX_CACHED_NAMES:
        cache.clear()


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _shared_folders(path: str, other: str) -> int:
    """How many leading folders two paths share."""
    count = 0
    for first, second in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if first != second:
            break
        count += 1
    return count
