"""The training loop, in one piece, and what surrounds a step: memory that runs out, validation, checkpoints, an end asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import msgspec
import torch
from peft.optimizers import create_loraplus_optimizer

from server.training.batches import SHIPPED_EVERY, flat, passes, rows_of_step
from server.training.checkpoint import Progress, load_checkpoint, save_adapter, save_checkpoint
from server.training.errors import TrainingError
from server.training.lanes import Lanes
from server.training.machine import is_out_of_memory, release_memory
from server.training.network import label_losses, trainable
from server.training.ranks import Ranks
from server.training.run_folder import RunFolder
from server.training.schedule import expected_steps, is_time_to_validate, learning_rate_at, time_to_decay
from server.training.settings import TrainingSettings
from server.training.tokens import TokenRow

_FEWEST_TOKENS = 64
_IMPROVEMENT = 1e-3


@dataclass(frozen=True)
class Job:
    """All that the loop works on."""

    run: RunFolder
    settings: TrainingSettings
    model: Any
    rows: Sequence[TokenRow]
    validation_rows: Sequence[TokenRow]
    learning_rate: float
    asked_to_stop: Callable[[], bool]
    ranks: Ranks = field(default_factory=Ranks)
    lanes: Lanes = field(default_factory=Lanes)


def train(job: Job, progress: Progress) -> tuple[str, Progress]:
    """Train from where `progress` stands to the end; how it ended (`finished`, `cancelled`, `early`) and where.

    Raises:
        TrainingError: The loss is no number, memory is too small for a single row, or the disk is full.
    """
    settings, run = job.settings, job.run
    optimizer = optimizer_of(job)
    if progress.step:
        load_checkpoint(run, job.model, optimizer, progress.step)
    job.model.train()
    if progress.checkpointing:
        _compute_twice(job.model)
    began = time.monotonic() - progress.elapsed_s
    saved_at = time.monotonic()
    # A run may have been killed between its last step and its end.
    ending = job.ranks.of_first(_ending(job, progress)) if progress.step else ""
    while not ending:
        step_began = time.monotonic()
        plan = time_to_decay(progress.plan, progress.step, step_began - began, settings)
        progress = msgspec.structs.replace(progress, plan=job.ranks.of_first(plan))
        rate = learning_rate_at(progress.plan, progress.step, job.learning_rate)
        rows = rows_of_step(
            job.rows, progress.step, settings.rows_per_step, settings.seed, shipped_every=SHIPPED_EVERY if settings.minutes else 0
        )
        loss, progress = gradients(job, rows, progress)
        (loss,) = job.ranks.sum(loss)
        job.ranks.sum_gradients(trainable(job.model))
        norm = float(torch.nn.utils.clip_grad_norm_(trainable(job.model), settings.max_grad_norm))
        _check_finite(loss, norm, progress.step)
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"] * rate / job.learning_rate
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        n_tokens = sum(len(row.ids) for row in rows)
        step, elapsed_s = progress.step + 1, time.monotonic() - began
        plan = job.ranks.of_first(expected_steps(progress.plan, step, elapsed_s, settings))
        progress = msgspec.structs.replace(progress, step=step, plan=plan, n_tokens=progress.n_tokens + n_tokens, elapsed_s=elapsed_s)
        _tell_step(job, progress, time.monotonic() - step_began, loss=loss, learning_rate=rate, grad_norm=norm, n_tokens=n_tokens)
        ending = job.ranks.of_first(_ending(job, progress))
        if ending or job.ranks.of_first(is_time_to_validate(plan, step, step_began - began, elapsed_s, settings)):
            progress = _validate(job, progress)
            progress = msgspec.structs.replace(progress, elapsed_s=time.monotonic() - began)
            ending = ending or _ending(job, progress)
        if job.ranks.is_first and (ending or time.monotonic() - saved_at >= settings.checkpoint_minutes * 60):
            save_checkpoint(run, job.model, optimizer, progress)
            saved_at = time.monotonic()
    return ending, progress


def optimizer_of(job: Job) -> torch.optim.Optimizer:
    """AdamW over the adapter, in which the second matrices, which start at zero, move faster than the first ones (LoRA+)."""
    settings = job.settings
    optimizer = create_loraplus_optimizer(
        job.model,
        torch.optim.AdamW,
        lr=job.learning_rate,
        loraplus_lr_ratio=settings.loraplus_ratio,
        loraplus_weight_decay=settings.weight_decay,
    )
    for group in optimizer.param_groups:
        group["initial_lr"] = group["lr"]
    return optimizer


def validation_loss(job: Job, progress: Progress) -> float:
    """Mean cross-entropy of the held-out answers' tokens."""

    def loss_of(rows: Sequence[TokenRow]) -> float:
        with torch.inference_mode():
            return float(label_losses(job.model, flat(rows))[0])

    rows = job.ranks.share(job.validation_rows[: progress.n_validation_rows])
    job.model.eval()
    total = sum(loss for part in passes(rows, progress.micro_tokens) for loss in job.lanes.run(part, loss_of))
    job.model.train()
    total, n_labels = job.ranks.sum(total, sum(row.n_answer for row in rows))
    return total / n_labels


def gradients(job: Job, rows: Sequence[TokenRow], progress: Progress) -> tuple[float, Progress]:
    """Fill the gradients of this process's share of a step, in as many passes as memory needs; its part of the mean loss of answer tokens.

    When memory runs out, the passes are halved, then activations are computed twice, and the run says so.

    Raises:
        TrainingError: Memory is too small for a single row.
    """
    n_labels, n_answer = sum(row.n_labels for row in rows), sum(row.n_answer for row in rows)
    while True:
        try:
            total = sum(
                fill_gradients(job.model, part, n_labels, job.lanes) for part in passes(job.ranks.share(rows), progress.micro_tokens)
            )
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        else:
            return total / n_answer, progress
        for parameter in trainable(job.model):
            parameter.grad = None
        release_memory()
        progress = _smaller(job, rows, progress)


def fill_gradients(model: Any, rows: Sequence[TokenRow], n_labels: int, lanes: Lanes) -> float:
    """Add the gradients of the rows' labels to those that are there, in an order that is always the same; the answers' loss, as a sum.

    Args:
        model: With an adapter.
        rows: Of one pass.
        n_labels: Of the whole step: the gradients are those of the mean over them.
        lanes: Where it is computed.
    """
    parameters = trainable(model)

    def gradients_of(part: Sequence[TokenRow]) -> tuple[float, Sequence[torch.Tensor]]:
        batch = flat(part)
        total, losses = label_losses(model, batch)
        of_answers = float(losses[torch.from_numpy(batch.is_answer).to(losses.device)].sum())
        return of_answers, torch.autograd.grad(total / n_labels, parameters)

    computed = lanes.run(rows, gradients_of)
    for _, found in computed:
        for parameter, gradient in zip(parameters, found, strict=True):
            parameter.grad = gradient if parameter.grad is None else parameter.grad.add_(gradient)
    return sum(loss for loss, _ in computed)


def _smaller(job: Job, rows: Sequence[TokenRow], progress: Progress) -> Progress:
    longest = max(len(row.ids) for row in rows)
    if progress.micro_tokens > max(longest, _FEWEST_TOKENS):
        smaller = msgspec.structs.replace(progress, micro_tokens=max(longest, progress.micro_tokens // 2))
        words = f"memory ran out: from now on {smaller.micro_tokens:,} tokens at once instead of {progress.micro_tokens:,}"
    elif not progress.checkpointing:
        _compute_twice(job.model)
        smaller = msgspec.structs.replace(progress, checkpointing=True)
        words = "memory ran out: activations are now computed twice instead of kept, which takes a third longer"
    else:
        raise TrainingError(
            f"memory is too small for a row of {longest:,} tokens even with every saving: close other programs, export with smaller "
            "`max_tokens`, or take a smaller base model"
        )
    job.run.append("note", step=progress.step, text=words)
    return smaller


def _compute_twice(model: Any) -> None:
    network = model.base_model.model
    # Newer releases of transformers have another name for it and warn of the old one.
    enable = getattr(network, "activation_checkpointing_enable", None) or network.gradient_checkpointing_enable
    enable({"use_reentrant": False})


def _validate(job: Job, progress: Progress) -> Progress:
    loss = validation_loss(job, progress)
    better = progress.best_loss is None or loss < progress.best_loss
    clearly = progress.best_loss is None or loss < progress.best_loss - _IMPROVEMENT
    job.run.append("validation", step=progress.step, validation_loss=loss, best=better)
    if better:
        if job.ranks.is_first:
            save_adapter(job.run, job.model)
        job.run.update(best_validation_loss=loss)
        progress = msgspec.structs.replace(progress, best_loss=loss)
    return msgspec.structs.replace(progress, n_worse=0 if clearly else progress.n_worse + 1)


def _ending(job: Job, progress: Progress) -> str:
    box = job.settings.minutes * 60
    if 0 <= progress.plan.end <= progress.step or (box and progress.elapsed_s >= box):
        return "finished"
    if job.settings.patience and progress.n_worse >= job.settings.patience:
        return "early"
    return "cancelled" if job.asked_to_stop() else ""


def _check_finite(loss: float, norm: float, step: int) -> None:
    if not (isfinite(loss) and isfinite(norm)):
        raise TrainingError(
            f"the loss of step {step + 1:,} is no number: training has run away. The best adapter so far is kept. Try a third of the "
            "learning rate (`--learning-rate`), or single precision (`--precision float32`)"
        )


def _tell_step(job: Job, progress: Progress, seconds: float, **figures: float) -> None:
    speed, eta = figures["n_tokens"] / seconds, _eta(job.settings, progress)
    where = {"step": progress.step, "planned_steps": progress.plan.steps, "elapsed_s": progress.elapsed_s, "eta_s": eta}
    job.run.append("step", **where, **figures, tokens_per_second=speed)
    job.run.update(status="training", step=progress.step, planned_steps=progress.plan.steps)


def _eta(settings: TrainingSettings, progress: Progress) -> float:
    """Seconds to the end, at the run's mean speed, never past the time box."""
    by_steps = (progress.plan.steps - progress.step) * progress.elapsed_s / progress.step
    return max(0.0, min(by_steps, settings.minutes * 60 - progress.elapsed_s) if settings.minutes else by_steps)
