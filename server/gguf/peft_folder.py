"""Reading a LoRA adapter in peft's format: `adapter_config.json` and `adapter_model.safetensors` (IO; never a pickle)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors

from server.gguf.header import GgufError

Array = npt.NDArray[np.float32]
_PREFIX = "base_model.model."
_UNSUPPORTED = {"use_dora": "DoRA", "rank_pattern": "ranks that differ by layer", "alpha_pattern": "scales that differ by layer"}


@dataclass(frozen=True)
class LoraPair:
    """The two matrices of a layer: `a` has shape (rank, inputs), `b` (outputs, rank)."""

    a: Array
    b: Array


@dataclass(frozen=True)
class PeftAdapter:
    """A LoRA adapter.

    Attributes:
        alpha: So that the weight's change is alpha / rank × B @ A, also where the adapter was trained with rank-stabilised scaling.
        pairs: Name of the Hugging Face layer, such as `model.layers.0.self_attn.q_proj` → its matrices, in the order of the names.
    """

    alpha: float
    pairs: Mapping[str, LoraPair]


def read_peft_folder(folder: Path) -> PeftAdapter:
    """Read an adapter.

    Raises:
        GgufError: The folder holds no whole LoRA adapter, or one that GGUF cannot hold; the message says why.
        OSError: A file cannot be read.
    """
    config = _config(folder / "adapter_config.json")
    tensors = _tensors(folder / "adapter_model.safetensors")
    names = sorted({name.rpartition(".lora_")[0] for name in tensors if ".lora_" in name}, key=_natural)
    odd = sorted(name for name in tensors if not name.endswith((".lora_A.weight", ".lora_B.weight")))
    if odd or not names:
        raise GgufError(f"{folder} holds {odd[0]!r} besides LoRA matrices" if odd else f"{folder} holds no LoRA matrices")
    try:
        pairs = {name.removeprefix(_PREFIX): LoraPair(tensors[f"{name}.lora_A.weight"], tensors[f"{name}.lora_B.weight"]) for name in names}
    except KeyError as error:
        raise GgufError(f"{folder} is not whole: {error} is missing; train again or use an earlier checkpoint") from error
    return PeftAdapter(_alpha(config, folder), pairs)


def _config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise GgufError(f"{path} is no JSON: {error}") from error
    except FileNotFoundError as error:
        raise GgufError(f"{path} is missing: this is no folder of a peft adapter") from error
    if not isinstance(config, dict) or str(config.get("peft_type")).upper() != "LORA":
        raise GgufError(f"{path} describes no LoRA adapter")
    refused = [words for key, words in _UNSUPPORTED.items() if config.get(key)]
    if refused or config.get("bias", "none") != "none":
        raise GgufError(f"{path}: GGUF cannot hold {refused[0] if refused else 'trained biases'}; train a plain LoRA adapter")
    return config


def _alpha(config: Mapping[str, Any], folder: Path) -> float:
    """Rank-stabilised LoRA scales by alpha / √rank, GGUF knows alpha / rank alone: <https://arxiv.org/abs/2312.03732>."""
    try:
        rank, alpha = int(config["r"]), float(config["lora_alpha"])
    except (KeyError, TypeError, ValueError) as error:
        raise GgufError(f"{folder / 'adapter_config.json'} does not give rank and alpha ({error})") from error
    return alpha / sqrt(rank) * rank if config.get("use_rslora") else alpha


def _tensors(path: Path) -> dict[str, Array]:
    try:
        rows = safetensors.deserialize(path.read_bytes())  # type: ignore[no-untyped-call]  # of a compiled module
        return {name: _float32(row) for name, row in rows}
    except FileNotFoundError as error:
        raise GgufError(
            f"{path} is missing: this is no folder of a peft adapter, or it was saved as a pickle, which is never opened"
        ) from error
    except (safetensors.SafetensorError, KeyError, ValueError) as error:
        raise GgufError(f"{path} is damaged ({error}); train again or use an earlier checkpoint") from error


def _float32(row: Mapping[str, Any]) -> Array:
    """Numpy has no bfloat16: it is the upper half of a float32."""
    data, shape = row["data"], row["shape"]
    if row["dtype"] == "BF16":
        return (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32).reshape(shape)
    return np.frombuffer(data, {"F32": "<f4", "F16": "<f2"}[row["dtype"]]).astype(np.float32).reshape(shape)


def _natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """Layer 2 before layer 10."""
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in name.split("."))
