"""Which of the files that declare a name a piece of code means, as far as its imports tell. Pure.

Two crates of a workspace may both have a `Config`, and a project may have a `File` beside that of the standard library. Names alone would
join what has nothing to do with each other; a file's imports, and the modules that it writes before a name, keep them apart.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dataset_core import language
from dataset_core.facts import Import
from dataset_core.project_view import FileView

NOT_MEANT, POSSIBLE, MEANT = 0, 1, 2

_HERE = frozenset({"", ".", "..", "@", "~", "crate", "self", "super", "Self"})
_INDEX_STEMS = frozenset({"__init__", "index", "mod", "lib", "main"})
_SOURCE_FOLDERS = ("src", "tests", "examples", "benches")
_SCRIPT_ENDINGS = re.compile(r"\.(?:[cm]?[jt]sx?|vue|svelte|s?css)$")
_COMMENTS = re.compile(r"(?m)(?:^|(?<=\s))//.*$|(?s:/\*.*?\*/)")
_DECLARED = re.compile(r"(?m)(^[ \t]+|[{,][ \t]*)\w+(?=:[^=]|[ \t]+[*\[\]\w])(?<!return)(?<!case)")
# `com` and `org` say nothing of a module, and neither does a name that short of anything else.
_MIN_ROOT = 4


def fit(user: FileView, name: str, path: str) -> int:
    """How well a declaration of `name` in `path` fits what `user` means by the name.

    Returns:
        `NOT_MEANT` where the imports lead elsewhere, `MEANT` where they lead to this very file, `POSSIBLE` where nothing is said.
    """
    known = language.languages().get(user.language)
    if known is None or path == user.path:
        return MEANT
    if known.names_are_qualified:
        return _by_qualifier(user, name, path)
    imported = [row.module for row in user.facts.imports if name in row.names or _segments(row.module)[-1:] == (name,)]
    if imported:
        return max(_leads_to(module, name, user.path, path, known.foreign_modules) for module in imported)
    if not known.names_are_imported:
        return POSSIBLE
    if len(name) == 1:
        return NOT_MEANT  # a type parameter
    qualified = set(re.findall(rf"(\w+(?:(?:::|\.)\w+)*)(?:::|\.){re.escape(name)}\b", user.text))
    is_bare = re.search(rf"(?<![\w.:]){re.escape(name)}\b", user.text) is not None
    modules = (*(row.module for row in user.facts.imports if is_bare), *sorted(qualified))
    named = (_leads_to(module, name, user.path, path, known.foreign_modules) for module in modules if not set(_segments(module)) <= _HERE)
    return POSSIBLE if any(named) or (is_bare and known.package_folders and _package(path) == _package(user.path)) else NOT_MEANT


def foreign_names(user: FileView) -> frozenset[str]:
    """Names that a file writes only behind a package of the standard library, such as `FileSystem` in `http.FileSystem`."""
    known = language.languages().get(user.language)
    if known is None or not known.names_are_qualified:
        return frozenset()
    bare, qualifiers = _written(user.text)
    packages = {_package_name(row): _segments(row.module)[0] in known.foreign_modules for row in user.facts.imports}
    named = {name: before & packages.keys() for name, before in qualifiers.items() if name not in bare}
    return frozenset(name for name, before in named.items() if before and all(packages[package] for package in before))


def imported_from_outside(user: FileView) -> frozenset[str]:
    """Names that a file imports from the standard library."""
    known = language.languages().get(user.language)
    foreign = known.foreign_modules if known is not None else ()
    return frozenset(name for row in user.facts.imports if _segments(row.module)[0] in foreign for name in row.names)


def _by_qualifier(user: FileView, name: str, path: str) -> int:
    """Where a name of another folder always stands behind that of its package: only there, or bare in its own folder."""
    foreign = language.languages()[user.language].foreign_modules
    folder = path.rpartition("/")[0]
    bare, qualifiers = _written(user.text)
    if name in bare and folder == user.path.rpartition("/")[0]:
        return MEANT
    before = qualifiers.get(name, frozenset())
    near = (row for row in user.facts.imports if _segments(row.module)[0] not in foreign)
    return MEANT if any(_ends_with(row.module, folder) and _package_name(row) in before for row in near) else NOT_MEANT


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


@lru_cache(64)
def _written(text: str) -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    """The names that stand alone in code, and those behind another name with all names that they stand behind.

    Comments are left out, and so are names that a line declares or sets: `Request *http.Request`, `Files: found`.
    """
    code = _DECLARED.sub(r"\1", _COMMENTS.sub("", text))
    qualifiers: dict[str, set[str]] = {}
    for before, name in re.findall(r"(?<![\w.])(\w+)\.(\w+)", code):
        qualifiers.setdefault(name, set()).add(before)
    bare = frozenset(re.findall(r"(?<![\w.])[^\W\d]\w*", code))
    return bare, {name: frozenset(before) for name, before in qualifiers.items()}


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
