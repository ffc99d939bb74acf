"""The reference mother project gives at least the variations that the composition of its 49 files promises."""

from __future__ import annotations

from collections import Counter

import pytest

from dataset_core import project
from dataset_core.settings import Settings
from dataset_core.store import Row
from tests.fixtures.mother_project import create_mother_project

BASE = {"generate", "implement", "similar", "adapt", "standards", "replicate"}
EXTRAS = {
    "template_for_class", "style_for_template", "spec_for_class", "class_for_template", "method_for_endpoint", "service_in_component",
    "dto_from_entity", "endpoint_from_service", "settings_injection", "collection_mapping", "style_for_template_of", "theme_reuse",
}  # fmt: skip
# Files and rows a file, by the specification: 135 + 96 + 80 + 40 + 42 = 393.
COMPOSITION = {"controllers and DTOs": (15, 9), "components": (12, 8), "services": (10, 8), "styles": (5, 8), "others": (7, 6)}


def group_of(path: str) -> str:
    if "/Controllers/" in path or "/Dtos/" in path:
        return "controllers and DTOs"
    if path.endswith(".component.ts"):
        return "components"
    if path.endswith(".service.ts"):
        return "services"
    return "styles" if path.endswith(".scss") else "others"


@pytest.fixture(scope="module")
def rows_by_path(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    root = create_mother_project(tmp_path_factory.mktemp("reference") / "project")
    with project.open_project(root, Settings()) as opened:
        project.build(opened)
        found: dict[str, list[Row]] = {path: [] for path, *_ in opened.store.files_overview()}
        for unit, rows in opened.store.rows():
            if unit.startswith("link:"):
                # A row counts for the file that it was made for; its answer may stand in another one, as a theme's does.
                found[unit.removeprefix("link:").partition(":")[2]].extend(rows)
    return found


def test_the_composition_is_that_of_the_specification(rows_by_path: dict[str, list[Row]]) -> None:
    assert Counter(map(group_of, rows_by_path)) == {group: count for group, (count, _) in COMPOSITION.items()}


@pytest.mark.parametrize("group", COMPOSITION)
def test_every_group_reaches_its_variations(rows_by_path: dict[str, list[Row]], group: str) -> None:
    n_files, rows_per_file = COMPOSITION[group]
    variations = [row for path, rows in rows_by_path.items() if group_of(path) == group for row in rows if row.kind in BASE | EXTRAS]
    assert len(variations) >= n_files * rows_per_file


def test_every_file_yields_the_base_variations_that_it_can(rows_by_path: dict[str, list[Row]]) -> None:
    # The only file of its role has no sibling to be similar to; start-up code, a theme and what serves all entities have none to adapt.
    for path, rows in rows_by_path.items():
        kinds = {row.kind for row in rows} & BASE
        assert len(kinds) >= 4, (path, kinds)
    complete = [path for path, rows in rows_by_path.items() if {row.kind for row in rows} >= BASE]
    assert len(complete) >= 30


@pytest.mark.parametrize("group", ["controllers and DTOs", "components", "services", "styles"])
def test_files_of_a_role_yield_its_extras(rows_by_path: dict[str, list[Row]], group: str) -> None:
    without = [path for path, rows in rows_by_path.items() if group_of(path) == group and not {row.kind for row in rows} & EXTRAS]
    assert without == []


def test_no_prompt_stands_twice(rows_by_path: dict[str, list[Row]]) -> None:
    ids = Counter(row.id for rows in rows_by_path.values() for row in rows)
    assert [count for count in ids.values() if count > 1] == []
