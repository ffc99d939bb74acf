"""What an adapter must know of its base model: its architecture, its head counts and the names of its tensors (IO: reads headers)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dataset_core.toml_file import load_toml
from server.gguf.header import GgufError, GgufHeader, read_gguf_header

_ARCHITECTURES = Path(__file__).with_name("architectures.toml")


@dataclass(frozen=True)
class Base:
    """The base of an adapter.

    Attributes:
        architecture: As in `general.architecture`.
        n_layers: Blocks of the network.
        heads: Of each permuted layer, such as `attn_q`: to how many heads its rows belong.
        shapes: Tensor name → dimensions, fastest first; empty for a Hugging Face folder, whose weights are not looked at.
    """

    architecture: str
    n_layers: int
    heads: Mapping[str, int]
    shapes: Mapping[str, tuple[int, ...]]


def base_of(path: Path) -> Base:
    """Read what is needed of a GGUF file or a Hugging Face folder.

    Raises:
        GgufError: It is neither, it is damaged, or its architecture is one that adapters cannot be written for.
        OSError: It cannot be read.
    """
    return _of_folder(path) if path.is_dir() else base_of_header(read_gguf_header(path), path)


def base_of_header(header: GgufHeader, path: Path) -> Base:
    """As `base_of`, of a header that was read from `path`."""
    row = _row(header.architecture, path)
    prefix = header.architecture
    try:
        heads = {layer: int(header.values[f"{prefix}.{key}"]) for layer, key in row["permuted"].items()}
        n_layers = int(header.values[f"{prefix}.block_count"])
    except (KeyError, TypeError, ValueError) as error:
        raise GgufError(
            f"{path} does not say how many heads or layers it has ({error}): it is damaged, or its heads differ by layer"
        ) from error
    return Base(prefix, n_layers, heads, {tensor.name: tensor.shape for tensor in header.tensors})


def architectures() -> tuple[str, ...]:
    """The architectures that adapters can be written for."""
    return tuple(_table())


def _of_folder(folder: Path) -> Base:
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text("utf-8"))
        architecture = next((name for name, row in _table().items() if config["model_type"] in row["hugging_face"]), config["model_type"])
        keys = {"attention.head_count": config["num_attention_heads"]}
        keys["attention.head_count_kv"] = config.get("num_key_value_heads") or keys["attention.head_count"]
        n_layers = int(config["num_hidden_layers"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise GgufError(f"{path} cannot be read ({error}); give a GGUF file or a whole Hugging Face model folder") from error
    return Base(architecture, n_layers, {layer: int(keys[key]) for layer, key in _row(architecture, path)["permuted"].items()}, {})


def _row(architecture: str, path: Path) -> dict[str, Any]:
    row = _table().get(architecture)
    if row is None:
        known = ", ".join(_table())
        raise GgufError(f"{path} has the architecture {architecture or 'unknown'!r}; adapters can be written for {known}")
    return dict(row)


@cache
def _table() -> dict[str, Any]:
    return load_toml(_ARCHITECTURES)
