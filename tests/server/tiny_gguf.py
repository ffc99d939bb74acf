"""A GGUF base that trains and answers within seconds, with chat template and the beginning of the tokenizer of the embedded model.

All gates are real: a byte-pair vocabulary is built merge by merge, so each beginning of it is one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from gguf import GGUFReader, GGUFValueType, GGUFWriter

from dataset_core.tokens import embedded_model

HIDDEN, INNER, HEADS, KEY_HEADS, LAYERS, CONTEXT = 64, 96, 4, 2, 2, 2048
N_TOKENS = 4_096
_KEY_WIDTH = HIDDEN // HEADS * KEY_HEADS
_MATRICES = {
    "attn_q": (HIDDEN, HIDDEN),
    "attn_k": (_KEY_WIDTH, HIDDEN),
    "attn_v": (_KEY_WIDTH, HIDDEN),
    "attn_output": (HIDDEN, HIDDEN),
    "ffn_gate": (INNER, HIDDEN),
    "ffn_up": (INNER, HIDDEN),
    "ffn_down": (HIDDEN, INNER),
}


def make_gguf_base(path: Path) -> Path:
    """Write a random Llama of two layers."""
    writer, random = GGUFWriter(path, "llama"), np.random.default_rng(0)
    n_tokens = _copy_tokenizer(writer)
    writer.add_name("Tiny")
    writer.add_license("apache-2.0")
    writer.add_block_count(LAYERS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_rope_dimension_count(HIDDEN // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(n_tokens)
    writer.add_tensor("token_embd.weight", (random.standard_normal((n_tokens, HIDDEN)) / 10).astype(np.float32))
    writer.add_tensor("output_norm.weight", np.ones(HIDDEN, np.float32))
    for layer in range(LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(HIDDEN, np.float32))
        for name, shape in _MATRICES.items():
            writer.add_tensor(f"blk.{layer}.{name}.weight", (random.standard_normal(shape) / 8).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _copy_tokenizer(writer: GGUFWriter) -> int:
    model = embedded_model()
    assert model is not None
    fields = {name: field for name, field in GGUFReader(model).fields.items() if name.startswith("tokenizer.")}
    # Marks and bytes come first; then each merge makes one token.
    n_unmerged = len(fields["tokenizer.ggml.tokens"].data) - len(fields["tokenizer.ggml.merges"].data)
    for name, field in fields.items():
        kind = field.types[0]
        if kind != GGUFValueType.ARRAY:
            writer.add_key_value(name, field.contents(), kind)
            continue
        count = N_TOKENS - n_unmerged if name.endswith(".merges") else N_TOKENS
        writer.add_key_value(name, field.contents()[:count], kind, field.types[-1])
    return N_TOKENS
