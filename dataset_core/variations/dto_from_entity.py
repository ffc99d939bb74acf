"""Extra of controllers and DTOs: a DTO from the entity that it shows, or from the code that fills it where it shows none."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import bullet_list, code_block
from dataset_core.units import MAX_ANSWER_BYTES, Unit, clip, in_words, symbol_unit, title
from dataset_core.variations.adapt import entity_of
from dataset_core.variations.context import brief, described, fitting, linked_example, member_unit, members_of, names_in
from dataset_core.variations.endpoints import has_endpoints
from dataset_core.variations.layers import controller_role, dto_names, dto_types, entity_of_dto, find_type, is_dto_name, mappings_of

MAX_DTOS = 3
_ENTITY_BYTES = 1_100
_MAX_TRIED = 6


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """For a DTO file, its DTOs; for a controller, the properties of a DTO that its actions use."""
    if is_controller(view):
        yield from fitting(_for_controller(view, project), 1)
    else:
        yield from fitting(_for_dtos(view, project), MAX_DTOS)


def is_controller(view: FileView) -> bool:
    """Whether a file with this extra is on the side of the endpoints."""
    return "controller" in view.facts.role or has_endpoints(view)


def properties_unit(view: FileView, dto: Symbol, limit: int = 1_500) -> Unit | None:
    """The properties of a DTO, as many as fit; None where it has none of its own lines."""
    members = members_of(view, dto)
    kept: list[Symbol] = []
    for member in members:
        if member.kind in {"property", "field"} and sum(m.end - m.start for m in kept) + member.end - member.start <= limit:
            kept.append(member)
    return member_unit(view, kept, f"the properties of `{dto.name}`") if kept else None


def _for_dtos(view: FileView, project: ProjectView) -> Iterator[Example]:
    for dto in dto_types(view)[:_MAX_TRIED]:
        unit = symbol_unit(view, dto)
        if dto.end - dto.start > MAX_ANSWER_BYTES:
            unit = properties_unit(view, dto) or unit
        entity = entity_of_dto(view, dto, project)
        if entity is not None and _shares_data(view, dto, entity):
            yield _from_entity(view, dto, unit, entity)
        else:
            yield from _from_use(view, dto, unit, project)


def _for_controller(view: FileView, project: ProjectView) -> Iterator[Example]:
    own = entity_of(view)
    names = sorted(dto_names(view), key=lambda name: (bool(own) and own not in name, "Create" in name, len(name)))
    tried = [found for name in names[:_MAX_TRIED] if (found := find_type(name, view.path, project)) is not None]
    for dto_view, dto in tried:
        unit = properties_unit(dto_view, dto) or symbol_unit(dto_view, dto)
        entity = entity_of_dto(dto_view, dto, project)
        if entity is not None:
            yield _from_entity(dto_view, dto, unit, entity, user=view)
    for dto_view, dto in tried:
        unit = properties_unit(dto_view, dto) or symbol_unit(dto_view, dto)
        yield from (_from_caller(dto_view, dto, unit, view, user) for user in _users(view, dto))
    # Without any DTO, the entity-like type that the controller's actions take or return does as well.
    if not tried and view.main is not None:
        for name in [name for name in dto_names(view) if not is_dto_name(name)][:1]:
            found = find_type(name, view.path, project)
            if found is not None:
                yield from (_from_caller(*found, symbol_unit(*found), view, user) for user in _users(view, found[1]))


def _from_entity(view: FileView, dto: Symbol, unit: Unit, entity: tuple[FileView, Symbol], user: FileView | None = None) -> Example:
    entity_view, symbol = entity
    uses = [brief(action) for action in _users(user, dto)][:3] if user is not None else []
    return linked_example(
        "dto_from_entity",
        view,
        unit,
        context_paths=(entity_view.path, *((user.path,) if user is not None else ())),
        component=unit.title,
        path=view.path,
        purpose=dto.doc,
        entity=code_block(entity_view.language, clip(entity_view.code(symbol), _ENTITY_BYTES), entity_view.path),
        kept=_kept_of_entity(view, dto, entity),
        beyond=_beyond_entity(view, dto, unit, entity_view, symbol),
        uses=bullet_list([f"`{text}`" for text in uses]),
    )


def _shares_data(view: FileView, dto: Symbol, entity: tuple[FileView, Symbol]) -> bool:
    """Whether a DTO has anything of an entity: one that shares no field with it does not follow from it."""
    known = {name.lower() for name in _data_names(*entity)}
    return any(name.lower() in known for name in _data_names(view, dto))


def _kept_of_entity(view: FileView, dto: Symbol, entity: tuple[FileView, Symbol]) -> str:
    """The fields of an entity that a DTO has, where it leaves out others: nothing else tells which."""
    names = {name.lower() for name in _data_names(view, dto)}
    offered = _data_names(*entity)
    kept = [name for name in offered if name.lower() in names]
    return in_words([f"`{name}`" for name in kept]) if len(kept) < len(offered) else ""


def _data_names(view: FileView, owner: Symbol) -> list[str]:
    fields = [member.name for member in members_of(view, owner) if not member.is_callable and not member.is_type]
    return [*fields, *(parameter.name for parameter in owner.parameters)]


def _beyond_entity(view: FileView, dto: Symbol, unit: Unit, entity_view: FileView, entity: Symbol) -> str:
    """What the DTO has that the entity has not: it has to be said, for nothing tells of it."""
    known = {member.name.lower() for member in members_of(entity_view, entity)}
    members = members_of(view, dto)
    shown = [
        m
        for m in members
        if not m.is_type and m.name.lower() not in known and m.start_line >= unit.start_line and m.end_line <= unit.end_line
    ]
    lines = [_face(m) + (f". {described(m)}" if described(m) else "") for m in shown[:10]]
    return bullet_list(lines)


def _face(member: Symbol) -> str:
    """A member in a list: a value with its type, anything else by its signature."""
    if member.is_callable:
        return f"`{brief(member)}`"
    return f"`{member.name}`" + (f": {member.type}" if member.type else "")


def _from_use(view: FileView, dto: Symbol, unit: Unit, project: ProjectView) -> Iterator[Example]:
    paths = project.mentioning(dto.name, near=view.path, role=controller_role(view), limit=3)
    for path in paths or project.mentioning(dto.name, near=view.path, limit=2):
        caller = project.view(path)
        users = _users(caller, dto) if caller is not None else []
        if caller is not None and users:
            yield _from_caller(view, dto, unit, caller, users[0])
            return


def _from_caller(view: FileView, dto: Symbol, unit: Unit, caller: FileView, user: Symbol) -> Example:
    mapping = ", ".join(f"`{brief(m)}`" for m in mappings_of(view, dto)[:2])
    return linked_example(
        "dto_from_entity",
        view,
        unit,
        wording="dto_from_use",
        context_paths=(caller.path,),
        component=unit.title,
        path=view.path,
        purpose=dto.doc,
        user=title(user),
        use=code_block(caller.language, clip(caller.code(user), _ENTITY_BYTES), caller.path),
        mapping=mapping,
    )


def _users(view: FileView, dto: Symbol) -> list[Symbol]:
    """The callables of a file that take, return or make a DTO, shortest first but none without a body."""
    using = [
        s
        for s in view.facts.symbols
        if s.is_callable and s.body_start >= 0 and dto.name in names_in(s) and s.end - s.start <= _ENTITY_BYTES
    ]
    return sorted(using, key=lambda s: (dto.name not in s.type, s.end - s.start, s.start))
