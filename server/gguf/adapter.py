"""A peft adapter → an adapter GGUF, as llama.cpp's own `convert_lora_to_gguf.py` writes it; without torch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gguf import MODEL_ARCH, MODEL_ARCH_NAMES, GGUFType, Keys, get_tensor_name_map

from server.gguf.base import Base, base_of
from server.gguf.header import GgufError
from server.gguf.peft_folder import Array, LoraPair, PeftAdapter, read_peft_folder
from server.gguf.writing import open_writer


def write_adapter(peft_folder: Path, base_path: Path, out: Path) -> None:
    """Write the adapter of a peft folder as a GGUF file.

    Args:
        peft_folder: With `adapter_config.json` and `adapter_model.safetensors`.
        base_path: The model that it was trained on: a GGUF file, or a Hugging Face folder.
        out: Written beside and renamed.

    Raises:
        GgufError: The adapter or the base is damaged, or they do not belong together; or the disk cannot be written to.
    """
    adapter, base = read_peft_folder(peft_folder), base_of(base_path)
    pairs = dict(gguf_pairs(adapter, base, str(base_path)))
    with open_writer(out, base.architecture) as writer:
        writer.add_type(GGUFType.ADAPTER)
        writer.add_string(Keys.Adapter.TYPE, "lora")
        writer.add_float32(Keys.Adapter.LORA_ALPHA, adapter.alpha)
        for name, pair in pairs.items():
            writer.add_tensor(f"{name}.lora_a", pair.a)
            writer.add_tensor(f"{name}.lora_b", pair.b)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()


def gguf_pairs(adapter: PeftAdapter, base: Base, base_name: str) -> Iterator[tuple[str, LoraPair]]:
    """The matrices under llama.cpp's tensor names, rows ordered as llama.cpp keeps them.

    Raises:
        GgufError: A layer is unknown to the base, or has another size there.
    """
    names = get_tensor_name_map(_architecture(base.architecture), base.n_layers)
    for layer, pair in adapter.pairs.items():
        name = names.get_name(f"{layer}.weight", try_suffixes=(".weight",))
        if name is None or (base.shapes and name not in base.shapes):
            raise GgufError(f"the adapter changes {layer!r}, which {base_name} does not have: it was trained on another base model")
        _check_shape(layer, pair, base.shapes.get(name), base_name)
        heads = base.heads.get(name.split(".")[-2])
        yield name, LoraPair(pair.a, permuted(pair.b, heads) if heads else pair.b)


def permuted(b: Array, n_heads: int) -> Array:
    """Rows (outputs) from Hugging Face's order, halves of a head, to llama.cpp's, interleaved pairs; shape (outputs, rank).

    The reverse of what rotary embeddings are split by: `LlamaModel.permute` of llama.cpp's `convert_hf_to_gguf.py`.
    """
    n_outputs, rank = b.shape
    return b.reshape(n_heads, 2, n_outputs // n_heads // 2, rank).swapaxes(1, 2).reshape(n_outputs, rank)


def _check_shape(layer: str, pair: LoraPair, shape: tuple[int, ...] | None, base_name: str) -> None:
    (rank, n_inputs), (n_outputs, b_rank) = pair.a.shape, pair.b.shape
    if rank != b_rank or (shape is not None and shape != (n_inputs, n_outputs)):
        message = f"the adapter's {layer!r} is made for {n_inputs:,} × {n_outputs:,} weights, {base_name} has {shape}"
        raise GgufError(f"{message}: it was trained on another base model")


def _architecture(name: str) -> MODEL_ARCH:
    return next(architecture for architecture, known in MODEL_ARCH_NAMES.items() if known == name)
