"""The extras of roles: on the reference project every file has the number of the specification, and each answer stands in the project."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from dataset_core.parse import parses
from dataset_core.quality.filters import reason_to_drop
from dataset_core.roles import role
from dataset_core.variations.context import fits
from tests.fixtures.mother_project import FILES, list_files
from tests.memory_project import MemoryProject

if TYPE_CHECKING:
    from dataset_core.example import Example

EXTRAS = {
    "angular-component": {"template_for_class", "style_for_template"},
    "angular-service": {"method_for_endpoint", "service_in_component"},
    "dotnet-controller": {"dto_from_entity", "endpoint_from_service", "settings_injection"},
    "dotnet-dto": {"dto_from_entity", "endpoint_from_service", "settings_injection"},
}
STYLE_EXTRAS = ("style_for_template_of", "theme_reuse")
N_FILES = {"angular-component": 12, "angular-service": 10}
N_STYLES = 5
N_CONTROLLERS_AND_DTOS = 15


@pytest.fixture(scope="module")
def project() -> MemoryProject:
    return MemoryProject({path: (FILES / path).read_text("utf-8") for path in list_files()})


@pytest.fixture(scope="module")
def examples(project: MemoryProject) -> dict[tuple[str, str], list[Example]]:
    found: dict[tuple[str, str], list[Example]] = {}
    for path, view in project.views.items():
        # The rows of styles are those of all style sheets, whatever their roles are called.
        names = STYLE_EXTRAS if view.language == "scss" else role(view.language, view.facts.role).extras
        for name in names:
            module = import_module(f"dataset_core.variations.{name}")
            found[path, name] = [example for example in module.examples(view, project) if reason_to_drop(example) is None]
    return found


def test_every_file_of_a_role_has_its_extras(project: MemoryProject, examples: dict[tuple[str, str], list[Example]]) -> None:
    by_role: dict[str, list[str]] = defaultdict(list)
    for path, view in project.views.items():
        by_role[view.facts.role].append(path)
    assert {name: len(by_role[name]) for name in N_FILES} == N_FILES
    assert len(by_role["dotnet-controller"]) + len(by_role["dotnet-dto"]) == N_CONTROLLERS_AND_DTOS
    styles = [path for path, view in project.views.items() if view.language == "scss"]
    assert len(styles) == N_STYLES
    assert [path for path in styles for extra in STYLE_EXTRAS if not examples[path, extra]] == []
    for name, expected in EXTRAS.items():
        for path in by_role[name]:
            assert {extra for extra in expected if examples.get((path, extra))} == expected, path


def test_prompts_are_distinct_and_sizes_fit(examples: dict[tuple[str, str], list[Example]]) -> None:
    rows = [example for made in examples.values() for example in made]
    assert len({example.prompt for example in rows}) == len(rows)
    assert all(fits(example) for example in rows)


def test_answers_parse_in_their_language(examples: dict[tuple[str, str], list[Example]]) -> None:
    rows = [example for made in examples.values() for example in made]
    assert [example.completion for example in rows if not parses(example.completion, example.language)] == []


def test_every_line_of_an_answer_stands_in_the_file_that_it_names(
    project: MemoryProject, examples: dict[tuple[str, str], list[Example]]
) -> None:
    for made in examples.values():
        for example in made:
            view = project.views[example.provenance.path]
            lines = view.text.split("\n")[example.provenance.start_line - 1 : example.provenance.end_line]
            known = {line.strip() for line in lines}
            # Nested rules stand inside the headers of the rules around them, which the span leaves out.
            around = {line.strip() for line in view.text.split("\n") if line.rstrip().endswith("{")} | {"}"}
            unknown = [line for line in example.completion.split("\n") if line.strip() and line.strip() not in known | around]
            assert unknown == [], example.prompt


def test_context_paths_are_those_that_the_prompt_quotes(project: MemoryProject, examples: dict[tuple[str, str], list[Example]]) -> None:
    for made in examples.values():
        for example in made:
            quoted = {path for path in project.views if f"`{path}`" in example.prompt}
            assert quoted <= {*example.provenance.context_paths, example.provenance.path}


def test_a_service_method_comes_with_the_endpoint_of_the_server(examples: dict[tuple[str, str], list[Example]]) -> None:
    rows = examples["frontend/src/app/services/rate.service.ts", "method_for_endpoint"]
    added = next(row for row in rows if "`addRate`" in row.prompt.split("\n")[0])
    assert "POST /api/hotels/{hotelId}/rates" in added.prompt
    assert '[HttpPost("{id}/rates")]' in added.prompt
    assert "HotelsController.cs" in added.prompt


def test_a_base_controller_gives_the_endpoint_that_is_built_on_it(examples: dict[tuple[str, str], list[Example]]) -> None:
    path = "backend/src/HarbourStay.Api/Controllers/ApiControllerBase.cs"
    (row,) = examples[path, "endpoint_from_service"]
    assert row.provenance.path != path
    assert path in row.provenance.context_paths


def test_a_template_out_of_a_decorator_is_html_and_not_in_its_prompt(examples: dict[tuple[str, str], list[Example]]) -> None:
    (row,) = examples["frontend/src/app/components/room-card.component.ts", "template_for_class"]
    assert row.language == "html"
    assert row.completion.startswith('<article class="card"')
    assert "<article" not in row.prompt


def test_a_theme_gives_the_rules_of_a_style_that_uses_it(examples: dict[tuple[str, str], list[Example]]) -> None:
    path = "frontend/src/styles/_theme.scss"
    (row,) = examples[path, "theme_reuse"]
    assert row.provenance.path != path
    assert "theme.$" in row.completion


def test_broken_code_gives_no_exception() -> None:
    texts = {
        "a/x.component.ts": "@Component({ template: `<p>{{ name`, styles: `.a {` })\nexport class XComponent { name = ",
        "a/x.component.scss": ".a { &__b { color: $c; } @include",
        "a/XController.cs": '[ApiController] public class XController : ControllerBase { [HttpGet("{id")] public X Get( { ',
        "a/XDto.cs": "public class XDto { public int Id { get; ",
        "a/x.service.ts": "@Injectable() export class XService { get() { return this.http.get(`/api/${ ",
    }
    broken = MemoryProject(texts)
    for view in broken.views.values():
        for name in role(view.language, view.facts.role).extras:
            list(import_module(f"dataset_core.variations.{name}").examples(view, broken))
