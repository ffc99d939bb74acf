"""Rows load unchanged where they are meant to be loaded, and come back as they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dataset_core.formats import FormatError, answer_of, answer_text, dataset_info, guess_format, read_row, row_of
from dataset_core.language import languages
from dataset_core.settings import FORMATS
from tests.dataset_core.exports import NAME, example, sound_examples, write_export

SCHEMAS = json.loads((Path(__file__).parent / "formats.schema.json").read_text("utf-8"))["$defs"]
EXAMPLES = [row for rows in sound_examples() for row in rows]
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200)


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$defs": SCHEMAS, "$ref": f"#/$defs/{name}"})


@pytest.mark.parametrize("format_name", FORMATS)
def test_rows_have_exactly_the_keys_and_types_of_their_format(format_name: str) -> None:
    for row in EXAMPLES:
        schema(format_name).validate(row_of(row, format_name))


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_format_of_a_row_is_recognised(format_name: str) -> None:
    assert {guess_format(row_of(row, format_name)) for row in EXAMPLES} == {format_name}


@pytest.mark.parametrize("format_name", FORMATS)
@given(prompt=TEXTS, completion=TEXTS)
def test_prompt_and_answer_come_back(format_name: str, prompt: str, completion: str) -> None:
    assume("### Response:" not in prompt)
    row = row_of(example("body", prompt, completion, "markdown", "a.md"), format_name)
    assert read_row(json.loads(json.dumps(row)), format_name) == (prompt, completion)


@pytest.mark.parametrize("language", [*languages(), "mermaid", "markdown"])
@pytest.mark.parametrize("code", ["let a = 1", "```js\nlet a\n```", "a\n```\nb\n```", "````\n```\n````", "  indented\n\n\n  twice"])
def test_an_answer_comes_back_with_its_language(language: str, code: str) -> None:
    text = answer_text(example("body", "p", code, language, "a"))
    if language == "markdown":
        assert text == code
        return
    answer = answer_of(text)
    assert (answer.text, answer.language) == (code, language)
    assert text.startswith("```")
    assert text.endswith("```")


def test_prose_around_a_fence_is_markdown() -> None:
    assert answer_of("Use this:\n```python\nx = 1\n```").language == "markdown"
    assert answer_of("```python\nx = 1").language == "markdown"


@pytest.mark.parametrize(
    "row",
    [
        None,
        [],
        {},
        {"text": 1},
        {"text": "no headings"},
        {"prompt": "a", "completion": "b"},
        {"prompt": [{"role": "user", "content": "a"}], "completion": [{"role": "user", "content": "b"}]},
        {**row_of(EXAMPLES[0], "trl"), "messages": []},
        {"messages": [{"role": "system", "content": "a"}, {"role": "assistant", "content": "b"}]},
        {"conversations": [{"from": "human", "value": "a"}]},
        {"instruction": "a", "output": "b"},
    ],
)
def test_what_is_no_row_is_refused(row: object) -> None:
    assert guess_format(row) is None
    for format_name in FORMATS:
        with pytest.raises(FormatError, match=format_name):
            read_row(row, format_name)


@pytest.mark.parametrize("format_name", FORMATS)
def test_llama_factory_finds_every_column(format_name: str) -> None:
    info = dataset_info(NAME, format_name)
    if format_name in {"trl", "axolotl", "text"}:
        assert info is None
        return
    schema("dataset_info").validate(info)
    row = row_of(EXAMPLES[0], format_name)
    for described in info.values():
        assert set(described["columns"].values()) == set(row)
        tags = described.get("tags")
        if tags:
            asked, answered = row[described["columns"]["messages"]]
            assert asked == {tags["role_tag"]: tags["user_tag"], tags["content_tag"]: EXAMPLES[0].prompt}
            assert answered[tags["role_tag"]] == tags["assistant_tag"]
    assert [described["file_name"] for described in info.values()] == [f"{NAME}.jsonl", f"{NAME}.validation.jsonl"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("format_name", FORMATS)
def test_the_datasets_library_loads_all_rows_unchanged(format_name: str, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    training, validation = sound_examples()
    path = write_export(tmp_path, training, validation, format_name)
    files = {"train": str(path), "validation": str(path.with_name(f"{NAME}.validation.jsonl"))}
    loaded = datasets.load_dataset("json", data_files=files, cache_dir=str(tmp_path / "cache"))
    assert loaded["train"].to_list() == [row_of(row, format_name) for row in training]
    assert loaded["validation"].to_list() == [row_of(row, format_name) for row in validation]
    assert loaded["train"].features == loaded["validation"].features


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("format_name", ["trl", "messages", "sharegpt", "text"])
def test_trl_prepares_and_trains_on_the_rows(format_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real SFTTrainer, with a model of two thousand weights and a tokenizer of bytes: no download."""
    trl = pytest.importorskip("trl")
    datasets = pytest.importorskip("datasets")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets.disable_progress_bars()
    rows = datasets.Dataset.from_list([row_of(row, format_name) for row in EXAMPLES])
    tokenizer = byte_tokenizer()
    options = {"max_length": 4_096, "max_steps": 1, "per_device_train_batch_size": 2, "report_to": [], "save_strategy": "no"}
    config = trl.SFTConfig(output_dir=str(tmp_path), use_cpu=True, bf16=False, disable_tqdm=True, dataset_num_proc=None, **options)
    trainer = trl.SFTTrainer(model=tiny_model(len(tokenizer)), args=config, train_dataset=rows, processing_class=tokenizer)
    assert trainer.train().training_loss > 0
    prepared = trainer.train_dataset[0]
    if format_name == "trl":
        learnt = [token for token in prepared["labels"] if token >= 0]
        assert tokenizer.decode(learnt) == f"{answer_text(EXAMPLES[0])}<|im_end|>\n"
    else:
        assert answer_text(EXAMPLES[0]) in tokenizer.decode(prepared["input_ids"])


def byte_tokenizer():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|pad|>", additional_special_tokens=["<|im_start|>"]
    )
    fast.chat_template = (
        "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    return fast


def tiny_model(n_tokens: int):
    from transformers import LlamaConfig, LlamaForCausalLM

    sizes = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "num_key_value_heads": 1}
    return LlamaForCausalLM(LlamaConfig(vocab_size=n_tokens, max_position_embeddings=4_096, **sizes))
