"""Variation 4: adapt a component for a new feature, renamed consistently through the syntax tree.

Every identifier, and every word of a string literal (routes, collections, selectors, file names), that carries the entity's name in any
case or number takes the new one; comments follow. The result must parse. Only what the project keeps as an entity is renamed: a type of a
model, an entity, a DTO or a table. Of code that is about none of them, such as a framework's or a library's own, there is no example.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path

from dataset_core import language
from dataset_core.example import Example
from dataset_core.parse import parses
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.toml_file import load_toml
from dataset_core.units import Unit, largest_unit, provided_names, symbol_unit
from dataset_core.variations.making import example_of, role_title
from dataset_core.variations.renaming import pascal_case, plural, rename, singular, snake_case, words_of

# The component stands in the prompt and, renamed, in the answer.
MAX_COMPONENT_BYTES = 1_350
_MIN_RENAMED = 2
# An entity that a piece is about, though not named after it, stands in it at least so often.
_MIN_MENTIONED = 4
_MIN_PIECE_BYTES, _MORE_PIECES = 120, 3
_ENTITIES = Path(__file__).parent / "new_entities.toml"


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """One example, or none where no entity of the project stands in the file's own names."""
    given = _given_names(view)
    for unit in _pieces(view):
        found = _renamed(view, unit, given, project)
        if found is None:
            continue
        old, new, renamed = found
        yield example_of(
            "adapt",
            view,
            unit,
            answer=renamed,
            role=role_title(view),
            entity=new,
            old_entity=old,
            component=code_block(view.language, unit.text, view.path),
        )
        return


def _pieces(view: FileView) -> Iterator[Unit]:
    """The largest piece that fits, then, since the entity may stand elsewhere, the fullest other definitions."""
    largest = largest_unit(view, MAX_COMPONENT_BYTES)
    if largest is None:
        return
    yield largest
    others = [s for s in view.facts.symbols if _MIN_PIECE_BYTES <= s.end - s.start <= MAX_COMPONENT_BYTES and s not in largest.symbols]
    for symbol in sorted(others, key=lambda s: (not s.is_type, s.start - s.end, s.start))[:_MORE_PIECES]:
        yield symbol_unit(view, symbol)


def entity_of(view: FileView) -> str:
    """The entity in the name of the file's main definition: `OrdersController` and `CreateOrderDto` give `Order`."""
    return next(_names(view), "")


@lru_cache(maxsize=20_000)
def entity_in(name: str, language_name: str) -> str:
    """The entity that a type's name is made of, singular and in Pascal case; empty where nothing but role words is left."""
    words = _entity_words(name, language_name)
    entity = singular("".join(words[-1:] if words[-2:-1] and words[-2] in _JOINING else words[-2:]))
    return entity if len(entity) >= _MIN_ENTITY_LENGTH else ""


def _renamed(view: FileView, unit: Unit, given: Collection[str], project: ProjectView) -> tuple[str, str, str] | None:
    """Old entity, new one and the renamed code, for the first entity in the file's names that stands in the piece often enough."""
    # A nested style sheet names its block once; everything else in it hangs on `&`.
    fewest = 1 if view.main is not None and view.main.kind == "rule" else _MIN_RENAMED
    tried: set[str] = set()
    unfit = language.languages()[view.language].builtin_types.union(load_toml(_ENTITIES)["technical"])
    # What a type is built on is there already, under its own name.
    given = {*given, *(re.split(r"[<(\[]", base)[0] for symbol in unit.symbols for base in symbol.bases)}
    declared = [view.path, *(symbol.name for symbol in unit.symbols)]
    flat = _flattened(unit.text)
    for old in chain(_names(view), _frequent_words(view, unit)):
        if old in tried or old.lower() not in flat:
            continue
        tried.add(old)
        if old in unfit or any(_holds(name, old) for name in given):
            continue
        is_named = not unit.symbols or unit.symbols[0].kind in _MARKUP or any(_holds(name, old) for name in declared)
        new = _new_entity(view, old)
        renamed, count = rename(unit.text, old, new)
        if count < (fewest if is_named else _MIN_MENTIONED) or not _is_entity(old, view, project):
            continue
        if parses(renamed, view.language):
            return old, new, renamed
    return None


def _is_entity(name: str, view: FileView, project: ProjectView) -> bool:
    """Whether the project keeps something of this name: a type or a table of it, declared in a file whose role is to hold such."""
    known = load_toml(_ENTITIES)
    names = (name, *(f"{name}{suffix}" for suffix in known["record_suffixes"]), snake_case(plural(name)))
    homes = ((declared, project.declaring(declared, near=view.path)) for declared in names)
    return any(home is not None and _entity_roles().search(home.facts.role) and not _is_choice(declared, home) for declared, home in homes)


def _is_choice(name: str, home: FileView) -> bool:
    """Whether a type only lists what a value can be, such as `RoomStatus`: nothing that another entity could take the place of."""
    symbols = home.facts.symbols
    kind, index = next(
        ((symbol.kind, index) for index, symbol in enumerate(symbols) if symbol.name == name and symbol.parent == -1), ("", -1)
    )
    return kind == "enum" or (kind == "type" and not home.facts.children(index))


@cache
def _entity_roles() -> re.Pattern[str]:
    return re.compile(load_toml(_ENTITIES)["entity_roles"])


def _holds(name: str, entity: str) -> bool:
    """Whether an entity is part of a name, in whatever case and number."""
    if entity[:-1].lower() not in _flattened(name):
        return False
    words = [word.lower() for word in words_of(name)]
    forms = [[word.lower() for word in words_of(form)] for form in (entity, plural(entity))]
    return any("".join(form) in words or _is_run(form, words) for form in forms)


def _is_run(some: list[str], words: list[str]) -> bool:
    return any(words[start : start + len(some)] == some for start in range(len(words) - len(some) + 1))


def _flattened(text: str) -> str:
    return text.translate(_NO_SEPARATORS).lower()


def _given_names(view: FileView) -> set[str]:
    """Imported names that are not the file's to rename, because the module they come from lies, as far as can be seen, elsewhere."""
    known = language.languages()[view.language]
    folders = set(view.path.split("/")[:-1])
    found: set[str] = set()
    for row in view.facts.imports:
        words = [word for word in re.split(r"\W+", row.module) if word]
        if not words:
            continue
        is_near = row.module.startswith((".", "/", "~", "@/")) or words[0] in {"crate", "self", "super"} or words[0] in folders
        if known.owner_words and words[0] not in known.foreign_modules:
            is_near = words[: known.owner_words] == view.facts.package.split(".")[: known.owner_words]
            found.update(() if is_near else (*row.names, words[-1]))
        elif known.names_are_qualified:
            found.update(() if provided_names(row) & folders else provided_names(row))
        elif words[0] in known.foreign_modules or (known.names_are_imported and not is_near):
            found.update((*row.names, *words))
        elif not is_near:
            found.update(row.names)
    # A type behind the name of another crate, such as `walkdir::DirEntry`.
    found.update(name for before, name in _QUALIFIED.findall(view.text) if before not in {"crate", "self", "super"})
    return found


def _names(view: FileView) -> Iterator[str]:
    """Names that the file could be about, most telling first: of its main definition, of the file, then the words of both."""
    stem = pascal_case(view.path.rpartition("/")[2].lstrip("_").split(".")[0])
    # The name of an element is a word of HTML, not of the project.
    names = [view.main.name, stem] if view.main is not None and view.main.kind != "element" else [stem]
    yield from filter(None, (entity_in(name, view.language) for name in names))
    for name in names:
        for word in reversed(_entity_words(name, view.language)):
            if len(word) >= _MIN_ENTITY_LENGTH:
                yield singular(word)


def _frequent_words(view: FileView, unit: Unit) -> Iterator[str]:
    """Nouns in the names of types and classes that the unit mentions most: for code whose own name says nothing."""
    builtin = language.languages()[view.language].builtin_types
    # What a program's long strings tell of, be it in a poem, is not what it is about.
    text = _PROSE.sub('""', unit.text)
    names = [
        name
        for name in re.findall(r"\b[A-Z][A-Za-z0-9]{3,}\b|(?<=[.\"' ])[a-z]{4,}(?=__|--)|(?<=[.\"'])[a-z]+(?:-[a-z]+)+", text)
        if name not in builtin
    ]
    entities = [entity_in(name, view.language) for name in names]
    counts = Counter(entity for entity in entities if len(entity) > _MIN_ENTITY_LENGTH)
    yield from [entity for entity, count in sorted(counts.items(), key=lambda row: (-row[1], row[0])) if count >= _MIN_RENAMED][:4]


@lru_cache(maxsize=20_000)
def _entity_words(name: str, language_name: str) -> tuple[str, ...]:
    """The words of a type's name without those of its role and without leading verbs."""
    words = words_of(_role_suffixes(language_name).sub("", pascal_case(name)))
    while words and words[0] in _PREFIXES:
        words = words[1:]
    return tuple(words)


@cache
def _role_suffixes(language_name: str) -> re.Pattern[str]:
    suffixes = sorted(language.languages()[language_name].entity_suffixes, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, suffixes))}){{1,3}}$" if suffixes else "$")


_PREFIXES = {
    "I",
    "Create",
    "Update",
    "Delete",
    "Get",
    "Add",
    "Remove",
    "Edit",
    "New",
    "List",
    "Base",
    "Abstract",
    "My",
    "Test",
    "Default",
    "T",
}
_MARKUP = frozenset({"element", "rule"})
_JOINING = frozenset({"And", "By", "For", "From", "In", "Of", "To", "With"})
_MIN_ENTITY_LENGTH = 3
_QUALIFIED = re.compile(r"\b([a-z]\w*)::([A-Z]\w*)")
_PROSE = re.compile(r"\"(?=[^\"]{60})[^\"<>]*\"")
_NO_SEPARATORS = str.maketrans("", "", "-_ ")


def _new_entity(view: FileView, old: str) -> str:
    """A name from the list that the file does not use, chosen by the path: the same file always gets the same one."""
    names: list[str] = load_toml(_ENTITIES)["names"]
    start = int.from_bytes(blake2b(view.path.encode(), digest_size=4).digest(), "big") % len(names)
    lowered = view.text.lower()
    for offset in range(len(names)):
        name = names[(start + offset) % len(names)]
        if name.lower() not in lowered and name != old:
            return name
    return names[start]
