"""Extra of components: the template, from the class whose members it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import bullet_list
from dataset_core.units import MAX_ANSWER_BYTES, Unit
from dataset_core.variations.component_parts import Part, component_of, first_line_of, largest_section, selector_of, template_of
from dataset_core.variations.context import (
    block,
    brief,
    declarations,
    fitting,
    linked_example,
    members_of,
    names_in,
    own_names,
    part_blocks,
)
from dataset_core.variations.making import purpose_of
from dataset_core.variations.markup import bound_in

_SECTION_BYTES = (1_300, 900, 500)
_MAX_CHILDREN = 4


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """One example: the template, or of a long one the largest section that fits."""
    component, template = component_of(view), template_of(view, project)
    # A class without anything that its template shows or calls tells nothing of it.
    bound = {name.split(".")[0] for name in bound_in(template.text)} if template is not None else set()
    if component is not None and template is not None and bound & {member.name for member in members_of(view, component)}:
        yield from fitting(_candidates(view, component, template, project), 1)


def _candidates(view: FileView, component: Symbol, template: Part, project: ProjectView) -> Iterator[Example]:
    if len(template.text.encode()) <= MAX_ANSWER_BYTES:
        yield _example(view, component, template, template, project)
    for limit in (MAX_ANSWER_BYTES, *_SECTION_BYTES):
        section = largest_section(template, limit)
        if section is not None and section != template:
            yield _example(view, component, template, section, project)


def _example(view: FileView, component: Symbol, template: Part, section: Part, project: ProjectView) -> Example:
    what = "the template" if section == template else f"the part of the template that opens with `{first_line_of(section)}`"
    children, paths = _children(view, component, project)
    members = members_of(view, component)
    names = own_names(view, [name for member in members for name in names_in(member) if not name.endswith("Service")])
    models, model_paths = part_blocks(project, names, view.path, section.text, 600, most=3)
    return linked_example(
        "template_for_class",
        template.view,
        Unit("template", section.text, section.start_line, section.end_line, ()),
        answer_language=template.language,
        context_paths=(view.path, *paths, *model_paths),
        what=what,
        name=component.name,
        purpose=purpose_of(view),
        component=block(view, declarations(view, component, public=True), view.path),
        children=children,
        models=models,
    )


def _children(view: FileView, component: Symbol, project: ProjectView) -> tuple[str, tuple[str, ...]]:
    """The project's own components that the decorator imports: their elements, inputs and outputs."""
    listed = re.search(r"\bimports\s*:\s*\[([^\]]*)\]", component.annotations[0]) if component.annotations else None
    lines: list[str] = []
    paths: list[str] = []
    for name in re.findall(r"\w+Component\b", listed.group(1))[:_MAX_CHILDREN] if listed is not None else ():
        child = project.declaring(name, near=view.path)
        declared = component_of(child) if child is not None else None
        if child is not None and declared is not None and child.path != view.path:
            members = members_of(child, declared)
            bound = [brief(m) for m in members if re.search(r"@(?:Input|Output)\b|= (?:input|output|model)\b", m.signature)]
            lines.append(f"`<{selector_of(declared)}>` ({name}): " + ("; ".join(f"`{text}`" for text in bound) or "no inputs"))
            paths.append(child.path)
    return bullet_list(lines), tuple(paths)
