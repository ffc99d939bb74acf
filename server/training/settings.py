"""What a training run is asked to do: read from presets and options, written to the run's folder. Pure."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from dataset_core.toml_file import load_toml
from server.training.errors import TrainingError

_PRESETS = Path(__file__).parent / "presets.toml"


class TrainingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of a run.

    Attributes:
        base: A GGUF file or a Hugging Face folder.
        train_file: The exported rows, as JSONL.
        validation_file: The held-out rows.
        minutes: Time box from the first step on; 0 for none. Of `minutes`, `steps` and `epochs`, whichever is over first ends the run.
        steps: Optimizer steps; 0 for no limit.
        epochs: Passes over the rows; 0 for no limit.
        rows_per_step: Effective batch size, in rows.
        learning_rate: At its height; 0 takes what suits the base's size (`presets.toml`).
        train_on_prompts: Learn what rows say before their answers too: the project's code and the diagrams that are shown there
            (<https://arxiv.org/abs/2405.14394>). What is reported is the loss of answers alone, either way.
        loraplus_ratio: How many times as high the rate of each second matrix of the adapter is, the one that starts at zero (LoRA+,
            <https://arxiv.org/abs/2402.12354>); 1 is plain LoRA.
        warm_up: Fraction of the run in which the learning rate rises.
        decay: Fraction of the run, at its end, in which it falls to zero.
        rank: Of the LoRA matrices, on all linear layers.
        alpha: Scale of the adapter, times rank.
        max_grad_norm: Gradients are clipped to this norm.
        weight_decay: Of AdamW.
        max_tokens: Longer rows are left out and counted.
        n_validation_rows: Held-out rows that are looked at during the run; fewer where they would fill much of a time box.
        validations: How often, spread over the run, besides before and after.
        patience: Validations without a better one after which the run ends early; 0 never ends it early.
        checkpoint_minutes: At most this much work is lost if the process is killed.
        minimum_rows: Fewer rows than this are refused.
        seed: Of the adapter's start and the order of the rows.
        precision: `auto`, `float32` or `bfloat16`; auto takes bfloat16 only where the processor computes it fast.
        quantize_base: Hold the base in 4 bits (QLoRA); needs bitsandbytes and a GPU.
        threads: Of the processor, in each process; 0 for all its cores, shared by the processes.
        processes: That train together, each with a share of a step's rows; on GPUs one for each.
    """

    base: str
    train_file: str
    validation_file: str
    minutes: float = 0
    steps: int = 0
    epochs: float = 0
    rows_per_step: int = 8
    learning_rate: float = 0
    train_on_prompts: bool = True
    loraplus_ratio: float = 4
    warm_up: float = 0.05
    decay: float = 0.3
    rank: int = 16
    alpha: float = 32
    max_grad_norm: float = 1.0
    weight_decay: float = 0.0
    max_tokens: int = 2048
    n_validation_rows: int = 128
    validations: int = 10
    patience: int = 4
    checkpoint_minutes: float = 2
    minimum_rows: int = 500
    seed: int = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    quantize_base: bool = False
    threads: int = 0
    processes: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            ValueError: A setting lies outside its range; msgspec makes a `ValidationError` of it when decoding.
        """
        positive = (
            "rows_per_step",
            "rank",
            "alpha",
            "max_grad_norm",
            "max_tokens",
            "n_validation_rows",
            "checkpoint_minutes",
            "processes",
            "loraplus_ratio",
        )
        for name in positive:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be more than 0")
        for name in ("minutes", "steps", "epochs", "learning_rate", "weight_decay", "validations", "patience", "threads"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative")
        if not (0 <= self.warm_up < 1 and 0 <= self.decay < 1 and self.warm_up + self.decay <= 1):
            raise ValueError("warm_up and decay are fractions of the run and together at most 1")
        if not (self.minutes or self.steps or self.epochs):
            raise ValueError("a run needs an end: minutes, steps or epochs")


def presets() -> tuple[str, ...]:
    """Names of the presets."""
    return tuple(_table()["presets"])


def preset_limits() -> dict[str, tuple[float, float]]:
    """Minutes and epochs of each preset, 0 for none; the default one first."""
    return {name: (float(table.get("minutes", 0)), float(table.get("epochs", 0))) for name, table in _table()["presets"].items()}


def settings_of(preset: str, **chosen: Any) -> TrainingSettings:
    """A preset with what the person chose; a limit of their own takes the place of the preset's limits.

    Args:
        preset: A table of `presets.toml`.
        chosen: Fields of `TrainingSettings`; None leaves the preset's value.

    Raises:
        TrainingError: A value cannot be used.
    """
    given = {name: value for name, value in chosen.items() if value is not None}
    if preset not in _table()["presets"]:
        raise TrainingError(f"there is no preset {preset!r}; there are {', '.join(presets())}")
    values = dict(_table()["presets"][preset])
    if any(given.get(name) for name in ("minutes", "steps", "epochs")):
        values = {name: value for name, value in values.items() if name not in {"minutes", "steps", "epochs"}}
    try:
        return TrainingSettings(**{**values, **given})
    except ValueError as error:
        raise TrainingError(str(error)) from error


def learning_rate_for(n_parameters: int) -> float:
    """What suits a base of this size: small models need and bear more."""
    rows = _table()["learning_rates"]
    return float(next(row["learning_rate"] for row in rows if n_parameters <= row["up_to_parameters"]))


@cache
def _table() -> dict[str, Any]:
    return load_toml(_PRESETS)
