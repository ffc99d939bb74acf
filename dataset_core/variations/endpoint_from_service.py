"""Extra of controllers and DTOs: an endpoint from its verb, its route and the parts of the project that it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.units import symbol_unit, title
from dataset_core.variations.context import (
    MAX_EXAMPLE_BYTES,
    beside,
    declarations,
    fields_of,
    fitting,
    linked_example,
    members_of,
    names_in,
    own_names,
    part_blocks,
    relevant_declarations,
    types_called,
)
from dataset_core.variations.dto_from_entity import is_controller
from dataset_core.variations.endpoints import Endpoint, endpoints_of, has_endpoints
from dataset_core.variations.layers import controller_role, dto_types, is_dto_name, mappings_of

MAX_ENDPOINTS = 2
_MAX_ENDPOINT_BYTES = 1_600
_PARTS_BYTES = 1_500
# What the prompt holds beside the parts: the request, the documentation, the fields.
_OTHER_BYTES = 750


@dataclass(frozen=True)
class _Shown:
    """A part that a prompt gives in full: its fenced text, its name, and the file it comes from."""

    text: str
    name: str
    path: str


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """For a controller, its own actions, or those of the controllers built on it; for a DTO, an action that takes or returns it."""
    if is_controller(view):
        own = endpoints_of(view, project)
        if own:
            yield from fitting((_example(view, endpoint, project) for endpoint in _by_parts(own)), MAX_ENDPOINTS)
        else:
            yield from fitting(_of_derived(view, project), 1)
    else:
        yield from fitting(_of_dto(view, project), 1)


def _by_parts(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Those that use most of the project first, fuller ones before others."""
    sized = [endpoint for endpoint in endpoints if endpoint.symbol.end - endpoint.symbol.start <= _MAX_ENDPOINT_BYTES]
    return sorted(sized, key=lambda e: (-sum(is_dto_name(n) for n in names_in(e.symbol)), e.symbol.start - e.symbol.end, e.symbol.start))


def _example(view: FileView, endpoint: Endpoint, project: ProjectView, shown: _Shown | None = None) -> Example:
    """An endpoint of a file.

    Args:
        view: The controller's file.
        endpoint: In it.
        project: Asked for the parts.
        shown: A part that is given in full instead of by its outline.
    """
    action = endpoint.symbol
    owner = view.facts.symbols[action.parent] if action.parent >= 0 else None
    bases = [_plain(base) for base in owner.bases[:1]] if owner is not None else []
    names = own_names(view, [*bases, *types_called(view, action), *names_in(action)])
    wanted = sorted(names, key=lambda name: (name not in bases, not is_dto_name(name)))
    code = view.code(action)
    budget = min(_PARTS_BYTES, MAX_EXAMPLE_BYTES - _OTHER_BYTES - len(code.encode())) - (
        len(shown.text.encode()) if shown is not None else 0
    )
    parts, paths = part_blocks(project, [name for name in wanted if shown is None or name != shown.name], view.path, code, budget)
    return linked_example(
        "endpoint_from_service",
        view,
        symbol_unit(view, action),
        context_paths=[*((shown.path,) if shown is not None else ()), *paths],
        endpoint=endpoint.text,
        member=title(action),
        path=view.path,
        doc=action.doc,
        fields=code_block(view.language, beside(view, owner, [action]) if owner is not None else ""),
        parts="\n\n".join(text for text in (shown.text if shown is not None else "", parts) if text),
    )


def _of_derived(view: FileView, project: ProjectView) -> Iterator[Example]:
    """For a base controller: an action elsewhere that is made of what the base offers."""
    base = view.main
    if base is None:
        return
    helpers = {member.name for member in members_of(view, base) if member.is_callable}
    for path in project.mentioning(base.name, near=view.path, role=view.facts.role, limit=3):
        derived = project.view(path)
        if derived is None:
            continue
        found = endpoints_of(derived, project)
        used = {e.symbol: sum(call.name in helpers for call in e.symbol.calls) for e in found}
        for endpoint in sorted(found, key=lambda e: (-used[e.symbol], e.symbol.start)):
            if used[endpoint.symbol] and endpoint.symbol.end - endpoint.symbol.start <= _MAX_ENDPOINT_BYTES:
                shown = relevant_declarations(view, base, derived.code(endpoint.symbol), 900)
                yield _for_base(derived, endpoint, code_block(view.language, shown, view.path), view)


def _for_base(derived: FileView, endpoint: Endpoint, shown: str, view: FileView) -> Example:
    owner = derived.facts.symbols[endpoint.symbol.parent]
    return linked_example(
        "endpoint_from_service",
        derived,
        symbol_unit(derived, endpoint.symbol),
        wording="endpoint_on_base",
        context_paths=(view.path,),
        endpoint=endpoint.text,
        member=title(endpoint.symbol),
        path=derived.path,
        doc=endpoint.symbol.doc,
        fields=code_block(derived.language, fields_of(derived, owner, 400)),
        base=shown,
    )


def _of_dto(view: FileView, project: ProjectView) -> Iterator[Example]:
    """Actions with the DTO itself, or with a DTO that holds it."""
    for dto in dto_types(view)[:3]:
        shown = code_block(view.language, declarations(view, dto, leave_out=_hidden(view, dto), limit=700), view.path)
        for controller, endpoint in _actions_with(view, dto, project):
            yield _example(controller, endpoint, project, _Shown(shown, dto.name, view.path))


def _actions_with(view: FileView, dto: Symbol, project: ProjectView) -> Iterator[tuple[FileView, Endpoint]]:
    role = controller_role(view)
    names = [(dto.name, path) for path in project.mentioning(dto.name, near=view.path, role=role, limit=4)]
    if not names:
        holders = [found for path in project.mentioning(dto.name, near=view.path, limit=2) if (found := project.view(path)) is not None]
        held = [holder.main.name for holder in holders if holder.main is not None]
        names = [(dto.name, holder.path) for holder in holders]
        names += [(name, path) for name in held for path in project.mentioning(name, near=view.path, role=role, limit=2)]
    for name, path in names:
        controller = project.view(path)
        if controller is not None and has_endpoints(controller):
            using = [
                e
                for e in endpoints_of(controller, project)
                if name in names_in(e.symbol) and e.symbol.end - e.symbol.start <= _MAX_ENDPOINT_BYTES
            ]
            yield from ((controller, endpoint) for endpoint in _rotated(using, view.path))


def _hidden(view: FileView, dto: Symbol) -> list[Symbol]:
    """Private members; what maps the DTO stays, for an endpoint calls it."""
    mappings = mappings_of(view, dto)
    return [m for m in members_of(view, dto) if m not in mappings and re.match(r"private\b", m.signature)]


def _rotated(endpoints: list[Endpoint], path: str) -> list[Endpoint]:
    """The endpoints from a place that follows from the path: the DTOs of one controller do not all get its first action."""
    start = int.from_bytes(blake2b(path.encode(), digest_size=4).digest(), "big") % max(1, len(endpoints))
    return [*endpoints[start:], *endpoints[:start]]


def _plain(base: str) -> str:
    return re.split(r"[<(\[]", base)[0]
