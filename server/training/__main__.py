"""`python -m server.training RUN_DIR`: one training, from the settings in the folder to the adapter in it; also under `torchrun`.

The order of a run can be read here. Errors that a person can mend end it with exit code 1 and stand in the run's state.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from math import ceil
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import numpy as np
import torch
from transformers.utils import logging as transformers_logging

from server.gguf.adapter import write_adapter
from server.gguf.header import GgufError
from server.training.base_model import Base, check_base, check_can_quantize, load_model
from server.training.batches import SHIPPED_EVERY, short_rows
from server.training.checkpoint import Progress, load_progress, name_of, save_checkpoint
from server.training.diagnosis import diagnose
from server.training.errors import TrainingError
from server.training.lanes import Lanes
from server.training.machine import Place, choose_place, keep_freed_memory, tokens_that_fit
from server.training.network import trainable, with_adapter
from server.training.ranks import Ranks, joined
from server.training.rows import Row, read_rows
from server.training.run_folder import ADAPTER, ADAPTER_GGUF, OnlookingRunFolder, RunFolder, only_training
from server.training.schedule import affordable_rows, plan_of, tokens_in_box
from server.training.settings import TrainingSettings, learning_rate_for
from server.training.tokens import Tokenizing, TokenRow
from server.training.train import Job, gradients, optimizer_of, train, validation_loss

_log = logging.getLogger(__name__)
_terminated = False


def main(arguments: list[str]) -> int:
    """Train in the folder that the one argument names; the process's exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    keep_freed_memory()
    signal.signal(signal.SIGTERM, _on_terminate)
    signal.signal(signal.SIGINT, _on_terminate)
    run = RunFolder(Path(arguments[0]))
    try:
        with joined() as ranks, only_training(run) if ranks.is_first else nullcontext():
            return _run(run, ranks)
    except TrainingError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201 - the process's log
        return 1


def _run(run: RunFolder, ranks: Ranks) -> int:
    try:
        _train_in(run if ranks.is_first else OnlookingRunFolder(run.path), ranks)
    except TrainingError as error:
        _fail(run, str(error))
    except Exception as error:  # noqa: BLE001 - the edge of the process: whatever happened is told, with its place in the log
        traceback.print_exc()
        _fail(run, f"an error that was not foreseen: {type(error).__name__}: {error}. {run.path / 'log.txt'} says where")
    else:
        return 0
    return 1


def _train_in(run: RunFolder, ranks: Ranks) -> None:
    run.update(status="preparing", message="")
    settings = run.settings()
    torch.set_num_threads(settings.threads or max(1, (os.cpu_count() or 1) // ranks.count))
    rows, held_out = read_rows(Path(settings.train_file), minimum=settings.minimum_rows), read_rows(Path(settings.validation_file))
    base = check_base(Path(settings.base))
    if settings.quantize_base:
        check_can_quantize()
    token_rows, validation_rows = _token_rows(run, base, settings, rows, held_out)
    earlier = load_progress(run)
    place = ranks.of_first(choose_place(settings, base.n_parameters))
    if earlier is not None:
        place = Place(place.device, getattr(torch, earlier.dtype), "as before")
    job = _job(run, base, place, settings, (token_rows, validation_rows), ranks)
    if earlier is not None:
        progress, job = earlier, _in_box(job, earlier.n_tokens_expected)
    else:
        progress, job = _first_progress(job, place)
    run.forget_events_after(progress.step)
    ending, progress = train(job, progress)
    if ranks.is_first:
        _conclude(run, job, ending, progress, n_rows=len(token_rows))


def _token_rows(
    run: RunFolder, base: Base, settings: TrainingSettings, rows: list[Row], held_out: list[Row]
) -> tuple[tuple[TokenRow, ...], tuple[TokenRow, ...]]:
    tokenizing = Tokenizing(base)
    training = tokenizing.token_rows(rows, settings.max_tokens)
    validation = tokenizing.token_rows(held_out, settings.max_tokens)
    for note in dict.fromkeys((*training.notes, *validation.notes)):
        run.append("note", text=note)
    for side, tokens in (("training", training), ("held-out", validation)):
        if tokens.n_too_long:
            run.append("note", text=f"{tokens.n_too_long:,} {side} rows have more than {settings.max_tokens:,} tokens and are left out")
    chosen = np.random.default_rng(settings.seed).permutation(len(validation.rows))[: settings.n_validation_rows]
    learnt = tokenizing.with_prompts_learnt(training.rows) if settings.train_on_prompts else training.rows
    return learnt, tuple(validation.rows[index] for index in chosen)


def _job(
    run: RunFolder,
    base: Base,
    place: Place,
    settings: TrainingSettings,
    sides: tuple[Sequence[TokenRow], Sequence[TokenRow]],
    ranks: Ranks,
) -> Job:
    rows, validation_rows = sides
    model: Any = load_model(base, place.dtype, quantize=settings.quantize_base)
    model = model if settings.quantize_base else model.to(place.device)
    adapted = with_adapter(model, rank=settings.rank, alpha=settings.alpha, seed=settings.seed, base=settings.base)
    rate = settings.learning_rate or learning_rate_for(base.n_parameters)
    run.append("prepared", base=base.name, n_rows=len(rows), n_validation_rows=len(validation_rows), place=place.reason, learning_rate=rate)
    lanes = Lanes(torch.get_num_threads() if place.device == "cpu" else 1)
    return Job(run, settings, adapted, rows, validation_rows, rate, lambda: _terminated or run.stop_requested(), ranks, lanes)


def _in_box(job: Job, n_tokens: int) -> Job:
    """The job with the rows that suit a time box in which so many tokens are expected; with all rows where none are."""
    return replace(job, rows=short_rows(job.rows, n_tokens, SHIPPED_EVERY)) if n_tokens else job


def _first_progress(job: Job, place: Place) -> tuple[Progress, Job]:
    """Measure the speed and the base, say how long it will take, and save the start, so that a run can be resumed from its first moment."""
    began, config, settings = time.monotonic(), job.model.config, job.settings
    micro_tokens = tokens_that_fit(place, config.hidden_size, config.intermediate_size, config.num_hidden_layers)
    progress = Progress(plan_of(settings, len(job.rows), 1.0), name_of(place.dtype), len(job.validation_rows), micro_tokens)
    seconds_per_token, progress = _seconds_per_token(job, progress)
    seconds_per_token = job.ranks.of_first(seconds_per_token)
    n_tokens_expected = tokens_in_box(settings, seconds_per_token / job.ranks.count)
    job = _in_box(job, n_tokens_expected)
    if n_tokens_expected:
        words = f"In {settings.minutes:g} minutes, {n_tokens_expected:,} tokens can be expected: {len(job.rows):,} of the rows are taken"
        job.run.append("note", text=f"{words}, of each kind those with the shorter answers.")
    seconds_per_step = (
        seconds_per_token * ceil(settings.rows_per_step / job.ranks.count) * sum(len(row.ids) for row in job.rows) / len(job.rows)
    )
    n_validation_rows = affordable_rows(settings, [len(row.ids) for row in job.validation_rows], seconds_per_token)
    progress = msgspec.structs.replace(progress, n_validation_rows=n_validation_rows)
    base_loss = validation_loss(job, progress)
    job.run.append("validation", step=0, validation_loss=base_loss, best=False, n_rows=n_validation_rows)
    plan = plan_of(settings, len(job.rows), 1 / seconds_per_step)
    total = plan.steps * seconds_per_step + time.monotonic() - began
    job.run.append("estimate", steps=plan.steps, seconds=min(total, settings.minutes * 60) if settings.minutes else total)
    job.run.update(status="training", planned_steps=plan.steps, base_validation_loss=base_loss)
    elapsed_s = time.monotonic() - began
    progress = msgspec.structs.replace(progress, plan=plan, elapsed_s=elapsed_s, n_tokens_expected=n_tokens_expected)
    if job.ranks.is_first:
        save_checkpoint(job.run, job.model, optimizer_of(job), progress)
    return progress, job


def _seconds_per_token(job: Job, progress: Progress) -> tuple[float, Progress]:
    """Of the gradients of rows of middle length, as many as are computed side by side, the second time; they are thrown away."""
    by_length = sorted(job.rows, key=lambda row: len(row.ids))
    n_rows = min(job.lanes.n_threads, ceil(job.settings.rows_per_step / job.ranks.count))
    middle = [by_length[len(by_length) // 2]] * n_rows
    for _ in range(2):
        began = time.monotonic()
        _, progress = gradients(job, middle * job.ranks.count, progress)
        seconds = time.monotonic() - began
        for parameter in trainable(job.model):
            parameter.grad = None
    return seconds / sum(len(row.ids) for row in middle), progress


def _conclude(run: RunFolder, job: Job, ending: str, progress: Progress, n_rows: int) -> None:
    for words in diagnose(run.events(), n_rows=n_rows, ending=ending):
        run.append("diagnosis", text=words)
    before, after = run.state().base_validation_loss, progress.best_loss
    change = f" Held-out loss {before:.3f} → {after:.3f}." if before is not None and after is not None else ""
    endings = {
        "finished": "Done",
        "cancelled": "Stopped as asked; the best adapter is kept",
        "early": "Ended early: it no longer got better",
    }
    taken = "1 step" if progress.step == 1 else f"{progress.step:,} steps"
    status = "cancelled" if ending == "cancelled" else "finished"
    _write_gguf(run, job.settings)
    run.append("finished", ending=ending, step=progress.step, n_tokens=progress.n_tokens, elapsed_s=progress.elapsed_s)
    run.update(status=status, message=f"{endings[ending]} after {taken}.{change}")


def _write_gguf(run: RunFolder, settings: TrainingSettings) -> None:
    """The adapter as llama.cpp reads it."""
    try:
        write_adapter(run.path / ADAPTER, Path(settings.base), run.path / ADAPTER_GGUF)
    except GgufError as error:
        raise TrainingError(f"the adapter is trained and saved in {run.path / ADAPTER}, but not as GGUF: {error}") from error


def _fail(run: RunFolder, message: str) -> None:
    _log.error(message)
    run.append("failed", text=message)
    run.update(status="failed", message=message)


def _on_terminate(_number: int, _frame: FrameType | None) -> None:
    global _terminated  # noqa: PLW0603 - a signal has no other way to tell
    _terminated = True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
