"""Rules of style sheets read from text: nesting, comments, strings, and what they take from a theme."""

from __future__ import annotations

from dataset_core.variations.style_rules import declarations_of, rules, summary, themes_of, uses_theme
from tests.memory_project import MemoryProject

SHEET = """\
@use 'theme';

// Above { the rule }.
.card {
  padding: theme.$space;

  &__title:hover {
    content: '}';
    color: rgba(theme.$ink, 0.5);
  }

  @media (min-width: 600px) {
    margin: 0;
  }
}
"""


def test_rules_are_found_with_their_nesting() -> None:
    found = rules(SHEET)
    assert [(rule.selector, rule.depth, rule.is_rule) for rule in found] == [
        (".card", 0, True),
        ("&__title:hover", 1, True),
        ("@media (min-width: 600px)", 1, False),
    ]
    assert found[0].text.startswith("// Above { the rule }.\n.card {")
    assert (found[0].start_line, found[0].end_line) == (3, 15)


def test_a_nested_rule_stands_inside_the_rules_around_it() -> None:
    title = rules(SHEET)[1]
    assert title.resolved == ".card__title:hover"
    assert title.classes == {"card__title"}
    assert title.text.startswith(".card {\n  &__title:hover {\n    content: '}';")


def test_a_summary_tells_properties_and_no_values() -> None:
    assert summary(rules(SHEET)[0]) == "- `.card`: padding\n- `&__title:hover`: content, color\n- `@media (min-width: 600px)`: margin"


def test_a_theme_is_found_beside_the_style_and_used_by_its_name() -> None:
    project = MemoryProject(
        {"s/card.scss": SHEET, "s/_theme.scss": "$space: 1rem;\n$ink: #111;\n/// Rounds.\n@mixin round($r) { border-radius: $r; }\n"}
    )
    view = project.view("s/card.scss")
    assert view is not None
    (theme,) = themes_of(view, project)
    assert (theme.path, theme.prefix) == ("s/_theme.scss", "theme.")
    assert dict(theme.declarations)["round"] == "@mixin round($r) { … } // Rounds."
    assert uses_theme(SHEET, (theme,)) == {"$space", "$ink"}


def test_custom_properties_count_as_declarations() -> None:
    assert declarations_of(":root {\n  --gap: 4px;\n}\n") == (("--gap", "--gap: 4px;"),)
