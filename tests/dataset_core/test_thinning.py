"""In a large project each stage takes one file in two, three, ...: enough to choose from, and alike however the project grew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dataset_core import project, thinning
from tests.dataset_core.test_incremental import SETTINGS, build_from_nothing, differences, dump
from tests.fixtures.mother_project import create_mother_project

PATHS = [f"src/module{number}/file{number}.cs" for number in range(2_000)]


@pytest.mark.parametrize(
    ("n_files", "target", "step"),
    [(0, 5_000, 1), (1_331, 5_000, 1), (1_332, 5_000, 2), (2_000, 5_000, 3), (4_035, 5_000, 6), (100_000, 5_000, 64), (4_035, 20_000, 1)],
)
def test_a_stage_takes_all_files_until_there_are_far_more_than_an_export_needs(n_files: int, target: int, step: int) -> None:
    assert thinning.one_in(n_files, target) == step


def test_what_is_left_is_always_twice_the_target() -> None:
    for n_files in range(700, 40_000, 100):
        step = thinning.one_in(n_files, 5_000)
        assert step == 1 or n_files * thinning._EXAMPLES_PER_FILE / step >= 2 * 5_000


@pytest.mark.parametrize("step", [2, 3, 4, 6, 8])
def test_a_stage_takes_its_share_and_stages_take_different_files(step: int) -> None:
    adapt, symbols = ({path for path in PATHS if thinning.takes(stage, path, step)} for stage in ("adapt", "symbols"))
    assert len(PATHS) / step * 0.8 < len(adapt) < len(PATHS) / step * 1.2
    assert len(adapt & symbols) < len(PATHS) / step**2 * 1.5


def test_who_takes_a_file_in_a_larger_project_takes_it_in_a_smaller_one() -> None:
    assert {path for path in PATHS if thinning.takes("adapt", path, 8)} < {path for path in PATHS if thinning.takes("adapt", path, 4)}


def test_scarce_stages_take_twice_as_many() -> None:
    assert all(thinning.takes("cross_file", path, 2, is_scarce=True) for path in PATHS)
    assert {path for path in PATHS if thinning.takes("x", path, 8, is_scarce=True)} == {
        path for path in PATHS if thinning.takes("x", path, 4)
    }


def test_a_project_that_grew_file_by_file_equals_one_that_was_built_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinning, "_EXAMPLES_PER_FILE", 2_000)  # then ten files are many
    whole = create_mother_project(tmp_path / "whole", git=False)
    sources = sorted((whole / "backend").rglob("*.cs"))[:14]
    root = tmp_path / "grown"
    steps = []
    root.mkdir()
    with project.open_project(root, SETTINGS, store_folder=tmp_path / "store") as opened:
        for source in sources:
            target = root / source.relative_to(whole)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
            project.update_file(opened, target.relative_to(root).as_posix())
        project.settle(opened, n_workers=1)
        steps.append(opened.one_in)
        assert differences(dump(opened.store), build_from_nothing(root)) == []
        for source in sources[6:]:
            (root / source.relative_to(whole)).unlink()
            project.remove_file(opened, source.relative_to(whole).as_posix())
        project.settle(opened, n_workers=1)
        steps.append(opened.one_in)
        assert differences(dump(opened.store), build_from_nothing(root)) == []
    assert steps == [2, 1]


def test_a_large_project_still_gives_examples_of_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = create_mother_project(tmp_path / "project", git=False)
    with project.open_project(root, SETTINGS) as opened:
        project.build(opened, n_workers=1)
        n_all = sum(opened.store.n_examples().values())
    monkeypatch.setattr(thinning, "_EXAMPLES_PER_FILE", 1_000)
    with project.open_project(root, SETTINGS, store_folder=tmp_path / "thinned") as opened:
        summary = project.build(opened, n_workers=1)
        without = [path for path, *_ in opened.store.files_overview() if not opened.store.examples(f"file:{path}")]
        without = [path for path in without if not opened.store.examples(f"link:{path}")]
    assert summary.one_in == 4
    assert n_all * 0.2 < sum(summary.n_examples.values()) < n_all * 0.6
    assert len(without) <= 0.1 * summary.n_files
