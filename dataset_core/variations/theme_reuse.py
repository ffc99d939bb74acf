"""Extra of styles: rules that take their values from the variables, mixins and functions of the theme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import splitext

from dataset_core.example import Example
from dataset_core.project_view import FileView, ProjectView
from dataset_core.units import Unit
from dataset_core.variations.context import fitting, linked_example
from dataset_core.variations.style_for_template_of import components_near, style_file, themes_with_own
from dataset_core.variations.style_rules import (
    Rule,
    Theme,
    declarations_of,
    largest_rules,
    names_used,
    rules,
    summary,
    theme_text,
    themes_of,
    uses_theme,
)

MAX_RULES = 2
_RULE_BYTES = 1_500


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """Up to two rules of the file with what they use of its theme; for a theme, those of a style that uses it."""
    themes = themes_with_own(view, project)
    made = list(fitting((_example(view, rule, themes, "theme_reuse") for rule in _chosen(view, themes)), MAX_RULES))
    yield from made or fitting(_of_consumers(view, project), 1)


def _chosen(view: FileView, themes: tuple[Theme, ...]) -> list[Rule]:
    """Rules and mixins that use the theme, those that use most of it first."""
    blocks = [rule for rule in rules(view.text) if rule.depth == 0 and rule.selector.startswith("@mixin") and len(rule.text) <= _RULE_BYTES]
    used = {rule: uses_theme(rule.text, themes) - {rule.selector.split()[-1]} for rule in (*largest_rules(view.text, _RULE_BYTES), *blocks)}
    return sorted(
        (rule for rule in used if used[rule] and _is_told(rule, view, themes)), key=lambda rule: (-len(used[rule]), rule.start_line)
    )


def _is_told(rule: Rule, view: FileView, themes: tuple[Theme, ...]) -> bool:
    """Whether every variable of a rule is declared where a prompt can show it: a partial may rely on what others import before it."""
    told = {name for theme in themes for name, _ in theme.declarations} | {name for name, _ in declarations_of(view.text)}
    own = {*re.findall(r"\$[\w-]+", rule.selector), *re.findall(r"(\$[\w-]+)\s*:", rule.text)}
    named = re.findall(r"@(?:each|for)\s+(\$[\w-]+)(?:\s*,\s*(\$[\w-]+))?", rule.text)
    own.update(name for pair in named for name in pair)
    return all(name in told or name in own for name in names_used(rule.text) if name.startswith("$"))


def _of_consumers(view: FileView, project: ProjectView) -> Iterator[Example]:
    stem = splitext(view.path.rpartition("/")[2])[0].lstrip("_")
    for consumer in _consumers(view, project):
        if stem not in consumer.text:  # then no import of it can lead here
            continue
        themes = tuple(theme for theme in themes_of(consumer, project) if theme.path == view.path)
        if themes:
            yield from (_example(consumer, rule, themes, "theme_consumer") for rule in _chosen(consumer, themes)[MAX_RULES:])
            yield from (_example(consumer, rule, themes, "theme_consumer") for rule in _chosen(consumer, themes)[:MAX_RULES])


def _consumers(view: FileView, project: ProjectView) -> Iterator[FileView]:
    """Styles that may use a theme: those beside it, then those of the components near it."""
    folder = view.path.rpartition("/")[0]
    yield from (found for found in project.in_folder(folder) if found.language == view.language and found.path != view.path)
    yield from (style for component in components_near(view, project) if (style := style_file(component, project)) is not None)


def _example(view: FileView, rule: Rule, themes: tuple[Theme, ...], wording: str) -> Example:
    used = uses_theme(rule.text, themes)
    return linked_example(
        "theme_reuse",
        view,
        Unit("rules", rule.text, rule.start_line, rule.end_line, ()),
        wording=wording,
        context_paths=[theme.path for theme in themes if used & {name for name, _ in theme.declarations}],
        what=f"the mixin `{rule.selector.removeprefix('@mixin ')}`" if rule.selector.startswith("@mixin") else f"`{rule.resolved}`",
        path=view.path,
        sets=summary(rule),
        others=", ".join(f"`{name}`" for name in sorted(names_used(rule.text) - used) if name.startswith("--")),
        theme=theme_text(themes, used, 900 if wording == "theme_consumer" else 500),
    )
