"""Extra of styles: the rules for a part of the template that they style."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import splitext

from dataset_core.example import Example
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.toml_file import load_toml
from dataset_core.units import Unit
from dataset_core.variations.component_parts import Part, classes_in, sections, template_of
from dataset_core.variations.context import fitting, linked_example
from dataset_core.variations.style_rules import Rule, Theme, declarations_of, largest_rules, names_used, rules, theme_text, themes_of

MAX_SECTIONS = 2
_RULE_BYTES = 900
_SECTION_BYTES = 900
_TEMPLATE_ENDINGS = (".html", ".ts", ".component.html", ".tsx", ".jsx", ".vue", ".cshtml")
# A style that belongs to no component is looked for in the templates of so many components near it.
_MAX_COMPONENTS = 12


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """Up to two rules with the piece of a template that they style; for a theme, rules of a component that uses it."""
    made = list(fitting(_candidates(view, list(_templates(view, project)), project), MAX_SECTIONS))
    yield from made or fitting(_of_components(view, project), 1)


def themes_with_own(view: FileView, project: ProjectView) -> tuple[Theme, ...]:
    """The themes that a style uses, and what it declares itself."""
    return (*themes_of(view, project), Theme(view.path, "", declarations_of(view.text)))


def components_near(view: FileView, project: ProjectView) -> Iterator[FileView]:
    """Components, those that share most folders with a file first."""
    table = load_toml("variations/layers.toml")["component"]
    found = (project.mentioning(name, near=view.path, role=table["role"], limit=_MAX_COMPONENTS) for name in table["mentioned"])
    for path in next((paths for paths in found if paths), ()):
        component = project.view(path)
        if component is not None:
            yield component


def style_file(component: FileView, project: ProjectView) -> FileView | None:
    """The style file that bears the name of a component's file."""
    stem = splitext(component.path)[0]
    return next((found for ending in (".scss", ".css", ".less") if (found := project.view(stem + ending)) is not None), None)


def _templates(view: FileView, project: ProjectView) -> Iterator[Part]:
    stem = splitext(view.path)[0].removesuffix(".module")
    for ending in _TEMPLATE_ENDINGS:
        found = project.view(stem + ending)
        template = _template_in(found, project) if found is not None else None
        if template is not None:
            yield template
            return
    yield from (template for component in components_near(view, project) if (template := template_of(component, project)) is not None)


def _template_in(found: FileView, project: ProjectView) -> Part | None:
    if found.path.endswith(".ts"):
        return template_of(found, project)
    return Part(found, found.text, found.language, 1, found.facts.n_lines)


def _candidates(view: FileView, templates: list[Part], project: ProjectView) -> Iterator[Example]:
    chosen = sorted(largest_rules(view.text, _RULE_BYTES), key=lambda rule: (-len(rule.text), rule.start_line))
    themes = themes_with_own(view, project) if templates else ()
    for rule in chosen:
        styled = {name for inner in rules(rule.text) for name in inner.classes}
        section = _section_with(templates, rule.classes, styled)
        if section is not None:
            yield _example(view, rule, section, themes)


def _section_with(templates: list[Part], classes: frozenset[str], styled: set[str]) -> Part | None:
    """The piece of a template that shows most of what a rule styles, and has its own class; the smallest of equals."""
    best: tuple[int, int] | None = None
    chosen: Part | None = None
    for template in templates:
        if not classes & set(classes_in(template.text)):
            continue
        for section in (*sections(template, _SECTION_BYTES, 30), *sections(template, _SECTION_BYTES // 2, 30)):
            found = set(classes_in(section.text))
            rank = (len(found & styled), -len(section.text))
            if classes & found and (best is None or rank > best):
                best, chosen = rank, section
    return chosen


def _example(view: FileView, rule: Rule, section: Part, themes: tuple[Theme, ...]) -> Example:
    used = names_used(rule.text)
    return linked_example(
        "style_for_template_of",
        view,
        Unit("rules", rule.text, rule.start_line, rule.end_line, ()),
        context_paths=(section.view.path, *(theme.path for theme in themes)),
        selector=rule.resolved,
        path=view.path,
        template=code_block(section.language, section.text, section.view.path),
        theme=theme_text(themes, used, 250),
    )


def _of_components(view: FileView, project: ProjectView) -> Iterator[Example]:
    """For a theme: rules of the components' own style files that use it."""
    for component in components_near(view, project):
        template = template_of(component, project)
        style = style_file(component, project)
        if template is None or style is None or view.path not in {theme.path for theme in themes_of(style, project)}:
            continue
        # The last ones: the style file itself gives the first.
        yield from reversed(list(_candidates(style, [template], project)))
