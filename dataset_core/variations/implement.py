"""Variation 2: implement a member, given the file without that body and the signatures of what it depends on."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core import language
from dataset_core.example import Example
from dataset_core.facts import Symbol, type_names
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.units import MAX_CONTEXT_BYTES, Unit, clip, line_runs, symbol_unit, title, with_hole, without_licence_header
from dataset_core.variations.context import same_family
from dataset_core.variations.making import calls_in_words, example_of
from dataset_core.variations.telling import held_in_words

MAX_MEMBERS = 6
MIN_BODY_BYTES, MAX_BODY_BYTES = 50, 1_400
_MAX_DEPENDENCIES = 4
_MAX_USES_BYTES = 700


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """An example for each of the members with the fullest bodies; for a file without bodies, for its fullest definition."""
    members = _members(view)
    for member in members:
        uses, paths = dependencies(view, member, project)
        around = with_hole(view, member, limit=MAX_CONTEXT_BYTES)
        yield example_of(
            "implement",
            view,
            Unit(title(member), dedented_body(view, member), member.start_line, member.end_line, (member,)),
            context_paths=paths,
            member=title(member),
            path=view.path,
            # What is documented stands in the file that is shown.
            doc="" if member.doc else calls_in_words(view, member),
            file=code_block(view.language, around),
            held=held_in_words(view, member, hidden_from=around),
            uses=uses,
        )
    if not members:
        yield from _declaration(view, project)


def dependencies(view: FileView, symbol: Symbol, project: ProjectView) -> tuple[str, tuple[str, ...]]:
    """The outlines of the project's own types that a definition uses, as blocks, and the paths they come from."""
    blocks: list[str] = []
    paths: list[str] = []
    budget = _MAX_USES_BYTES
    for name in _used_names(view, symbol):
        found = project.signature(name, near=view.path)
        if found is None or found[0] == view.path or found[0] in paths or not same_family(found[0], view.path):
            continue
        path, text = found
        block = code_block(language.language_of(path) or view.language, clip(text, 400), path)
        if len(block) <= budget:
            budget -= len(block)
            blocks.append(block)
            paths.append(path)
        if len(blocks) == _MAX_DEPENDENCIES:
            break
    return "\n\n".join(blocks), tuple(paths)


def _members(view: FileView) -> list[Symbol]:
    fitting = [
        s
        for s in view.facts.symbols
        if s.is_callable and s.body_start >= 0 and MIN_BODY_BYTES <= s.body_end - s.body_start <= MAX_BODY_BYTES
    ]
    fitting = [s for s in fitting if not view.facts.is_one_of_several(s)]
    fullest = sorted(fitting, key=lambda s: (s.body_start - s.body_end, s.start))[:MAX_MEMBERS]
    return sorted(fullest, key=lambda s: s.start)


def _used_names(view: FileView, symbol: Symbol) -> list[str]:
    """Type names that a definition uses, its own and, by the fields it calls on, those of its receivers."""
    builtin = language.languages()[view.language].builtin_types
    field_types = {s.name: s.type for s in view.facts.symbols if s.parent == symbol.parent and s.type}
    for constructor in (s for s in view.facts.symbols if s.parent in {symbol.parent, -1}):
        for parameter in constructor.parameters:
            field_types.setdefault(parameter.name, parameter.type)
            field_types.setdefault(f"_{parameter.name}", parameter.type)
    plain = [(call.receiver.removeprefix("this.").removeprefix("self."), call.name) for call in symbol.calls]
    # A lower-case receiver that is no field is a local value; what is called without one is a function, of this folder or imported.
    receivers = [field_types.get(receiver, receiver if receiver[:1].isupper() else "") if receiver else name for receiver, name in plain]
    parameters = [parameter.type for parameter in symbol.parameters]
    mentioned = [name for text in (symbol.type, *parameters, *receivers, *symbol.references) for name in type_names(text)]
    own = {s.name for s in view.facts.symbols}
    return [name for name in dict.fromkeys(mentioned) if name not in builtin and name not in own and len(name) > 1]


def _declaration(view: FileView, project: ProjectView) -> Iterator[Example]:
    """For files that declare and do nothing (DTOs, models, settings): the fullest definition but the main one, taken out."""
    candidates = [s for s in view.facts.symbols if s is not view.main and MIN_BODY_BYTES // 2 <= s.end - s.start <= MAX_BODY_BYTES]
    chosen = max(candidates, key=lambda s: (s.end - s.start, -s.start), default=None)
    if chosen is None:
        yield from _piece(view)
        return
    unit = symbol_unit(view, chosen)
    left_out = _left_out(view, chosen)
    before, after = without_licence_header(view.slice(0, chosen.start)), view.slice(chosen.end, len(view.data))
    if " left out" in left_out:
        after = after.removeprefix(";")
    if len(f"{before}{after}".encode()) > MAX_CONTEXT_BYTES:
        before, after = before[-MAX_CONTEXT_BYTES // 2 :], clip(after, MAX_CONTEXT_BYTES // 2)
    uses, paths = dependencies(view, chosen, project)
    yield example_of(
        "implement",
        view,
        unit,
        context_paths=paths,
        member=title(chosen),
        path=view.path,
        file=code_block(view.language, f"{before}{left_out}{after}".strip("\n")),
        doc=chosen.doc,
        held="",
        uses=uses,
    )


def _left_out(view: FileView, symbol: Symbol) -> str:
    """What stands for a definition that is taken out: of a value a comment, for it has no body."""
    known = language.languages()[view.language]
    is_value = not symbol.is_callable and not symbol.is_type and known.line_comment
    return f"{known.line_comment} left out {known.comment_end}".rstrip() if is_value else known.left_out


def _piece(view: FileView) -> Iterator[Example]:
    """For scripts, which declare nothing: one of their pieces, taken out; never the first, which the rest builds on."""
    pieces = [unit for unit in line_runs(view, _MAX_USES_BYTES)[1:] if len(unit.text) >= MIN_BODY_BYTES]
    unit = max(pieces, key=lambda piece: (len(piece.text), -piece.start_line), default=None)
    if unit is None:
        return
    left_out = language.languages()[view.language].left_out
    before, _, after = view.text.partition(unit.text)
    hole = f"{before[-MAX_CONTEXT_BYTES // 2 :]}{left_out}{after[: MAX_CONTEXT_BYTES // 2]}"
    yield example_of(
        "implement", view, unit, member=unit.title, path=view.path, file=code_block(view.language, hole), doc="", held="", uses=""
    )


def dedented_body(view: FileView, member: Symbol) -> str:
    """The body of a callable, its own indentation taken off, so that it reads from the margin."""
    body = view.slice(member.body_start, member.body_end)
    line_start = view.data.rfind(b"\n", 0, member.header) + 1
    indent = view.slice(line_start, member.header)
    if body.lstrip().startswith(("{", "=>")):
        return body.replace("\n" + indent, "\n") if not indent.strip() else body
    body_line = view.data.rfind(b"\n", 0, member.body_start) + 1
    own = view.slice(body_line, member.body_start)
    return body.replace("\n" + own, "\n") if own and not own.strip() else body
