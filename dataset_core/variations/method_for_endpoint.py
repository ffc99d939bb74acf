"""Extra of client services: the method that calls an endpoint, from the endpoint as the server declares it."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.units import symbol_unit, title
from dataset_core.variations.context import (
    block,
    calls_on,
    declarations,
    fitting,
    linked_example,
    members_of,
    names_in,
    own_names,
    part_blocks,
    receivers_of,
    types_called,
)
from dataset_core.variations.endpoints import Endpoint, action_signature, answering, requests_of

MAX_METHODS = 3
_MAX_METHOD_BYTES = 1_500
_MAX_CALLER_BYTES = 900


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """Up to three methods with their endpoints; of a service that calls none, the method that such a caller uses."""
    owner = view.main
    if owner is None:
        return
    requests = sorted(requests_of(view), key=lambda request: request.symbol.start - request.symbol.end)
    made = list(fitting((_for_request(view, owner, request, project) for request in requests[: 2 * MAX_METHODS]), MAX_METHODS))
    yield from made or fitting(_for_callers(view, owner, project), 1)


def _for_request(view: FileView, owner: Symbol, request: Endpoint, project: ProjectView) -> Example:
    answer = answering(request, view.path, project)
    wanted = own_names(view, [*types_called(view, request.symbol), *names_in(request.symbol)])
    types, paths = part_blocks(project, wanted, view.path, view.code(request.symbol), 600, most=2)
    server, context = "", list(paths)
    if answer is not None:
        controller, endpoint = answer
        server = code_block(controller.language, action_signature(controller, endpoint), controller.path)
        context.append(controller.path)
    return linked_example(
        "method_for_endpoint",
        view,
        symbol_unit(view, request.symbol),
        context_paths=context,
        member=title(request.symbol),
        path=view.path,
        endpoint=request.text,
        doc=request.symbol.doc,
        server=server,
        service_outline=block(view, declarations(view, owner, leave_out=[request.symbol], limit=700)),
        types=types,
    )


def _for_callers(view: FileView, owner: Symbol, project: ProjectView) -> Iterator[Example]:
    """The method and how another service, or else any other file, calls it."""
    paths = project.mentioning(owner.name, near=view.path, role=view.facts.role, limit=3) or project.mentioning(
        owner.name, near=view.path, limit=3
    )
    own = {member.name: member for member in members_of(view, owner) if member.is_callable}
    pairs: list[tuple[Symbol, FileView, Symbol]] = []
    for path in paths:
        caller = project.view(path)
        if caller is not None:
            receivers = receivers_of(caller, owner.name)
            users = (symbol for symbol in caller.facts.symbols if symbol.is_callable)
            pairs += [(own[name], caller, user) for user in users for name in calls_on(user, receivers, owner.name) if name in own]
    for member, caller, user in sorted(pairs, key=lambda pair: pair[0].start - pair[0].end):
        if user.end - user.start <= _MAX_CALLER_BYTES and member.end - member.start <= _MAX_METHOD_BYTES:
            yield linked_example(
                "method_for_endpoint",
                view,
                symbol_unit(view, member),
                wording="method_for_caller",
                context_paths=(caller.path,),
                member=title(member),
                path=view.path,
                doc=member.doc,
                caller=code_block(caller.language, caller.code(user), caller.path),
                service_outline=block(view, declarations(view, owner, leave_out=[member], limit=800)),
            )
