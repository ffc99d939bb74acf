"""Merged GGUF files of a tiny model: every quantisation holds base plus adapter within its own error."""

from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader, GGUFWriter, dequantize

from server.gguf.header import GgufError, read_gguf_header
from server.gguf.merged import quantisations, write_merged

REFERENCE = Path(__file__).parent / "reference" / "llama"
HIDDEN, KEYS, INNER, RANK, ALPHA = 32, 16, 48, 4, 8
SHAPES = {
    "attn_q": (HIDDEN, HIDDEN),
    "attn_k": (KEYS, HIDDEN),
    "attn_v": (KEYS, HIDDEN),
    "attn_output": (HIDDEN, HIDDEN),
    "ffn_gate": (INNER, HIDDEN),
    "ffn_up": (INNER, HIDDEN),
    "ffn_down": (HIDDEN, INNER),
}
# Largest share of a matrix's spread that rounding may cost on average.
ERRORS = {"F32": 1e-6, "F16": 1e-3, "BF16": 4e-3, "Q8_0": 1e-2, "Q5_1": 5e-2, "Q5_0": 5e-2, "Q4_1": 1e-1, "Q4_0": 1e-1}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    path = tmp_path_factory.mktemp("base") / "base.gguf"
    random = np.random.default_rng(1)
    writer = GGUFWriter(path, "llama")
    writer.add_block_count(2)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_context_length(256)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_chat_template("{{ messages[0].content }}")
    writer.add_token_list(["<s>", "</s>", "a"])
    writer.add_tensor("token_embd.weight", random.standard_normal((3, HIDDEN)).astype(np.float32))
    writer.add_tensor("output_norm.weight", np.ones(HIDDEN, np.float32))
    for layer in range(2):
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", np.ones(HIDDEN, np.float32))
        for name, shape in SHAPES.items():
            writer.add_tensor(f"blk.{layer}.{name}.weight", random.standard_normal(shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def weights(path):
    return {
        tensor.name: dequantize(tensor.data, tensor.tensor_type).reshape([int(n) for n in reversed(tensor.shape)])
        for tensor in GGUFReader(path).tensors
    }


@pytest.fixture(scope="module")
def expected(base):
    """Base plus alpha / rank × B @ A, with the matrices as llama.cpp's own converter ordered them."""
    lora = weights(REFERENCE / "expected.gguf")
    change = {name: lora[f"{name}.lora_b"] @ lora[f"{name}.lora_a"] for name in {name.rpartition(".")[0] for name in lora}}
    return {name: weight + ALPHA / RANK * change.get(name, 0) for name, weight in weights(base).items()}


@pytest.mark.parametrize("quantisation", ERRORS)
def test_each_quantisation_holds_base_and_adapter(tmp_path, base, expected, quantisation):
    write_merged(base, REFERENCE / "adapter", tmp_path / "merged.gguf", quantisation)
    made = weights(tmp_path / "merged.gguf")
    assert made.keys() == expected.keys()
    for name, weight in expected.items():
        assert np.abs(made[name] - weight).mean() <= ERRORS[quantisation] * max(weight.std(), 1e-6), name
    values = read_gguf_header(tmp_path / "merged.gguf").values
    assert values["tokenizer.chat_template"] == "{{ messages[0].content }}"
    assert values["tokenizer.ggml.tokens"] == ["<s>", "</s>", "a"]


@pytest.mark.parametrize(("quantisation", "file_type"), [("Q6_K", 18), ("Q5_K_M", 17), ("Q4_K_M", 15), ("Q3_K_M", 12)])
def test_k_types_are_made_by_llama_cpp(tmp_path, base, quantisation, file_type):
    write_merged(base, REFERENCE / "adapter", tmp_path / "merged.gguf", quantisation)
    assert read_gguf_header(tmp_path / "merged.gguf").values["general.file_type"] == file_type
    assert [path.name for path in tmp_path.iterdir()] == ["merged.gguf"]


def test_every_quantisation_is_tried():
    assert {*ERRORS, "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M"} == set(quantisations())


def test_progress_is_told(tmp_path, base):
    steps = []
    write_merged(base, REFERENCE / "adapter", tmp_path / "merged.gguf", "F16", lambda done, total: steps.append((done, total)))
    assert steps[-1] == (18, 18)


def test_a_cut_off_base_is_refused(tmp_path, base):
    short = tmp_path / "short.gguf"
    short.write_bytes(base.read_bytes()[:-5000])
    with pytest.raises(GgufError, match="cut off"):
        write_merged(short, REFERENCE / "adapter", tmp_path / "merged.gguf")
    assert [path.name for path in tmp_path.iterdir()] == ["short.gguf"]
