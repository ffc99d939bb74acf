"""`python -m server.gguf RUN_FOLDER QUANTISATION OUT_FOLDER`: merge the adapter of a training run, with Modelfile and card (IO).

Prints `done total` after each tensor. Exits with 1 and one line on standard error where that is not possible.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from server.chat_template import ChatTemplateError, of_gguf
from server.gguf.check import checked_model
from server.gguf.header import GgufError
from server.gguf.merged import write_merged
from server.gguf.package import CardFacts, write_package

_SHOWN = ("steps", "epochs", "minutes", "rows_per_step", "learning_rate", "rank", "alpha", "max_tokens", "seed")


class _Settings(msgspec.Struct):
    """Of a run's settings, what the card shows."""

    base: str
    train_file: str = ""
    steps: float = 0
    epochs: float = 0
    minutes: float = 0
    rows_per_step: float = 0
    learning_rate: float = 0
    rank: float = 0
    alpha: float = 0
    max_tokens: float = 0
    seed: int = 0


class _State(msgspec.Struct):
    """Of a run's state, the figures of the card."""

    base_validation_loss: float | None = None
    best_validation_loss: float | None = None
    step: int = 0


def main() -> None:
    """Merge, and say how far it is."""
    run, quantisation, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    try:
        _merge(run, quantisation, out)
    except (GgufError, ChatTemplateError) as error:
        sys.exit(str(error))
    except (OSError, msgspec.MsgspecError) as error:
        sys.exit(f"{run} is no training run that can be read: {error}")


def _merge(run: Path, quantisation: str, out: Path) -> None:
    settings = msgspec.json.decode((run / "settings.json").read_bytes(), type=_Settings)
    state = msgspec.json.decode((run / "state.json").read_bytes(), type=_State)
    base = Path(settings.base)
    header = checked_model(base)
    write_merged(base, run / "adapter", out / "model.gguf", quantisation, lambda done, total: print(done, total, flush=True))  # noqa: T201 - the protocol
    values = header.values
    facts = CardFacts(
        name=f"{run.name} ({quantisation})",
        base=str(values.get("general.name", base.stem)),
        base_licence=str(values.get("general.license", "")),
        quantisation=quantisation,
        data_set={"file": Path(settings.train_file).name} if settings.train_file else {},
        settings={"steps done": state.step, **{name: getattr(settings, name) for name in _SHOWN if getattr(settings, name)}},
        figures=_figures(state),
    )
    context = int(values.get(f"{header.architecture}.context_length", 4096))
    write_package(out, "model.gguf", of_gguf(values), facts, context_tokens=min(context, 8192))


def _figures(state: _State) -> dict[str, tuple[float, float]]:
    if state.base_validation_loss is None or state.best_validation_loss is None:
        return {}
    return {"validation loss": (state.base_validation_loss, state.best_validation_loss)}


if __name__ == "__main__":
    main()
