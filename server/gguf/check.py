"""Looking at a GGUF file that nobody vouches for, before anything loads it (IO: reads its header).

llama.cpp aborts the whole process on some broken files, and prints what it thinks of others; what is wrong is said here first.
"""

from __future__ import annotations

from pathlib import Path

from gguf import MODEL_ARCH_NAMES

from server.chat_template import ChatTemplateError, of_gguf
from server.gguf.header import GgufError, GgufHeader, read_gguf_header

_LORA_SUFFIXES = (".lora_a", ".lora_b")


def checked_model(path: Path) -> GgufHeader:
    """The header of a model that can be tried.

    Raises:
        GgufError: There is no such file; it is damaged or hostile; it is no model; its chat template does more than render.
    """
    header = _header(path)
    if header.values.get("general.type", "model") != "model":
        remedy = "give the model that it belongs to, and this file as the adapter"
        raise GgufError(f"{path} is no model but of the type {header.values['general.type']!r}; {remedy}")
    if header.architecture not in MODEL_ARCH_NAMES.values():
        raise GgufError(f"{path} has the architecture {header.architecture or 'unknown'!r}, which this version does not know")
    if not header.tensors or not header.values.get("tokenizer.ggml.tokens"):
        raise GgufError(f"{path} holds no {'weights' if not header.tensors else 'vocabulary'}; give a whole model in one GGUF file")
    try:
        of_gguf(header.values).prompt_text("Hello")
    except ChatTemplateError as error:
        raise GgufError(f"{path}: {error}; use a model from a source that you trust") from error
    return header


def check_trainable(header: GgufHeader, path: Path) -> None:
    """Refuse what an adapter would be trained on wrongly.

    Raises:
        GgufError: The positions are scaled: transformers would read them otherwise than llama.cpp does.
    """
    scaling = header.values.get(f"{header.architecture}.rope.scaling.type", "none")
    factor = header.values.get(f"{header.architecture}.rope.scaling.factor", 1.0)
    if scaling != "none" or factor != 1.0 or any(tensor.name == "rope_freqs.weight" for tensor in header.tensors):
        raise GgufError(f"{path} has scaled positions (RoPE {scaling}); take a base without, such as Qwen2.5-Coder or CodeLlama")


def check_adapter(path: Path, model: GgufHeader, model_name: str) -> GgufHeader:
    """The header of an adapter that fits a model.

    Raises:
        GgufError: There is no such file; it is damaged; it is no LoRA adapter; it is one for another model.
    """
    header = _header(path)
    if header.values.get("general.type") != "adapter" or header.values.get("adapter.type") != "lora":
        raise GgufError(f"{path} is no LoRA adapter; give it as the model if it is a merged one")
    reason = _misfit(header, model)
    if reason:
        raise GgufError(
            f"the adapter {path} was trained on another base than {model_name} ({reason}); give that base with it, or train again"
        )
    return header


def _misfit(header: GgufHeader, model: GgufHeader) -> str:
    if header.architecture != model.architecture:
        return f"architecture {header.architecture!r}, not {model.architecture!r}"
    shapes = {tensor.name: tensor.shape for tensor in model.tensors}
    lora = {tensor.name: tensor.shape for tensor in header.tensors}
    if not lora:
        return "it changes nothing"
    for name in sorted({name.rpartition(".")[0] for name in lora if name.endswith(_LORA_SUFFIXES)}):
        a, b, weight = lora.get(f"{name}.lora_a", ()), lora.get(f"{name}.lora_b", ()), shapes.get(name)
        if weight is None:
            return f"{name} is not in the model"
        if len(a) != len(b) or len(a) < 2 or (a[0], b[1], a[1]) != (weight[0], weight[1], b[0]):  # noqa: PLR2004 - matrices
            return f"{name} has {weight[0]:,} × {weight[1]:,} weights in the model" if len(weight) > 1 else f"{name} is no matrix"
    return ""


def _header(path: Path) -> GgufHeader:
    try:
        return read_gguf_header(path)
    except FileNotFoundError as error:
        raise GgufError(f"there is no file {path}") from error
    except OSError as error:
        raise GgufError(f"{path} cannot be read ({(error.strerror or str(error)).lower()}); give a GGUF file") from error
    except (ValueError, OverflowError, MemoryError) as error:
        raise error if isinstance(error, GgufError) else GgufError(f"{path} is damaged: {error}") from error
