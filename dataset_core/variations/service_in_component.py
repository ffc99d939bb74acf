"""Extra of client services: how a component, or else another service, uses the service."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView
from dataset_core.units import title
from dataset_core.variations.context import block, calls_on, declarations, described, fitting, linked_example, member_unit, receivers_of

MAX_USES = 2
_MAX_USERS = 4
_USER_BYTES = (40, 1_400)


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """Up to two members that call on the service, fullest first, each of a different file where there are several."""
    service = view.main
    if service is None:
        return
    framework = view.facts.role.partition("-")[0]
    paths = dict.fromkeys(project.mentioning(service.name, near=view.path, role=f"{framework}-component", limit=_MAX_USERS))
    paths.update(dict.fromkeys(project.mentioning(service.name, near=view.path, role=framework, limit=2)))
    yield from fitting(_candidates(view, service, list(paths), project), MAX_USES)


def _candidates(view: FileView, service: Symbol, paths: list[str], project: ProjectView) -> Iterator[Example]:
    later: list[Example] = []
    for path in paths:
        user = project.view(path)
        made = _uses(view, service, user) if user is not None else []
        yield from made[:1]
        later += made[1:]
    yield from later


def _uses(view: FileView, service: Symbol, user: FileView) -> list[Example]:
    receivers = receivers_of(user, service.name)
    found = [
        (member, calls)
        for member in user.facts.symbols
        if _USER_BYTES[0] <= member.end - member.start <= _USER_BYTES[1]
        and (calls := calls_on(member, receivers, service.name))
        and not member.is_type
    ]
    found.sort(key=lambda pair: (pair[0].start - pair[0].end, pair[0].start))
    return [_example(view, service, user, member, calls) for member, calls in found]


def _example(view: FileView, service: Symbol, user: FileView, member: Symbol, calls: list[str]) -> Example:
    owner = user.facts.symbols[member.parent] if member.parent >= 0 else None
    purpose = described(member) or f"It calls {', '.join(f'`{name}`' for name in calls)}."
    return linked_example(
        "service_in_component",
        user,
        member_unit(user, [member], title(member)),
        context_paths=(view.path,),
        service=service.name,
        user=owner.name if owner is not None else user.path,
        path=user.path,
        member=title(member),
        purpose=purpose,
        service_outline=block(view, declarations(view, service, public=True, limit=900), view.path),
        user_outline=block(user, declarations(user, owner, leave_out=[member], limit=900) if owner is not None else "", user.path),
    )
