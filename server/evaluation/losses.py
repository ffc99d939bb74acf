"""Loss of a network on answers that it was never shown, and on code that has nothing to do with the project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from server.training.batches import flat
from server.training.network import label_losses
from server.training.tokens import Tokenizing, TokenRow

_UNRELATED = Path(__file__).parents[2] / "dataset_core"
_CHUNK_TOKENS = 256


def row_losses(model: Any, rows: Sequence[TokenRow]) -> list[float]:
    """Sum of the cross-entropy of each row's answer tokens, in nats."""
    model.eval()
    with torch.inference_mode():
        return [float(label_losses(model, flat([row]))[0]) for row in rows]


def token_losses(model: Any, row: TokenRow) -> npt.NDArray[np.float32]:
    """Cross-entropy of each of a row's answer tokens, in nats; the last one is that of the end mark."""
    model.eval()
    with torch.inference_mode():
        losses: npt.NDArray[np.float32] = label_losses(model, flat([row]))[1].cpu().numpy()
    return losses


def mean_loss(losses: Sequence[float], rows: Sequence[TokenRow]) -> float:
    """Per answer token, over all rows."""
    return sum(losses) / sum(row.n_answer for row in rows)


def unrelated_chunks(tokenizing: Tokenizing, count: int) -> list[TokenRow]:
    """Plain code that no project's data set holds: this product's own source, cut into chunks. A rising loss on it is forgetting."""
    paths = sorted(_UNRELATED.glob("*.py"), key=lambda path: (-path.stat().st_size, path.name))[:count]
    ids = tokenizing.plain_ids([path.read_text("utf-8") for path in paths])
    return [TokenRow(np.array(row[:_CHUNK_TOKENS], dtype=np.int64), 1) for row in ids if len(row) > 1]
