"""The data set between builds: SQLite (WAL) in `.mothertongue/`. IO: the only module that knows its tables.

A *unit* is what examples are computed for and replaced as a whole:

| unit | examples of |
|---|---|
| `link:FAMILY:PATH` | a file, alone or among others, for a family of the mix |
| `folder:FOLDER` | the diagrams of a folder; the empty folder is the project |
| `note:PATH` | a note, linked to the code it names |
| `commit:HASH` | a commit |
| `own:ID` | what the person added |

A unit remembers under which keys it asked the project (`project_view`). Replacing a file turns exactly those units stale that asked
for something which changed, in the same transaction; a stale unit is computed anew before anyone reads it.

It is long because every statement about these tables stands here, and nowhere else.
"""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from dataset_core.errors import UserError
from dataset_core.example import Example
from dataset_core.facts import FileFacts
from dataset_core.pipeline import LINKED_FAMILIES, Declared
from dataset_core.project_view import FileView
from dataset_core.sweep.own import OwnAddition

if TYPE_CHECKING:
    from typing_extensions import Self

_Decoded = TypeVar("_Decoded")

FOLDER_NAME = ".mothertongue"
# Under this key stands what the linked units were made for; a file that comes, changes or goes takes it away.
LINKED_FOR = "linked_for"
_MIGRATIONS = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE files (
        path TEXT PRIMARY KEY, folder TEXT NOT NULL, language TEXT NOT NULL, role TEXT NOT NULL, side TEXT NOT NULL,
        content_hash TEXT NOT NULL, surface_hash TEXT NOT NULL, n_bytes INTEGER NOT NULL, facts BLOB NOT NULL, text BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX files_by_role ON files (role, side, path);
    CREATE INDEX files_by_role_alone ON files (role, path);
    CREATE INDEX files_by_language ON files (language, path);
    CREATE INDEX files_by_folder ON files (folder, path);
    CREATE TABLE declares (name TEXT, path TEXT, outline TEXT, PRIMARY KEY (name, path)) WITHOUT ROWID;
    CREATE INDEX declares_by_path ON declares (path);
    CREATE TABLE mentions (name TEXT, path TEXT, PRIMARY KEY (name, path)) WITHOUT ROWID;
    CREATE INDEX mentions_by_path ON mentions (path);
    CREATE TABLE skipped (path TEXT PRIMARY KEY, reason TEXT NOT NULL, content_hash TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE units (
        unit TEXT PRIMARY KEY, stale INTEGER NOT NULL, n_examples INTEGER NOT NULL, rows BLOB NOT NULL, examples BLOB NOT NULL,
        dropped TEXT NOT NULL
    );
    CREATE INDEX stale_units ON units (unit) WHERE stale;
    CREATE TABLE asked (key TEXT, unit TEXT, PRIMARY KEY (key, unit)) WITHOUT ROWID;
    CREATE INDEX asked_by_unit ON asked (unit);
    CREATE TABLE own (id TEXT PRIMARY KEY, path TEXT NOT NULL, start_line INTEGER, end_line INTEGER, prompt TEXT, text TEXT, language TEXT);
    """,
    """
    CREATE TABLE judged (
        path TEXT, prompt TEXT, text TEXT, language TEXT NOT NULL, verdict TEXT NOT NULL, PRIMARY KEY (path, prompt, text)
    ) WITHOUT ROWID;
    """,
    # Seconds since 1970. What was added before this was counted is as old as can be.
    "ALTER TABLE own ADD COLUMN added_at REAL NOT NULL DEFAULT 0;",
    # What is large lies apart: among its rows, everything else that is asked of a file would be looked for on a page each.
    """
    CREATE TABLE contents (path TEXT PRIMARY KEY, facts BLOB NOT NULL, text BLOB NOT NULL);
    INSERT INTO contents SELECT path, facts, text FROM files;
    CREATE TABLE brief_files (
        path TEXT PRIMARY KEY, folder TEXT NOT NULL, language TEXT NOT NULL, role TEXT NOT NULL, side TEXT NOT NULL,
        content_hash TEXT NOT NULL, surface_hash TEXT NOT NULL, n_bytes INTEGER NOT NULL
    ) WITHOUT ROWID;
    INSERT INTO brief_files SELECT path, folder, language, role, side, content_hash, surface_hash, n_bytes FROM files;
    DROP TABLE files;
    ALTER TABLE brief_files RENAME TO files;
    CREATE INDEX files_by_role ON files (role, side, path);
    CREATE INDEX files_by_role_alone ON files (role, path);
    CREATE INDEX files_by_language ON files (language, path);
    CREATE INDEX files_by_folder ON files (folder, path);
    """,
)

_TABLES_OF_FILES = ("files", "contents", "declares", "mentions", "skipped")
_LAST = "\U0010ffff"  # follows every path

# What SQLite's messages mean to a person, by words in them.
_REMEDIES = (
    ("full", "the disk is full; free some space, then run the same command again: what was done is kept"),
    ("disk i/o", "the disk cannot be written to; is it full? Free some space, then run the same command again: what was done is kept"),
    ("locked", "another build or export is at work; wait for it to end, then run the same command again"),
    ("readonly", "it cannot be written to; make the project's folder writable, or copy the project to a folder that is"),
    ("unable to open", "it cannot be written to; make the project's folder writable, or copy the project to a folder that is"),
)
_DAMAGED = "it is damaged; `mothertongue clean` removes it, `mothertongue build` makes it anew"
_WAIT_S = 30.0


class StoreError(UserError):
    """The store cannot be used as it is; the message says what to do."""


@dataclass(frozen=True)
class FileRecord:
    """A processed file, encoded: what a worker hands to the one writer."""

    path: str
    language: str
    role: str
    side: str
    content_hash: str
    n_bytes: int
    facts: bytes
    text: bytes
    declared: tuple[Declared, ...]
    mentioned: tuple[str, ...]
    surface_hash: str

    @property
    def folder(self) -> str:
        """The folder that the file lies in."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True)
class UnitRecord:
    """The examples of a unit, encoded, with one `Row` each and the keys under which the unit asked the project.

    `content_hash` is that of the note that was read for it; the units of files and commits have none.
    """

    unit: str
    n_examples: int
    rows: bytes
    examples: bytes
    dropped: Mapping[str, int]
    asked: tuple[str, ...] = ()
    content_hash: str = ""


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the mix needs to know of an example without decoding it: `place` is its index within the unit."""

    id: str
    kind: str
    language: str
    path: str
    context_paths: tuple[str, ...]
    answer_id: str
    n_prompt_bytes: int
    n_answer_bytes: int
    place: int


class Store:
    """An open store. One writer at a time: a second process that writes waits up to 30 s, then gets a `StoreError`.

    Leave it as a context manager: what SQLite raises inside leaves as a `StoreError`.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self._db = _open(folder, read_only=read_only)
        self._in_transaction = False
        self._lock: sqlite3.Connection | None = None
        self._is_held = False

    def close(self) -> None:
        """Close the connection; what was committed stays."""
        self._db.close()
        if self._lock is not None:
            self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):
            raise _explained(self.folder, error) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from changing files and units meanwhile; nested ones join the outer one.

        What is computed from several reads is written as if nothing had happened in between. The lock is one of SQLite's, on a file of
        its own: it ends with the process, whatever ends that, and others can still read.

        Raises:
            StoreError: Another process has held it for 30 s.
        """
        if self._is_held:
            yield
            return
        try:
            if self._lock is None:
                self._lock = sqlite3.connect(self.folder / "lock.sqlite3", timeout=_WAIT_S, isolation_level=None)
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            raise _explained(self.folder, error) from error
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
            self._lock.execute("ROLLBACK")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; nested ones join the outer one."""
        if self._in_transaction:
            yield
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise _explained(self.folder, error) from error
        self._in_transaction = True
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # on a full disk SQLite has rolled back by itself
                self._db.execute("ROLLBACK")
            raise
        finally:
            self._in_transaction = False

    # Settings and counts

    def get(self, key: str) -> str:
        """A remembered value, or the empty string."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def put(self, key: str, value: str) -> None:
        """Remember a value."""
        self._db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))

    def forget(self, key: str) -> None:
        """Forget a remembered value."""
        self._db.execute("DELETE FROM meta WHERE key = ?", (key,))

    def clear(self) -> None:
        """Forget everything but what the person added and chose."""
        with self.transaction():
            for table in (*_TABLES_OF_FILES, "units", "asked"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the line above
            self._db.execute("DELETE FROM meta WHERE key != 'artifact_type'")

    def content_hashes(self) -> dict[str, str]:
        """Path → content hash of every file that was read, be it in the store or left out for what it holds."""
        query = "SELECT path, content_hash FROM skipped WHERE content_hash != '' UNION ALL SELECT path, content_hash FROM files"
        return dict(self._db.execute(query))

    def content_hash_of(self, path: str) -> str:
        """The content hash under which a file was last read; empty for an unknown one."""
        query = "SELECT content_hash FROM files WHERE path = ? UNION ALL SELECT content_hash FROM skipped WHERE path = ?"
        row = self._db.execute(query, (path, path)).fetchone()
        return row[0] if row else ""

    def n_files(self) -> int:
        """How many files are in the store."""
        return int(self._db.execute("SELECT count(*) FROM files").fetchone()[0])

    def has_file(self, path: str) -> bool:
        """Whether a file is in the store."""
        return self._db.execute("SELECT 1 FROM files WHERE path = ?", (path,)).fetchone() is not None

    def files_overview(self) -> list[tuple[str, str, str, str, int]]:
        """Path, language, role, side and size in bytes of every file."""
        return self._db.execute("SELECT path, language, role, side, n_bytes FROM files ORDER BY path").fetchall()

    def n_examples(self) -> dict[str, int]:
        """Examples by the kind of unit: `file`, `link`, `folder`, ..."""
        rows = self._db.execute("SELECT substr(unit, 1, instr(unit, ':') - 1) AS stage, sum(n_examples) FROM units GROUP BY stage")
        return {stage: count or 0 for stage, count in rows}

    # Files

    def replace_file(self, record: FileRecord) -> None:
        """Put a processed file in place of what was known under its path, and turn stale what asked for what changed."""
        self.replace_files([record])

    def replace_files(self, records: Sequence[FileRecord]) -> None:
        """The same of several files, each under a path of its own."""
        with self.transaction():
            if not self._is_anything_asked():  # in a first build nobody has asked anything yet
                self._put_files(records)
                return
            for record in records:
                self._turn_stale(self._changed_keys(record))
                self._put_files([record])

    def remove_file(self, path: str) -> None:
        """Forget a file and everything computed of it alone; turn stale what asked for it."""
        with self.transaction():
            keys = self._changed_keys(None, path)
            self._delete_file_rows(path)
            for family in LINKED_FAMILIES:
                self.remove_unit(f"link:{family}:{path}")
            self._turn_stale(keys)
            self.forget(LINKED_FOR)
            self._drop_empty_folders(path.rpartition("/")[0])

    def replace_skipped(self, skipped: Iterable[tuple[str, str]]) -> None:
        """Remember which files are left out by their names, and why; those left out for what they hold stay remembered."""
        with self.transaction():
            self._db.execute("DELETE FROM skipped WHERE content_hash = ''")
            self._db.executemany("INSERT OR REPLACE INTO skipped VALUES (?, ?, '')", skipped)

    def note_skipped(self, path: str, reason: str, content_hash: str) -> None:
        """Remember why one file is left out for what it holds."""
        self._db.execute("INSERT OR REPLACE INTO skipped VALUES (?, ?, ?)", (path, reason, content_hash))

    def forget_skipped(self, path: str) -> None:
        """No longer leave a file out."""
        self._db.execute("DELETE FROM skipped WHERE path = ?", (path,))

    def skipped(self) -> dict[str, str]:
        """Path → reason for every file that is left out."""
        return dict(self._db.execute("SELECT path, reason FROM skipped ORDER BY path"))

    # Units

    def replace_unit(self, record: UnitRecord) -> None:
        """Put a unit's examples in place; it is no longer stale."""
        with self.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO units VALUES (?, 0, ?, ?, ?, ?)",
                (record.unit, record.n_examples, record.rows, record.examples, json.dumps(record.dropped, sort_keys=True)),
            )
            self._put_rows("asked", ("key",), "unit", {record.unit: {(key,) for key in record.asked}})

    def remove_unit(self, unit: str) -> None:
        """Forget a unit."""
        with self.transaction():
            self._db.execute("DELETE FROM units WHERE unit = ?", (unit,))
            self._db.execute("DELETE FROM asked WHERE unit = ?", (unit,))

    def units(self, stage: str) -> list[str]:
        """The units of a stage, such as `commit`, by name."""
        rows = self._db.execute("SELECT unit FROM units WHERE unit >= ? AND unit < ? ORDER BY unit", (f"{stage}:", f"{stage};"))
        return [unit for (unit,) in rows]

    def stale_units(self, stage: str) -> list[str]:
        """The units of a stage that must be computed anew, by name."""
        rows = self._db.execute("SELECT unit FROM units WHERE stale AND unit >= ? AND unit < ? ORDER BY unit", (f"{stage}:", f"{stage};"))
        return [unit for (unit,) in rows]

    def counted_units(self, stage: str) -> dict[str, int | None]:
        """The units of a stage: how many examples each has, None where it must be computed anew."""
        query = "SELECT unit, n_examples, stale FROM units WHERE unit >= ? AND unit < ?"
        rows = self._db.execute(query, (f"{stage}:", f"{stage};"))
        return {unit: None if stale else n_examples for unit, n_examples, stale in rows}

    def rows(self) -> Iterator[tuple[str, list[Row]]]:
        """Every unit with its rows, in the order of the units' names."""
        for unit, rows in self._db.execute("SELECT unit, rows FROM units WHERE n_examples > 0 ORDER BY unit"):
            yield unit, _unpacked(_ROWS, rows)

    def examples(self, unit: str) -> list[Example]:
        """The examples of a unit; empty for an unknown one."""
        row = self._db.execute("SELECT examples FROM units WHERE unit = ?", (unit,)).fetchone()
        return decode_examples(row[0]) if row and row[0] else []

    def dropped(self) -> dict[str, int]:
        """Reasons for which examples were dropped while units were computed."""
        total: dict[str, int] = {}
        for (dropped,) in self._db.execute("SELECT dropped FROM units WHERE dropped != '{}' ORDER BY unit"):
            for reason, count in json.loads(dropped).items():
                total[reason] = total.get(reason, 0) + count
        return dict(sorted(total.items()))

    # What the person added

    def add_own(self, addition: OwnAddition) -> None:
        """Remember an added file, selection or accepted generation, and when it was added."""
        values = (addition.id, *msgspec.structs.astuple(addition), time.time())
        with self.transaction():
            self._db.execute("INSERT OR REPLACE INTO own VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def own(self) -> list[OwnAddition]:
        """Everything added, by id."""
        query = "SELECT path, start_line, end_line, prompt, text, language FROM own ORDER BY id"
        return [OwnAddition(*row) for row in self._db.execute(query)]

    def n_own_since(self, seconds: float) -> int:
        """Examples of what was added after a moment, in seconds since 1970, or at all with 0. No export depends on it."""
        query = "SELECT sum(n_examples) FROM own JOIN units ON unit = 'own:' || own.id WHERE ? = 0 OR added_at > ?"
        row = self._db.execute(query, (seconds, seconds)).fetchone()
        return int(row[0] or 0)

    def remove_own(self, own_id: str) -> bool:
        """Forget something added; whether it was there."""
        with self.transaction():
            self.remove_unit(f"own:{own_id}")
            return self._db.execute("DELETE FROM own WHERE id = ?", (own_id,)).rowcount > 0

    def judge(self, addition: OwnAddition, verdict: str) -> None:
        """Remember what the person thinks of a generated text: `accepted`, `corrected` or `rejected`; the last word counts."""
        values = (addition.path, addition.prompt, addition.text, addition.language, verdict)
        with self.transaction():
            self._db.execute("INSERT OR REPLACE INTO judged VALUES (?, ?, ?, ?, ?)", values)

    def judged(self) -> dict[str, int]:
        """Verdict → number of generated texts."""
        return dict(self._db.execute("SELECT verdict, count(*) FROM judged GROUP BY verdict ORDER BY verdict").fetchall())

    # Questions of the cross-file stage (see `linking`)

    def view(self, path: str) -> FileView | None:
        """A file's facts and text."""
        row = self._db.execute("SELECT facts, text FROM contents WHERE path = ?", (path,)).fetchone()
        return FileView(decode_facts(row[0]), row[1].decode("utf-8")) if row else None

    def declaring(self, name: str, near: str = "", side: str = "", *, most: int) -> list[tuple[str, str, str]]:
        """Path, outline and side of the top-level declarations of a name that are nearest to a path; optionally on one side alone."""
        query = "SELECT n.path, outline, side FROM declares n CROSS JOIN files f ON f.path = n.path WHERE name = ? AND ? IN ('', side)"
        return self._nearest(query, (name, side), near, most)

    def declares(self, path: str, name: str) -> bool:
        """Whether a file declares a name at its top level."""
        return self._db.execute("SELECT 1 FROM declares WHERE name = ? AND path = ?", (name, path)).fetchone() is not None

    def mentioning(self, name: str, near: str = "", role: str = "", *, most: int) -> list[str]:
        """Paths of the other files that mention a name and are nearest to a path; with the beginning of a role, those of such a role."""
        query = "SELECT n.path FROM mentions n WHERE name = ? AND n.path != ?"
        if role:
            query += " AND EXISTS (SELECT 1 FROM files f WHERE f.path = n.path AND substr(f.role, 1, ?) = ?)"
        rows = self._nearest(query, (name, near, len(role), role) if role else (name, near), near, most)
        return [path for (path,) in rows]

    def _nearest(self, query: str, values: tuple[Any, ...], near: str, most: int) -> list[tuple[Any, ...]]:
        """The rows of a query of a table `n` whose paths share most folders with one; those that share equally many by their paths.

        However many there are, only `most` are read of each folder around the path.
        """
        found: dict[str, tuple[Any, ...]] = {}
        for folder in folders_around(near):
            within = (folder, f"{folder[:-1]}0" if folder else _LAST)  # `0` follows `/`
            rows = self._db.execute(f"{query} AND n.path >= ? AND n.path < ? ORDER BY n.path LIMIT ?", (*values, *within, most))
            for row in rows:
                found.setdefault(row[0], row)
            if len(found) >= most:
                break
        return list(found.values())[:most]

    def neighbours(self, path: str) -> Iterator[tuple[str, ...]]:
        """The files just before and after a path, by path: among those of its role and side, then its role, then its language."""
        row = self._db.execute("SELECT role, side, language FROM files WHERE path = ?", (path,)).fetchone()
        if row is not None:
            yield from self._neighbours(path, *row)

    def _neighbours(self, path: str, role: str, side: str, language: str) -> Iterator[tuple[str, ...]]:
        groups = (("role = ? AND side = ?", (role, side)), ("role = ?", (role,)), ("language = ?", (language,)))
        for condition, values in groups:
            before, after = (
                self._db.execute(
                    f"SELECT path FROM files WHERE {condition} AND path {compare} ? ORDER BY path {order} LIMIT 1",  # noqa: S608 - literals
                    (*values, path),
                ).fetchone()
                for compare, order in (("<", "DESC"), (">", "ASC"))
            )
            yield tuple(found[0] for found in (before, after) if found)

    def in_folder(self, folder: str) -> list[tuple[str, str]]:
        """Path and role of the files directly in a folder."""
        return self._db.execute("SELECT path, role FROM files WHERE folder = ? ORDER BY path", (folder,)).fetchall()

    def folders(self) -> list[tuple[str, int]]:
        """Every folder that holds files, with their number."""
        return self._db.execute("SELECT folder, count(*) FROM files GROUP BY folder ORDER BY folder").fetchall()

    def roles_by_folder(self) -> list[tuple[str, str, str, int]]:
        """Folder, language, role, and how many files of it the folder holds."""
        query = "SELECT folder, language, role, count(*) FROM files GROUP BY folder, language, role ORDER BY folder, language, role"
        return self._db.execute(query).fetchall()

    def uses_between_folders(self) -> list[tuple[str, str, str]]:
        """File, a name it mentions, and the file of another folder that alone declares it, overall or in its language."""
        of_file = {path: (language, folder) for path, language, folder in self._db.execute("SELECT path, language, folder FROM files")}
        homes: dict[str, dict[str, list[str]]] = {}
        for name, path in self._db.execute("SELECT name, path FROM declares"):
            homes.setdefault(name, {}).setdefault(of_file[path][0], []).append(path)
        uses: list[tuple[str, str, str]] = []
        for name, path in self._db.execute("SELECT name, path FROM mentions"):
            by_language = homes.get(name)
            if by_language is not None:
                language, folder = of_file[path]
                candidates = by_language.values() if len(by_language) == 1 else [by_language.get(language, [])]
                uses += [(path, name, home) for found in candidates if len(found) == 1 for home in found if of_file[home][1] != folder]
        return sorted(uses)

    # Inside

    def _changed_keys(self, record: FileRecord | None, path: str = "") -> set[str]:
        """The keys for which the answer is another one after this change."""
        path = record.path if record is not None else path
        row = self._db.execute("SELECT role, side, language, surface_hash FROM files WHERE path = ?", (path,)).fetchone()
        old, old_surface = (row[:3], row[3]) if row else (None, "")
        old_declared = dict(self._db.execute("SELECT name, outline FROM declares WHERE path = ?", (path,)))
        old_mentioned = {name for (name,) in self._db.execute("SELECT name FROM mentions WHERE path = ?", (path,))}
        declared = {d.name: d.outline for d in record.declared} if record is not None else {}
        mentioned = set(record.mentioned) if record is not None else set()
        keys = {f"file:{path}"}
        keys |= {f"declares:{name}" for name, _ in {*old_declared.items()} ^ {*declared.items()}}
        keys |= {f"mentions:{name}" for name in old_mentioned ^ mentioned}
        new = (record.role, record.side, record.language) if record is not None else None
        if old != new:
            # Who asks for mentions may ask for those by files of one role.
            keys |= {f"mentions:{name}" for name in old_mentioned | mentioned}
            keys.add(f"neighbour:{path}")
            for role, side, language in filter(None, (old, new)):
                keys |= {f"neighbour:{other}" for others in self._neighbours(path, role, side, language) for other in others}
        if record is None or old_surface != record.surface_hash:
            keys |= {f"folder:{path.rpartition('/')[0]}", "folders"}
        return keys

    def _put_files(self, records: Sequence[FileRecord]) -> None:
        """Write files, table by table: rows of several files that lie together are written in less time."""
        self.forget(LINKED_FOR)
        self._db.executemany("DELETE FROM skipped WHERE path = ?", [(record.path,) for record in records])
        self._db.executemany(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    record.path, record.folder, record.language, record.role, record.side, record.content_hash,
                    record.surface_hash, record.n_bytes,
                )
                for record in records
            ],
        )  # fmt: skip
        self._db.executemany(
            "INSERT INTO contents VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE SET facts = excluded.facts, text = excluded.text",
            [(record.path, record.facts, record.text) for record in records],
        )
        declared = {record.path: {(d.name, d.outline) for d in record.declared} for record in records}
        self._put_rows("declares", ("name", "outline"), "path", declared)
        self._put_rows("mentions", ("name",), "path", {record.path: {(name,) for name in record.mentioned} for record in records})
        self._expect_folders({record.folder for record in records})

    def _put_rows(self, table: str, columns: Sequence[str], of: str, rows: Mapping[str, AbstractSet[tuple[str, ...]]]) -> None:
        """Make these the rows of files or units, told apart by their first column: most stay as they are, each on a page of its own."""
        names = ", ".join(columns)
        known = {(*row, owner) for owner in rows for row in self._db.execute(f"SELECT {names} FROM {table} WHERE {of} = ?", (owner,))}  # noqa: S608 - names from the callers
        wanted = {(*row, owner) for owner, found in rows.items() for row in found}
        gone = sorted((row[0], row[-1]) for row in known - wanted)
        self._db.executemany(f"DELETE FROM {table} WHERE {columns[0]} = ? AND {of} = ?", gone)  # noqa: S608 - likewise
        marks = ", ?" * len(columns)
        self._db.executemany(f"INSERT INTO {table} ({names}, {of}) VALUES (?{marks})", sorted(wanted - known))  # noqa: S608 - likewise

    def _is_anything_asked(self) -> bool:
        return self._db.execute("SELECT 1 FROM asked LIMIT 1").fetchone() is not None

    def _turn_stale(self, keys: set[str]) -> None:
        for key in sorted(keys):
            self._db.execute("UPDATE units SET stale = 1 WHERE NOT stale AND unit IN (SELECT unit FROM asked WHERE key = ?)", (key,))

    def expect_unit(self, unit: str) -> None:
        """Make sure that a unit exists and is computed anew."""
        self._db.execute("INSERT INTO units VALUES (?, 1, 0, x'', x'', '{}') ON CONFLICT (unit) DO UPDATE SET stale = 1", (unit,))

    def expect_every_folder(self) -> None:
        """Have every folder drawn anew."""
        self._db.execute("UPDATE units SET stale = 1 WHERE unit >= 'folder:' AND unit < 'folder;'")

    def _expect_folders(self, folders: set[str]) -> None:
        for name in {*folders, ""}:
            self._db.execute("INSERT OR IGNORE INTO units VALUES (?, 1, 0, x'', x'', '{}')", (f"folder:{name}",))

    def _drop_empty_folders(self, folder: str) -> None:
        if folder and not self.in_folder(folder):
            self.remove_unit(f"folder:{folder}")
        if self._db.execute("SELECT 1 FROM files LIMIT 1").fetchone() is None:
            self.remove_unit("folder:")

    def _delete_file_rows(self, path: str) -> None:
        for table in _TABLES_OF_FILES:
            self._db.execute(f"DELETE FROM {table} WHERE path = ?", (path,))  # noqa: S608 - names from the line above


def folders_around(path: str) -> Iterator[str]:
    """What paths in the folder of a path begin with, those in the folder around it, and so on; at last the empty text, as all do."""
    folder = path.rpartition("/")[0]
    while folder:
        yield f"{folder}/"
        folder = folder.rpartition("/")[0]
    yield ""


def encode_unit(
    unit: str, examples: Sequence[Example], dropped: Mapping[str, int], asked: Iterable[str] = (), *, content_hash: str = ""
) -> UnitRecord:
    """Encode a unit's examples for the store."""
    rows = [_row(example, place) for place, example in enumerate(examples)]
    return UnitRecord(
        unit=unit,
        n_examples=len(examples),
        rows=zlib.compress(_ENCODER.encode(rows), 1) if rows else b"",
        examples=zlib.compress(_ENCODER.encode(list(examples)), 1) if rows else b"",
        dropped=dropped,
        asked=tuple(sorted(asked)),
        content_hash=content_hash,
    )


def encode_facts(facts: FileFacts) -> bytes:
    """Facts as MessagePack; not compressed, as linking reads them many times."""
    return _ENCODER.encode(facts)


def decode_facts(data: bytes) -> FileFacts:
    """The reverse of `encode_facts`."""
    return _decoded(_FACTS, data)


def decode_examples(data: bytes) -> list[Example]:
    """The examples of a unit."""
    return _unpacked(_EXAMPLES, data)


def _unpacked(decoder: msgspec.msgpack.Decoder[_Decoded], data: bytes) -> _Decoded:
    try:
        return _decoded(decoder, zlib.decompress(data))
    except zlib.error as error:
        raise StoreError(f"the store: {_DAMAGED} ({error})") from error


def _decoded(decoder: msgspec.msgpack.Decoder[_Decoded], data: bytes) -> _Decoded:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise StoreError(f"the store: {_DAMAGED} ({error})") from error


def _explained(folder: Path, error: sqlite3.Error) -> StoreError:
    if not folder.is_dir():
        return StoreError(f"{folder} was removed while it was in use; run the command again")
    text = str(error)
    remedy = next((remedy for word, remedy in _REMEDIES if word in text.lower()), _DAMAGED)
    return StoreError(f"the store in {folder}: {remedy} ({text})")


_ENCODER = msgspec.msgpack.Encoder()
_FACTS = msgspec.msgpack.Decoder(FileFacts)
_EXAMPLES = msgspec.msgpack.Decoder(list[Example])
_ROWS = msgspec.msgpack.Decoder(list[Row])


def _row(example: Example, place: int) -> Row:
    source = example.provenance
    return Row(
        id=example.id,
        kind=example.kind,
        language=example.language,
        path=source.path,
        context_paths=source.context_paths,
        answer_id=example.answer_id,
        n_prompt_bytes=len(example.prompt.encode()),
        n_answer_bytes=len(example.completion.encode()),
        place=place,
    )


def _open(folder: Path, *, read_only: bool) -> sqlite3.Connection:
    if not read_only:
        _make_folder(folder)
    try:
        db = _connect(folder, "ro" if read_only else "rwc")
    except sqlite3.Error as error:
        raise _explained(folder, error) from error
    try:
        db.execute("PRAGMA temp_store = MEMORY")
        if not read_only:
            db.execute("PRAGMA synchronous = NORMAL")
            _migrate(db)
        elif _version(db) < len(_MIGRATIONS):
            # It is older, or so new that the process which makes it has not come to its tables yet.
            with closing(_connect(folder, "rw")) as writing:
                _migrate(writing)
    except sqlite3.Error as error:
        db.close()
        raise _explained(folder, error) from error
    except StoreError:
        db.close()
        raise
    return db


def _connect(folder: Path, mode: str) -> sqlite3.Connection:
    uri = f"{(folder / 'store.sqlite3').absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=_WAIT_S, isolation_level=None)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("# Made by Mothertongue: this folder ignores itself.\n*\n", "utf-8")
    except OSError as error:
        message = (
            f"cannot write to {folder} ({(error.strerror or str(error)).lower()}); free some space, make the project's folder writable, "
            "or copy the project to a folder that is"
        )
        raise StoreError(message) from error


def _version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > len(_MIGRATIONS):
        message = (
            f"the store was made by a newer Mothertongue (version {version}, this one knows {len(_MIGRATIONS)}); "
            "update Mothertongue, or remove the store with `mothertongue clean`"
        )
        raise StoreError(message)
    return int(version)


def _log_ahead(db: sqlite3.Connection) -> bool:
    """Turn to the write-ahead log, which lasts; false where another process that makes the store too has it just now.

    SQLite waits for a lock, but not here: it refuses at once.
    """
    try:
        db.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True


def _migrate(db: sqlite3.Connection) -> None:
    if _version(db) == len(_MIGRATIONS):
        return
    deadline = time.monotonic() + _WAIT_S
    while not _log_ahead(db) and time.monotonic() < deadline:
        time.sleep(0.01)
    db.execute("BEGIN IMMEDIATE")
    version = _version(db)  # another process may have been faster
    for statement in ";".join(_MIGRATIONS[version:]).split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
    db.execute("COMMIT")
