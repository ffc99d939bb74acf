"""Adapter GGUF: the same tensors as llama.cpp's own converter, and the same logits as peft's model."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader
from safetensors.numpy import load_file, save_file

from dataset_core.tokens import embedded_model
from server.gguf.adapter import write_adapter
from server.gguf.header import GgufError
from tests.server.adapters import write_random_adapter

REFERENCE = Path(__file__).parent / "reference"
BASE = embedded_model()


@pytest.mark.parametrize("name", ["llama", "qwen2"])
def test_the_same_as_llama_cpps_converter(tmp_path, name):
    folder = REFERENCE / name
    write_adapter(folder / "adapter", folder / "base", tmp_path / "made.gguf")
    made, expected = GGUFReader(tmp_path / "made.gguf"), GGUFReader(folder / "expected.gguf")
    tensors = {tensor.name: tensor for tensor in made.tensors}
    assert [tensor.name for tensor in made.tensors] == [tensor.name for tensor in expected.tensors]
    for tensor in expected.tensors:
        assert tensors[tensor.name].tensor_type == tensor.tensor_type
        np.testing.assert_array_equal(tensors[tensor.name].data, tensor.data)
    for key in ("general.architecture", "general.type", "adapter.type", "adapter.lora.alpha"):
        assert made.fields[key].contents() == expected.fields[key].contents()
        assert made.fields[key].types == expected.fields[key].types


def test_rank_stabilised_scaling_becomes_alpha(tmp_path):
    write_adapter(write_random_adapter(tmp_path / "peft", rank=16, alpha=8, use_rslora=True), BASE, tmp_path / "made.gguf")
    # alpha / √rank = 2 = alpha' / rank
    assert GGUFReader(tmp_path / "made.gguf").fields["adapter.lora.alpha"].contents() == 32.0


def test_bfloat16_is_read(tmp_path):
    tensors = load_file(REFERENCE / "llama/adapter/adapter_model.safetensors")
    rows = {name: (tensor.view(np.uint32) >> 16).astype(np.uint16) for name, tensor in tensors.items()}
    save_file(rows, tmp_path / "adapter_model.safetensors")
    data = (tmp_path / "adapter_model.safetensors").read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = data[8 : 8 + size].replace(b'"U16"', b'"BF16"')
    (tmp_path / "adapter_model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + data[8 + size :])
    shutil.copy(REFERENCE / "llama/adapter/adapter_config.json", tmp_path)
    write_adapter(tmp_path, REFERENCE / "llama/base", tmp_path / "made.gguf")
    for tensor, expected in zip(
        GGUFReader(tmp_path / "made.gguf").tensors, GGUFReader(REFERENCE / "llama/expected.gguf").tensors, strict=True
    ):  # fmt: skip
        np.testing.assert_allclose(tensor.data, expected.data, rtol=2**-7)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"use_dora": True}, "GGUF cannot hold DoRA"),
        ({"rank_pattern": {"q_proj": 4}}, "ranks that differ by layer"),
        ({"bias": "all"}, "trained biases"),
        ({"peft_type": "IA3"}, "describes no LoRA adapter"),
        ({"r": None}, "does not give rank and alpha"),
    ],
)
def test_what_gguf_cannot_hold_is_refused(tmp_path, change, message):
    shutil.copytree(REFERENCE / "llama/adapter", tmp_path / "adapter")
    config = json.loads((tmp_path / "adapter/adapter_config.json").read_text())
    (tmp_path / "adapter/adapter_config.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(GgufError, match=message):
        write_adapter(tmp_path / "adapter", REFERENCE / "llama/base", tmp_path / "made.gguf")
    assert not list(tmp_path.glob("*.gguf*"))


def test_damaged_or_missing_files_are_named(tmp_path):
    with pytest.raises(GgufError, match=r"adapter_config.json is missing"):
        write_adapter(tmp_path, BASE, tmp_path / "made.gguf")
    shutil.copytree(REFERENCE / "llama/adapter", tmp_path / "adapter")
    weights = tmp_path / "adapter/adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(GgufError, match="damaged"):
        write_adapter(tmp_path / "adapter", REFERENCE / "llama/base", tmp_path / "made.gguf")
    weights.unlink()
    with pytest.raises(GgufError, match="never opened"):
        write_adapter(tmp_path / "adapter", REFERENCE / "llama/base", tmp_path / "made.gguf")


def test_an_adapter_for_another_base_is_refused(tmp_path):
    with pytest.raises(GgufError, match="trained on another base model"):
        write_adapter(REFERENCE / "llama/adapter", BASE, tmp_path / "made.gguf")


def test_nothing_is_left_and_nothing_lost_when_the_disk_is_full(tmp_path, monkeypatch):
    out = tmp_path / "made.gguf"
    out.write_bytes(b"the one before")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gguf.GGUFWriter.write_tensors_to_file", full)
    with pytest.raises(GgufError, match="no space left on device"):
        write_adapter(REFERENCE / "llama/adapter", REFERENCE / "llama/base", out)
    assert out.read_bytes() == b"the one before"
    assert [path.name for path in tmp_path.iterdir()] == ["made.gguf"]
