"""All examples of a store by family and file, kept until the store changes (IO: reads the store)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dataset_core.mix import family_of
from dataset_core.store import FOLDER_NAME, Store

_MOST_KEPT = 4


class Entry(NamedTuple):
    """Where an example is: its unit and its index there."""

    id: str
    family: str
    unit: str
    place: int


@dataclass(frozen=True)
class Catalogue:
    """The examples of a store.

    Attributes:
        families: Family → path of the answer's file → examples, in the order of the store.
        by_id: Digest of prompt and answer → example.
    """

    families: Mapping[str, Mapping[str, list[Entry]]]
    by_id: Mapping[str, Entry]


_State = tuple[tuple[int, int], ...]
_kept: dict[Path, tuple[_State, Catalogue]] = {}


def has_store(root: Path) -> bool:
    """Whether a data set was ever built in a folder."""
    return _database(root).is_file()


def catalogue_of(root: Path) -> Catalogue:
    """The catalogue of a folder that has a store."""
    state = _state(root)
    kept = _kept.pop(root, None)
    catalogue = kept[1] if kept is not None and kept[0] == state else _read(root)
    _kept[root] = (state, catalogue)
    if len(_kept) > _MOST_KEPT:
        del _kept[next(iter(_kept))]
    return catalogue


def _read(root: Path) -> Catalogue:
    families: dict[str, dict[str, list[Entry]]] = {}
    by_id: dict[str, Entry] = {}
    with Store(root / FOLDER_NAME, read_only=True) as store:
        for unit, rows in store.rows():
            for row in rows:
                family = family_of(row.kind)
                entry = Entry(row.id, family, unit, row.place)
                families.setdefault(family, {}).setdefault(row.path, []).append(entry)
                by_id[row.id] = entry
    return Catalogue(families, by_id)


def _database(root: Path) -> Path:
    return root / FOLDER_NAME / "store.sqlite3"


def _state(root: Path) -> _State:
    """What differs after each commit to the store: time and size of the database and of its write-ahead log."""
    database = _database(root)
    files = [path for path in (database, database.with_name(f"{database.name}-wal")) if path.is_file()]
    return tuple((status.st_mtime_ns, status.st_size) for status in (path.stat() for path in files))
