"""Call chains: from a method, over the types of its receivers, into what these call in turn.

A call is followed when its receiver is a field, a parameter, a constructor's parameter or a type that the project or the file knows.
Calls on local values say nothing about the project and are left out, as are log lines and helpers that lead nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dataset_core.diagrams.blocks import Block, in_order
from dataset_core.diagrams.entities import is_entity_file
from dataset_core.diagrams.reading import TypeOfFile, base_name, find_type, is_constructor, is_drawable, modifiers, types_of
from dataset_core.diagrams.type_text import TypeText, outer_type, read_type
from dataset_core.diagrams.vocabulary import vocabulary
from dataset_core.facts import Call, Symbol
from dataset_core.language import languages
from dataset_core.project_view import FileView, ProjectView
from dataset_core.resolution import foreign_names, imported_from_outside

MAX_LEVELS = 3
MAX_STEPS = 12
_MAX_PARAMETERS = 4
_RECEIVER = re.compile(r"^(?:(?:this|self|cls|Me|base|super)(?:\.|->)|\$this->|@)?([A-Za-z_]\w*)[!?]?$")
_CHAINED_FIELD = re.compile(r"^(?:this|self|\w{1,3})(?:\.|->)([A-Za-z_]\w*)$")
_ACCESSOR = re.compile(r"(?:get|set|is|has)[A-Z_]\w*$")
_TYPE_PARAMETERS = re.compile(r"(?<=\w)<([A-Z]\w*(?:\s*,\s*[A-Z]\w*)*)>(?=\s*(?:[({:]|where\b|extends\b|$))")
_OWN = frozenset({"this", "self", "cls", "$this", "super", "super()", "base", "Self", "static"})


@dataclass(frozen=True)
class Step:
    """A call from one participant to another (or itself).

    Attributes:
        source: Who calls.
        target: Who is called.
        says: The method with the names of its parameters.
        returns: What comes back; empty for nothing.
        inner: The calls that it makes itself.
        path: The file that declares the method; empty for one outside the project.
        blocks: The conditions and loops in which the call stands, outermost first.
    """

    source: str
    target: str
    says: str
    returns: str
    inner: tuple[Step, ...] = ()
    path: str = ""
    blocks: tuple[Block, ...] = ()

    @property
    def size(self) -> int:
        """Calls in this step, its own included."""
        return 1 + sum(step.size for step in self.inner)


@dataclass(frozen=True)
class _Place:
    """Where a chain stands: a file, a type in it (None for plain functions), and the name it has in the diagram."""

    view: FileView
    row: TypeOfFile | None
    name: str


def steps_of(view: FileView, method: Symbol, row: TypeOfFile | None, project: ProjectView, *, whole: bool = False) -> tuple[Step, ...]:
    """The calls of a method in their order, with what they lead to, as deep as fits: a chain that is cut off would not say so.

    Where the method's own calls are too many, none; with `whole`, the first of them.
    """
    for levels in range(MAX_LEVELS, 0, -1):
        chain = _Chain(project)
        steps = chain.steps(_Place(view, row, name_of(view, row)), method, levels)
        if not chain.is_cut:
            return steps
    return steps[:MAX_STEPS] if whole else ()


def shown_steps_of(view: FileView, method: Symbol, row: TypeOfFile | None, project: ProjectView) -> tuple[Step, ...]:
    """The calls of a method on others as its own text shows them: nothing of what is declared elsewhere."""
    chain = _Chain(project)
    steps = chain.steps(_Place(view, row, name_of(view, row)), method, 1)
    return () if chain.is_cut else tuple(replace(step, says=f"{step.says.partition('(')[0]}(…)", returns="") for step in steps)


def name_of(view: FileView, row: TypeOfFile | None) -> str:
    """What a participant is called: its type, or its file; a file that stands for its folder is called like that."""
    if row is not None:
        return row.name
    folder, _, name = view.path.rpartition("/")
    return folder.rpartition("/")[2] if folder and re.match(r"(?:__init__|index|mod|lib)\.\w+$", name) else name


class _Chain:
    """One walk through the project: remembers what it looked up and what it has been in."""

    def __init__(self, project: ProjectView) -> None:
        self._project = project
        self._places: dict[str, _Place | None] = {}
        self._active: set[tuple[str, str]] = set()
        self._left = MAX_STEPS

    @property
    def is_cut(self) -> bool:
        """Whether there were more calls than are followed."""
        return self._left < 0

    def steps(self, place: _Place, method: Symbol, levels: int) -> tuple[Step, ...]:
        key = (place.name, method.name)
        if levels == 0 or key in self._active:
            return ()
        self._active.add(key)
        types = {**(place.row.wiring if place.row is not None else {}), **_of_parameters(method, place.view.language)}
        open_types = _type_parameters(method, *([place.row.symbol] if place.row is not None else []))
        types = {name: text for name, text in types.items() if read_type(text).name not in open_types}
        found: dict[tuple[str, str, tuple[Block, ...]], Step] = {}
        for call, blocks in in_order(method.calls, _body(place.view, method), place.view.language):
            if self._left < 0:
                break
            for step in self._follow(place, call, types, levels):
                found.setdefault((step.target, step.says, blocks), replace(step, blocks=blocks))
        self._active.discard(key)
        return tuple(found.values())

    def _follow(self, place: _Place, call: Call, types: Mapping[str, str], levels: int) -> Iterator[Step]:
        known = vocabulary()
        if call.name in known.noise_calls or call.receiver.rpartition(".")[2] in known.noise_receivers:
            return
        if call.receiver in _OWN or not call.receiver:
            yield from self._own(place, call, levels)
            return
        plain, chained = _RECEIVER.match(call.receiver), _CHAINED_FIELD.match(call.receiver)
        match = plain or chained
        if match is None:
            return
        receiver = match.group(1)
        text = types.get(receiver, "")
        # `room.Rates.Add` calls on a value of a local one, not on a type `Rates`.
        called = outer_type(text) if text else TypeText(receiver if receiver[:1].isupper() and plain is not None else "")
        passed_on = called.name in known.wrappers or called.name in known.collections or called.name in known.maps
        is_foreign = called.name in foreign_names(place.view) or called.name in imported_from_outside(place.view)
        if called.name and not passed_on and not is_foreign and is_drawable(called.name):
            yield from self._other(place, call, called, levels, is_declared=bool(text))

    def _own(self, place: _Place, call: Call, levels: int) -> Iterator[Step]:
        """A method of the same type or of its base: drawn when it leads to somebody else; a function of another file is somebody else."""
        home = self._method(place, call.name)
        if home is not None:
            owner, method = home
            inner = self.steps(_Place(owner.view, owner.row, place.name), method, levels - 1)
            if inner and not is_constructor(method, owner.row.name if owner.row else ""):
                self._left -= 1
                yield Step(place.name, place.name, _says(method), "", inner, owner.view.path)
            return
        if call.receiver or not self._imports(place.view, call.name):
            return
        other = self._project.declaring(call.name, near=place.view.path)
        function = (
            next((s for s in other.facts.symbols if s.parent == -1 and s.name == call.name and s.is_callable), None) if other else None
        )
        if other is not None and function is not None and other.path != place.view.path:
            name = name_of(other, None)
            self._left -= 1
            inner = self.steps(_Place(other, None, name), function, levels - 1)
            yield Step(place.name, name, _says(function), read_type(function.type).readable, inner, other.path)

    def _other(self, place: _Place, call: Call, called: TypeText, levels: int, *, is_declared: bool) -> Iterator[Step]:
        """A method of another type: followed where the project has it, drawn alone where a field or parameter says that it is used."""
        there = self._place(called.name, place.view)
        if there is None:
            if is_declared:
                self._left -= 1
                yield Step(place.name, called.readable, f"{call.name}(…)", "")
            return
        is_plain_access = _ACCESSOR.match(call.name) is not None and is_entity_file(there.view)
        if is_plain_access or (there.row is not None and there.row.symbol.kind == "enum"):
            return
        home = self._method(there, call.name)
        self._left -= 1
        if home is None:
            yield Step(place.name, there.name, f"{call.name}(…)", "", (), there.view.path)
            return
        owner, method = home
        inner = self.steps(_Place(owner.view, owner.row, there.name), method, levels - 1) if there.name != place.name else ()
        yield Step(place.name, there.name, _says(method), read_type(method.type).readable, inner, owner.view.path)

    def _place(self, type_name: str, near: FileView) -> _Place | None:
        """The type in this file or in the project; for an interface, the type that implements it under the same name without `I`."""
        if type_name not in self._places:
            self._places[type_name] = self._look_up(type_name, near)
        return self._places[type_name]

    def _look_up(self, type_name: str, near: FileView) -> _Place | None:
        row = find_type(near, type_name)
        if row is not None:
            return _Place(near, row, type_name)
        if type_name in languages()[near.language].builtin_types:
            return None
        view = self._project.declaring(type_name, near=near.path)
        row = find_type(view, type_name) if view is not None else None
        if view is None or row is None:
            return None
        if row.is_interface and re.match(r"I[A-Z]", type_name):
            implementation = self._project.declaring(type_name[1:], near=view.path)
            behind = find_type(implementation, type_name[1:]) if implementation is not None else None
            if implementation is not None and behind is not None:
                return _Place(implementation, behind, type_name)
        return _Place(view, row, type_name)

    def _method(self, place: _Place, name: str) -> tuple[_Place, Symbol] | None:
        """A method of a type or of what it extends in the project; for a file without a type, a function of it."""
        if place.row is None:
            function = next((s for s in place.view.facts.symbols if s.parent == -1 and s.name == name and s.is_callable), None)
            return (place, function) if function is not None else None
        own = next((m for m in place.row.members if m.name == name and m.is_callable), None)
        if own is not None:
            return place, own
        for base in place.row.symbol.bases[:2]:
            parent = self._place(base_name(base), place.view) if is_drawable(base_name(base)) else None
            if parent is not None and parent.row is not None and parent.row is not place.row:
                inherited = next((m for m in parent.row.members if m.name == name and m.is_callable), None)
                if inherited is not None:
                    return parent, inherited
        return None

    @staticmethod
    def _imports(view: FileView, name: str) -> bool:
        return any(name in row.names for row in view.facts.imports)


def _body(view: FileView, method: Symbol) -> str:
    """The body from the beginning of its first line, so that indentation can be told."""
    start = max(method.body_start, method.start)
    return view.slice(view.data.rfind(b"\n", 0, start) + 1 if view.language == "python" else start, method.end)


def _of_parameters(method: Symbol, language: str) -> dict[str, str]:
    """Parameters whose type is one to be called on; values of the language itself are not."""
    builtin = languages()[language].builtin_types
    return {p.name: p.type for p in method.parameters if p.type and read_type(p.type).name not in builtin and not read_type(p.type).is_many}


def _type_parameters(*symbols: Symbol) -> set[str]:
    """The names that stand for any type in the heads of definitions, such as `TRequest` in `class Behaviour<TRequest, TResponse>`."""
    return {name for symbol in symbols for text in _TYPE_PARAMETERS.findall(symbol.signature) for name in re.findall(r"\w+", text)}


def _says(method: Symbol) -> str:
    """A call as a message: the method with the names of its parameters."""
    names = [p.name for p in method.parameters if p.name not in {"self", "cls", "this"} and read_type(p.type).name != "CancellationToken"]
    return f"{method.name}({', '.join(names[:_MAX_PARAMETERS])}{', …' if len(names) > _MAX_PARAMETERS else ''})"


def starting_methods(view: FileView) -> list[tuple[TypeOfFile | None, Symbol]]:
    """The methods from which a chain is worth following: public ones, those with a route first, then those with most to call."""
    rows: list[tuple[TypeOfFile | None, Symbol]] = [
        (row, member)
        for row in types_of(view.facts)
        for member in row.members
        if member.is_callable and not is_constructor(member, row.name)
    ]
    rows += [(None, s) for s in view.facts.symbols if s.parent == -1 and s.is_callable and not s.container]
    public = [(row, method) for row, method in rows if len(method.calls) > 1 and not _is_hidden(method)]
    return sorted(public, key=lambda pair: (not route_of(pair[1], pair[0]), -min(len(pair[1].calls), 12), pair[1].start))


def _is_hidden(method: Symbol) -> bool:
    return re.search(r"\b(?:private|protected|fileprivate)\b|#$", modifiers(method)) is not None or method.name.startswith(("_", "#"))


def route_of(method: Symbol, row: TypeOfFile | None, base_route: str = "") -> str:
    """`POST /api/orders/{id}` for a method with a route, else empty; `base_route` stands in where the type itself names none."""
    verbs = vocabulary().http
    for annotation in method.annotations:
        match = re.match(r"[@\[#\s]*(?:\w+\.)?(\w+)(?:Attribute)?\s*(?:\((.*)\))?", annotation, re.DOTALL)
        if match is None:
            continue
        verb = verbs.get(match.group(1), "")
        if not verb and match.group(1) in {"RequestMapping", "Route", "route"}:
            verb = "GET"
        decorates_router = re.match(r"[@\s]*\w+\.\w+\(\s*[\"']/", annotation) is not None
        if not verb or (match.group(1).islower() and not decorates_router):
            continue
        path = _first_string(match.group(2) or "")
        prefix = class_route(row) or base_route if row is not None else ""
        return f"{verb} {_join(prefix, path, row)}"
    return ""


def class_route(row: TypeOfFile) -> str:
    """The route that a type's own marks name."""
    for annotation in row.symbol.annotations:
        match = re.match(r"[@\[#\s]*(?:Route|RequestMapping|Controller|Path)\b\s*\((.*)\)", annotation, re.DOTALL)
        if match is not None:
            return _first_string(match.group(1))
    return ""


def _first_string(text: str) -> str:
    match = re.search(r"[\"']([^\"']*)[\"']", text)
    return match.group(1) if match is not None else ""


def _join(prefix: str, path: str, row: TypeOfFile | None) -> str:
    if path.startswith(("~/", "/")) and not prefix.startswith("/"):
        prefix = "" if path.startswith("~/") or "[" in prefix else prefix
    name = row.name.removesuffix("Controller").lower() if row is not None else ""
    joined = "/".join(part.strip("/~") for part in (prefix, path) if part.strip("/~"))
    return "/" + joined.replace("[controller]", name).replace("[action]", "")
