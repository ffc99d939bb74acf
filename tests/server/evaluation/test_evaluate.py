"""From rows to figures: every artefact of a run is judged on the same held-out rows, files and newest commits apart."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import msgspec
import pytest
import torch
from click.testing import CliRunner

from server.cli import cli
from server.evaluation import __main__ as process
from server.evaluation import answers
from server.evaluation.request import RESULT, EvaluationRequest
from server.evaluation.result import Evaluation
from server.training import __main__ as training
from server.training.errors import TrainingError
from server.training.run_folder import SETTINGS, RunFolder
from server.training.runs import runs_folder
from server.training.settings import TrainingSettings
from tests.server.tiny_gguf import make_gguf_base
from tests.server.training.tiny import write_rows

N_FILES, N_NEWEST = 10, 3


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with one finished run of a tiny GGUF base."""
    root = tmp_path_factory.mktemp("project")
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CACHE_HOME", str(root / "cache"))
    train_file = _write_export(root)
    run = RunFolder(runs_folder(root) / "20261101-120000-abcd")
    run.path.mkdir(parents=True)
    settings = TrainingSettings(
        base=str(make_gguf_base(root / "tiny.gguf")), train_file=str(train_file), validation_file=str(root / "rows.validation.jsonl"),
        steps=15, rows_per_step=4, learning_rate=2e-2, minimum_rows=20, validations=2, threads=1, precision="float32",
    )  # fmt: skip
    (run.path / SETTINGS).write_bytes(msgspec.json.encode(settings))
    handlers, threads = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}, torch.get_num_threads()
    assert training.main([str(run.path)]) == 0, run.state().message
    torch.set_num_threads(threads)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    yield root
    patch.undo()


def _write_export(root: Path) -> Path:
    """Rows of files, of which some show Mermaid, and of commits, with a sidecar."""
    train_file = write_rows(root / "rows.jsonl", 40)
    write_rows(root / "rows.validation.jsonl", N_FILES, start=100)
    write_rows(root / "rows.newest_commits.jsonl", N_NEWEST, start=200)
    sets = (("train", 40, "variations"), ("validation", N_FILES, "symbols"), ("newest_commits", N_NEWEST, "history"))
    entry = {
        "id": "0", "kind": "body", "language": "csharp", "path": "a.cs", "start_line": 1, "end_line": 2, "context_paths": [],
        "content_hash": "0", "rule": "r", "licence": "MIT", "domain": "",
    }  # fmt: skip
    rows = [
        {**entry, "split": split, "family": family, "commit": "c0ffee" if family == "history" else ""}
        for split, count, family in sets
        for _ in range(count)
    ]
    (root / "rows.metadata.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return train_file


def _evaluate(root: Path, artefacts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, n_answers: int = 4) -> Evaluation:
    monkeypatch.setattr(answers, "_MOST_TOKENS", 12)
    run = next(path for path in runs_folder(root).iterdir() if path.is_dir())
    folder = run / "evaluation"
    folder.mkdir(exist_ok=True)
    request = EvaluationRequest(run=str(run), artefacts=artefacts, n_answers=n_answers, threads=1)
    (folder / "request.json").write_bytes(msgspec.json.encode(request))
    assert process.main([str(folder)]) == 0
    torch.set_grad_enabled(mode=True)
    return msgspec.json.decode((folder / RESULT).read_bytes(), type=Evaluation)


def test_base_adapter_and_every_merged_model_are_judged_and_the_cards_tell(project, monkeypatch):
    for quantisation in ("Q8_0", "Q4_0"):
        made = CliRunner().invoke(cli, ["merge", "--project", str(project), "--quantisation", quantisation, "--json"])
        assert made.exit_code == 0, made.output
    found = _evaluate(project, ("base", "adapter", "merged"), monkeypatch)
    models = {model.name: model for model in found.models}
    assert list(models) == ["base", "adapter", "merged-Q4_0", "merged-Q8_0"]
    assert (found.n_loss_rows, found.n_newest_rows, found.notes) == (N_FILES + N_NEWEST, N_NEWEST, [])
    assert models["adapter"].answer_loss < 0.9 * models["base"].answer_loss
    assert models["merged-Q8_0"].answer_loss == pytest.approx(models["adapter"].answer_loss, rel=0.02)
    for model in models.values():
        assert model.loss_by_family.keys() == {"symbols"}, "newest commits are no family of the held-out files"
        assert model.newest_commits_loss is not None
        assert model.newest_commits_loss != model.answer_loss
        assert [answer.is_new for answer in model.answers] == [False] * 4 + [True]
        assert len(model.first_prompts) == 4
    card = Path(json.loads(made.output)["card"]).read_text("utf-8")
    for part in (
        "| measure | base | adapter | merged-Q4_0 | merged-Q8_0 |",
        "| loss on newest commits |",
        "license: apache-2.0",
        "| file | rows.jsonl |",
    ):
        assert part in card


def test_without_a_merged_model_one_is_made_for_the_evaluation(project, monkeypatch, tmp_path):
    run = next(path for path in runs_folder(project).iterdir() if path.is_dir())
    hidden = [folder.rename(tmp_path / folder.name) for folder in run.glob("merged-*")]
    found = _evaluate(project, ("merged",), monkeypatch, n_answers=0)
    assert [model.name for model in found.models] == ["merged"]
    assert (run / "merged.gguf").is_file()
    for folder in hidden:
        folder.rename(run / folder.name)


def test_a_run_without_an_adapter_says_what_to_do(project, tmp_path):
    from server.evaluation.evaluate import evaluate

    settings = next(runs_folder(project).glob(f"*/{SETTINGS}"))
    (tmp_path / SETTINGS).write_bytes(settings.read_bytes())
    with pytest.raises(TrainingError, match="no adapter yet"):
        evaluate(EvaluationRequest(run=str(tmp_path)), lambda *_: None)
