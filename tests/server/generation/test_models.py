"""Which model answers."""

import json
import os

import msgspec
import pytest
from gguf import GGUFWriter

from dataset_core.tokens import embedded_model
from server.evaluation.answers import PromptVerdict
from server.evaluation.result import Evaluation, ModelResult
from server.generation import models
from server.generation.model_list import models_of
from server.generation.models import ModelNotFoundError, chosen_model, selected_model
from server.protocol import ModelEvaluation
from server.training.runs import newest_training_began, runs_folder


def make_run(root, name, *, base, age):
    folder = runs_folder(root) / name
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text(json.dumps({"base": str(base), "steps": 3}))
    (folder / "adapter.gguf").write_bytes(b"GGUF")
    os.utime(folder / "adapter.gguf", (1_000_000 - age, 1_000_000 - age))
    return folder / "adapter.gguf"


def write_header(path, *, kind):
    """A GGUF file that says what it is and holds nothing."""
    writer = GGUFWriter(path, "llama")
    writer.add_type(kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return path


def test_the_newest_run_whose_base_is_there(tmp_path):
    assert chosen_model(tmp_path).path == embedded_model()
    base = tmp_path / "base.gguf"
    base.write_bytes(b"GGUF")
    make_run(tmp_path, "old", base=base, age=9)
    newest = make_run(tmp_path, "new", base=base, age=1)
    make_run(tmp_path, "lost", base=tmp_path / "gone.gguf", age=0)
    (make_run(tmp_path, "broken", base=base, age=0).parent / "settings.json").write_text("{")
    assert chosen_model(tmp_path) == models.ChosenModel(base, newest)


def test_of_two_that_ended_at_the_same_moment_the_one_that_began_last(tmp_path):
    base = tmp_path / "base.gguf"
    base.write_bytes(b"GGUF")
    names = [f"20261122-1000{second:02}-a1b2" for second in (3, 1, 4, 2, 0)]
    adapters = [make_run(tmp_path, name, base=base, age=1) for name in names]
    assert models.trained_adapters(tmp_path) == sorted(adapters, reverse=True)


def test_what_is_named_is_taken(tmp_path):
    base = tmp_path / "base.gguf"
    make_run(tmp_path, "run", base=base, age=1)
    assert chosen_model(tmp_path, model=base) == models.ChosenModel(base, None)
    assert chosen_model(tmp_path, adapter=base) == models.ChosenModel(embedded_model(), base)


def test_what_the_setting_names(tmp_path):
    base = embedded_model()
    newest = make_run(tmp_path, "new", base=base, age=1)
    older = make_run(tmp_path, "old", base=base, age=9)
    alone = tmp_path / "other.gguf"
    for adapter in (alone, older, newest):
        write_header(adapter, kind="adapter")
    merged = write_header(newest.with_name("merged.gguf"), kind="model")
    assert selected_model(tmp_path, "") == models.ChosenModel(base, newest)
    assert selected_model(tmp_path, "embedded") == models.ChosenModel(base, None)
    assert selected_model(tmp_path, ".mothertongue/runs/old/adapter.gguf") == models.ChosenModel(base, older)
    assert selected_model(tmp_path, str(merged)) == models.ChosenModel(merged, None)
    assert selected_model(tmp_path, "other.gguf") == models.ChosenModel(base, alone)


def test_a_chosen_model_that_cannot_answer_is_named(tmp_path):
    with pytest.raises(ModelNotFoundError, match=r"gone\.gguf, is not there any more"):
        selected_model(tmp_path, "gone.gguf")
    (tmp_path / "text.gguf").write_text("no model")
    with pytest.raises(ModelNotFoundError, match="cannot be used"):
        selected_model(tmp_path, "text.gguf")
    adapter = write_header(make_run(tmp_path, "lost", base=tmp_path / "gone.gguf", age=0), kind="adapter")
    with pytest.raises(ModelNotFoundError, match="the base of the adapter"):
        selected_model(tmp_path, str(adapter))


def test_the_list_with_what_evaluations_found(tmp_path):
    base = embedded_model()
    newest = make_run(tmp_path, "new", base=base, age=1)
    make_run(tmp_path, "old", base=base, age=9)
    make_run(tmp_path, "of-a-lost-base", base=tmp_path / "gone.gguf", age=0)
    (newest.parent / "merged.gguf").write_bytes(b"GGUF")
    evaluation = newest.parent / "evaluation"
    evaluation.mkdir()
    (evaluation / "index.html").write_text("<html>")
    (evaluation / "evaluation.json").write_bytes(msgspec.json.encode(evaluated()))
    listed = models_of(tmp_path, "", is_trusted=True)
    assert [(model.kind, model.title, model.in_use) for model in listed.models] == [
        ("embedded", "", False),
        ("adapter", "new", True),
        ("adapter", "old", False),
        ("merged", "new", False),
    ]
    found = listed.models[1]
    assert (found.name, found.base) == (".mothertongue/runs/new/adapter.gguf", base.stem)
    assert found.evaluation == ModelEvaluation(
        base_loss=1.5, loss=0.75, base_first_prompts=0, first_prompts=1, all_first_prompts=2, uri=(evaluation / "index.html").as_uri()
    )
    assert listed.models[3].evaluation is None
    assert listed.automatic


def evaluated():
    """An evaluation as the evaluating process writes it."""
    good = PromptVerdict(prompt="an ERD", answer="erDiagram", valid=True, stopped=True, checks={"names guests": True})
    bad = PromptVerdict(prompt="a flowchart", answer="", valid=True, stopped=True, checks={"has a decision": False})
    before = ModelResult(name="base", answer_loss=1.5, first_prompts=[bad, bad])
    after = ModelResult(name="adapter", answer_loss=0.75, first_prompts=[good, bad])
    return Evaluation(run="new", n_loss_rows=4, n_loss_tokens=99, models=[before, after])


def test_the_list_follows_the_setting_only_where_the_folder_is_trusted(tmp_path):
    make_run(tmp_path, "run", base=embedded_model(), age=1)
    chosen = tmp_path / "mine.gguf"
    chosen.write_bytes(b"GGUF")
    in_use = [model.name for model in models_of(tmp_path, "mine.gguf", is_trusted=True).models if model.in_use]
    assert in_use == ["mine.gguf"]
    assert [model.in_use for model in models_of(tmp_path, "embedded", is_trusted=True).models] == [True, False]
    lost = models_of(tmp_path, "gone.gguf", is_trusted=True)
    assert "gone.gguf, is not there any more" in lost.problem
    assert not any(model.in_use for model in lost.models)
    assert [model.kind for model in models_of(tmp_path, "mine.gguf", is_trusted=False).models] == ["embedded"]


def test_a_broken_evaluation_is_none(tmp_path):
    adapter = make_run(tmp_path, "run", base=embedded_model(), age=1)
    (adapter.parent / "evaluation").mkdir()
    (adapter.parent / "evaluation/evaluation.json").write_text('{"models": [')
    assert models_of(tmp_path, "", is_trusted=True).models[1].evaluation is None


def test_without_any_model_the_remedy_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "embedded_model", lambda: None)
    with pytest.raises(ModelNotFoundError, match="--model"):
        chosen_model(tmp_path)


def test_when_the_newest_finished_training_began(tmp_path):
    assert newest_training_began(tmp_path) is None
    base = embedded_model()
    for name, status, at in (("old", "finished", 1_000), ("new", "finished", 2_000), ("stopped", "cancelled", 3_000)):
        settings = make_run(tmp_path, name, base=base, age=0).with_name("settings.json")
        rows = tmp_path / f"{name}.jsonl"
        rows.write_text("{}")
        settings.write_text(json.dumps({"base": str(base), "train_file": str(rows), "validation_file": str(rows), "steps": 3}))
        settings.with_name("state.json").write_text(json.dumps({"status": status}))
        os.utime(rows, (at - 100, at - 100))
        os.utime(settings, (at, at))
    assert newest_training_began(tmp_path) == 1_900
    (tmp_path / "new.jsonl").unlink()
    assert newest_training_began(tmp_path) == 2_000
    # Another export of that day took the place of the rows: what the run itself has noted counts.
    settings.parent.with_name("new").joinpath("state.json").write_text(json.dumps({"status": "finished", "rows_written_at": 1_800}))
    assert newest_training_began(tmp_path) == 1_800
