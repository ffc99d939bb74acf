"""Modelfile and model card, and the command that writes them."""

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.chat_template import ChatTemplate, ChatTemplateError
from server.cli import cli
from server.commands.merge import QUANTISATIONS
from server.gguf.header import read_gguf_header
from server.gguf.merged import quantisations
from server.gguf.package import CardFacts, model_card, modelfile
from server.training.runs import runs_folder
from tests.server.gguf.test_merged import REFERENCE, base  # noqa: F401 - a fixture
from tests.server.test_chat_template import CHATML


def test_the_modelfile_writes_what_the_template_writes():
    text = modelfile("model.gguf", ChatTemplate(CHATML, "", "<|im_end|>", add_bos=False), context_tokens=4096)
    assert text.startswith("FROM ./model.gguf\n")
    assert (
        'TEMPLATE """{{ if .System }}<|im_start|>system\n{{ .System }}<|im_end|>\n'
        "<|im_start|>user\n{{ .Prompt }}<|im_end|>\n<|im_start|>assistant\n"
        "{{ else }}<|im_start|>system\nBe brief<|im_end|>\n<|im_start|>user\n{{ .Prompt }}<|im_end|>\n<|im_start|>assistant\n"
        '{{ end }}{{ .Response }}<|im_end|>"""'
    ) in text
    assert 'PARAMETER stop "<|im_end|>"' in text


def test_a_template_that_a_modelfile_cannot_hold():
    with pytest.raises(ChatTemplateError, match="cannot hold"):
        modelfile("m", ChatTemplate("{{ '{{' }}{{ messages[0].content }}", "", "", add_bos=False), context_tokens=1)


def test_the_card_names_base_licence_and_figures():
    figures = (("measure", "base", "adapter"), ("validation loss", "2.850", "1.500"))
    facts = CardFacts("run", "SmolLM2", "apache-2.0", "Q8_0", "MIT", {"rows": 5000}, {"rank": 16}, figures)
    card = model_card(facts)
    for part in (
        'base_model: "SmolLM2"',
        "license: apache-2.0",
        "| rows | 5000 |",
        "| rank | 16 |",
        "licence (MIT)",
        "| validation loss | 2.850 | 1.500 |",
    ):
        assert part in card


def test_the_commands_choices_are_those_that_can_be_written():
    assert set(QUANTISATIONS) == set(quantisations())


@pytest.fixture
def run(tmp_path, base):  # noqa: F811 - the fixture
    folder = runs_folder(tmp_path) / "run-1"
    shutil.copytree(Path(REFERENCE) / "adapter", folder / "adapter")
    (folder / "settings.json").write_text(json.dumps({"base": str(base), "rank": 4, "train_file": "erd_20261122.jsonl"}))
    (folder / "state.json").write_text(json.dumps({"step": 7, "base_validation_loss": 3.0, "best_validation_loss": 2.0}))
    return folder


def test_merging_a_run(run, tmp_path):
    result = CliRunner().invoke(cli, ["merge", "--project", str(tmp_path), "--json", "--quantisation", "F16"])
    assert result.exit_code == 0, result.output
    made = json.loads(result.output)
    assert read_gguf_header(Path(made["model"])).values["general.file_type"] == 1
    assert "FROM ./model.gguf" in Path(made["modelfile"]).read_text()
    assert "| held-out loss while it was trained | 3.000 | 2.000 |" in Path(made["card"]).read_text()
    assert Path(made["model"]).parent.parent == run


@pytest.mark.parametrize(
    ("ended", "expected"), [((0, 2, 1), "run-1"), ((0, 1, 1), "run-2"), ((9, 1, 1), "run-0"), ((0, None, None), "run-0")]
)
def test_without_a_name_the_run_that_ended_last_is_merged(ended, expected, run, tmp_path):
    """Of two at one moment, the one that began last; runs that have not ended come after them."""
    template = run.rename(tmp_path / "template")
    for number, moment in enumerate(ended):
        folder = run.with_name(f"run-{number}")
        shutil.copytree(template, folder)
        if moment is not None:
            (folder / "adapter.gguf").write_bytes(b"GGUF")
            os.utime(folder / "adapter.gguf", (moment, moment))
    made = json.loads(CliRunner().invoke(cli, ["merge", "--project", str(tmp_path), "--json", "--quantisation", "F16"]).output)
    assert Path(made["model"]).parents[1].name == expected


def test_merging_what_cannot_be_merged(run, tmp_path):
    (run / "settings.json").write_text(json.dumps({"base": str(tmp_path / "gone.gguf")}))
    result = CliRunner().invoke(cli, ["merge", "--project", str(tmp_path)])
    assert result.exit_code == 1
    assert "there is no file" in result.output
    result = CliRunner().invoke(cli, ["merge", "other", "--project", str(tmp_path)])
    assert "there is no finished run 'other'" in result.output
