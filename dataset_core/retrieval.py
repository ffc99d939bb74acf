"""Finding the code of a project that a request is about: a full-text index over the store (IO: a SQLite file beside the store's).

The index holds passages: a file's top-level definitions, whole where they are short, else with their bodies left out. It is brought up to
date when it is asked: only files whose content hash changed are read again. It can be deleted at any time.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from dataset_core import prompt_format
from dataset_core.analogy import common_words, subject_of, told_of
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView
from dataset_core.store import Store
from dataset_core.units import MAX_CONTEXT_BYTES, MIN_ANSWER_BYTES, excerpt, head, outline
from dataset_core.variations.renaming import rename

FILE_NAME = "retrieval.sqlite3"
# Training rows quote one or two pieces of code of this size together.
MAX_TOTAL_BYTES = 2_200
_MAX_PASSAGES = 3
_FEWEST_OF_A_KIND = 2
_MAX_EXCERPT_BYTES, _STEM = 1_700, 6
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, content_hash TEXT NOT NULL) WITHOUT ROWID;
    CREATE VIRTUAL TABLE IF NOT EXISTS passages USING fts5(
        path UNINDEXED, language UNINDEXED, code UNINDEXED, name, place, words, tokenize = 'porter unicode61'
    );
"""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True)
class Passage:
    """A definition of the project as a prompt quotes it, or what it would be for another subject (`analogy.py`).

    Attributes:
        path: Of its file, or of the one that it would stand in.
        language: A language folder's name.
        name: In words: `order service`.
        code: Of the definition.
        beginning: Of what is not there yet, how it begins: up to where its members follow.
    """

    path: str
    language: str
    name: str
    code: str
    beginning: str = ""


class RetrievalError(Exception):
    """The index cannot be used; the message says why."""


def retrieve(store: Store, request: str, *, only_named: bool = False) -> list[Passage]:
    """The passages that a request is about, best first, of at most `MAX_TOTAL_BYTES` together; none where nothing fits its words.

    Args:
        store: Of the project; the index lies in its folder.
        request: In a person's words.
        only_named: Only definitions whose whole name the request says, as one word or as several.

    Raises:
        RetrievalError: SQLite has no full-text search here, or the index cannot be written.
    """
    wanted = _words(request) - common_words()
    if not wanted:
        return []
    try:
        with closing(_open(store.folder)) as index:
            _refresh(index, store, [path for path, *_ in store.files_overview()])
            found: Iterable[Passage] = chain(_one_of_its_kind(index, store, request, wanted), _search(index, wanted))
            if only_named:
                found = (passage for passage in found if _words(request).issuperset(passage.name.split()))
            return _within_budget(dict.fromkeys(found))
    except sqlite3.Error as error:
        raise RetrievalError(f"the project's code cannot be searched ({error}); the request goes without it") from error


def blocks(passages: Iterable[Passage]) -> str:
    """Passages as prompts quote code: a fence each, under its path."""
    return "\n\n".join(prompt_format.code_block(passage.language, passage.code, passage.path) for passage in passages)


def _open(folder: Path) -> sqlite3.Connection:
    path = folder / FILE_NAME
    for is_second_try in (False, True):
        index = sqlite3.connect(path, timeout=10, isolation_level=None)
        try:
            index.execute("PRAGMA journal_mode = WAL")
            index.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            index.close()
            if is_second_try or ("not a database" not in str(error) and "malformed" not in str(error)):
                raise
            path.unlink(missing_ok=True)  # it holds nothing that the store does not
        else:
            return index
    raise sqlite3.DatabaseError("the index cannot be made")


def _refresh(index: sqlite3.Connection, store: Store, paths: Collection[str]) -> None:
    known = dict(index.execute("SELECT path, content_hash FROM files"))
    hashes = store.content_hashes()
    current = {path: hashes[path] for path in paths if path in hashes}
    changed = [path for path, content_hash in current.items() if known.get(path) != content_hash]
    gone = [path for path in known if path not in current]
    if not changed and not gone:
        return
    index.execute("BEGIN IMMEDIATE")
    for path in (*gone, *changed):
        index.execute("DELETE FROM files WHERE path = ?", (path,))
        index.execute("DELETE FROM passages WHERE path = ?", (path,))
    for path in changed:
        view = store.view(path)
        if view is not None:
            index.execute("INSERT INTO files VALUES (?, ?)", (path, current[path]))
            index.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", _rows(view))
    index.execute("COMMIT")


def _rows(view: FileView) -> Iterator[tuple[str, str, str, str, str, str]]:
    for symbol in view.facts.symbols:
        if symbol.parent != -1 or not (symbol.is_type or symbol.is_callable):
            continue
        whole = view.code(symbol)
        code = whole if len(whole.encode()) <= MAX_CONTEXT_BYTES else outline(view, [symbol])
        if len(code.encode()) >= MIN_ANSWER_BYTES:
            yield view.path, view.language, code, _spelt(symbol.name), _spelt(view.path), _spelt(whole)


def _one_of_its_kind(index: sqlite3.Connection, store: Store, request: str, wanted: frozenset[str]) -> list[Passage]:
    """Where a request names a kind of thing that the project has several of, such as a controller: the one that comes nearest to it.

    How the project writes such a thing says more than code that has other words of the request. What of it the request is about is quoted
    whole, and told of the subject of the request.
    """
    for kind in reversed([word.lower() for word in _WORD.findall(request) if word.lower() in wanted]):
        rows = index.execute(
            "SELECT path, name FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, 0, 0, 0, 8.0, 3.0, 1.0), path LIMIT 60",
            (f'name : "{kind}" AND ({_any_of(wanted)})',),
        )
        of_kind = [(path, name) for path, name in rows if name.rpartition(" ")[2] == kind]
        if len(of_kind) >= _FEWEST_OF_A_KIND:
            return _as_asked(store, *of_kind[0], wanted - {kind}, subject_of(request, kind))
    return []


def _as_asked(store: Store, path: str, spelt: str, wanted: frozenset[str], subject: str) -> list[Passage]:
    """The definition of a name in a file, as far as a request is about it, with a subject in the place of its entity."""
    view = store.view(path)
    symbol = next((s for s in view.facts.symbols if s.parent == -1 and _spelt(s.name) == spelt), None) if view is not None else None
    if view is None or symbol is None:
        return []

    def worth(member: Symbol) -> float:
        in_name, in_text = (len(_stems(text) & _stems(" ".join(wanted))) for text in (member.name, view.code(member)))
        return math.inf if member.kind == "constructor" else 3 * in_name + in_text

    code = excerpt(view, symbol, worth, _MAX_EXCERPT_BYTES)
    told = told_of(subject, code, symbol.name, view.language)
    if told is None:
        return [Passage(path, view.language, spelt, code)]
    entity, code = told
    name, path, beginning = (rename(text, entity, subject)[0] for text in (symbol.name, path, head(view, symbol)))
    return [Passage(path, view.language, _spelt(name), code, beginning)]


def _stems(text: str) -> frozenset[str]:
    """Beginnings of words, by which `RegisterGuest` is about a registration."""
    return frozenset(word[:_STEM] for word in _words(text))


def _any_of(words: Collection[str]) -> str:
    return " OR ".join(f'"{word}"' for word in sorted(words))


def _search(index: sqlite3.Connection, wanted: Collection[str]) -> Iterator[Passage]:
    """By rank; a passage that only mentions the words, and is neither called nor kept by one of them, is not what a request is about."""
    query = _any_of(wanted)
    rows = index.execute(
        "SELECT path, language, name, code FROM passages WHERE passages MATCH ? "
        "ORDER BY bm25(passages, 0, 0, 0, 8.0, 3.0, 1.0), path LIMIT 60",
        (f"{{name place}} : ({query}) AND ({query})",),
    )
    for path, language, name, code in rows:
        yield Passage(path, language, name, code)


def _within_budget(passages: Iterable[Passage]) -> list[Passage]:
    chosen: list[Passage] = []
    room = MAX_TOTAL_BYTES
    for passage in passages:
        size = len(passage.code.encode())
        if size <= room and len(chosen) < _MAX_PASSAGES:
            chosen.append(passage)
            room -= size
    return chosen


def _spelt(text: str) -> str:
    """The words that names are made of: `OrderService` → `order service`."""
    return " ".join(word.lower() for word in _WORD.findall(text))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))
