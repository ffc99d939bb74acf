"""The peers of `make bench-train`, each in a process of its own: this product's loop, and TRL's SFTTrainer in several settings."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from datasets.utils import logging as datasets_logging
from peft import LoraConfig
from transformers import TrainerCallback
from transformers.utils import logging as transformers_logging
from trl import SFTConfig, SFTTrainer

from server.evaluation.losses import mean_loss, row_losses
from server.training.base_model import Base, load_model, load_tokenizer
from server.training.batches import passes
from server.training.lanes import Lanes
from server.training.machine import choose_place, keep_freed_memory
from server.training.network import make_fast, trainable, with_adapter
from server.training.rows import Row
from server.training.settings import TrainingSettings
from server.training.tokens import TokenRow
from server.training.train import fill_gradients

RANK, ALPHA, RATE, SEED = 16, 32, 1e-3, 0
MICRO_TOKENS = 16_384


@dataclass(frozen=True)
class Variant:
    """A peer: its name, and settings of TRL's; with `one_at_a_time` a step's rows go through one by one, without any padding."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    one_at_a_time: bool = False


_FAST = {"gradient_checkpointing": False}
# Its loss is of completions alone in all of them, since the rows are prompts and completions.
VARIANTS = {
    "mothertongue": Variant("Mothertongue"),
    "defaults": Variant("TRL, defaults (bfloat16, checkpointing)"),
    "bfloat16": Variant("TRL, no checkpointing, row by row, bfloat16", {**_FAST, "bf16": True}, one_at_a_time=True),
    "float32": Variant("TRL, no checkpointing, row by row, float32", {**_FAST, "bf16": False}, one_at_a_time=True),
    "packed-bfloat16": Variant("TRL, no checkpointing, packed, bfloat16", {**_FAST, "bf16": True, "packing": True}, one_at_a_time=True),
    "packed-float32": Variant("TRL, no checkpointing, packed, float32", {**_FAST, "bf16": False, "packing": True}, one_at_a_time=True),
}


@dataclass(frozen=True)
class Task:
    """What every peer works on: `texts` and `rows` are the same rows, `n_steps` is of a turn."""

    base: Base
    texts: Sequence[Row]
    rows: Sequence[TokenRow]
    held_out: Sequence[TokenRow]
    rows_per_step: int
    max_tokens: int
    n_steps: int
    threads: int

    @property
    def n_steps_in_all(self) -> int:
        """Of all turns."""
        return len(self.rows) // self.rows_per_step


@dataclass(frozen=True)
class Turn:
    """What a peer did in a turn: tokens, seconds by the clock, and seconds that its process computed, of all cores together."""

    n_tokens: int
    seconds: float
    processor_seconds: float

    @property
    def speed(self) -> float:
        """Tokens a second."""
        return self.n_tokens / self.seconds

    @property
    def speed_of_processor(self) -> float:
        """Tokens a second of one core."""
        return self.n_tokens / self.processor_seconds


class Turns:
    """A peer's end of the pipe: it computes when told, so many steps, and tells how fast it was; the time between turns does not count."""

    def __init__(self, pipe: Connection, n_steps: int) -> None:
        self._pipe, self._n_steps, self._n_done, self._n_tokens = pipe, n_steps, 0, 0

    def begin(self, name: str) -> None:
        """Everything before the first step is done."""
        self._pipe.send(name)
        self._wait()

    def step_done(self, n_tokens: int) -> None:
        """A step of so many tokens is done; at the end of a turn another peer computes."""
        self._n_done += 1
        self._n_tokens += n_tokens
        if self._n_done % self._n_steps == 0:
            began, processor_began = self._began
            self._pipe.send(Turn(self._n_tokens, time.perf_counter() - began, time.process_time() - processor_began))
            self._n_tokens = 0
            self._wait()

    def _wait(self) -> None:
        self._pipe.recv()
        self._began = time.perf_counter(), time.process_time()


def run_peer(variant: str, task: Task, pipe: Connection, folder: Path, log: Path) -> None:
    """Train in turns, then judge the result on the held-out rows; all that libraries print goes to the log."""
    sys.stdout.flush()
    with log.open("wb") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    transformers_logging.disable_progress_bar()
    datasets_logging.disable_progress_bar()
    if task.threads:
        torch.set_num_threads(task.threads)
    turns = Turns(pipe, task.n_steps)
    model = _ours(task, turns) if variant == "mothertongue" else _trl(VARIANTS[variant], task, turns, folder)
    make_fast(model)
    pipe.send(mean_loss(row_losses(model, task.held_out), task.held_out))


def _ours(task: Task, turns: Turns) -> Any:
    keep_freed_memory()
    place = choose_place(TrainingSettings(base="-", train_file="-", validation_file="-", steps=1), task.base.n_parameters)
    model: Any = with_adapter(load_model(task.base, place.dtype).to(place.device), rank=RANK, alpha=ALPHA, seed=SEED, base="base")
    optimizer = torch.optim.AdamW(trainable(model), lr=RATE, weight_decay=0.0)
    model.train()
    lanes = Lanes(torch.get_num_threads() if place.device == "cpu" else 1)
    turns.begin(f"Mothertongue, {place.dtype}".replace("torch.", ""))
    for step in _steps(task.rows, task.rows_per_step):
        for part in passes(step, MICRO_TOKENS):
            fill_gradients(model, part, sum(row.n_answer for row in step), lanes)
        torch.nn.utils.clip_grad_norm_(trainable(model), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        turns.step_done(sum(len(row.ids) for row in step))
    return model


def _trl(variant: Variant, task: Task, turns: Turns, folder: Path) -> Any:
    packed = bool(variant.options.get("packing"))
    size = _packs_per_step(task) if packed else task.rows_per_step
    arguments = SFTConfig(
        output_dir=str(folder), per_device_train_batch_size=1 if variant.one_at_a_time else size,
        gradient_accumulation_steps=size if variant.one_at_a_time else 1, learning_rate=RATE, lr_scheduler_type="constant",
        max_steps=task.n_steps_in_all, train_sampling_strategy="sequential", report_to=[], logging_strategy="no", save_strategy="no",
        seed=SEED, max_length=task.max_tokens if packed else None, use_cpu=not torch.cuda.is_available(), disable_tqdm=True,
        **variant.options,
    )  # fmt: skip
    tokenizer = load_tokenizer(task.base)
    tokenizer.chat_template = task.base.template.source
    trainer = SFTTrainer(
        load_model(task.base, torch.float32 if variant.options.get("bf16") is False else torch.bfloat16), args=arguments,
        train_dataset=Dataset.from_list([_conversation(row) for row in task.texts]), processing_class=tokenizer,
        peft_config=LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"),
    )  # fmt: skip
    lengths = [len(ids) for ids in trainer.train_dataset["input_ids"]]
    trainer.add_callback(_Clock(variant.name, turns, _tokens_of_steps(lengths, size)))
    trainer.train()
    return trainer.model


def _packs_per_step(task: Task) -> int:
    """So many full packs as a step's rows fill on average."""
    n_tokens = sum(len(row.ids) for row in task.rows)
    return max(1, round(n_tokens / task.n_steps_in_all / task.max_tokens))


def _tokens_of_steps(lengths: Sequence[int], size: int) -> Callable[[int], int]:
    """Tokens of a step, from 0; the trainer begins anew, as its sampler does, when the rows or packs are used up."""
    steps = [sum(step) for step in _steps(lengths, size)]
    return lambda number: steps[number % len(steps)]


def _steps(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _conversation(row: Row) -> dict[str, Any]:
    return {"prompt": [{"role": "user", "content": row.prompt}], "completion": [{"role": "assistant", "content": row.answer}]}


class _Clock(TrainerCallback):
    """Tells a peer's turns of its trainer's steps."""

    def __init__(self, name: str, turns: Turns, tokens_of: Callable[[int], int]) -> None:
        self._name, self._turns, self._tokens_of, self._n_done = name, turns, tokens_of, 0

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self._turns.begin(self._name)

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self._n_done += 1
        self._turns.step_done(self._tokens_of(self._n_done - 1))
