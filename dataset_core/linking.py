"""The project as the cross-file stage sees it: answers from the store, each question recorded."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from dataset_core.language import language_of
from dataset_core.project_view import FileView
from dataset_core.resolution import NOT_MEANT, POSSIBLE, fit, fits_of
from dataset_core.store import Store, folders_around

_CACHED_VIEWS = 256
_MAX_CACHED_BYTES = 200_000
_MAX_CACHED_NAMES = 4_000
_MAX_CACHED_ANSWERS = 50_000
# Of a name that is declared all over a project, only the nearest declarations are looked at. To read some more at once takes less than to
# ask for them folder by folder.
_MOST_DECLARATIONS, _MOST_AT_ONCE = 6, 40
_MOST_MENTIONS = 4  # files looked at for each that is asked for: in the others the name may mean something else


class StoredProject:
    """A `ProjectView` over a store whose files do not change meanwhile: what one unit has found out, the next ones need not ask again.

    `for_unit` starts a unit: from then on, `asked` holds the keys of its questions.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._side = ""
        self._views: OrderedDict[str, FileView] = OrderedDict()
        self._absent: dict[str, None] = {}
        self._nearest: dict[tuple[str, str, str], tuple[str, str] | None] = {}
        self._declaring: dict[str, list[tuple[str, str, str]]] = {}
        self._declaring_near: dict[tuple[str, str, str], list[tuple[str, str, str]]] = {}
        self.asked: set[str] = set()

    def for_unit(self, side: str) -> StoredProject:
        """Start a unit of a file on this side of the split; the empty side is that of folders and notes, which see both."""
        self._side = side
        self.asked = set()
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
        nearest = self._store.mentioning(name, near, role, most=_MOST_MENTIONS * limit)
        if nearest:
            self.asked.add(f"declares:{name}")
            if self._store.declares(near, name):
                # A file that mentions the name may mean another declaration of it.
                return tuple(islice((path for path in nearest if self.home(name, path) == near), limit))
        return tuple(nearest[:limit])

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
        found = self._views.get(path)
        if found is not None:
            self._views.move_to_end(path)
            return found
        if path in self._absent:
            return None
        found = self._store.view(path)
        if found is None:
            _make_room(self._absent, _MAX_CACHED_ANSWERS)
            self._absent[path] = None
        elif len(found.text) <= _MAX_CACHED_BYTES:
            self._views[path] = found
            if len(self._views) > _CACHED_VIEWS:
                self._views.popitem(last=False)
        return found

    def _nearest_declaration(self, name: str, near: str, side: str) -> tuple[str, str] | None:
        """Path and outline of the declaration that is meant; asks for the declarations, and where there are some for the file near them."""
        rows = self._declarations_near(name, near, side)
        if near and rows:
            self.asked.add(f"file:{near}")
        key = (name, near, side)
        if key not in self._nearest:
            _make_room(self._nearest, _MAX_CACHED_ANSWERS)
            self._nearest[key] = self._choose(name, near, rows)
        return self._nearest[key]

    def _choose(self, name: str, near: str, rows: list[tuple[str, str, str]]) -> tuple[str, str] | None:
        user = self._view(near) if near and rows else None
        paths = [row[0] for row in rows]
        fits = dict(zip(paths, fits_of(user, name, paths) if user is not None else (POSSIBLE for _ in paths), strict=True))
        rows = [row for row in rows if fits[row[0]] != NOT_MEANT]
        if len(rows) > 1:
            own = language_of(near) if near else None
            rows.sort(key=lambda row: (language_of(row[0]) != own, -fits[row[0]], -_shared_folders(row[0], near), row[0]))
        return (rows[0][0], rows[0][1]) if rows else None

    def _declarations_near(self, name: str, near: str, side: str) -> list[tuple[str, str, str]]:
        """Of a name's declarations on a side, those nearest to a file; the files of a folder are equally near."""
        self.asked.add(f"declares:{name}")
        if name not in self._declaring:
            _make_room(self._declaring)
            self._declaring[name] = self._store.declaring(name, most=_MOST_AT_ONCE + 1)
        if len(self._declaring[name]) <= _MOST_AT_ONCE:
            rows = [row for row in self._declaring[name] if side in ("", row[2])]
            return rows if len(rows) <= _MOST_DECLARATIONS else _nearest(rows, near, _MOST_DECLARATIONS)
        key = (name, _folder(near), side)
        if key not in self._declaring_near:
            _make_room(self._declaring_near)
            self._declaring_near[key] = self._store.declaring(name, near, side, most=_MOST_DECLARATIONS)
        return self._declaring_near[key]


def _make_room(cache: dict[Any, Any], most: int = _MAX_CACHED_NAMES) -> None:
    """Empty a cache that has grown; what is asked for often is soon back."""
    if len(cache) >= most:
        cache.clear()


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _nearest(rows: Iterable[tuple[str, str, str]], near: str, most: int) -> list[tuple[str, str, str]]:
    """The same as `Store.declaring` gives, of rows in the order of their paths."""
    left, found = list(rows), []
    for folder in folders_around(near):
        found += [row for row in left if row[0].startswith(folder)]
        if len(found) >= most:
            break
        left = [row for row in left if not row[0].startswith(folder)]
    return found[:most]


def _shared_folders(path: str, other: str) -> int:
    """How many leading folders two paths share."""
    count = 0
    for first, second in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if first != second:
            break
        count += 1
    return count
