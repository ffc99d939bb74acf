"""How long a run is and how high its learning rate stands at each step. Pure.

The rate rises, stays, and falls to zero over the last part: unlike a cosine it need not know the end from the beginning, so a time box can
be filled to its last minute, and it learns as well (<https://arxiv.org/abs/2405.18392>).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import ceil

import msgspec

from server.training.settings import TrainingSettings

_SHARE_OF_VALIDATION = 0.1
_FEWEST_ROWS = 4


class Plan(msgspec.Struct, frozen=True):
    """What was decided about a run's length; part of each checkpoint, so that a resumed run follows the same plan.

    Attributes:
        steps: Planned steps; for a time box an estimate.
        warm_up_steps: In which the rate rises.
        validate_every: Steps; of a time box that has not decided its end it is the time that counts.
        decay_from: First step of the fall; -1 while a time box has not decided it.
        end: Step at which the run is over; -1 while that is not decided.
        most_steps: That steps or passes allow; -1 where neither limits the run.
    """

    steps: int
    warm_up_steps: int
    validate_every: int
    decay_from: int = -1
    end: int = -1
    most_steps: int = -1


def plan_of(settings: TrainingSettings, n_rows: int, steps_per_second: float) -> Plan:
    """Plan a run before its first step.

    Args:
        settings: What was asked for.
        n_rows: To train on.
        steps_per_second: As measured; counts only for a time box.
    """
    by_count = [settings.steps] if settings.steps else []
    if settings.epochs:
        by_count.append(ceil(settings.epochs * n_rows / settings.rows_per_step))
    in_time = max(1, int(settings.minutes * 60 * steps_per_second)) if settings.minutes else 0
    steps = max(1, min([*by_count, *([in_time] if in_time else [])]))
    most = min(by_count, default=-1)
    plan = Plan(steps, max(1, round(settings.warm_up * steps)), max(1, steps // max(1, settings.validations)), most_steps=most)
    if steps == most:
        return begin_decay(plan, steps - round(settings.decay * steps), steps)
    return plan


def affordable_rows(settings: TrainingSettings, lengths: Sequence[int], seconds_per_token: float) -> int:
    """How many held-out rows, from the first on, a validation may look at so that all validations take a tenth of a time box.

    Args:
        settings: With the time box.
        lengths: Of the held-out rows, in tokens.
        seconds_per_token: Of a training step; looking takes about a third of it.
    """
    if not settings.minutes:
        return len(lengths)
    budget = settings.minutes * 60 * _SHARE_OF_VALIDATION / (settings.validations + 2)
    seconds = [seconds_per_token / 3 * total for total in accumulate(lengths)]
    return max(min(_FEWEST_ROWS, len(lengths)), sum(spent <= budget for spent in seconds))


def tokens_in_box(settings: TrainingSettings, seconds_per_token: float) -> int:
    """How many tokens a time box is expected to have room for, beside its validations; 0 without one.

    Args:
        settings: With the time box.
        seconds_per_token: Of training, by all processes together.
    """
    return int(settings.minutes * 60 * (1 - _SHARE_OF_VALIDATION) / seconds_per_token)


def is_time_to_validate(plan: Plan, step: int, before_s: float, after_s: float, settings: TrainingSettings) -> bool:
    """Whether the held-out rows are looked at after a step; in a time box at even times, since the speed may change on the way.

    Args:
        plan: Of the run.
        step: How many steps were taken.
        before_s: How long the run had gone on when the step began.
        after_s: The same at its end.
        settings: With the time box.
    """
    if not settings.minutes or plan.end >= 0:
        return step % plan.validate_every == 0
    interval = settings.minutes * 60 / max(1, settings.validations)
    return int(before_s / interval) < int(after_s / interval)


def expected_steps(plan: Plan, step: int, elapsed_s: float, settings: TrainingSettings) -> Plan:
    """The plan with its number of steps judged anew by the speed so far, while a time box has not decided its end."""
    if not settings.minutes or plan.end >= 0:
        return plan
    expected = max(step, round(step * settings.minutes * 60 / max(elapsed_s, 1e-9)))
    fall = round(settings.decay * plan.most_steps)
    if step <= plan.most_steps - fall and plan.most_steps <= expected:
        return begin_decay(plan, plan.most_steps - fall, plan.most_steps)
    return msgspec.structs.replace(plan, steps=expected)


def time_to_decay(plan: Plan, step: int, elapsed_s: float, settings: TrainingSettings) -> Plan:
    """Begin the fall when what is left of a time box is just what the fall takes."""
    if not settings.minutes or 0 <= plan.decay_from <= step or elapsed_s < settings.minutes * 60 * (1 - settings.decay):
        return plan
    length = max(1, round(step * settings.decay / (1 - settings.decay)))
    return begin_decay(plan, step, min(step + length, plan.end if plan.end >= 0 else step + length))


def begin_decay(plan: Plan, first: int, end: int) -> Plan:
    """The plan with its fall decided."""
    return msgspec.structs.replace(plan, decay_from=first, end=end, steps=end)


def learning_rate_at(plan: Plan, step: int, peak: float) -> float:
    """Of a step, from 0."""
    rising = min(1.0, (step + 1) / plan.warm_up_steps)
    if plan.decay_from < 0 or step < plan.decay_from:
        return peak * rising
    return peak * rising * max(0.0, (plan.end - step) / (plan.end - plan.decay_from + 1))
