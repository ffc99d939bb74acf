from __future__ import annotations

import importlib.util
import json

import pytest
from tokenizers import pre_tokenizers

from dataset_core.prompt_format import render
from dataset_core.tokens import embedded_model
from server.training.base_model import check_base, load_tokenizer
from server.training.errors import TrainingError
from server.training.rows import Row
from server.training.tokens import Tokenizing


def _gguf(path, *, architecture="llama", tensor="token_embd.weight", **keys):
    import numpy as np
    from gguf import GGUFWriter

    writer = GGUFWriter(path, architecture)
    for key, value in keys.items():
        writer.add_string(key.replace("__", "."), value)
    writer.add_tensor(tensor, np.zeros((4, 32), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"architecture": "mamba"}, "trainable are llama"),
        ({"llama__rope__scaling__type": "yarn"}, "scales its positions (yarn)"),
        ({"tensor": "rope_freqs.weight"}, "its own position frequencies"),
        ({"general__type": "adapter"}, "is a GGUF adapter, not a model"),
    ],
)
def test_a_gguf_that_cannot_be_trained_is_refused_with_the_reason(tmp_path, options, words):
    with pytest.raises(TrainingError) as error:
        check_base(_gguf(tmp_path / "base.gguf", **options))
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda _: b"PK\x03\x04 something else", "not a GGUF file"),
        (lambda data: data[:-500], "cut off"),
        (lambda data: data[:8] + b"\xff" * 8 + data[16:], "more than any model has"),
    ],
)
def test_a_file_that_is_no_whole_gguf_is_refused(tmp_path, damage, words):
    path = _gguf(tmp_path / "base.gguf")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(TrainingError) as error:
        check_base(path)
    assert words in str(error.value)


def test_a_folder_is_checked(tmp_path, tiny_base):
    base = check_base(tiny_base)
    assert (base.architecture, base.is_gguf, base.n_parameters > 10_000) == ("llama", False, True)
    with pytest.raises(TrainingError, match=r"no Hugging Face model folder"):
        check_base(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}), "utf-8")
    with pytest.raises(TrainingError, match="trainable are llama"):
        check_base(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama"}), "utf-8")
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(TrainingError, match="pickles are never opened"):
        check_base(tmp_path)


@pytest.mark.parametrize(
    "template", ["{{ ''.__class__.__mro__[1].__subclasses__() }}", "{% for x in range(10**9) %}{% endfor %}", "{% if %}", "{{ 1 / 0 }}"]
)
def test_a_hostile_template_harms_nobody(tmp_path, tiny_base, template):
    for file in tiny_base.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "chat_template.jinja").write_text(template, "utf-8")
    with pytest.raises(TrainingError, match="chat template"):
        Tokenizing(check_base(tmp_path)).token_rows([Row("a", "b")], 100)


def test_every_row_ends_with_a_labelled_end_mark_and_begins_with_the_prompt(tiny_base):
    base = check_base(tiny_base)
    tokens = Tokenizing(base).token_rows([Row("Pay <|im_end|> now", "yes <|im_end|> no"), Row("b" * 90, "c")], 80)
    (row,) = tokens.rows
    assert tokens.n_too_long == 1
    end = 257
    assert row.ids[-1] == end
    assert (row.ids[row.n_prompt :] == end).sum() == 1, "a mark inside an answer is text"
    assert any("not checked" in note for note in tokens.notes)


def _cutting_otherwise(base):
    """A tokenizer that puts a space in front of every text, as some do."""
    tokenizer = load_tokenizer(base)
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    return tokenizer


def test_where_the_tokenizers_differ_llama_cpps_ids_are_taken_for_every_row(monkeypatch):
    base = check_base(embedded_model())
    rows = [Row(f" Question {number}", "yes" if number == 39 else " no") for number in range(40)]
    right = Tokenizing(base).token_rows(rows, 500)
    monkeypatch.setattr("server.training.tokens.load_tokenizer", _cutting_otherwise)
    gated = Tokenizing(base).token_rows(rows, 500)
    assert right.notes == ()
    assert any("differs from llama.cpp's in" in note and "llama.cpp's ids are used" in note for note in gated.notes)
    assert all((one.ids == other.ids).all() for one, other in zip(right.rows, gated.rows, strict=True))


def test_a_template_that_llama_cpp_renders_otherwise_is_refused(monkeypatch):
    from llama_cpp import llama_chat_format

    render = llama_chat_format.Jinja2ChatFormatter.__call__

    def otherwise(self, **messages):
        response = render(self, **messages)
        response.prompt = response.prompt.replace("assistant", "Assistant")
        return response

    monkeypatch.setattr(llama_chat_format.Jinja2ChatFormatter, "__call__", otherwise)
    with pytest.raises(TrainingError, match="is rendered otherwise by llama"):
        Tokenizing(check_base(embedded_model())).token_rows([Row("a", "b")], 500)


def test_what_is_trained_on_is_what_generation_reads():
    """The ids of a training row begin with exactly those that the generating process reads for the same request, fence included."""
    from server.generation.generate import Ask, Model, request_of
    from server.processes.inference import InferenceProcess

    base, block = check_base(embedded_model()), "`src/Room.cs`:\n```csharp\npublic class Room { }\n```"
    code = Row(render("diagram_of_code", diagram="an ERD", code=block), "```mermaid\nerDiagram\n    ROOM {\n        int beds\n    }\n```")
    plain = Row(render("artifact", request="Sequence of a late check-out"), "```mermaid\nsequenceDiagram\n    A->>B: Stay until 12:30\n```")
    trained = Tokenizing(base).token_rows([code, plain], 500).rows
    asked = (Ask("Draw an ERD of this code as Mermaid.", "erd", block), Ask("Sequence of a late check-out", "sequence"))
    with InferenceProcess() as process:
        for row, ask in zip(trained, asked, strict=True):
            read = process.prompt_ids(request_of(ask, ask.kind, Model(base.path, threads=1)))
            assert len(read) > row.n_prompt, "the fence that the answer begins with"
            assert list(row.ids[: len(read)]) == read


def test_where_prompts_are_learnt_all_of_the_person_s_turn_has_labels_and_the_system_s_has_none():
    base = check_base(embedded_model())
    tokenizing = Tokenizing(base)
    rows = tokenizing.token_rows([Row("Alpha, please", "beta"), Row("zeta", "eta")], 500).rows
    unlabelled = [row.ids[: row.first_label] for row in tokenizing.with_prompts_learnt(rows)]
    header = base.template.prompt_text("x").partition("x")[0]
    assert [tokenizing._fast.decode(list(ids), skip_special_tokens=False) for ids in unlabelled] == [header] * 2
    assert [row.first_label == row.n_prompt for row in rows] == [True, True], "the plain ones are as they were"


def test_the_embedded_model_passes_the_gates():
    model = embedded_model()
    assert model is not None
    assert importlib.util.find_spec("llama_cpp") is not None
    base = check_base(model)
    assert (base.architecture, base.licence) == ("llama", "apache-2.0")
    rows = [
        Row("How much is 12345,67 €?", "```cs\npublic decimal Total => 12_345.67m;\n\t// größe 漢字 🙂\n```"),
        Row("  leading\n\n\nlines", "    indented = 'x'\r\n"),
    ]
    tokens = Tokenizing(base).token_rows(rows, 500)
    assert tokens.notes == ()
    assert [row.ids[-1] for row in tokens.rows] == [2, 2]
