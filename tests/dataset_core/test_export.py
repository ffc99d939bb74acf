"""An export of the reference project: its files, its rows, its split, and what `verify` says of it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from dataset_core import choosing, project
from dataset_core import export as exporting
from dataset_core.additions import additions_of
from dataset_core.settings import Settings
from dataset_core.verify import verify
from tests.fixtures.mother_project import create_mother_project

DAY = date(2026, 1, 2)
SETTINGS = Settings(target=900, validation_fraction=0.1)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_mother_project(tmp_path_factory.mktemp("reference") / "project")


@pytest.fixture(scope="module")
def exported(reference: Path) -> exporting.Export:
    with project.open_project(reference, SETTINGS) as opened:
        project.build(opened)
        return exporting.export(opened, day=DAY)


def metadata_of(export: exporting.Export) -> list[dict[str, object]]:
    path = export.folder / f"{export.manifest.name}.metadata.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_the_files_have_the_names_of_the_specification(exported: exporting.Export) -> None:
    name = "code_prototype_20260102"
    endings = (".jsonl", ".validation.jsonl", ".newest_commits.jsonl", ".metadata.jsonl", ".manifest.json", ".card.md", ".report.html")
    assert {path.name for path in exported.folder.iterdir()} == {name + ending for ending in endings}
    assert exported.path == exported.folder / f"{name}.jsonl"


def test_the_target_is_met_and_the_projects_own_rows_lead(exported: exporting.Export) -> None:
    manifest = exported.manifest
    assert manifest.n_rows == 900
    taken = {family.family: family.taken for family in manifest.families}
    assert taken["library"] + taken["composed"] < 450
    assert all(family.taken <= family.available for family in manifest.families)


def test_verify_finds_nothing_wrong(exported: exporting.Export) -> None:
    result = verify(exported.path)
    assert [check for check in result.checks if not check.passed] == []
    assert result.passed


def test_every_row_says_where_it_comes_from_and_under_which_licence(exported: exporting.Export) -> None:
    for row in metadata_of(exported):
        assert row["path"], row
        assert row["rule"], row
        assert row["licence"], row


def test_no_file_is_on_both_sides(exported: exporting.Export) -> None:
    sides: dict[str, set[str]] = {"train": set(), "validation": set(), "newest_commits": set()}
    for row in metadata_of(exported):
        paths = row["context_paths"]
        assert isinstance(paths, list)
        sides[str(row["split"])] |= {str(row["path"]), *map(str, paths)}
    assert sides["train"] & sides["validation"] == set()
    assert sides["validation"]


def test_no_answer_stands_in_more_than_three_rows(exported: exporting.Export) -> None:
    folder, name = exported.folder, exported.manifest.name
    rows = [
        json.loads(line)
        for file in (f"{name}.jsonl", f"{name}.validation.jsonl")
        for line in (folder / file).read_text("utf-8").splitlines()
    ]
    assert max(Counter(row["completion"][0]["content"] for row in rows).values()) <= 3
    assert max(Counter(row["prompt"][0]["content"] for row in rows).values()) == 1


def test_the_artifact_type_weighs_the_mix(reference: Path, tmp_path: Path) -> None:
    with project.open_project(reference, Settings(target=900, artifact_type="erd"), store_folder=tmp_path / "store") as opened:
        project.build(opened)
        erd = exporting.export(opened, day=DAY, folder=tmp_path / "out")
    languages = erd.manifest.languages
    assert languages["mermaid"] > 450
    assert erd.manifest.name == "erd_20260102"


def test_what_a_person_added_is_always_in(reference: Path, tmp_path: Path) -> None:
    root = shutil.copytree(reference, tmp_path / "project")
    with project.open_project(root, Settings(target=60, max_commits=0)) as opened:
        project.build(opened)
        path = "backend/src/HarbourStay.Api/Services/StayPricing.cs"
        for addition in additions_of(root, [Path(path)], prompt=""):
            assert project.add(opened, addition) >= 2
        for addition in additions_of(root, [Path(path)], lines="17-25", prompt="Price a stay by season"):
            assert project.add(opened, addition) == 1
        export = exporting.export(opened, day=DAY)
    rows = [row for row in metadata_of(export) if row["family"] == "own"]
    assert len(rows) >= 3
    assert {row["path"] for row in rows} == {path}


def test_a_project_without_rows_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "joined_library", lambda *_, **__: ((), ()))
    monkeypatch.setattr(choosing, "composed_examples", lambda *_: iter(()))
    root = tmp_path / "empty"
    root.mkdir()
    with project.open_project(root, Settings()) as opened, pytest.raises(exporting.ExportError, match="--explain"):
        exporting.export(opened, day=DAY)


def test_fewer_rows_than_the_minimum_are_reported_with_the_remedy(reference: Path, tmp_path: Path) -> None:
    with project.open_project(reference, Settings(target=300), store_folder=tmp_path / "store") as opened:
        project.build(opened)
        export = exporting.export(opened, day=DAY, folder=tmp_path / "out")
    assert "minimum of 500" in " ".join(export.manifest.shortages)


def test_an_export_is_loaded_again_for_its_report(exported: exporting.Export, tmp_path: Path) -> None:
    loaded = exporting.load_rows(exported.path)
    assert loaded is not None
    manifest, rows, skipped = loaded
    assert manifest == exported.manifest
    assert (len(rows), skipped != {}) == (900, True)
    assert all(prompt and answer and not answer.startswith("```") for _, prompt, answer in rows)
    assert exporting.load_rows(tmp_path / "none.jsonl") is None
