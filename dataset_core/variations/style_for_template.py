"""Second extra of components, by what there is: styles from the template, a test from the class, or the class from the template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import splitext

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.units import MAX_ANSWER_BYTES, Unit, clip
from dataset_core.variations.component_parts import (
    Part,
    classes_in,
    component_of,
    elements_in,
    largest_section,
    skeleton,
    styles_of,
    template_of,
)
from dataset_core.variations.context import (
    block,
    declarations,
    fields_of,
    fitting,
    linked_example,
    member_unit,
    members_of,
    names_in,
    own_names,
    part_blocks,
    types_called,
)
from dataset_core.variations.making import purpose_of
from dataset_core.variations.style_rules import Rule, largest_rules, rules, theme_text, themes_of, uses_theme

_TEMPLATE_BYTES = 1_100
_EXPRESSION = re.compile(r"\{\{(.*?)\}\}|(?:\]|\)|\*\w+)=\"([^\"]*)\"|@\w+ \((.*?)\) \{", re.DOTALL)
_SPEC_TEMPLATE_BYTES = 700
_SPEC_ENDINGS = (".spec.ts", ".test.ts")


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """One example, of the first kind for which the component has what it takes."""
    component, template = component_of(view), template_of(view, project)
    if component is not None and template is not None:
        yield from fitting(_candidates(view, component, template, project), 1)


def _candidates(view: FileView, component: Symbol, template: Part, project: ProjectView) -> Iterator[Example]:
    styles = styles_of(view, project)
    if styles is not None and any(rule.is_rule for rule in rules(styles.text)):
        yield from _styles(component, template, styles, project)
    else:
        yield from _spec(view, component, template, project)
    yield from _class(view, component, template, project)


def _styles(component: Symbol, template: Part, styles: Part, project: ProjectView) -> Iterator[Example]:
    shown, shown_as = _styled_part(template)
    themes = themes_of(styles.view, project) if styles.view.language == styles.language else ()
    whole = Rule("", "", styles.text, styles.text, 1, styles.end_line - styles.start_line + 1, 0)
    for rule in (whole, *sorted(largest_rules(styles.text, MAX_ANSWER_BYTES), key=lambda r: -len(r.text))):
        used = uses_theme(rule.text, themes)
        if rule is not whole and not (_targets(rule) & {*classes_in(template.text), *elements_in(template.text)}):
            continue
        yield linked_example(
            "style_for_template",
            styles.view,
            Unit("styles", rule.text, styles.start_line + rule.start_line - 1, styles.start_line + rule.end_line - 1, ()),
            answer_language=styles.language,
            context_paths=(template.view.path, *(theme.path for theme in themes if used)),
            what="the styles" if rule is whole else f"the styles of `{rule.selector}`",
            name=component.name,
            path=styles.view.path,
            template=code_block(shown_as, shown),
            theme=theme_text(themes, used, 400) if used else "",
        )


def _targets(rule: Rule) -> set[str]:
    inner = (name for part in rules(rule.text) for name in (*part.classes, *part.resolved.split()[-1:]))
    return set(inner)


def _styled_part(template: Part) -> tuple[str, str]:
    """The template, or of a long one its elements with their classes, and the language of what is shown."""
    if len(template.text.encode()) <= _TEMPLATE_BYTES:
        return template.text, template.language
    return clip(skeleton(template.text), _TEMPLATE_BYTES), "text"


def _spec(view: FileView, component: Symbol, template: Part, project: ProjectView) -> Iterator[Example]:
    for ending in _SPEC_ENDINGS:
        spec = project.view(splitext(view.path)[0] + ending)
        if spec is None:
            continue
        text = spec.text.strip("\n")
        whole = Part(spec, text, spec.language, 1, text.count("\n") + 1)
        for limit in (1_500, 900):
            section = largest_section(whole, limit, least=120)
            if section is not None:
                yield _spec_example(view, component, section, template, "the test file" if section == whole else "")


def _spec_example(view: FileView, component: Symbol, section: Part, template: Part, what: str) -> Example:
    shown = template if len(template.text.encode()) <= _SPEC_TEMPLATE_BYTES else None
    return linked_example(
        "spec_for_class",
        section.view,
        Unit("tests", section.text, section.start_line, section.end_line, ()),
        context_paths=(view.path, *((shown.view.path,) if shown is not None else ())),
        template=code_block(shown.language, shown.text) if shown is not None else "",
        what=what or "the tests `" + section.text.split("\n", 1)[0].strip("{ ") + "`",
        name=component.name,
        path=section.view.path,
        code=block(view, declarations(view, component, limit=1_000), view.path),
    )


def _class(view: FileView, component: Symbol, template: Part, project: ProjectView) -> Iterator[Example]:
    """The members that the template binds, with the services and models that they use given by their outlines."""
    for template_bytes in (_TEMPLATE_BYTES, 700, 400):
        shown = largest_section(template, template_bytes)
        bound = _bound(view, component, shown.text) if shown is not None else []
        while shown is not None and bound:
            unit = member_unit(view, bound, f"the members of `{component.name}`")
            wanted = own_names(view, [name for member in bound for name in (*types_called(view, member), *names_in(member))])
            uses, paths = part_blocks(project, wanted, view.path, unit.text, 600)
            yield linked_example(
                "class_for_template",
                view,
                unit,
                context_paths=(template.view.path, *paths),
                name=component.name,
                members=", ".join(f"`{member.name}`" for member in bound),
                purpose=purpose_of(view),
                template=code_block(template.language, shown.text),
                fields=block(view, _unbound_fields(view, component, bound)),
                uses=uses,
            )
            bound = bound[:-1]


def _bound(view: FileView, component: Symbol, template: str) -> list[Symbol]:
    expressions = (text for match in _EXPRESSION.finditer(template) for text in match.groups() if text)
    names = {name for text in expressions for name in re.findall(r"[A-Za-z_$][\w$]*", text)}
    members = members_of(view, component)
    return [member for member in members if member.name in names and member.end - member.start <= MAX_ANSWER_BYTES]


def _unbound_fields(view: FileView, component: Symbol, bound: list[Symbol]) -> str:
    taken = {member.name for member in bound}
    lines = fields_of(view, component, 700).split("\n")
    return "\n".join(line for line in lines if not any(re.search(rf"\b{re.escape(name)}(?![\w$])", line.split("=")[0]) for name in taken))[
        :400
    ]
