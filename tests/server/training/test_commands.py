"""The commands over runs, without a training process; and one training from end to end through them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from filelock import FileLock

from server.cli import cli
from server.exports import NoExportError
from server.training import runs
from server.training.errors import TrainingError
from server.training.run_folder import LOCK, LOG, RunFolder, lock_of_process, only_training
from tests.server.training.tiny import make_run, write_rows


def _invoke(*arguments):
    return CliRunner().invoke(cli, list(map(str, arguments)))


@pytest.fixture
def stopped(tmp_path, tiny_base):
    """A project with one run that was stopped."""
    run = make_run(runs.runs_folder(tmp_path) / "20261101-120000-abcd", tiny_base)
    run.update(status="cancelled", step=3, planned_steps=12, message="Stopped.", base_validation_loss=2.0, best_validation_loss=1.5)
    run.append("validation", step=3, validation_loss=1.5, best=True)
    return tmp_path


def test_without_an_export_it_says_what_to_do(tmp_path):
    result = _invoke("train", "--project", tmp_path)
    assert isinstance(result.exception, NoExportError)
    assert "mothertongue export" in str(result.exception)


def test_runs_are_listed_and_shown(stopped):
    listed = _invoke("runs", "list", "--project", stopped)
    assert "cancelled" in listed.output
    assert "2.000 → 1.500" in listed.output
    shown = _invoke("runs", "show", "--project", stopped)
    assert "Held-out loss 1.500 at step 3" in shown.output
    assert json.loads(_invoke("runs", "list", "--json", "--project", stopped).output)[0]["state"]["step"] == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("runs", "stop"), "is not running"),
        (("runs", "show", "unknown"), "there is no run 'unknown'"),
        (("evaluate",), "has no adapter yet"),
    ],
)
def test_what_cannot_be_done_is_said(stopped, arguments, words):
    result = _invoke(*arguments, "--project", stopped)
    assert isinstance(result.exception, TrainingError)
    assert words in str(result.exception)


def test_a_run_whose_process_died_is_called_killed(stopped):
    run = runs.run_named(stopped)
    run.update(status="training")
    assert runs.status_of(run) == "killed"
    with only_training(run):
        assert runs.status_of(run) == "training"
        with pytest.raises(TrainingError, match="is training already"):
            runs.resume(stopped, run.path.name)


def test_a_process_is_seen_from_its_first_moment_to_its_last(tmp_path):
    run = RunFolder(tmp_path)
    assert runs.status_of(run) == "not started"
    run.update(status="starting", started_at=time.time())
    command = (sys.executable, "-c", "input(); print('No space left on device')")
    with (tmp_path / LOG).open("ab") as log, lock_of_process(run) as descriptors:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, pass_fds=descriptors)
    assert runs.state_of(run) == run.state()
    process.communicate(b"\n")
    # On Windows nobody can tell so early: locks are not inherited there.
    seen = ("starting", "") if sys.platform == "win32" else ("failed", "it said last: No space left on device")
    assert run.state().status == "starting"
    assert runs.status_of(run) == seen[0]
    assert runs.state_of(run).message.endswith(seen[1])


def test_a_process_that_ends_before_it_trains_is_told_of_at_once(tmp_path, tiny_base):
    data = write_rows(tmp_path / "rows.jsonl", 520)
    shutil.copy(data, tmp_path / "rows.validation.jsonl")
    runs.runs_folder(tmp_path).mkdir(parents=True)
    with FileLock(runs.runs_folder(tmp_path) / LOCK):
        result = _invoke("train", "--project", tmp_path, "--base", tiny_base, "--data", data, "--steps", 3)
    assert result.exit_code == 1
    assert "the process ended before the training began; it said last: Error: another training is running" in result.output


def test_a_finished_run_is_not_resumed(stopped):
    RunFolder(runs.run_named(stopped).path).update(status="finished")
    with pytest.raises(TrainingError, match="is finished"):
        runs.resume(stopped, "")


def test_a_training_through_the_command_line_in_its_own_process(tmp_path, tiny_base):
    data = write_rows(tmp_path / "rows.jsonl", 520)
    shutil.copy(data, tmp_path / "rows.validation.jsonl")
    arguments = ("--project", tmp_path, "--base", tiny_base, "--data", data, "--steps", 3, "--rows-per-step", 2, "--learning-rate", 0.01)
    result = _invoke("train", *arguments)
    assert result.exit_code == 0, result.output
    assert "Held-out loss" in result.output
    (row,) = runs.overview(tmp_path)
    assert (row.status, row.state.step) == ("finished", 3)
    assert (runs.run_named(tmp_path).path / "adapter.gguf").exists()
    few = write_rows(tmp_path / "few.jsonl", 20)
    shutil.copy(few, tmp_path / "few.validation.jsonl")
    refused = _invoke("train", "--project", tmp_path, "--base", tiny_base, "--data", few)
    assert refused.exit_code == 1
    assert "20 rows; training needs at least 500" in refused.output
