"""Of a large project as much is made as an export needs, and alike however the project came to be."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset_core import project, thinning
from dataset_core.linked_units import cuts_of
from dataset_core.mix import artifact_types, quotas
from dataset_core.thinning import N_BUCKETS, bucket, demand, folder_step, takes, walk
from tests.dataset_core.test_incremental import SETTINGS, differences, dump, edit
from tests.fixtures.mother_project import create_mother_project

PATHS = [f"src/module{number}/file{number}.cs" for number in range(2_000)]
COUNTS = st.lists(st.integers(0, 9), max_size=60)


def in_buckets(counts: list[int], known: set[int]) -> list[dict[str, int | None]]:
    buckets: list[dict[str, int | None]] = [{} for _ in range(N_BUCKETS)]
    for number, count in enumerate(counts):
        buckets[bucket("adapt", PATHS[number])][PATHS[number]] = count if number in known else None
    return buckets


def cut_of(counts: list[int], known: set[int], wanted: int) -> int:
    """Walk, and find out what is missing, until nothing is."""
    known = set(known)
    while (walked := walk(in_buckets(counts, known), wanted)).missing:
        known |= {PATHS.index(path) for path in walked.missing}
    return walked.cut


@given(COUNTS, st.sets(st.integers(0, 59)), st.integers(0, 120))
def test_a_cut_follows_from_what_files_give_alone_and_is_the_first_that_is_enough(counts: list[int], known: set[int], wanted: int) -> None:
    cut = cut_of(counts, known, wanted)
    sums = [sum(filter(None, files.values())) for files in in_buckets(counts, set(range(len(counts))))]
    assert cut == N_BUCKETS or sum(sums[:cut]) >= wanted
    assert cut == 0 or sum(sums[: cut - 1]) < wanted


def test_what_is_not_known_yet_is_found_out_in_few_rounds_and_hardly_anything_in_vain() -> None:
    known: set[int] = set()
    rounds = 0
    while (walked := walk(in_buckets([3] * len(PATHS), known), 1_500)).missing:
        known |= {PATHS.index(path) for path in walked.missing}
        rounds += 1
    assert rounds <= 8
    assert 500 <= len(known) <= 520


def test_where_less_is_given_than_wanted_all_files_are_taken_in_one_round() -> None:
    assert len(walk(in_buckets([1] * 50, set()), 1_000).missing) == 50
    assert walk(in_buckets([1] * 50, set(range(50))), 1_000) == thinning.Walk(N_BUCKETS, ())


@pytest.mark.parametrize("artifact_type", artifact_types())
def test_more_is_made_than_the_mix_takes(artifact_type: str) -> None:
    made, quota = demand(artifact_type, 5_000), quotas(artifact_type, 5_000)
    made["variations"] += made.pop("alone")
    assert all(made[family] >= 1.49 * quota[family] for family in quota)


@pytest.mark.parametrize(("n_files", "step"), [(0, 1), (2_300, 1), (2_500, 2), (4_035, 3), (100_000, 64)])
def test_every_folder_is_drawn_until_there_are_more_than_an_export_needs(n_files: int, step: int) -> None:
    assert folder_step(n_files, 5_000) == step
    assert folder_step(n_files, 20 * 5_000) <= step


@pytest.mark.parametrize("step", [2, 3, 4, 6, 8])
def test_a_stage_takes_its_share_and_stages_take_different_files(step: int) -> None:
    generate, symbols = ({path for path in PATHS if takes(stage, path, step)} for stage in ("generate", "symbols"))
    assert len(PATHS) / step * 0.8 < len(generate) < len(PATHS) / step * 1.2
    assert len(generate & symbols) < len(PATHS) / step**2 * 1.5


def test_who_takes_a_file_in_a_larger_project_takes_it_in_a_smaller_one() -> None:
    assert {path for path in PATHS if takes("symbols", path, 8)} < {path for path in PATHS if takes("symbols", path, 4)}


@pytest.fixture
def _few_are_enough(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An export of 250 rows would be enough, so that the reference project is a large one."""
    monkeypatch.setattr(project, "demand", lambda artifact_type, _, without: demand(artifact_type, 250, without))
    monkeypatch.setattr(project, "folder_step", lambda n_files, _: folder_step(n_files, 250))
    yield  # noqa: PT022 - what was replaced is put back after it


def from_nothing(root: Path, settings: object = SETTINGS) -> dict[str, tuple[int, bytes, bytes]]:
    with tempfile.TemporaryDirectory() as folder, project.open_project(root, settings, store_folder=Path(folder)) as opened:
        project.build(opened, n_workers=1)
        return dump(opened.store)


@pytest.mark.usefixtures("_few_are_enough")
def test_a_project_that_grew_file_by_file_equals_one_that_was_built_as_it_is(tmp_path: Path) -> None:
    whole = create_mother_project(tmp_path / "whole", git=False)
    sources = sorted((whole / "backend").rglob("*.cs"))[:24]
    root = tmp_path / "grown"
    root.mkdir()
    cuts = []
    with project.open_project(root, SETTINGS, store_folder=tmp_path / "store") as opened:
        for number, source in enumerate(sources):
            target = root / source.relative_to(whole)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
            project.update_file(opened, target.relative_to(root).as_posix())
            if number == 12:
                project.settle(opened, n_workers=1)
        project.settle(opened, n_workers=1)
        cuts.append(cuts_of(opened.store)["variations"])
        assert differences(dump(opened.store), from_nothing(root)) == []
        for source in sources[6:]:
            (root / source.relative_to(whole)).unlink()
            project.remove_file(opened, source.relative_to(whole).as_posix())
        project.settle(opened, n_workers=1)
        cuts.append(cuts_of(opened.store)["variations"])
        assert differences(dump(opened.store), from_nothing(root)) == []
    assert cuts[0] < N_BUCKETS
    assert cuts[1] == N_BUCKETS


@pytest.mark.usefixtures("_few_are_enough")
def test_another_artifact_type_and_edits_leave_what_a_build_from_nothing_makes(tmp_path: Path) -> None:
    root = create_mother_project(tmp_path / "project", git=False)
    diagrams = replace(SETTINGS, artifact_type="erd")
    counts = []
    for settings in (SETTINGS, diagrams, SETTINGS):
        with project.open_project(root, settings, store_folder=tmp_path / "store") as opened:
            project.build(opened, n_workers=2)
            counts.append(len([unit for unit in opened.store.units("link") if unit.startswith("link:diagrams:")]))
            assert differences(dump(opened.store), from_nothing(root, settings)) == []
    assert counts[0] == counts[2] < counts[1]
    with project.open_project(root, SETTINGS, store_folder=tmp_path / "store") as opened:
        for path in sorted(root.rglob("*.cs"))[::3]:
            edit(path)
            project.update_file(opened, path.relative_to(root).as_posix())
        project.settle(opened, n_workers=1)
        assert differences(dump(opened.store), from_nothing(root)) == []


@pytest.mark.usefixtures("_few_are_enough")
def test_a_large_project_gives_examples_of_most_files(tmp_path: Path) -> None:
    root = create_mother_project(tmp_path / "project", git=False)
    with project.open_project(root, SETTINGS) as opened:
        summary = project.build(opened, n_workers=1)
        of_files = {row.path for _, rows in opened.store.rows() for row in rows}
    assert summary.is_thinned
    assert sum(summary.n_examples.values()) < 800
    assert len({path for path in of_files if (root / path).is_file()}) >= 0.8 * summary.n_files


NOTE = """# Rates of room {number}

## Decision

- `RoomService` asks `RateService` for the rates of room {number}, so that `Room` keeps none itself.

## Open questions

- Who tells `ReservationService` of new rates of room {number} is not settled; `RateService` could.
"""


def write_notes(root: Path, numbers: range) -> list[Path]:
    paths = [root / f"docs/room{number}.md" for number in numbers]
    for number, path in zip(numbers, paths, strict=True):
        path.write_text(NOTE.format(number=number), "utf-8")
    return paths


def n_of_notes(opened: project.Project) -> int:
    return opened.store.n_examples()["note"]


@pytest.mark.usefixtures("_few_are_enough")
def test_of_many_notes_as_many_are_read_as_the_mix_wants_and_alike_however_they_came(tmp_path: Path) -> None:
    root = create_mother_project(tmp_path / "project", git=False)
    write_notes(root, range(40))
    with project.open_project(root, SETTINGS, store_folder=tmp_path / "store") as opened:
        project.build(opened, n_workers=2)
        first = n_of_notes(opened)
        assert 1.5 * quotas("code_prototype", 250)["notes"] - 1 <= first < 30
        assert cuts_of(opened.store)["notes"] < N_BUCKETS
        assert differences(dump(opened.store), from_nothing(root)) == []
        gone = write_notes(root, range(20, 80))
        project.build(opened, n_workers=1)
        assert differences(dump(opened.store), from_nothing(root)) == []
        for path in gone:
            path.unlink()
        project.build(opened, n_workers=1)
        assert differences(dump(opened.store), from_nothing(root)) == []


def test_a_note_that_went_and_came_back_is_read_again(tmp_path: Path) -> None:
    root = create_mother_project(tmp_path / "project", git=False)
    (note,) = write_notes(root, range(1))
    with project.open_project(root, SETTINGS) as opened:
        project.build(opened, n_workers=1)
        before = dump(opened.store)
        text = note.read_text("utf-8")
        note.unlink()
        project.build(opened, n_workers=1)
        assert "note:docs/room0.md" not in opened.store.units("note")
        note.write_text(text, "utf-8")
        project.build(opened, n_workers=1)
        assert differences(dump(opened.store), before) == []
