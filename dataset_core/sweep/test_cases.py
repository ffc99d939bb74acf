"""The test cases of a file and the code that each of them tests, by the naming conventions of all languages (`tests.toml`)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from posixpath import dirname, join, splitext

import msgspec

from dataset_core import roles
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView, dedent
from dataset_core.toml_file import load_toml
from dataset_core.units import owner_of
from dataset_core.variations.context import brief, member_code, names_in, own_names
from dataset_core.variations.endpoints import answers_request

_CASE_BYTES = (80, 1_200)
_MAX_LOOKUPS = 8
_MIN_NAME = 4
_MIN_SUBJECT_BYTES = 60
_WORD = re.compile(r"\b[A-Za-z_]\w+(?=\()|\bnew\s+(\w+)")


@dataclass(frozen=True)
class TestCase:
    """A test: how a prompt calls it, its text from the margin, its lines, the names it calls and the types it mentions."""

    __test__ = False

    title: str
    text: str
    start_line: int
    end_line: int
    calls: tuple[str, ...]
    types: tuple[str, ...]
    parent: int


@dataclass(frozen=True)
class Subject:
    """Code under test: the definition that a test calls and the type around it, where there is one."""

    view: FileView
    symbol: Symbol
    owner: Symbol | None


def is_test(view: FileView) -> bool:
    """Whether a file holds tests, by its path or its role."""
    return roles.is_test(view.facts)


def test_cases(view: FileView) -> list[TestCase]:
    """The cases of a file that are neither trivial nor too long, in order."""
    cases = [_of_symbol(view, symbol) for symbol in view.facts.symbols if is_case(symbol)]
    return cases or list(_of_calls(view))


def subject_of(view: FileView, case: TestCase, project: ProjectView, max_bytes: int) -> Subject | None:
    """The code that a case tests: a callable that it calls or whose request it makes, or else a type that it is named after."""
    files: list[FileView] = []
    for found in _candidates(view, case, project):
        files.append(found)
        subject = _callable_in(view, found, case, max_bytes)
        if subject is not None:
            return subject
    return next((subject for found in files if (subject := _type_in(view, found, case, max_bytes)) is not None), None)


def shared_setup(view: FileView, case: TestCase, limit: int = 500) -> str:
    """What the cases of a class or file share: fields, what runs before each, and the head of each helper that the case calls."""
    members = [symbol for symbol in view.facts.children(case.parent) if not is_case(symbol)]
    words = set(re.findall(r"\w+", case.text))
    text = ""
    for member in members:
        is_field = case.parent >= 0 and member.kind in {"field", "property", "constructor"}
        if is_field or (member.is_type and member.name in words):
            shown = view.code(msgspec.structs.replace(member, start=member.header))
        elif member.is_callable and member.name in case.calls:
            shown = brief(member)
        else:
            continue
        if len(text) + len(shown) <= limit:
            text += shown + "\n"
    return text.strip()


def is_case(symbol: Symbol) -> bool:
    """Whether a definition is a test case that is neither trivial nor too long, by its name or its annotations."""
    if not symbol.is_callable or not _CASE_BYTES[0] <= symbol.end - symbol.start <= _CASE_BYTES[1]:
        return False
    annotated = any(_pattern("case_annotation").match(annotation) for annotation in symbol.annotations)
    return annotated or _pattern("case_name").match(symbol.name) is not None


def _of_symbol(view: FileView, symbol: Symbol) -> TestCase:
    # What is called on a package from outside, such as `sqlite3.connect`, is not what the test is about.
    packages = {row.module for row in view.facts.imports if not row.names}
    calls = tuple(call.name for call in symbol.calls if call.receiver not in packages)
    text = member_code(view, symbol)
    return TestCase(f"the test `{symbol.name}`", text, symbol.start_line, symbol.end_line, calls, tuple(names_in(symbol)), symbol.parent)


def _of_calls(view: FileView) -> Iterator[TestCase]:
    """Cases that are calls with a function, by the indentation of the line that opens and of the one that closes them."""
    if not roles.is_test_path(view.path):
        return
    lines = view.text.split("\n")
    for first, line in enumerate(lines):
        match = _pattern("case_call").match(line)
        if match is None:
            continue
        indent = line[: len(line) - len(line.lstrip())]
        closing = re.compile(rf"{indent}(?:\}}|end\b)")
        last = next((n for n in range(first + 1, len(lines)) if closing.match(lines[n])), first)
        text = dedent("\n".join(lines[first : last + 1]).strip(), indent)
        if _CASE_BYTES[0] <= len(text.encode()) <= _CASE_BYTES[1]:
            calls = tuple(dict.fromkeys(m.group(1) or m.group() for m in _WORD.finditer(text)))
            types = tuple(dict.fromkeys(re.findall(r"\b[A-Z]\w+\b", text)))
            yield TestCase(f'the test "{match.group("name")}"', text, first + 1, last + 1, calls, types, -1)


def _candidates(view: FileView, case: TestCase, project: ProjectView) -> Iterator[FileView]:
    """Files that may hold the code under test: by the file's name beside it, by the stem as a type, by what the case names."""
    stem = stem_of(view.path)
    extension = splitext(view.path)[1]
    beside = join(dirname(view.path), stem + extension)
    if beside != view.path:
        found = project.view(beside)
        if found is not None:
            yield found
    imported = {name for row in view.facts.imports for name in row.names}
    mentioned = [name for name in (*case.types, *case.calls) if name in imported or name[:1].isupper() or view.language == "go"]
    names = own_names(view, [*([stem] if stem[:1].isupper() else ()), *mentioned])[:_MAX_LOOKUPS]
    paths = dict.fromkeys(row[0] for name in names if (row := project.signature(name, view.path)) is not None)
    # What the test file is named after comes before what its cases only make use of.
    for path in sorted(paths, key=lambda path: _flat(stem_of(path)) != _flat(stem)):
        found = project.view(path) if path != view.path and not roles.is_test_path(path) else None
        if found is not None:
            yield found
    if "mod tests" in view.text or "#[test]" in view.text:
        yield view


@lru_cache(4_096)
def stem_of(path: str) -> str:
    """The stem of the code that a test file is about: `RoomTests.cs`, `room.spec.ts`, `test_room.py` give `Room`, `room`, `room`."""
    stem = splitext(path.rpartition("/")[2])[0]
    for affix in load_toml("sweep/tests.toml")["affixes"]:
        stem = re.sub(affix, "", stem)
    return stem


def _callable_in(test: FileView, view: FileView, case: TestCase, max_bytes: int) -> Subject | None:
    """Of the callables of a file that the case names or calls, the one whose name says most."""
    case_words = f" {' '.join(_words(case.title))} "
    is_its_file = _is_file_of(test, view)
    ranked: list[tuple[int, int, int, Symbol]] = []
    homonyms: dict[str, set[str]] = defaultdict(set)
    for symbol in view.facts.symbols:
        homonyms[symbol.name].add(symbol.container)
    for symbol in view.facts.symbols:
        if (
            not symbol.is_callable
            or symbol.body_start < 0
            or not _MIN_SUBJECT_BYTES <= symbol.end - symbol.start <= max_bytes
            or is_case(symbol)
        ):
            continue
        words = _words(symbol.name)
        if len(homonyms[symbol.name]) > 1 and not _is_owner_in(view, symbol, case.text):
            continue
        is_near = is_its_file or _owner_is_named(view, symbol, _flat(case.title), test)
        # What answers a request is called by its route, which a test does not spell as a call.
        is_used = symbol.name in case.calls or _is_called(symbol.name, case.text) or answers_request(symbol)
        is_named = f" {' '.join(words)} " in case_words and is_used and (len(words) > 1 or is_near)
        if (is_named or (is_near and symbol.name in case.calls)) and not view.facts.is_one_of_several(symbol):
            ranked.append((len(symbol.name) if is_named else 0, symbol.end - symbol.start, -symbol.start, symbol))
    if not ranked:
        return None
    chosen = max(ranked, key=lambda row: row[:3])[3]
    owner = owner_of(view, chosen)
    return Subject(view, chosen, owner if owner is not None and owner.is_type else None)


def _is_owner_in(view: FileView, symbol: Symbol, text: str) -> bool:
    """Whether a text names the type of a method: of several methods called `new`, it tells which is meant."""
    owner = owner_of(view, symbol)
    return owner is not None and owner.name in text and re.search(rf"\b{re.escape(owner.name)}\b", text) is not None


def _type_in(test: FileView, view: FileView, case: TestCase, max_bytes: int) -> Subject | None:
    """The type of a file that the case or its file is named after; of the file that the test file is named after, what it is about."""
    names = _flat(case.title) + _flat(test.path)
    types = [s for s in view.facts.symbols if s.is_type and _MIN_SUBJECT_BYTES <= s.end - s.start <= max_bytes]
    named = [s for s in types if s.name in case.types and _flat(s.name) in names]
    if not named and view is not test and _is_file_of(test, view) and any(s.name in case.types for s in view.facts.symbols):
        named = [view.main] if view.main in types else []
    return Subject(view, named[0], None) if named else None


def _is_file_of(test: FileView, view: FileView) -> bool:
    """Whether a file is what a test file is named after, or holds its tests itself."""
    return view is test or _flat(stem_of(view.path)) == _flat(stem_of(test.path))


def _is_called(name: str, text: str) -> bool:
    """Whether a text calls a name, also inside a macro, which a grammar does not look into."""
    return name in text and re.search(rf"\b{re.escape(name)}(?:::)?(?:<[^;(]*>)?!?\(", text) is not None


def _owner_is_named(view: FileView, symbol: Symbol, case_name: str, test: FileView) -> bool:
    around = owner_of(view, symbol)
    owner = _flat(around.name) if around is not None else ""
    return len(owner) >= _MIN_NAME and (owner in case_name or owner in _flat(stem_of(test.path)))


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]


@lru_cache(4_096)
def _flat(name: str) -> str:
    """Letters and digits alone, in lower case: `sqlite_table_type` and `SqliteTableType` are the same."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(load_toml("sweep/tests.toml")[key])
