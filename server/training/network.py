"""What makes the network fast: rows kept apart without padding, LoRA in the base's precision, logits of answers alone.

peft makes the adapter and owns its weights; this only replaces how they are multiplied. In peft an adapter in float32 beside a base in
bfloat16 is multiplied in float32; here its float32 master is rounded for the product, and its gradient comes back in float32.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from peft.tuners.lora.layer import Linear as LoraLinear
from torch.nn import functional
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel

from server.training.batches import Batch

_ATTENTION = "mothertongue_rows"
_ADAPTER = "default"
# Of logits in one piece: 25 MB for a vocabulary of 49,000.
_CHUNK_TOKENS = 128


def with_adapter(model: PreTrainedModel, *, rank: int, alpha: float, seed: int, base: str) -> PeftModel:
    """Put a fresh adapter on all linear layers but the last, with float32 weights, and make the network fast.

    Args:
        model: The base.
        rank: Of the adapter's matrices.
        alpha: The product of the matrices is scaled by alpha / rank.
        seed: Of the start of the A matrices; B starts at zero.
        base: What the adapter's configuration names as its base.
    """
    torch.manual_seed(seed)
    options: dict[str, Any] = {"r": rank, "lora_alpha": alpha, "lora_dropout": 0.0, "target_modules": "all-linear"}
    config = LoraConfig(task_type="CAUSAL_LM", **options)
    peft_model = get_peft_model(model, config)
    peft_model.peft_config[_ADAPTER].base_model_name_or_path = base
    make_fast(peft_model)
    return peft_model


def make_fast(model: Any) -> None:
    """Replace attention and the adapter's products; layers of quantised bases keep peft's."""
    AttentionInterface.register(_ATTENTION, rows_attention)
    AttentionMaskInterface.register(_ATTENTION, lambda *_, **__: None)
    model.base_model.model.set_attn_implementation(_ATTENTION)
    for layer in model.modules():
        if type(layer) is LoraLinear:
            layer.forward = _fast_forward(layer)  # type: ignore[method-assign]


def trainable(model: torch.nn.Module) -> list[torch.nn.Parameter]:
    """The adapter's weights."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def label_losses(model: Any, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Cross-entropy of a batch's tokens with a label, in float32: its sum, and that of each token [labels], without a gradient.

    Logits are computed for these tokens alone: the rest is never needed. Nor are they ever all in memory: of a frozen last layer, loss and
    gradient are computed a chunk of tokens at a time.
    """
    hidden, labels, head = _before_labels(model, batch)
    if _is_frozen(head):
        return cast("tuple[torch.Tensor, torch.Tensor]", _ChunkedLoss.apply(hidden, head.weight, labels))  # type: ignore[no-untyped-call]
    losses = functional.cross_entropy(head(hidden).float(), labels, reduction="none")
    return losses.sum(), losses.detach()


def _before_labels(model: Any, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, Any]:
    """Hidden states before each token with a label [labels, width], these tokens [labels], and the last layer."""
    network: Any = model.base_model.model if isinstance(model, PeftModel) else model
    device: torch.device = network.device
    ids, positions = (torch.from_numpy(part).to(device)[None] for part in (batch.ids, batch.positions))
    hidden = network.model(input_ids=ids, position_ids=positions, row_ends=batch.row_ends, use_cache=False).last_hidden_state[0]
    judged = hidden[torch.from_numpy(batch.predicting).to(device)]
    return judged, torch.from_numpy(batch.labels).to(device), network.lm_head


def rows_attention(  # noqa: PLR0913 - transformers' signature
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    row_ends: Sequence[int],
    scaling: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Causal attention within each row of a flat sequence.

    Args:
        module: Of transformers' signature, as `attention_mask`; not used.
        query: [1, heads, tokens, width].
        key: [1, key heads, tokens, width], as `value`.
        value: See `key`.
        attention_mask: Not used.
        row_ends: As in `Batch`.
        scaling: Of the scores; 1 / √width if None.
    """
    del module, attention_mask
    rows = []
    for start, end in zip((0, *row_ends[:-1]), row_ends, strict=True):
        part = slice(start, end)
        rows.append(
            functional.scaled_dot_product_attention(
                query[:, :, part],
                key[:, :, part],
                value[:, :, part],
                is_causal=True,
                scale=scaling,
                enable_gqa=key.shape[1] != query.shape[1],
            )
        )
    return torch.cat(rows, dim=2).transpose(1, 2).contiguous(), None


def _fast_forward(layer: Any) -> Any:
    base, a, b = layer.base_layer, layer.lora_A[_ADAPTER].weight, layer.lora_B[_ADAPTER].weight
    scale = float(layer.scaling[_ADAPTER])
    plain = layer.forward
    product: Any = _LoraProduct.apply  # torch gives it no types

    def forward(x: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        if layer.disable_adapters or layer.merged:
            return plain(x, *args, **kwargs)  # type: ignore[no-any-return]
        y: torch.Tensor = product(x, base.weight, a, b, scale)
        return y if base.bias is None else y + base.bias

    return forward


class _LoraProduct(torch.autograd.Function):
    """x Wᵀ + scale · (x Aᵀ) Bᵀ with frozen W [out, in]; A [rank, in] and B [out, rank] are float32, x and W of the base's precision.

    The two small products are added in place by `addmm`, and the gradient of W is never computed.
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor, a: torch.Tensor, b: torch.Tensor, scale: float) -> torch.Tensor:
        flat_x = x.reshape(-1, x.shape[-1])
        rounded_a, rounded_b = a.to(x.dtype), (b * scale).to(x.dtype)
        inner = flat_x @ rounded_a.T
        ctx.save_for_backward(flat_x, weight, rounded_a, rounded_b, inner)
        ctx.scale, ctx.shape = scale, x.shape
        return torch.addmm(flat_x @ weight.T, inner, rounded_b.T).view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        flat_x, weight, a, b, inner = ctx.saved_tensors
        flat_grad = grad.reshape(-1, grad.shape[-1])
        grad_inner = flat_grad @ b
        grad_a, grad_b = (grad_inner.T @ flat_x).float(), (flat_grad.T @ inner).float() * ctx.scale
        grad_x = torch.addmm(flat_grad @ weight, grad_inner, a).view(ctx.shape) if ctx.needs_input_grad[0] else None
        return grad_x, None, grad_a, grad_b, None


def _is_frozen(head: Any) -> bool:
    """Whether a last layer is a plain product with weights that are not trained."""
    return type(head) is torch.nn.Linear and getattr(head, "bias", None) is None and not head.weight.requires_grad


class _ChunkedLoss(torch.autograd.Function):
    """Cross-entropy of hidden states [tokens, width] under a frozen last layer [vocabulary, width], in float32: its sum, and each [tokens].

    The gradient, of the sum alone, is computed with the loss, while a chunk's logits are there.
    """

    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        wants_gradient = ctx.needs_input_grad[0]
        gradient = torch.empty_like(hidden) if wants_gradient else None
        losses = torch.empty(len(hidden), dtype=torch.float32, device=hidden.device)
        for start in range(0, len(hidden), _CHUNK_TOKENS):
            part = slice(start, start + _CHUNK_TOKENS)
            logits, wanted = (hidden[part] @ weight.T).float(), labels[part, None]
            log_probabilities = logits.log_softmax(dim=1)
            losses[part] = -log_probabilities.gather(1, wanted)[:, 0]
            if gradient is not None:
                probabilities = log_probabilities.exp_()
                probabilities.scatter_add_(1, wanted, torch.full_like(wanted, -1, dtype=torch.float32))
                gradient[part] = probabilities.to(weight.dtype) @ weight
        ctx.save_for_backward(*(() if gradient is None else (gradient,)))
        ctx.mark_non_differentiable(losses)
        return losses.sum(), losses

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor, _: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        (gradient,) = ctx.saved_tensors
        return gradient * grad.to(gradient.dtype), None, None
