"""Extra of controllers and DTOs: how a controller is given its settings and collections, how a DTO is mapped to what is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.facts import Symbol, type_names
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.units import Unit, clip, symbol_unit, title
from dataset_core.variations.context import (
    brief,
    declarations,
    fitting,
    linked_example,
    member_unit,
    members_of,
    names_in,
    own_names,
    part_blocks,
)
from dataset_core.variations.dto_from_entity import is_controller
from dataset_core.variations.endpoints import layer_pattern
from dataset_core.variations.layers import dto_types, entity_of_dto, find_type, mappings_of

MAX_MAPPINGS = 2
_MAX_CONTEXT = 1_300
_MIN_MAPPING_BYTES = 80


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """For a controller, its fields and constructor; for a DTO, its mappings, or those that others write for it."""
    if is_controller(view):
        yield from fitting(_constructors(view, project), 1)
        return
    made = list(fitting(_mappings(view, project), MAX_MAPPINGS))
    yield from made or fitting(_mappings_elsewhere(view, project), 1)


def _constructors(view: FileView, project: ProjectView) -> Iterator[Example]:
    for index, owner in enumerate(view.facts.symbols):
        if not owner.is_type or owner.parent != -1:
            continue
        members = view.facts.children(index)
        constructor = next((m for m in members if m.kind == "constructor" or m.name in {"__init__", "constructor"}), None)
        if constructor is not None:
            given = view.slice(constructor.header, constructor.end)
            kept = [m for m in members if m.kind in {"field", "property"} and re.search(rf"\b{re.escape(m.name)}\b\s*=", given)]
            unit = member_unit(
                view, sorted([*kept, constructor], key=lambda m: m.start), f"the fields and the constructor of `{owner.name}`"
            )
            yield _injection(view, owner, constructor, unit, project)
        elif owner.parameters:
            end = owner.body_start if owner.body_start >= 0 else owner.end
            last_line = owner.start_line + view.slice(owner.start, end).rstrip().count("\n")
            unit = Unit(
                f"the declaration of `{owner.name}` with its constructor",
                view.slice(owner.header, end).rstrip() + "\n{\n}",
                last_line,
                last_line,
                (owner,),
            )
            yield _injection(view, owner, owner, unit, project)


def _injection(view: FileView, owner: Symbol, constructor: Symbol, unit: Unit, project: ProjectView) -> Example:
    kept = [member for member in unit.symbols if member is not constructor]
    types = [name for parameter in constructor.parameters for name in type_names(parameter.type)]
    settings = [name for name in types if layer_pattern("settings", "name").search(name)]
    bases = [re.split(r"[<(]", base)[0] for base in owner.bases]
    context, paths = part_blocks(project, own_names(view, [*settings, *bases, *types]), view.path, unit.text, _MAX_CONTEXT, most=3)
    needs = ", ".join(f"`{text}`" for text in dict.fromkeys(m.type for m in kept if m.type)) or ", ".join(
        f"`{p.type}`" for p in constructor.parameters if p.type
    )
    return linked_example(
        "settings_injection",
        view,
        unit,
        context_paths=paths,
        name=owner.name,
        path=view.path,
        what=f"its settings (`{settings[0]}`)" if settings else "what it works with",
        component=unit.title,
        needs=needs,
        context=context,
    )


def _mappings(view: FileView, project: ProjectView) -> Iterator[Example]:
    for dto in dto_types(view):
        mappings = mappings_of(view, dto) or _other_callables(view, dto)
        for mapping in sorted(mappings, key=lambda m: (m.start - m.end, m.start)):
            entity = _taken_type(view, mapping, project) or entity_of_dto(view, dto, project) or _first_type(view, mapping, project)
            # A signature names what is mapped; a profile's declaration does not.
            if entity is not None or not mapping.is_type:
                yield _mapping(view, dto, view, mapping, entity)


def _other_callables(view: FileView, dto: Symbol) -> list[Symbol]:
    """For a DTO that maps nothing: what else it does with its fields."""
    members = members_of(view, dto)
    return [m for m in members if m.is_callable and m.kind != "constructor" and m.end - m.header >= _MIN_MAPPING_BYTES][:1]


def _taken_type(view: FileView, mapping: Symbol, project: ProjectView) -> tuple[FileView, Symbol] | None:
    """The type of the project that a mapping is given."""
    names = own_names(view, [name for parameter in mapping.parameters for name in type_names(parameter.type)])
    return next((found for name in names[:3] if (found := find_type(name, view.path, project)) is not None), None)


def _first_type(view: FileView, mapping: Symbol, project: ProjectView) -> tuple[FileView, Symbol] | None:
    inside = [s for s in view.facts.symbols if mapping.start <= s.start and s.end <= mapping.end]
    for name in own_names(view, [name for symbol in inside for name in names_in(symbol)])[:4]:
        found = find_type(name, view.path, project)
        if found is not None:
            return found
    return None


def _mappings_elsewhere(view: FileView, project: ProjectView) -> Iterator[Example]:
    """Callables of other files that return the DTO and take no request: factories, extensions, mappers."""
    for dto in dto_types(view)[:2]:
        for path in project.mentioning(dto.name, near=view.path, limit=4):
            other = project.view(path)
            for symbol in other.facts.symbols if other is not None else ():
                makes = symbol.is_callable and dto.name in type_names(symbol.type) and symbol.parameters and not symbol.annotations
                if other is not None and makes and symbol.end - symbol.header >= _MIN_MAPPING_BYTES:
                    yield _mapping(view, dto, other, symbol, _first_type(other, symbol, project))


def _mapping(view: FileView, dto: Symbol, holder: FileView, mapping: Symbol, entity: tuple[FileView, Symbol] | None) -> Example:
    shown = declarations(view, dto, leave_out=[mapping], limit=800)
    entity_text = ""
    if entity is not None and entity[1] != dto:
        entity_text = code_block(entity[0].language, clip(declarations(*entity, limit=700), 700), entity[0].path)
    return linked_example(
        "collection_mapping",
        holder,
        symbol_unit(holder, mapping),
        context_paths=[p for p in (view.path, entity[0].path if entity is not None else "") if p],
        member=title(mapping),
        signature=f"`{brief(mapping)}`" if not mapping.is_type else "",
        path=holder.path,
        doc=mapping.doc,
        dto=code_block(view.language, shown, view.path),
        entity=entity_text,
    )
