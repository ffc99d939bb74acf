"""What the extras of controllers and DTOs share: which DTOs a file knows, and which entity a DTO stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dataset_core.facts import Symbol, type_names
from dataset_core.project_view import FileView, ProjectView
from dataset_core.variations.adapt import entity_in
from dataset_core.variations.context import members_of, names_in, own_names
from dataset_core.variations.endpoints import layer_pattern

_MAX_LOOKUPS = 8
_MIN_MAPPING_BYTES = 80


def is_dto_name(name: str) -> bool:
    """Whether a type's name says that it is a DTO."""
    return layer_pattern("dto", "name").search(name) is not None


def dto_types(view: FileView) -> list[Symbol]:
    """The DTOs that a file declares, the one it is about first."""
    types = [symbol for symbol in view.facts.symbols if symbol.is_type and symbol.parent == -1 and symbol.kind not in {"enum", "type"}]
    named = [symbol for symbol in types if is_dto_name(symbol.name)] or types
    return sorted(named, key=lambda symbol: (symbol != view.main, symbol.start))


def dto_names(view: FileView, symbols: Iterable[Symbol] = ()) -> list[str]:
    """The DTOs of other files that a file, or some of its definitions, mention."""
    names = (name for symbol in (tuple(symbols) or view.facts.symbols) for name in names_in(symbol))
    return [name for name in own_names(view, names) if is_dto_name(name)]


def mappings_of(view: FileView, dto: Symbol) -> list[Symbol]:
    """The members of a DTO that make it of something else or something else of it: by name, result, parameter or base."""
    members = members_of(view, dto)
    named = layer_pattern("dto", "mapping")
    profile = layer_pattern("dto", "profile")
    by_name = [
        m for m in members if m.is_callable and m.kind != "constructor" and named.match(m.name) and m.end - m.header >= _MIN_MAPPING_BYTES
    ]
    return by_name or [m for m in members if m.is_type and any(profile.match(base) for base in m.bases)]


def entity_of_dto(view: FileView, dto: Symbol, project: ProjectView) -> tuple[FileView, Symbol] | None:
    """The entity that a DTO shows: what its mapping takes or gives, or the type that shares its stem."""
    mapped = [name for mapping in mappings_of(view, dto) for name in _mapped_names(mapping)]
    lookups = own_names(view, [*mapped, *_stems(dto.name, view.language)])[:_MAX_LOOKUPS]
    for name in lookups:
        if name != dto.name and not is_dto_name(name):
            found = find_type(name, view.path, project)
            if found is not None:
                return found
    return None


def find_type(name: str, near: str, project: ProjectView) -> tuple[FileView, Symbol] | None:
    """The file and the definition of a type of another file."""
    found = project.signature(name, near)
    view = project.view(found[0]) if found is not None and found[0] != near else None
    symbol = next((s for s in view.facts.symbols if s.name == name and s.is_type and s.parent == -1), None) if view is not None else None
    return (view, symbol) if view is not None and symbol is not None and symbol.kind != "enum" else None


def controller_role(view: FileView) -> str:
    """The role of controllers in the framework of a file."""
    return f"{view.facts.role.partition('-')[0]}-controller"


def _mapped_names(mapping: Symbol) -> list[str]:
    parameters = [name for parameter in mapping.parameters for name in type_names(parameter.type)]
    result = type_names(mapping.type)
    return [*parameters, *result] if re.match(r"(?i)from|map", mapping.name) else [*result, *parameters]


def _stems(name: str, language: str) -> list[str]:
    """`CancellationQuoteDto` gives `CancellationQuote` and `Quote`."""
    stem = entity_in(name, language)
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", stem)
    return ["".join(words[start:]) for start in range(len(words))]
