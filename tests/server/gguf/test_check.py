"""GGUF files that nobody vouches for: refused with what is wrong, before anything loads them."""

import struct

import numpy as np
import pytest
from gguf import GGUFWriter

from dataset_core.tokens import embedded_model
from server.gguf.adapter import write_adapter
from server.gguf.check import check_adapter, check_trainable, checked_model
from server.gguf.header import GgufError, GgufHeader, Tensor, read_gguf_header
from tests.server.adapters import write_random_adapter

BASE = embedded_model()


def write_model(path, *, architecture="llama", template="{{ messages[0].content }}", kind="model", **keys):
    writer = GGUFWriter(path, architecture)
    writer.add_string("general.type", kind)
    writer.add_chat_template(template)
    writer.add_token_list(["<s>", "</s>", "a"])
    for key, value in keys.items():
        writer.add_string(key, value)
    writer.add_tensor("token_embd.weight", np.zeros((4, 8), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_the_embedded_model_passes():
    assert checked_model(BASE).architecture == "llama"
    check_trainable(checked_model(BASE), BASE)


@pytest.mark.parametrize("length", [0, 3, 4, 10, 24, 1000, 100_000, 90_000_000])
def test_a_truncated_file(tmp_path, length):
    path = tmp_path / "model.gguf"
    with BASE.open("rb") as file:
        path.write_bytes(file.read(length))
    with pytest.raises(GgufError, match=r"cut off|is not a GGUF file|cannot hold"):
        checked_model(path)


@pytest.mark.parametrize(
    "data",
    [
        b"#!/bin/sh\nrm -rf /\n",
        b"GGUF" + struct.pack("<IQQ", 3, 2**63, 1),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 2**64 - 1),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 2**62) + b"x",
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"k" + struct.pack("<IIQ", 9, 4, 2**61),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"k" + struct.pack("<IIQ", 9, 9, 2),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"k" + struct.pack("<I", 99),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + struct.pack("<Q", 1) + b"t" + struct.pack("<I", 2**31) + b"\0" * 64,
        b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + struct.pack("<Q", 1) + b"t" + struct.pack("<IQQIQ", 2, 2**63, 2**63, 0, 0) + b"\0" * 64,
        b"GGUF" + struct.pack(">IQQ", 3, 1, 1),
        b"GGUF" + struct.pack("<IQQ", 1, 0, 0),
    ],
)
def test_what_is_no_gguf_or_a_hostile_one(tmp_path, data):
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    with pytest.raises(GgufError, match=str(path)):
        checked_model(path)


def test_a_folder_or_nothing_at_all(tmp_path):
    with pytest.raises(GgufError, match="there is no file"):
        checked_model(tmp_path / "none.gguf")
    with pytest.raises(GgufError, match="cannot be read"):
        checked_model(tmp_path)


def test_an_unknown_architecture(tmp_path):
    with pytest.raises(GgufError, match="'hyperdrive', which this version does not know"):
        checked_model(write_model(tmp_path / "model.gguf", architecture="hyperdrive"))


def test_a_template_that_tries_to_run_code(tmp_path):
    template = "{{ cycler.__init__.__globals__.os.system('touch pwned') }}"
    with pytest.raises(GgufError, match="use a model from a source that you trust"):
        checked_model(write_model(tmp_path / "model.gguf", template=template))


def test_an_adapter_is_no_model_and_a_model_no_adapter(tmp_path):
    write_adapter(write_random_adapter(tmp_path / "peft"), BASE, tmp_path / "adapter.gguf")
    with pytest.raises(GgufError, match="is no model but of the type 'adapter'"):
        checked_model(tmp_path / "adapter.gguf")
    with pytest.raises(GgufError, match="is no LoRA adapter"):
        check_adapter(BASE, read_gguf_header(BASE), "base")


def test_an_adapter_for_another_base(tmp_path):
    write_adapter(write_random_adapter(tmp_path / "peft"), BASE, tmp_path / "adapter.gguf")
    base = read_gguf_header(BASE)
    check_adapter(tmp_path / "adapter.gguf", base, "base")
    wider = tuple(Tensor(tensor.name, (tensor.shape[0] * 2, *tensor.shape[1:]), 0, 0) for tensor in base.tensors)
    with pytest.raises(GgufError, match=r"was trained on another base .*attn_k.weight has 1,152 × 192 weights"):
        check_adapter(tmp_path / "adapter.gguf", GgufHeader(base.values, wider), "base")
    with pytest.raises(GgufError, match="architecture 'llama', not 'qwen2'"):
        check_adapter(tmp_path / "adapter.gguf", GgufHeader({"general.architecture": "qwen2"}, base.tensors), "base")


@pytest.mark.parametrize("key", ["llama.rope.scaling.type", "llama.rope.scaling.factor"])
def test_scaled_positions_are_not_trained_on(key):
    values = {**read_gguf_header(BASE).values, key: "linear" if key.endswith("type") else 4.0}
    with pytest.raises(GgufError, match="scaled positions"):
        check_trainable(GgufHeader(values, ()), BASE)
