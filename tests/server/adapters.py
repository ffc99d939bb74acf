"""Random LoRA adapters in peft's format for the embedded model, without torch."""

import json

import numpy as np
from safetensors.numpy import save_file

N_LAYERS, HIDDEN, KEYS, INNER = 30, 576, 192, 1536
SIZES = {
    "self_attn.q_proj": (HIDDEN, HIDDEN),
    "self_attn.k_proj": (HIDDEN, KEYS),
    "self_attn.v_proj": (HIDDEN, KEYS),
    "self_attn.o_proj": (HIDDEN, HIDDEN),
    "mlp.gate_proj": (HIDDEN, INNER),
    "mlp.up_proj": (HIDDEN, INNER),
    "mlp.down_proj": (INNER, HIDDEN),
}


def write_random_adapter(folder, *, rank=8, alpha=16, spread=0.05, seed=0, **config):
    random = np.random.default_rng(seed)
    tensors = {}
    for layer in range(N_LAYERS):
        for name, (n_inputs, n_outputs) in SIZES.items():
            prefix = f"base_model.model.model.layers.{layer}.{name}"
            tensors[f"{prefix}.lora_A.weight"] = (random.standard_normal((rank, n_inputs)) * spread).astype(np.float32)
            tensors[f"{prefix}.lora_B.weight"] = (random.standard_normal((n_outputs, rank)) * spread).astype(np.float32)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "adapter_model.safetensors")
    row = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": rank,
        "lora_alpha": alpha,
        "bias": "none",
        "target_modules": list(SIZES),
        **config,
    }
    (folder / "adapter_config.json").write_text(json.dumps({"target_modules": [], **row}))
    return folder
