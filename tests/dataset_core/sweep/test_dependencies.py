"""Imports that code needs, who uses whom, and how a dependency is wired in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from dataset_core.sweep import dependencies, imports, wiring
from tests.fixtures.mother_project import FILES, list_files
from tests.memory_project import MemoryProject

if TYPE_CHECKING:
    from dataset_core.example import Example

COMPONENTS = "frontend/src/app/components"
BACKEND = "backend/src/HarbourStay.Api"


@pytest.fixture(scope="module")
def rows() -> dict[tuple[str, str], list[Example]]:
    project = MemoryProject({path: (FILES / path).read_text("utf-8") for path in list_files()})
    found: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for path, view in project.views.items():
        for stage in (imports, dependencies, wiring):
            for row in stage.examples(view, project):
                found[path, row.kind].append(row)
    return found


def test_imports_name_only_what_the_shown_code_uses(rows: dict[tuple[str, str], list[Example]]) -> None:
    (row,) = rows[f"{COMPONENTS}/cancellation-panel.component.ts", "imports"]
    assert "DestroyRef" in row.completion
    assert "ChangeDetectionStrategy" not in row.completion
    assert row.completion.count("import ") == row.completion.count(" from ")


def test_dependencies_are_a_list_of_what_is_called(rows: dict[tuple[str, str], list[Example]]) -> None:
    (row,) = rows[f"{COMPONENTS}/cancellation-panel.component.ts", "dependencies"]
    assert row.language == "markdown"
    expected = "- `ReservationService` (`frontend/src/app/services/reservation.service.ts`): calls `quoteCancellation`, `cancel`"
    assert expected in row.completion.split("\n")


def test_streams_of_a_type_are_not_calls_on_it(rows: dict[tuple[str, str], list[Example]]) -> None:
    lists = [row.completion for (_, kind), made in rows.items() if kind in {"dependencies", "dependents"} for row in made]
    assert lists
    assert not any("`asObservable`" in text for text in lists)


def test_dependents_tell_who_uses_a_definition(rows: dict[tuple[str, str], list[Example]]) -> None:
    (row,) = rows[f"{BACKEND}/Services/StayPricing.cs", "dependents"]
    assert "`ReservationsController`" in row.completion
    assert "`PriceStay`" in row.completion
    assert all(f"`{path}`" in row.completion for path in row.provenance.context_paths)


def test_registration_stands_in_the_file_that_starts_the_application(rows: dict[tuple[str, str], list[Example]]) -> None:
    made = rows[f"{BACKEND}/Settings/MongoDBSettings.cs", "wire_dependency"]
    assert [row.provenance.path for row in made] == [f"{BACKEND}/Program.cs"]
    assert made[0].completion.startswith("builder.Services.AddSingleton<IMongoDBSettings>(")
    assert made[0].completion.endswith(";")


def test_wiring_shows_the_constructor_that_is_given_the_dependency() -> None:
    files = {
        "Stock.cs": "public class Stock { public int Left(string id) { return id.Length; } }",
        "Shop.cs": (
            "public class Shop\n{\n    private readonly Stock _stock;\n\n"
            "    public Shop(Stock stock)\n    {\n        _stock = stock;\n    }\n\n"
            "    public bool Has(string id)\n    {\n        return _stock.Left(id) > 0;\n    }\n}\n"
        ),
    }
    project = MemoryProject(files)
    made = {row.kind: row for row in wiring.examples(project.views["Shop.cs"], project)}
    assert "public Shop(Stock stock)" in made["wire_dependency"].completion
    assert "_stock = stock" not in made["wire_dependency"].prompt
