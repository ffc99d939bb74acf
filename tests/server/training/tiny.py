"""A base model that trains in milliseconds, and rows for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from server.training.run_folder import SETTINGS, RunFolder
from server.training.settings import TrainingSettings

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make_base(folder: Path) -> Path:
    """A random Llama of two layers with a vocabulary of bytes."""
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=260, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=512, bos_token_id=256, eos_token_id=257, pad_token_id=257, tie_word_embeddings=True,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<|im_start|>", eos_token="<|im_end|>", chat_template=TEMPLATE, add_bos_token=False
    ).save_pretrained(folder)
    return folder


def write_rows(path: Path, count: int, *, start: int = 0) -> Path:
    """Rows with something to learn: the answer repeats a word of the prompt."""
    words = ("order", "guest", "room", "price", "hotel", "night", "bill")
    rows = []
    for number in range(start, start + count):
        word = words[number % len(words)]
        rows.append(
            {
                "prompt": [{"role": "user", "content": f"Name {word} {number}" + "." * (number % 23)}],
                "completion": [{"role": "assistant", "content": f"class {word.title()}Dto {{ }}"}],
            }
        )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def make_run(folder: Path, base_path: Path, **changes: Any) -> RunFolder:
    """A run's folder with settings that end within seconds."""
    folder.mkdir(parents=True)
    values: dict[str, Any] = {
        "base": str(base_path),
        "train_file": str(write_rows(folder / "rows.jsonl", 40)),
        "validation_file": str(write_rows(folder / "rows.validation.jsonl", 8, start=100)),
        "steps": 12, "rows_per_step": 4, "learning_rate": 4e-3, "minimum_rows": 20, "validations": 3, "threads": 1, "precision": "float32",
    }  # fmt: skip
    (folder / SETTINGS).write_bytes(msgspec.json.encode(TrainingSettings(**{**values, **changes})))
    return RunFolder(folder)
