"""Endpoints of a server, requests of a client, and which of them belong together. Patterns are data: `layers.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView, dedent
from dataset_core.toml_file import load_toml
from dataset_core.variations.renaming import plural, singular

_MAX_LOOKUPS = 8
_MAX_RECEIVER = 60  # characters
_MOUNTS = frozenset({"api", "rest"})


@dataclass(frozen=True)
class Endpoint:
    """A verb and a route, such as `GET /api/rooms/{id}`, and the definition that answers it or asks for it."""

    verb: str
    route: str
    symbol: Symbol

    @property
    def text(self) -> str:
        """As a prompt shows it."""
        return f"{self.verb} {self.route}"


def endpoints_of(view: FileView, project: ProjectView) -> list[Endpoint]:
    """The endpoints that a file answers, their routes with the prefix of their class or of its base class."""
    found: list[Endpoint] = []
    prefixes: dict[int, str] = {}
    for symbol in view.facts.symbols:
        action = _action(symbol) if symbol.is_callable else None
        if action is None:
            continue
        if symbol.parent not in prefixes:
            prefixes[symbol.parent] = _prefix(view, symbol.parent, project)
        found.append(Endpoint(action[0], _join(prefixes[symbol.parent], action[1]), symbol))
    return found


def has_endpoints(view: FileView) -> bool:
    """Whether a file answers any request; asks nothing of the project."""
    return any(answers_request(symbol) for symbol in view.facts.symbols)


def answers_request(symbol: Symbol) -> bool:
    """Whether a callable answers requests, by its annotations."""
    return symbol.is_callable and bool(symbol.annotations) and _action(symbol) is not None


def requests_of(view: FileView) -> list[Endpoint]:
    """The endpoints that a file asks for, in the callables that do."""
    found: list[Endpoint] = []
    for symbol in view.facts.symbols:
        if symbol.is_callable and symbol.body_start >= 0:
            request = _request(view, view.slice(symbol.body_start, symbol.body_end))
            if request is not None:
                found.append(Endpoint(*request, symbol))
    return found


def answering(request: Endpoint, near: str, project: ProjectView) -> tuple[FileView, Endpoint] | None:
    """The controller and the action that answer a request, found by the names of the route's segments."""
    for lookups, name in enumerate(_controller_names(request.route)):
        if lookups == _MAX_LOOKUPS:
            return None
        found = project.signature(name, near)
        controller = project.view(found[0]) if found is not None and found[0] != near else None
        if controller is None:
            continue
        for endpoint in endpoints_of(controller, project):
            if endpoint.verb == request.verb and _same_route(endpoint.route, request.route):
                return controller, endpoint
    return None


def action_signature(view: FileView, endpoint: Endpoint) -> str:
    """The declaration of an action with its annotations, without its body."""
    symbol = endpoint.symbol
    end = symbol.body_start if symbol.body_start >= 0 else symbol.end
    text = view.slice(symbol.header, end).rstrip("{ \n\t=>")
    above = [annotation for annotation in symbol.annotations if annotation not in text and _action_of(annotation) is not None]
    line_start = view.data.rfind(b"\n", 0, symbol.header) + 1
    return "\n".join([*above, dedent(text, view.slice(line_start, symbol.header))])


def layer_pattern(table: str, key: str) -> re.Pattern[str]:
    """A pattern of `layers.toml`, compiled once."""
    return _compiled(load_toml("variations/layers.toml")[table][key])


def _action(symbol: Symbol) -> tuple[str, str] | None:
    found = [action for annotation in symbol.annotations if (action := _action_of(annotation)) is not None]
    if not found:
        return None
    verb = found[0][0]
    return verb, next((route for _, route in found if route), "") or _first_prefix(symbol.annotations)


def _action_of(annotation: str) -> tuple[str, str] | None:
    text = annotation.lstrip("@[#!")
    for row in load_toml("variations/layers.toml")["action"]:
        match = _compiled(row["pattern"]).match(text)
        if match is not None:
            groups = match.groupdict()
            return (groups.get("verb") or "GET").upper(), groups.get("route") or ""
    return None


def _prefix(view: FileView, owner_index: int, project: ProjectView) -> str:
    if owner_index < 0:
        return ""
    owner = view.facts.symbols[owner_index]
    route = _first_prefix(owner.annotations)
    for base in () if route else owner.bases[:1]:
        found = project.declaring(re.split(r"[<(]", base)[0], near=view.path)
        if found is not None:
            route = next((_first_prefix(s.annotations) for s in found.facts.symbols if s.name == re.split(r"[<(]", base)[0]), "")
    name = re.sub(r"Controller$", "", owner.name)
    return re.sub(r"\[controller\]", name.lower(), route, flags=re.IGNORECASE)


def _first_prefix(annotations: tuple[str, ...]) -> str:
    for annotation in annotations:
        for pattern in load_toml("variations/layers.toml")["prefix"]["patterns"]:
            match = _compiled(pattern).match(annotation.lstrip("@[#!"))
            if match is not None:
                return match.group("route")
    return ""


def _join(prefix: str, route: str) -> str:
    if route.startswith(("/", "~/")):
        prefix = ""
    joined = "/".join(part.strip("~/") for part in (prefix, route) if part.strip("~/"))
    joined = re.sub(r"\{(\w+)[:=?*][^{}]*\}|<(?:\w+:)?(\w+)>|:(\w+)", lambda m: "{" + next(g for g in m.groups() if g) + "}", "/" + joined)
    return joined.replace("{*", "{").replace("{**", "{")


def _request(view: FileView, body: str) -> tuple[str, str] | None:
    table = load_toml("variations/layers.toml")["request"]
    for match in _compiled(table["pattern"]).finditer(body):
        if _compiled(table["not_sent_by"]).search(body, max(0, match.start() - _MAX_RECEIVER), match.start()):
            continue
        url = _url(view, body, match.group("url"), table["local_url"])
        if url:
            return match.group("verb").upper(), url
    return None


def _url(view: FileView, body: str, text: str, local_pattern: str, depth: int = 0) -> str:
    """The route in an argument list: a literal, or a variable or field whose value is one."""
    literal = re.match(r"[^`'\";]{0,60}?([`'\"])(.*?)\1", text, re.DOTALL)
    name = re.match(r"\s*(?:this\.[\w.]+\s*,\s*)?(?:this\.|self\.)?(\w+)", text)
    local = re.search(local_pattern.replace("{name}", re.escape(name.group(1))), body) if name is not None else None
    if local is not None and depth == 0:
        return _url(view, body, local.group("url"), local_pattern, 1)
    if name is not None and (value := _field_value(view, name.group(1))):
        return value
    if literal is None:
        return ""
    filled = re.sub(r"\$\{(?:this|self)\.(\w+)\}", lambda m: _field_value(view, m.group(1)) or "{" + m.group(1) + "}", literal.group(2))
    route = re.sub(r"\$\{[^{}]*?(\w+)\)*\}", r"{\1}", filled).split("?")[0]
    # What lies on another server is no endpoint of this project.
    return _join("", route) if re.fullmatch(r"/?[\w{}./:-]+", route) and "/" in route and "://" not in route else ""


def _field_value(view: FileView, name: str) -> str:
    field = next((s for s in view.facts.symbols if s.name == name and s.kind in {"field", "property", "constant"}), None)
    match = re.search(r"=\s*[`'\"]([^`'\"$]+)[`'\"]", view.slice(field.start, field.end)) if field is not None else None
    return match.group(1) if match is not None else ""


def _controller_names(route: str) -> Iterator[str]:
    common = load_toml("variations/layers.toml")["request"]["common_segments"]
    literal = [segment for segment in route.split("/") if re.fullmatch(r"[a-z][\w-]+", segment)]
    for segment in sorted(literal, key=lambda word: word in common):
        if segment in _MOUNTS:
            continue
        word = "".join(part[:1].upper() + part[1:] for part in re.split(r"[-_]", segment))
        for pattern in load_toml("variations/layers.toml")["controller"]["names"]:
            yield pattern.format(Plural=plural(singular(word)), Singular=singular(word))


def _same_route(first: str, second: str) -> bool:
    one, other = _below_api(first), _below_api(second)
    return len(one) == len(other) and all(a == b or a[:1] == b[:1] == "{" for a, b in zip(one, other, strict=True))


def _below_api(route: str) -> list[str]:
    """The segments of a route without the one under which a server mounts all of them, which only its clients write."""
    segments = route.lower().strip("/").split("/")
    return segments[1:] if segments[0] in _MOUNTS else segments


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)
