"""What went wrong or well in a run, in words, with what to do. Pure: reads the run's events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

_EXPECTED = (0.5, 1.0)
_FULL_DATA_SET = 5_000
_LEAST_STEPS = 30
_STEPS_THAT_TELL, _VALIDATIONS_THAT_TELL = 8, 3


def diagnose(events: Sequence[Mapping[str, Any]], *, n_rows: int, ending: str) -> list[str]:
    """Sentences about a finished run, the weightiest first.

    Args:
        events: Of the run's folder.
        n_rows: Of the data set, those too that a time box left out.
        ending: `finished`, `cancelled` or `early`.
    """
    losses = [float(event["loss"]) for event in events if event["event"] == "step"]
    validations = [float(event["validation_loss"]) for event in events if event["event"] == "validation"]
    if not losses:
        return ["The run ended before its first step."]
    return [
        *_where_it_ended(losses),
        *_if_it_does_not_fall(losses, validations),
        *_if_it_learns_by_heart(losses, validations),
        *_if_short(losses, ending),
        *_if_few_rows(n_rows),
        *(event["text"] for event in events if event["event"] == "note" and "memory ran out" in event["text"]),
        *_if_generic(validations),
    ]


def _ends(losses: Sequence[float]) -> tuple[float, float]:
    """Means of the first and the last steps; a single step of two rows says little."""
    few = max(1, min(len(losses) // 3, max(_STEPS_THAT_TELL, len(losses) // 10)))
    return fmean(losses[:few]), fmean(losses[-few:])


def _where_it_ended(losses: Sequence[float]) -> Iterator[str]:
    first, last = _ends(losses)
    low, high = _EXPECTED
    meaning = "the range that a well-trained run ends in"
    if last > high:
        meaning = f"above the {low} to {high} that a full run ends in: answers are still partly guessed. More steps help most"
    elif last < low:
        meaning = f"below the usual {low} to {high}: fine if the held-out loss fell too, otherwise the rows were learnt by heart"
    course = f"went from {first:.2f} to {last:.2f}" if len(losses) > 1 else f"was {last:.2f}"
    yield f"The training loss {course}; that is {meaning}."


def _if_it_does_not_fall(losses: Sequence[float], validations: Sequence[float]) -> Iterator[str]:
    first, last = _ends(losses)
    # The held-out rows are the same each time, those of a step are not: looked at after a few steps already, they tell.
    falls = min(validations[1:]) < 0.97 * validations[0] if len(validations) > 1 else last < 0.97 * first
    if not falls and (len(losses) >= _STEPS_THAT_TELL or len(validations) >= _VALIDATIONS_THAT_TELL):
        yield (
            "The loss does not fall. To try, in this order: a learning rate three times as high, a third if it jumps "
            "up and down; `mothertongue verify` on the data set; more steps."
        )


def _if_it_learns_by_heart(losses: Sequence[float], validations: Sequence[float]) -> Iterator[str]:
    best = min(range(len(validations)), key=lambda index: validations[index], default=0)
    first, last = _ends(losses)
    if validations and best < len(validations) - 2 and validations[-1] > 1.03 * validations[best] and last < first:
        yield (
            f"The held-out loss rose again after its best value of {validations[best]:.2f} while the training loss fell: the rows are "
            "being learnt by heart. The best adapter is the one kept; fewer epochs or more rows help."
        )


def _if_short(losses: Sequence[float], ending: str) -> Iterator[str]:
    if len(losses) < _LEAST_STEPS and ending != "early":
        taken = "1 step was" if len(losses) == 1 else f"{len(losses)} steps were"
        yield f"Only {taken} taken; visible learning begins at about {_LEAST_STEPS}. Give it a longer time box."


def _if_few_rows(n_rows: int) -> Iterator[str]:
    if n_rows < _FULL_DATA_SET * 0.9:
        yield (
            f"The data set has {n_rows:,} rows, fewer than {_FULL_DATA_SET:,}: its card says why. `mothertongue add` takes more, "
            "and the composer fills the rest."
        )


def _if_generic(validations: Sequence[float]) -> Iterator[str]:
    if len(validations) > 1 and min(validations[1:]) > 0.9 * validations[0]:
        yield (
            "The held-out loss fell by less than a tenth, so answers will still be generic, as the base model's. Train longer, and look in "
            "the report whether the data set holds enough of the project's own code."
        )
