"""What the language server and the trainer say to each other: one JSON object a line; one task, its progress, one result."""

from __future__ import annotations

import msgspec


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to train, as `TrainParams` has it, with paths in place of URIs.

    Attributes:
        base: Of a GGUF file or a Hugging Face folder; empty for the embedded base.
        export: Path of the rows; empty for the newest export.
        preset: Name of a preset.
        minutes: A time box; None for what the preset says.
        seed: Of the adapter's start and of the order of the rows.
        learning_rate: None for what suits the base.
    """

    base: str
    export: str
    preset: str
    minutes: float | None
    seed: int
    learning_rate: float | None


class _Task(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """`root` is the path of the project's folder."""

    root: str


class AskChoices(_Task, frozen=True):
    """Gives a `TrainingChoicesResult`."""


class Estimate(_Task, frozen=True):
    """Gives a `TrainingEstimate`."""

    wanted: Wanted


class Train(_Task, frozen=True):
    """Gives `Named`."""

    wanted: Wanted


class StopTraining(_Task, frozen=True):
    """Gives `Named`."""

    run: str


class ResumeTraining(_Task, frozen=True):
    """Gives `Named`."""

    run: str


class Evaluate(_Task, frozen=True):
    """Gives an `EvaluateResult`. The fields are those of `EvaluateParams`."""

    run: str
    rows: int
    answers: int


TrainerTask = AskChoices | Estimate | Train | StopTraining | ResumeTraining | Evaluate


class Named(msgspec.Struct, frozen=True):
    """The run that was meant."""

    run: str
