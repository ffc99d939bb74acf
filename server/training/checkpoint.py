"""Saving and loading of all that a run needs to go on as if it had not stopped: one safetensors file, replaced as a whole (IO)."""

from __future__ import annotations

from typing import Any

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from server.training.errors import TrainingError
from server.training.run_folder import ADAPTER, ADAPTER_WEIGHTS, CHECKPOINT, RunFolder, write_whole
from server.training.schedule import Plan

_MOMENTS = ("exp_avg", "exp_avg_sq")
_PROGRESS = "progress"


class Progress(msgspec.Struct, frozen=True):
    """Where a run stands, exactly.

    Attributes:
        plan: Of its length.
        dtype: Of the base's weights, such as `float32`: a resumed run must compute alike.
        n_validation_rows: So many held-out rows are looked at each time.
        micro_tokens: The most tokens of one pass, after memory ran out the smaller number.
        checkpointing: Whether activations are computed twice to save memory.
        step: Steps done.
        elapsed_s: Time spent, over all processes of the run.
        n_tokens: Seen so far, prompts included.
        best_loss: Held-out loss of the adapter that is saved; None before one is.
        n_worse: Validations since then.
        n_tokens_expected: That a time box was judged to be long enough for when it began; 0 for a run that passes over all rows.
    """

    plan: Plan
    dtype: str
    n_validation_rows: int
    micro_tokens: int
    checkpointing: bool = False
    step: int = 0
    elapsed_s: float = 0
    n_tokens: int = 0
    best_loss: float | None = None
    n_worse: int = 0
    n_tokens_expected: int = 0


def save_checkpoint(run: RunFolder, model: torch.nn.Module, optimizer: torch.optim.Optimizer, progress: Progress) -> None:
    """Write the adapter, the optimizer's moments and the progress.

    Raises:
        TrainingError: The disk is full.
    """
    tensors: dict[str, torch.Tensor] = {}
    for name, parameter in _trainable(model):
        tensors[f"weight:{name}"] = parameter.detach()
        for moment in _MOMENTS if parameter in optimizer.state else ():
            tensors[f"{moment}:{name}"] = optimizer.state[parameter][moment]
    data = save({name: tensor.cpu().contiguous() for name, tensor in tensors.items()}, {_PROGRESS: msgspec.json.encode(progress).decode()})
    write_whole(run.path / CHECKPOINT, data)


def load_progress(run: RunFolder) -> Progress | None:
    """How far the run's checkpoint had come; None if there is none.

    Raises:
        TrainingError: It is damaged.
    """
    path = run.path / CHECKPOINT
    if not path.exists():
        return None
    try:
        with safe_open(path, "pt") as file:
            return msgspec.json.decode(file.metadata()[_PROGRESS], type=Progress)
    except (SafetensorError, OSError, KeyError, TypeError, msgspec.DecodeError) as error:
        raise TrainingError(f"{path} is damaged ({error}): remove it to start this run again from its first step") from error


def load_checkpoint(run: RunFolder, model: torch.nn.Module, optimizer: torch.optim.Optimizer, step: int) -> None:
    """Put back what `save_checkpoint` wrote.

    Args:
        run: Whose checkpoint.
        model: With the same adapter.
        optimizer: An AdamW over its trainable weights.
        step: Of the checkpoint: AdamW corrects its moments by it.

    Raises:
        TrainingError: It belongs to another base.
    """
    try:
        with safe_open(run.path / CHECKPOINT, "pt") as file:
            for name, parameter in _trainable(model):
                parameter.data.copy_(file.get_tensor(f"weight:{name}"))
                if step:
                    moments = {moment: file.get_tensor(f"{moment}:{name}").to(parameter.device) for moment in _MOMENTS}
                    optimizer.state[parameter] = {"step": torch.tensor(float(step)), **moments}
    except (SafetensorError, RuntimeError) as error:
        raise TrainingError(f"the checkpoint in {run.path} does not belong to this base model ({error})") from error


def save_adapter(run: RunFolder, model: Any) -> None:
    """Write the adapter in peft's format.

    Raises:
        TrainingError: The disk is full.
    """
    from peft import get_peft_model_state_dict

    folder = run.path / ADAPTER
    folder.mkdir(exist_ok=True)
    model.peft_config["default"].save_pretrained(str(folder))
    state = {
        name: tensor.detach().cpu().contiguous() for name, tensor in get_peft_model_state_dict(model, save_embedding_layers=False).items()
    }
    write_whole(run.path / ADAPTER_WEIGHTS, save(state, {"format": "pt"}))


def _trainable(model: torch.nn.Module) -> list[tuple[str, torch.nn.Parameter]]:
    return [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]


def name_of(dtype: torch.dtype) -> str:
    """`float32` of `torch.float32`."""
    return str(dtype).removeprefix("torch.")
