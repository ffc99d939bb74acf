"""Which model answers."""

import json
import os

import pytest

from dataset_core.tokens import embedded_model
from server import models
from server.models import ModelNotFoundError, chosen_model
from server.training.runs import runs_folder


def make_run(root, name, *, base, age):
    folder = runs_folder(root) / name
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text(json.dumps({"base": str(base), "steps": 3}))
    (folder / "adapter.gguf").write_bytes(b"GGUF")
    os.utime(folder / "adapter.gguf", (1_000_000 - age, 1_000_000 - age))
    return folder / "adapter.gguf"


def test_the_newest_run_whose_base_is_there(tmp_path):
    assert chosen_model(tmp_path).path == embedded_model()
    base = tmp_path / "base.gguf"
    base.write_bytes(b"GGUF")
    make_run(tmp_path, "old", base=base, age=9)
    newest = make_run(tmp_path, "new", base=base, age=1)
    make_run(tmp_path, "lost", base=tmp_path / "gone.gguf", age=0)
    (make_run(tmp_path, "broken", base=base, age=0).parent / "settings.json").write_text("{")
    assert chosen_model(tmp_path) == models.ChosenModel(base, newest)


def test_what_is_named_is_taken(tmp_path):
    base = tmp_path / "base.gguf"
    make_run(tmp_path, "run", base=base, age=1)
    assert chosen_model(tmp_path, model=base) == models.ChosenModel(base, None)
    assert chosen_model(tmp_path, adapter=base) == models.ChosenModel(embedded_model(), base)


def test_without_any_model_the_remedy_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "embedded_model", lambda: None)
    with pytest.raises(ModelNotFoundError, match="--model"):
        chosen_model(tmp_path)
