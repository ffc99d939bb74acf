"""Tasks that take more than one file: a controller with its parts, a component with its template and styles, code with its test or use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.sweep.test_cases import Subject, TestCase, is_test, shared_setup, subject_of, test_cases
from dataset_core.units import Unit, clip, first_sentence, in_words, member_run, one_line_paragraph, symbol_unit, title
from dataset_core.variations.component_parts import Part, classes_in, component_of, sections, skeleton, styles_of, template_of
from dataset_core.variations.context import (
    MAX_EXAMPLE_BYTES,
    beside,
    calls_on,
    declarations,
    fitting,
    header,
    is_constructor,
    linked_example,
    member_code,
    member_unit,
    members_of,
    names_in,
    own_names,
    part_blocks,
    receivers_of,
    same_family,
    types_called,
)  # fmt: skip
from dataset_core.variations.endpoints import endpoints_of, has_endpoints
from dataset_core.variations.layers import is_dto_name
from dataset_core.variations.making import purpose_of
from dataset_core.variations.style_rules import largest_rules
from dataset_core.variations.telling import is_told

MAX_TESTS = 3
MAX_USES = 3
_CASE_BYTES, _SUBJECT_BYTES, _USE_BYTES = 1_200, 1_300, 1_000
_RUN_BYTES = 1_600
_SHOWN_BYTES, _RULE_BYTES = 800, 350
_MIN_DEFINITION_BYTES = 80


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """All that this file gives, whichever side of the pair it is."""
    if has_endpoints(view):
        yield from fitting(_controllers(view, project), 2)
    yield from fitting(_components(view, project), 1)
    if is_test(view) or "#[test]" in view.text:
        yield from _tests(view, project)
    else:
        yield from fitting(_definitions(view, project), MAX_USES)


def _controllers(view: FileView, project: ProjectView) -> Iterator[Example]:
    """Two neighbouring actions or more, given the DTOs, entities and services that they work with."""
    found = endpoints_of(view, project)
    runs: list[list[int]] = []
    for place in range(len(found) - 1):
        for last in range(place + 1, min(place + 3, len(found))):
            size = found[last].symbol.end - found[place].symbol.start
            if found[place].symbol.parent == found[last].symbol.parent and size <= _RUN_BYTES:
                runs.append([place, last, size])
    taken: set[int] = set()
    for place, last, _ in sorted(runs, key=lambda run: (-run[2], run[0])):
        if not taken & set(range(place, last + 1)):
            taken |= set(range(place, last + 1))
            made = _controller(view, [(e.text, e.symbol) for e in found[place : last + 1]], project)
            if made is not None:
                yield made


def _controller(view: FileView, actions: list[tuple[str, Symbol]], project: ProjectView) -> Example | None:
    symbols = [symbol for _, symbol in actions]
    parent = symbols[0].parent
    owner = view.facts.symbols[parent] if parent >= 0 else None
    unit = member_unit(view, symbols, "actions")
    names = own_names(view, [name for symbol in symbols for name in (*types_called(view, symbol), *names_in(symbol))])
    wanted = sorted(names, key=lambda name: not is_dto_name(name))
    parts, paths = part_blocks(project, wanted, view.path, unit.text, MAX_EXAMPLE_BYTES - 900 - len(unit.text.encode()))
    if not parts:
        return None
    return linked_example(
        "controller_with_parts",
        view,
        unit,
        context_paths=paths,
        actions=in_words([f"`{symbol.name}` (`{route}`)" for route, symbol in actions]),
        controller=owner.name if owner is not None else view.path,
        path=view.path,
        doc="\n".join(f"`{symbol.name}`: {first_sentence(symbol.doc)}" for symbol in symbols if first_sentence(symbol.doc)),
        parts=parts,
        fields=code_block(view.language, beside(view, owner, symbols) if owner is not None else ""),
    )


def _components(view: FileView, project: ProjectView) -> Iterator[Example]:
    """The class of a component, or a run of its members, from its template, its styles and the services that it uses."""
    component = component_of(view)
    template = template_of(view, project) if component is not None else None
    if component is None or template is None:
        return
    styles = styles_of(view, project)
    for limit in (_RUN_BYTES, 1_000, 600):
        unit = _class_unit(view, component, limit)
        if unit is not None:
            yield _component(view, unit, template, styles, project)


def _class_unit(view: FileView, component: Symbol, limit: int) -> Unit | None:
    """The class without its decorator, in which the template may stand."""
    if component.end - component.header <= limit:
        lines = view.slice(component.header, component.end)
        start = view.data.count(b"\n", 0, component.header) + 1
        text = lines[lines.index("class ") :] if "@Component" in lines.split("class ")[0] else lines
        return Unit(f"the class `{component.name}`", text, start, component.end_line, (component,))
    return member_run(view, component, limit)


def _component(view: FileView, unit: Unit, template: Part, styles: Part | None, project: ProjectView) -> Example:
    inside = [s for s in view.facts.symbols if unit.start_line <= s.start_line and s.end_line <= unit.end_line]
    whole = len(template.text.encode()) <= _SHOWN_BYTES
    parts = [template] if whole else [*sections(template, _SHOWN_BYTES)]
    shown = max(parts, key=lambda part: (sum(symbol.name in part.text for symbol in inside), len(part.text)), default=None)
    rule = _rule_for(styles, shown)
    given = [name for symbol in inside if is_constructor(symbol) for name in names_in(symbol)]
    names = own_names(view, [*given, *(name for symbol in (*unit.symbols, *inside) for name in names_in(symbol))])
    uses, paths = part_blocks(project, names, view.path, unit.text, 700)
    return linked_example(
        "component_with_parts",
        view,
        unit,
        context_paths=(template.view.path, *((styles.view.path,) if styles is not None and rule else ()), *paths),
        what=unit.title,
        path=view.path,
        purpose=purpose_of(view),
        template=code_block(template.language, shown.text) if shown is not None else code_block("text", clip(skeleton(template.text), 700)),
        style=code_block(styles.language, rule) if styles is not None else "",
        uses=uses,
    )


def _rule_for(styles: Part | None, template: Part | None) -> str:
    """The first rule that styles what is shown of the template."""
    classes = set(classes_in(template.text)) if template is not None else set()
    found = (rule.text for rule in largest_rules(styles.text, _RULE_BYTES) if rule.classes & classes) if styles is not None else iter(())
    return next(found, "")


def _tests(view: FileView, project: ProjectView) -> Iterator[Example]:
    """Up to three cases with the code under test, in both directions; a piece of code is the answer once."""
    answered: set[tuple[str, int]] = set()
    count = 0
    for case in sorted(test_cases(view), key=lambda case: (-len(case.text), case.start_line))[: 3 * MAX_TESTS]:
        subject = subject_of(view, case, project, _SUBJECT_BYTES) if count < MAX_TESTS else None
        if subject is None:
            continue
        made = list(fitting([_test_for_code(view, case, subject)], 1))
        place = (subject.view.path, subject.symbol.start)
        if place not in answered and is_told(subject.view, subject.symbol, (case.text, subject.symbol.doc)):
            answered.add(place)
            made += fitting([_code_for_test(view, case, subject)], 1)
        count += bool(made)
        yield from made


def _test_for_code(view: FileView, case: TestCase, subject: Subject) -> Example:
    unit = Unit(case.title, case.text, case.start_line, case.end_line, ())
    return linked_example(
        "test_for_code",
        view,
        unit,
        context_paths=(subject.view.path,),
        member=case.title,
        path=view.path,
        code=code_block(subject.view.language, _with_header(subject), subject.view.path),
        setup=code_block(view.language, shared_setup(view, case)),
    )


def _code_for_test(view: FileView, case: TestCase, subject: Subject) -> Example:
    around = declarations(subject.view, subject.owner, leave_out=[subject.symbol], limit=500) if subject.owner is not None else ""
    return linked_example(
        "code_for_test",
        subject.view,
        member_unit(subject.view, [subject.symbol], title(subject.symbol)),
        context_paths=(view.path,),
        member=title(subject.symbol),
        path=subject.view.path,
        doc=one_line_paragraph(subject.symbol.doc),
        test=code_block(view.language, case.text, view.path),
        owner=code_block(subject.view.language, around),
    )


def _with_header(subject: Subject) -> str:
    above = f"{header(subject.view, subject.owner)}\n" if subject.owner is not None else ""
    return above + member_code(subject.view, subject.symbol)


def _definitions(view: FileView, project: ProjectView) -> Iterator[Example]:
    """Definitions of this file with the code of another one that uses them."""
    top = [s for s in view.facts.symbols if s.parent == -1 and (s.is_type or s.is_callable) and s.end - s.start >= _MIN_DEFINITION_BYTES]
    for symbol in sorted(top, key=lambda s: (s is not view.main, s.start - s.end))[:MAX_USES]:
        for path in project.mentioning(symbol.name, near=view.path, limit=2):
            user = project.view(path) if same_family(path, view.path) else None
            made = _definition(view, symbol, user) if user is not None and not is_test(user) else None
            if made is not None:
                yield made
                break


def _definition(view: FileView, symbol: Symbol, user: FileView) -> Example | None:
    receivers = receivers_of(user, symbol.name)
    using = [
        s for s in user.facts.symbols if s.is_callable and s.body_start >= 0 and _MIN_DEFINITION_BYTES <= s.end - s.start <= _USE_BYTES
    ]
    own = {m.name: m for m in members_of(view, symbol) if m.is_callable and _MIN_DEFINITION_BYTES <= m.end - m.start <= _SUBJECT_BYTES}
    called = [(own[name], s) for s in using for name in calls_on(s, receivers, symbol.name) if name in own]
    if called:
        member, caller = max(called, key=lambda pair: (pair[0].end - pair[0].start, -pair[0].start))
        return _from_use(view, member, symbol, user, caller)
    fits_whole = symbol.end - symbol.start <= _RUN_BYTES
    direct = [
        (uses, s)
        for s in using
        if fits_whole and (uses := _n_uses(user, s, symbol, receivers)) and is_told(view, symbol, (user.code(s), symbol.doc))
    ]
    if direct:
        return _from_use(view, symbol, None, user, max(direct, key=lambda pair: (pair[0], pair[1].end - pair[1].start, -pair[1].start))[1])
    return None


def _n_uses(user: FileView, callable_symbol: Symbol, symbol: Symbol, receivers: Collection[str]) -> int:
    """How often the body of a callable uses a definition; its signature alone says nothing of what the definition must be."""
    called = sum(call.name == symbol.name and not call.receiver for call in callable_symbol.calls)
    if called or not symbol.is_type:
        return called
    if callable_symbol.kind == "constructor" or callable_symbol.name in {"__init__", "constructor"}:
        return 0
    body = user.slice(callable_symbol.body_start, callable_symbol.body_end)
    return len(calls_on(callable_symbol, receivers, symbol.name)) + len(
        re.findall(rf"\b{symbol.name}\b", body) if symbol.name in body else ()
    )


def _from_use(view: FileView, symbol: Symbol, owner: Symbol | None, user: FileView, caller: Symbol) -> Example:
    around = declarations(view, owner, leave_out=[symbol], limit=500) if owner is not None else ""
    return linked_example(
        "definition_from_use",
        view,
        member_unit(view, [symbol], title(symbol)) if owner is not None else symbol_unit(view, symbol),
        context_paths=(user.path,),
        user=title(caller)[:1].upper() + title(caller)[1:],
        user_path=user.path,
        member=title(symbol),
        path=view.path,
        doc=one_line_paragraph(symbol.doc),
        use=code_block(user.language, user.code(caller)),
        owner=code_block(view.language, around),
    )
