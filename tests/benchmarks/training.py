"""`make bench-train`: tokens a second of whole steps, against TRL's SFTTrainer, on the same rows in the same process.

Peers take turns in short rounds, so that a machine that is busy for a while slows all of them; a ratio is the median over the rounds, and
their spread is printed beside it. TRL trains unchanged, in a thread of its own that waits between its
turns. All go through the same rows in the same order; after them, each is judged on the same held-out rows by the same code.

Tokens are those of the rows, prompts included, padding never.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import TrainerCallback
from transformers.utils import logging as transformers_logging
from trl import SFTConfig, SFTTrainer

from dataset_core.tokens import embedded_model
from server.evaluation.losses import mean_loss, row_losses
from server.training.base_model import Base, check_base, load_model, load_tokenizer
from server.training.batches import micro_batches
from server.training.machine import choose_place
from server.training.network import answer_loss, make_fast, trainable, with_adapter
from server.training.rows import Row, read_rows
from server.training.settings import TrainingSettings
from server.training.tokens import Tokenizing, TokenRow

RANK, ALPHA, RATE, SEED = 16, 32, 1e-3, 0
MICRO_TOKENS = 16_384


class Turns:
    """Lets peers, each in a thread of its own, compute one after the other: so many steps each, round after round."""

    def __init__(self, n_peers: int, n_steps: int) -> None:
        self._changed = threading.Condition()
        self._n_peers, self._n_steps, self._turn = n_peers, n_steps, 0

    def wait_for(self, peer: int) -> None:
        """Wait until it is a peer's turn."""
        with self._changed:
            self._changed.wait_for(lambda: self._turn == peer)

    def give_on(self) -> None:
        """Let the next one compute."""
        with self._changed:
            self._turn = (self._turn + 1) % self._n_peers
            self._changed.notify_all()


class Peer:
    """Something that trains. Its loop calls `begin` before the first step and `step_done` after each."""

    def __init__(self, name: str, run: Callable[[Peer], Any]) -> None:
        self.name, self.speeds, self.loss, self.model = name, list[float](), 0.0, None
        self._run, self._n_done, self._began = run, 0, 0.0

    def join_in(self, number: int, turns: Turns, tokens_of_steps: Sequence[int], n_steps: int) -> None:
        """Prepare, train to the end and leave."""
        self._number, self._turns, self._tokens, self._n_steps = number, turns, tokens_of_steps, n_steps
        turns.wait_for(number)
        self.model = self._run(self)

    def begin(self) -> None:
        """Everything before the first step is done: its time does not count."""
        self._began = time.perf_counter()

    def step_done(self) -> None:
        """A step is done; at the end of a round the next peer computes, and the time until this one's next turn does not count."""
        self._n_done += 1
        if self._n_done % self._n_steps:
            return
        seconds = time.perf_counter() - self._began
        speed = sum(self._tokens[self._n_done - self._n_steps : self._n_done]) / seconds
        if self._n_done > self._n_steps:
            self.speeds.append(speed)
        print(f"round {self._n_done // self._n_steps - 1}  {self.name:<48} {speed:7.1f} tokens/s", flush=True)
        self._turns.give_on()
        if self._n_done < len(self._tokens):
            self._turns.wait_for(self._number)
        self._began = time.perf_counter()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=Path, required=True, help="exported training rows; the held-out ones lie beside them")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--steps", type=int, default=2, help="of each peer in a round")
    options.add_argument("--rows-per-step", type=int, default=8)
    options.add_argument("--max-tokens", type=int, default=1024)
    options.add_argument("--held-out", type=int, default=24)
    options.add_argument("--threads", type=int, default=0)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    transformers_logging.disable_progress_bar()
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    model = embedded_model()
    if model is None:
        raise SystemExit("the embedded model is not installed: make set-up")
    base = check_base(model)
    tokenizing = Tokenizing(base)
    texts, held_out = _rows(chosen, tokenizing)
    rows = tokenizing.token_rows(texts, chosen.max_tokens).rows
    with tempfile.TemporaryDirectory() as scratch:
        peers = [_ours(base, rows, chosen.rows_per_step), *_trl_peers(base, texts, Path(scratch), chosen.rows_per_step)]
        _measure(peers, rows, chosen)
        _judge(peers, held_out)
    _print(peers, chosen.json)


def _rows(chosen: argparse.Namespace, tokenizing: Tokenizing) -> tuple[list[Row], Sequence[TokenRow]]:
    """As many rows as all rounds need, in an order of the seed, none too long; and held-out rows."""
    count = (chosen.rounds + 1) * chosen.steps * chosen.rows_per_step
    everything = read_rows(chosen.rows)
    texts = [everything[index] for index in np.random.default_rng(SEED).permutation(len(everything))[: 4 * count]]
    fitting = [text for text in texts if sum(map(len, tokenizing.plain_ids([text.prompt, text.answer]))) < chosen.max_tokens - 50]
    held_out = read_rows(chosen.rows.with_name(f"{chosen.rows.stem}.validation.jsonl"))
    return fitting[:count], tokenizing.token_rows(held_out, chosen.max_tokens).rows[: chosen.held_out]


def _measure(peers: Sequence[Peer], rows: Sequence[TokenRow], chosen: argparse.Namespace) -> None:
    """Round 0 warms up and does not count."""
    size = chosen.rows_per_step
    tokens = [sum(len(row.ids) for row in rows[start : start + size]) for start in range(0, len(rows), size)]
    turns = Turns(len(peers), chosen.steps)
    threads = [threading.Thread(target=peer.join_in, args=(number, turns, tokens, chosen.steps)) for number, peer in enumerate(peers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _judge(peers: Sequence[Peer], held_out: Sequence[TokenRow]) -> None:
    for peer in peers:
        make_fast(peer.model)
        peer.loss = mean_loss(row_losses(peer.model, held_out), held_out)


def _print(peers: Sequence[Peer], out: Path | None) -> None:
    ours = peers[0]
    print(f"\n{'peer':<48} {'tokens/s':>9} {'rounds':>15} {'ours is':>8} {'held-out loss':>14}")
    results = []
    for peer in peers:
        speed = statistics.median(peer.speeds)
        ratios = [mine / theirs for mine, theirs in zip(ours.speeds, peer.speeds, strict=True)]
        spread = f"{min(peer.speeds):.0f} to {max(peer.speeds):.0f}"
        print(f"{peer.name:<48} {speed:>9.1f} {spread:>15} {statistics.median(ratios):>7.2f}× {peer.loss:>14.4f}")
        results.append({"peer": peer.name, "speeds": peer.speeds, "ratios": ratios, "held_out_loss": peer.loss})
    if out is not None:
        out.write_text(json.dumps(results, indent=1), "utf-8")


def _ours(base: Base, rows: Sequence[TokenRow], rows_per_step: int) -> Peer:
    def run(peer: Peer) -> Any:
        settings = TrainingSettings(base="-", train_file="-", validation_file="-", steps=1)
        place = choose_place(settings, base.n_parameters)
        peer.name = f"Mothertongue, {place.dtype}".replace("torch.", "")
        network = load_model(base, place.dtype).to(place.device)  # type: ignore[arg-type]
        model: Any = with_adapter(network, rank=RANK, alpha=ALPHA, seed=SEED, base="base")
        optimizer = torch.optim.AdamW(trainable(model), lr=RATE, weight_decay=0.0)
        model.train()
        peer.begin()
        for start in range(0, len(rows), rows_per_step):
            step = rows[start : start + rows_per_step]
            n_labels = sum(row.n_answer for row in step)
            for batch in micro_batches(step, MICRO_TOKENS):
                (answer_loss(model, batch) / n_labels).backward()
            torch.nn.utils.clip_grad_norm_(trainable(model), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            peer.step_done()
        return model

    return Peer("Mothertongue", run)


def _trl_peers(base: Base, rows: Sequence[Row], scratch: Path, rows_per_step: int) -> list[Peer]:
    """TRL as it is, and with what makes it faster on a processor, in both precisions; its loss is of completions alone in all of them."""
    fast = {"gradient_checkpointing": False}
    variants: dict[str, dict[str, Any]] = {
        "TRL, defaults (bfloat16)": {},
        "TRL, no checkpointing, bfloat16": {**fast, "bf16": True},
        "TRL, no checkpointing, float32": {**fast, "bf16": False},
    }
    return [
        _trl(name, base, rows, scratch / str(number), rows_per_step, options) for number, (name, options) in enumerate(variants.items())
    ]


def _trl(name: str, base: Base, rows: Sequence[Row], folder: Path, rows_per_step: int, options: dict[str, Any]) -> Peer:
    def run(peer: Peer) -> Any:
        data = Dataset.from_list([_conversation(row) for row in rows])
        arguments = SFTConfig(
            output_dir=str(folder), per_device_train_batch_size=rows_per_step, learning_rate=RATE, lr_scheduler_type="constant",
            num_train_epochs=1,
            train_sampling_strategy="sequential", report_to=[], logging_strategy="no", save_strategy="no", seed=SEED, max_length=None,
            use_cpu=not torch.cuda.is_available(), disable_tqdm=True, **options,
        )  # fmt: skip
        tokenizer = load_tokenizer(base)
        tokenizer.chat_template = base.template.source
        trainer = SFTTrainer(
            load_model(base, torch.float32 if options.get("bf16") is False else torch.bfloat16), args=arguments, train_dataset=data,
            peft_config=LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"),
            processing_class=tokenizer, callbacks=[_Clock(peer)],
        )  # fmt: skip
        trainer.train()
        return trainer.model

    return Peer(name, run)


def _conversation(row: Row) -> dict[str, Any]:
    return {"prompt": [{"role": "user", "content": row.prompt}], "completion": [{"role": "assistant", "content": row.answer}]}


class _Clock(TrainerCallback):
    """Tells a peer of its trainer's steps."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self._peer.begin()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self._peer.step_done()


if __name__ == "__main__":
    main()
