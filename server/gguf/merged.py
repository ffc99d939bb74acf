"""Base + adapter → one GGUF file, tensor by tensor, so that a model of any size needs the memory of its largest tensor."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gguf import (
    GGML_QUANT_SIZES,
    GGMLQuantizationType,
    GGUFReader,
    GGUFValueType,
    GGUFWriter,
    Keys,
    LlamaFileType,
    ReaderField,
    ReaderTensor,
    dequantize,
    quant_shape_to_byte_shape,
    quantize,
)

from server.gguf.adapter import gguf_pairs
from server.gguf.base import Base, base_of_header
from server.gguf.header import GgufError, read_gguf_header
from server.gguf.peft_folder import LoraPair, read_peft_folder
from server.gguf.writing import open_writer, renamed_into_place

DEFAULT_QUANTISATION = "Q8_0"
_Type = GGMLQuantizationType
# What gguf-py quantises by itself, with the number that `general.file_type` gets.
_DIRECT = {
    "F32": (_Type.F32, LlamaFileType.ALL_F32),
    "F16": (_Type.F16, LlamaFileType.MOSTLY_F16),
    "BF16": (_Type.BF16, LlamaFileType.MOSTLY_BF16),
    "Q8_0": (_Type.Q8_0, LlamaFileType.MOSTLY_Q8_0),
    "Q5_1": (_Type.Q5_1, LlamaFileType.MOSTLY_Q5_1),
    "Q5_0": (_Type.Q5_0, LlamaFileType.MOSTLY_Q5_0),
    "Q4_1": (_Type.Q4_1, LlamaFileType.MOSTLY_Q4_1),
    "Q4_0": (_Type.Q4_0, LlamaFileType.MOSTLY_Q4_0),
}
# What llama.cpp must quantise: these mix types by layer.
_BY_LLAMA_CPP = {
    "Q6_K": LlamaFileType.MOSTLY_Q6_K,
    "Q5_K_M": LlamaFileType.MOSTLY_Q5_K_M,
    "Q4_K_M": LlamaFileType.MOSTLY_Q4_K_M,
    "Q3_K_M": LlamaFileType.MOSTLY_Q3_K_M,
}
_NOT_COPIED = {"GGUF.version", "GGUF.tensor_count", "GGUF.kv_count", Keys.General.ARCHITECTURE, Keys.General.FILE_TYPE}
_QUANTISATION_VERSION = 2

OnProgress = Callable[[int, int], None]
Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Job:
    """What is merged: a base with the matrices of an adapter under the names of its tensors."""

    base_path: Path
    base: Base
    alpha: float
    pairs: Mapping[str, LoraPair]
    on_progress: OnProgress


@dataclass(frozen=True)
class _Plan:
    """How one tensor is written: under `type_`, and with which change, if any."""

    tensor: ReaderTensor
    type_: GGMLQuantizationType
    pair: LoraPair | None

    @property
    def shape(self) -> tuple[int, ...]:
        """Slowest dimension first."""
        return tuple(int(size) for size in reversed(self.tensor.shape))

    @property
    def n_bytes(self) -> int:
        """Of the data in the file."""
        block, n_bytes = GGML_QUANT_SIZES[self.type_]
        return int(self.tensor.n_elements) // block * n_bytes


def quantisations() -> tuple[str, ...]:
    """What `write_merged` takes."""
    return (*_DIRECT, *_BY_LLAMA_CPP)


def write_merged(
    base_path: Path, peft_folder: Path, out: Path, quantisation: str = DEFAULT_QUANTISATION, on_progress: OnProgress = lambda *_: None
) -> None:
    """Write the base with the adapter merged into its weights: W + alpha / rank × B @ A.

    All keys of the base are kept, chat template and tokenizer among them. A tensor that the adapter does not change is copied bit by
    bit, unless the quantisation asked for is a smaller one.

    Args:
        base_path: A GGUF file.
        peft_folder: As in `adapter.write_adapter`.
        out: Written beside and renamed.
        quantisation: One of `quantisations()`. The coarser, the more of the fine-tune can be lost.
        on_progress: Told after each tensor how many are done, of how many.

    Raises:
        GgufError: As `adapter.write_adapter`; or llama.cpp cannot quantise the model.
        KeyError: There is no such quantisation.
    """
    base = base_of_header(read_gguf_header(base_path), base_path)
    adapter = read_peft_folder(peft_folder)
    job = _Job(base_path, base, adapter.alpha, dict(gguf_pairs(adapter, base, str(base_path))), on_progress)
    if quantisation in _DIRECT:
        _write(job, out, quantisation)
        return
    file_type = _BY_LLAMA_CPP[quantisation]
    with renamed_into_place(out) as partial:
        whole = partial.with_suffix(".f16")
        try:
            _write(job, whole, "F16")
            quantise_by_llama_cpp(whole, partial, file_type)
        finally:
            whole.unlink(missing_ok=True)


def _write(job: _Job, out: Path, quantisation: str) -> None:
    type_, file_type = _DIRECT[quantisation]
    reader = GGUFReader(job.base_path)
    with open_writer(out, job.base.architecture) as writer:
        _copy_keys(reader, writer)
        writer.add_file_type(file_type)
        plans = [_plan(tensor, type_, job.pairs.get(tensor.name)) for tensor in reader.tensors]
        for plan in plans:
            _announce(writer, plan)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for number, plan in enumerate(plans):
            writer.write_tensor_data(_data(plan, job.alpha))
            job.on_progress(number + 1, len(plans))


def _copy_keys(reader: GGUFReader, writer: GGUFWriter) -> None:
    for name, field in reader.fields.items():
        if name not in _NOT_COPIED:
            _copy_key(writer, name, field)
    if Keys.General.QUANTIZATION_VERSION not in reader.fields:
        writer.add_quantization_version(_QUANTISATION_VERSION)


def _copy_key(writer: GGUFWriter, name: str, field: ReaderField) -> None:
    kind = field.types[0]
    writer.add_key_value(name, field.contents(), kind, field.types[-1] if kind == GGUFValueType.ARRAY else None)


def _plan(tensor: ReaderTensor, wanted: GGMLQuantizationType, pair: LoraPair | None) -> _Plan:
    """Vectors stay as they are. Rows that the wanted type's blocks do not divide are kept in half precision, as llama.cpp does."""
    if len(tensor.shape) < 2:  # noqa: PLR2004 - a matrix has two dimensions
        return _Plan(tensor, tensor.tensor_type, None)
    if int(tensor.shape[0]) % GGML_QUANT_SIZES[wanted][0]:
        wanted = _Type.F16
    is_smaller = _bits(wanted) < _bits(tensor.tensor_type)
    return _Plan(tensor, wanted if pair is not None or is_smaller else tensor.tensor_type, pair)


def _bits(type_: GGMLQuantizationType) -> float:
    n_values, n_bytes = GGML_QUANT_SIZES[type_]
    return 8 * n_bytes / n_values


def _announce(writer: GGUFWriter, plan: _Plan) -> None:
    """gguf-py takes the shape in bytes for types that it stores as bytes, in numbers for the others."""
    plain = {_Type.F32: np.float32, _Type.F16: np.float16}.get(plan.type_)
    shape = plan.shape if plain else quant_shape_to_byte_shape(plan.shape, plan.type_)
    writer.add_tensor_info(plan.tensor.name, shape, np.dtype(plain or np.uint8), plan.n_bytes, None if plain else plan.type_)


def _data(plan: _Plan, alpha: float) -> npt.NDArray[np.generic]:
    if plan.pair is None and plan.type_ == plan.tensor.tensor_type:
        return plan.tensor.data
    weights: Array = dequantize(plan.tensor.data, plan.tensor.tensor_type).reshape(plan.shape).astype(np.float32)
    if plan.pair is not None:
        weights = weights + alpha / plan.pair.a.shape[0] * (plan.pair.b @ plan.pair.a)
    return quantize(weights, plan.type_)


def quantise_by_llama_cpp(source: Path, out: Path, file_type: LlamaFileType) -> None:
    """Write a GGUF file with its weights in another type.

    Args:
        source: A GGUF file.
        out: Where to; not renamed into place.
        file_type: As llama.cpp numbers them.

    Raises:
        GgufError: llama.cpp cannot do it.
    """
    import llama_cpp

    # Else it writes a line for each tensor.
    logging.getLogger("llama-cpp-python").setLevel(logging.ERROR)
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = int(file_type)
    parameters.allow_requantize = True
    if llama_cpp.llama_model_quantize(str(source).encode(), str(out).encode(), parameters):
        raise GgufError(f"llama.cpp could not write {out} as {file_type.name}; free some space, or take Q8_0")
