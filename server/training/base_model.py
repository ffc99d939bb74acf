"""The base model: checked up front, loaded once, its plain weights cached (IO). Pickles are never opened, code of a model never runs."""

from __future__ import annotations

import importlib.util
import json
import shutil
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from dataset_core.user_cache import place_for
from server.chat_template import ChatTemplate, ChatTemplateError, of_gguf, of_hugging_face_folder
from server.gguf.header import GgufError, GgufHeader, read_gguf_header
from server.training.errors import TrainingError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

# Networks whose linear layers have the same names in peft and, but for the spelling, in GGUF. Value: `model_type` of Hugging Face.
ARCHITECTURES = {"llama": ("llama", "mistral"), "qwen2": ("qwen2",), "qwen3": ("qwen3",)}
# Numbers of the tensor types that gguf-py turns back into plain numbers: F32, F16, Q4_0 to Q8_0, Q2_K to Q6_K, BF16.
_READABLE_TYPES = {0, 1, 2, 3, 6, 7, 8, 10, 11, 12, 13, 14, 30}
_CACHE_VERSION = 1


@dataclass(frozen=True)
class Base:
    """A base model that was checked.

    Attributes:
        path: A GGUF file or a Hugging Face folder.
        architecture: A key of `ARCHITECTURES`.
        n_parameters: Numbers in its weights.
        name: As the model calls itself.
        licence: As the model says; empty if it does not.
        template: Its chat template.
        pre_tokenizer: How a GGUF file says that text is cut up before merging; empty for a folder.
    """

    path: Path
    architecture: str
    n_parameters: int
    name: str
    licence: str
    template: ChatTemplate
    pre_tokenizer: str = ""

    @property
    def is_gguf(self) -> bool:
        """Whether llama.cpp can open it as it is."""
        return self.path.is_file()


def check_base(path: Path) -> Base:
    """Look at a base before anything is loaded.

    Raises:
        TrainingError: It is missing, damaged, or of a kind that cannot be trained; the message says why.
    """
    try:
        return _check_folder(path) if path.is_dir() else _check_gguf(path)
    except (GgufError, ChatTemplateError) as error:
        raise TrainingError(f"the base model cannot be used: {error}") from error
    except OSError as error:
        raise TrainingError(f"the base model {path} cannot be read: {(error.strerror or str(error)).lower()}") from error


def load_model(base: Base, dtype: torch.dtype, *, quantize: bool = False) -> PreTrainedModel:
    """The network with its weights in memory.

    Args:
        base: What to load.
        dtype: Of the weights in memory.
        quantize: Hold them in 4 bits.

    Raises:
        TrainingError: The weights cannot be read.
    """
    from transformers import AutoModelForCausalLM

    folder = _plain_weights(base) if base.is_gguf else base.path
    options: dict[str, Any] = {"quantization_config": _four_bits(dtype)} if quantize else {}
    try:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, use_safetensors=True, local_files_only=True, **options)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise TrainingError(f"the weights of {base.path} cannot be loaded: {error}") from error
    return model


def check_can_quantize() -> None:
    """Whether a base can be held in 4 bits here, before anything is loaded.

    Raises:
        TrainingError: bitsandbytes or a GPU is missing.
    """
    import torch

    remedy = "leave out `--quantize-base`, or take a smaller base"
    if importlib.util.find_spec("bitsandbytes") is None:
        raise TrainingError(f"holding the base in 4 bits needs bitsandbytes, which is not installed: pip install bitsandbytes; or {remedy}")
    if not torch.cuda.is_available():
        raise TrainingError(f"holding the base in 4 bits needs a GPU, and torch finds none here: {remedy}")


def load_tokenizer(base: Base) -> Any:
    """The tokenizer of transformers; for GGUF files of `smollm` with llama.cpp's way of cutting text up."""
    from transformers import AutoTokenizer

    folder = _plain_weights(base) if base.is_gguf else base.path
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    if base.pre_tokenizer == "smollm":
        from tokenizers import pre_tokenizers

        digits, byte_level = pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, byte_level])
    return tokenizer


def _check_gguf(path: Path) -> Base:
    header = read_gguf_header(path)
    values, architecture = header.values, header.architecture
    if values.get("general.type", "model") != "model":
        raise TrainingError(f"{path} is a GGUF {values['general.type']}, not a model: give the base that it belongs to")
    if architecture not in ARCHITECTURES:
        raise TrainingError(f"{path} has the architecture {architecture or 'unknown'!r}; trainable are {', '.join(ARCHITECTURES)}")
    if reason := _reason_rope_scaled(header):
        raise TrainingError(f"{path} {reason}, which is lost when GGUF weights are read: give the model's Hugging Face folder instead")
    odd = next((tensor for tensor in header.tensors if tensor.type_number not in _READABLE_TYPES), None)
    if odd is not None:
        raise TrainingError(
            f"{path} holds {odd.name!r} in a type (number {odd.type_number}) that cannot be unpacked: take a Q4 to Q8, K or F16 file"
        )
    licence = str(values.get("general.license", ""))
    pre_tokenizer = str(values.get("tokenizer.ggml.pre", ""))
    return Base(
        path, architecture, header.n_parameters, str(values.get("general.name", path.stem)), licence, of_gguf(values), pre_tokenizer
    )


def _reason_rope_scaled(header: GgufHeader) -> str:
    scaling = header.values.get(f"{header.architecture}.rope.scaling.type", "none")
    if scaling != "none":
        return f"scales its positions ({scaling})"
    if any(tensor.name == "rope_freqs.weight" for tensor in header.tensors):
        return "carries its own position frequencies (rope_freqs.weight)"
    return ""


def _check_folder(path: Path) -> Base:
    try:
        config = json.loads((path / "config.json").read_text("utf-8"))
        model_type = str(config["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{path} is no Hugging Face model folder: its config.json cannot be read ({error})") from error
    architecture = next((name for name, types in ARCHITECTURES.items() if model_type in types), None)
    if architecture is None:
        known = ", ".join(name for types in ARCHITECTURES.values() for name in types)
        raise TrainingError(f"{path} is a model of type {model_type!r}; trainable are {known}")
    weights = sorted(path.glob("*.safetensors"))
    if not weights:
        raise TrainingError(f"{path} has no *.safetensors: weights in pickles are never opened, convert them first")
    return Base(
        path, architecture, _count_parameters(weights), str(config.get("_name_or_path") or path.name), "", of_hugging_face_folder(path)
    )


def _count_parameters(weights: list[Path]) -> int:
    from safetensors import SafetensorError, safe_open

    count = 0
    for path in weights:
        try:
            with safe_open(path, "np") as file:
                count += sum(prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118 - it is no dictionary
        except SafetensorError as error:  # noqa: PERF203 - a handful of files
            raise TrainingError(f"{path} is damaged ({error}): copy or download it again") from error
    return count


def _plain_weights(base: Base) -> Path:
    """The folder with a GGUF file's weights in float16, made once: unpacking takes 20 s and more each time.

    A quantised weight is a float16 scale times a small whole number, which float16 holds to 11 bits.
    """
    folder = place_for(base.path, "bases", _CACHE_VERSION)
    if (folder / "config.json").is_file():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Whoever else wants it meanwhile waits, and finds it.
        with FileLock(folder.with_suffix(".lock")):
            if not (folder / "config.json").is_file():
                _unpack_whole(base.path, folder)
    except OSError as error:
        needed = base.n_parameters * 2 / 1e9
        raise TrainingError(
            f"the unpacked weights ({needed:.1f} GB) could not be written to {folder}: {error.strerror or error}"
        ) from error
    return folder


def _unpack_whole(gguf: Path, folder: Path) -> None:
    """As a whole or not at all: what a process that was killed has left is removed."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir()
        _unpack(gguf, partial)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _unpack(gguf: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils.quantization_config import GgufConfig

    try:
        AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(folder)
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.float16
        )
        model.save_pretrained(folder)
    except (ValueError, RuntimeError, KeyError, IndexError, NotImplementedError) as error:
        raise TrainingError(f"the weights of {gguf} cannot be unpacked: {error}") from error


def _four_bits(dtype: torch.dtype) -> Any:
    from transformers import BitsAndBytesConfig

    make: Any = BitsAndBytesConfig  # its constructor has no types
    return make(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype)
