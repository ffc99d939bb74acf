"""Which of the files that declare a name a piece of code means, as far as its imports tell. Pure.

Two crates of a workspace may both have a `Config`, and a project may have a `File` beside that of the standard library. Names alone would
join what has nothing to do with each other; a file's imports, and the modules that it writes before a name, keep them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from dataset_core import language
from dataset_core.facts import Import
from dataset_core.project_view import FileView

NOT_MEANT, POSSIBLE, MEANT = 0, 1, 2

_HERE = frozenset({"", ".", "..", "@", "~", "crate", "self", "super", "Self"})
_INDEX_STEMS = frozenset({"__init__", "index", "mod", "lib", "main"})
_SOURCE_FOLDERS = ("src", "tests", "examples", "benches")
_SCRIPT_ENDINGS = re.compile(r"\.(?:[cm]?[jt]sx?|vue|svelte|s?css)$")
_COMMENTS = re.compile(r"/(?:(?<![^\s]/)/.*|(?s:\*.*?\*/))")  # begins with a letter that is searched for at the speed of C
_IDENTIFIER = re.compile(r"\w+")
_AFTER_DECLARED = re.compile(r":[^=]|[ \t]+[*\[\]\w]")
# `com` and `org` say nothing of a module, and neither does a name that short of anything else.
_MIN_ROOT = 4


def fit(user: FileView, name: str, path: str) -> int:
    """How well a declaration of `name` in `path` fits what `user` means by the name.

    Returns:
        `NOT_MEANT` where the imports lead elsewhere, `MEANT` where they lead to this very file, `POSSIBLE` where nothing is said.
    """
    return fits_of(user, name, (path,))[0]


def fits_of(user: FileView, name: str, paths: Iterable[str]) -> list[int]:
    """How well each of several declarations fits, as `fit` says it: the file that uses the name is looked through once for all."""
    known = language.languages().get(user.language)
    sources: _Sources | None = None
    found: list[int] = []
    for path in paths:
        if known is None or path == user.path:
            found.append(MEANT)
        elif not _run_together(known, path):
            found.append(NOT_MEANT)
        elif known.names_are_qualified:
            found.append(_by_qualifier(user, name, path))
        else:
            sources = sources or _sources_of(user, name, known)
            found.append(_by_sources(user, name, path, known, sources))
    return found


class _Sources(NamedTuple):
    """The modules that a name can come from; whether an import names it, and whether it stands without a module before it."""

    modules: tuple[str, ...]
    is_imported: bool
    is_bare: bool


def _sources_of(user: FileView, name: str, known: language.Language) -> _Sources:
    imported = tuple(row.module for row in user.facts.imports if name in row.names or _segments(row.module)[-1:] == (name,))
    if imported or not known.names_are_imported or len(name) == 1:
        return _Sources(imported, is_imported=bool(imported), is_bare=False)
    qualified = set(re.findall(rf"(\w+(?:(?:::|\.)\w+)*)(?:::|\.){re.escape(name)}\b", user.text))
    is_bare = re.search(rf"(?<![\w.:]){re.escape(name)}\b", user.text) is not None
    modules = (*(row.module for row in user.facts.imports if is_bare), *sorted(qualified))
    named = tuple(module for module in modules if not set(_segments(module)) <= _HERE)
    return _Sources(named, is_imported=False, is_bare=is_bare)


def _by_sources(user: FileView, name: str, path: str, known: language.Language, sources: _Sources) -> int:
    leads = (_leads_to(module, name, user.path, path, known.foreign_modules) for module in sources.modules)
    if sources.is_imported:
        return max(leads)
    if not known.names_are_imported:
        return POSSIBLE
    if len(name) == 1:
        return NOT_MEANT  # a type parameter
    is_beside = sources.is_bare and known.package_folders and _package(path) == _package(user.path)
    return POSSIBLE if any(leads) or is_beside else NOT_MEANT


def foreign_names(user: FileView) -> frozenset[str]:
    """Names that a file writes only behind a package of the standard library, such as `FileSystem` in `http.FileSystem`."""
    known = language.languages().get(user.language)
    if known is None or not known.names_are_qualified:
        return frozenset()
    return _foreign_names(user.text, user.facts.imports, known.foreign_modules)


def imported_from_outside(user: FileView) -> frozenset[str]:
    """Names that a file imports from the standard library."""
    known = language.languages().get(user.language)
    foreign = known.foreign_modules if known is not None else ()
    return frozenset(name for row in user.facts.imports if _segments(row.module)[0] in foreign for name in row.names)


@lru_cache(256)
def _foreign_names(text: str, imports: tuple[Import, ...], foreign: tuple[str, ...]) -> frozenset[str]:
    is_foreign = {_package_name(row): _segments(row.module)[0] in foreign for row in imports}
    names = {name for package, outside in is_foreign.items() if outside for name in _names_behind(_code(text), package)}
    uses = {name: _uses(text, name) for name in names}
    return frozenset(
        name for name, (is_bare, before) in uses.items() if not is_bare and all(is_foreign.get(package, True) for package in before)
    )


def _run_together(user: language.Language, path: str) -> bool:
    """Whether code of a language can use a file's declarations: C# on a server does not mean what a browser's TypeScript declares."""
    other = language.languages().get(language.language_of(path) or "")
    return other is None or not user.runtime or not other.runtime or user.runtime == other.runtime


def _by_qualifier(user: FileView, name: str, path: str) -> int:
    """Where a name of another folder always stands behind that of its package: only there, or bare in its own folder."""
    foreign = language.languages()[user.language].foreign_modules
    folder = path.rpartition("/")[0]
    is_bare, before = _uses(user.text, name)
    if is_bare and folder == user.path.rpartition("/")[0]:
        return MEANT
    named = (row for row in user.facts.imports if _package_name(row) in before) if before else ()
    return MEANT if any(_segments(row.module)[0] not in foreign and _ends_with(row.module, folder) for row in named) else NOT_MEANT


def _ends_with(module: str, folder: str) -> bool:
    """Whether an import can be of a folder: their last two words are the same, or the only one; the root has no words."""
    words, places = _unversioned(module), [place for place in folder.split("/") if place]
    count = min(2, len(places), max(1, len(words) - 1))
    return not places or list(words[-count:]) == places[-count:]


def _package_name(row: Import) -> str:
    """How a file calls a package that it imports: the name that it gives it, or the last word of its path."""
    return row.names[0] if row.names else _unversioned(row.module)[-1]


@lru_cache(4_096)
def _unversioned(module: str) -> tuple[str, ...]:
    """The words of an import path without a version at its end."""
    words = module.split("/")
    last = re.sub(r"\.v\d+$", "", words[-1])
    return tuple(words[:-1]) if len(words) > 1 and re.fullmatch(r"v\d+", last) else (*words[:-1], last)


@lru_cache(256)
def _code(text: str) -> str:
    """A text without its comments."""
    return _COMMENTS.sub("", text)


@lru_cache(4_096)
def _uses(text: str, name: str) -> tuple[bool, frozenset[str]]:
    """Whether a name stands alone in code, and all names that it stands behind.

    Comments are left out, and so is a name that a line declares or sets: `Request *http.Request`, `Files: found`.
    """
    code = _code(text)
    is_bare = False
    before: set[str] = set()
    for start, end in _places_of(code, name):
        if code[start - 1 : start] == ".":
            qualifier = _word_before(code, start - 1)
            if qualifier and code[start - len(qualifier) - 2 : start - len(qualifier) - 1] != ".":
                before.add(qualifier)
        elif not is_bare:
            is_bare = not _is_declared(code, start, end)
    return is_bare, frozenset(before)


def _names_behind(code: str, package: str) -> set[str]:
    """The names that stand directly behind a package: `Server` in `http.Server`."""
    behind = (
        _IDENTIFIER.match(code, end + 1)
        for start, end in _places_of(code, package)
        if code[end : end + 1] == "." != code[start - 1 : start]
    )
    return {found.group() for found in behind if found is not None}


def _places_of(code: str, name: str) -> Iterator[tuple[int, int]]:
    """Where a whole word stands."""
    start = code.find(name)
    while start >= 0:
        end = start + len(name)
        if not (_is_word(code[end : end + 1]) or _is_word(code[start - 1 : start] if start else "")):
            yield start, end
        start = code.find(name, end)


def _word_before(code: str, end: int) -> str:
    start = end
    while start > 0 and _is_word(code[start - 1]):
        start -= 1
    return code[start:end]


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_declared(code: str, start: int, end: int) -> bool:
    """Whether a name is what its line declares or sets."""
    if _AFTER_DECLARED.match(code, end) is None:
        return False
    lead = code[code.rfind("\n", 0, start) + 1 : start]
    stripped = lead.rstrip(" \t")
    return (bool(lead) and not stripped) or stripped.endswith(("{", ","))


def _leads_to(module: str, name: str, user: str, path: str, foreign: tuple[str, ...]) -> int:
    """Whether a module, as an import writes it, can be the file or a folder around it, which may pass on what it holds."""
    segments = _segments(module)
    if segments and segments[0] in foreign:
        return NOT_MEANT
    words = [segment for segment in segments if segment not in _HERE and segment != name]
    places = _places(path)
    if not words:
        return POSSIBLE if segments != (name,) or name in places else NOT_MEANT
    if _is(words[-1], places[-1]):
        return MEANT
    candidates = [words[-1], *([words[0]] if len(words[0]) >= _MIN_ROOT else [])]
    inside = any(_is(word, place) for word in candidates for place in places)
    # `@app/shared` may pass on what lies elsewhere below a folder `app` that both files are in.
    alias = segments[0][1:] if segments[0].startswith("@") and segments[0] not in _HERE else ""
    inside = inside or (bool(alias) and alias in path.split("/")[:-1] and alias in user.split("/")[:-1])
    within = segments[0] in _HERE and _package(path) == _package(user)
    return POSSIBLE if inside or (within and len(words) > 1) else NOT_MEANT


def _is(word: str, place: str) -> bool:
    """Whether a module's word names a folder or file: a crate `grep_searcher` may lie in a folder `searcher`."""
    word, place = word.replace("-", "_"), place.replace("-", "_")
    return word == place or word.endswith(f"_{place}")


@lru_cache(4_096)
def _segments(module: str) -> tuple[str, ...]:
    """The words of a module as an import writes it."""
    if "/" in module:
        return tuple(_SCRIPT_ENDINGS.sub("", module).split("/"))
    return tuple(re.split(r"::|\.|\\", module))


@lru_cache(4_096)
def _places(path: str) -> tuple[str, ...]:
    """The folders of a path and its stem; a folder's index file stands for the folder, that of `src` for the package."""
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0] or name
    if stem not in _INDEX_STEMS or not folders:
        return (*folders, stem)
    return tuple(folders[:-1] if folders[-1] in _SOURCE_FOLDERS and len(folders) > 1 else folders)


@lru_cache(4_096)
def _package(path: str) -> str:
    """The folder of the package that a file belongs to: above its source folder, or else the first two folders."""
    folders = path.split("/")[:-1]
    first = next((index for index, folder in enumerate(folders) if folder in _SOURCE_FOLDERS), min(2, len(folders)))
    return "/".join(folders[:first])
