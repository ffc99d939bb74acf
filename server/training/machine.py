"""What this machine can do: where to compute, in which precision, how many tokens at once (asks the machine, changes nothing)."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from dataclasses import dataclass
from math import prod

import psutil
import torch

from server.training.settings import TrainingSettings

# Bytes that a token's passage through the network leaves for the backward pass, a number of hidden and inner width each; measured on
# Llama networks, rounded up.
_HIDDEN_VALUES, _INNER_VALUES = 24, 6
_SHARE_OF_FREE_MEMORY = 0.5
# Of glibc's malloc.h; larger thresholds are refused.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _LARGEST_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, 32 << 20, -8
_FEWEST_TOKENS, _MOST_TOKENS = 256, {"cuda": 16_384, "cpu": 2_048}  # a processor is no faster with more, and its memory is the editor's too
# A token passes each weight forwards and backwards, with a multiplication and an addition each. Of the speed of bare products, training
# reaches about this share: 185 tokens a second (docs/performance.md) on two cores of 80 billion operations a second each.
_OPERATIONS_PER_WEIGHT = 4
_SHARE_OF_PRODUCTS = 0.6
_PRODUCT = (512, 576, 1536)


@dataclass(frozen=True)
class Place:
    """Where and how a run computes."""

    device: str
    dtype: torch.dtype
    reason: str


def choose_place(settings: TrainingSettings, n_parameters: int) -> Place:
    """A GPU where there is one, else the processor; bfloat16 where it is the faster or where memory asks for it."""
    if torch.cuda.is_available():
        dtype = torch.float32 if settings.precision == "float32" or not torch.cuda.is_bf16_supported() else torch.bfloat16
        return Place("cuda", dtype, f"{torch.cuda.get_device_name()}, {_name(dtype)}")
    if settings.precision != "auto":
        dtype = torch.float32 if settings.precision == "float32" else torch.bfloat16
        return Place("cpu", dtype, f"{_name(dtype)}, as the settings ask")
    if n_parameters * 4 > psutil.virtual_memory().available * _SHARE_OF_FREE_MEMORY:
        return Place("cpu", torch.bfloat16, "bfloat16, since float32 would not fit into memory")
    seconds = {dtype: _seconds_of_product(dtype) for dtype in (torch.float32, torch.bfloat16)}
    dtype = min(seconds, key=lambda name: seconds[name])
    ratio = max(seconds.values()) / seconds[dtype]
    return Place("cpu", dtype, f"{_name(dtype)}, which this processor multiplies {ratio:.1f} times as fast as the other precision")


def tokens_that_fit(place: Place, hidden: int, inner: int, n_layers: int) -> int:
    """How many tokens one pass may have so that half of the free memory suffices.

    Args:
        place: Where it is computed.
        hidden: Width of the network.
        inner: Width of its feed-forward layers.
        n_layers: Its depth.
    """
    free = torch.cuda.mem_get_info()[0] if place.device == "cuda" else psutil.virtual_memory().available
    size = torch.finfo(place.dtype).bits // 8
    per_token = n_layers * (_HIDDEN_VALUES * hidden + _INNER_VALUES * inner) * size
    fit = int(free * _SHARE_OF_FREE_MEMORY / per_token)
    return max(_FEWEST_TOKENS, min(_MOST_TOKENS[place.device], fit))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out; on a processor torch raises a plain RuntimeError."""
    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "can't allocate memory" in str(error)


def tokens_per_second(settings: TrainingSettings, n_parameters: int) -> float | None:
    """What training may reach here, judged by the speed of bare products; None on a GPU, of which such a product says nothing.

    Args:
        settings: With the precision and the threads.
        n_parameters: Of the base.
    """
    place = choose_place(settings, n_parameters)
    if place.device != "cpu":
        return None
    per_core = 2 * prod(_PRODUCT) / _seconds_of_product(place.dtype)
    n_cores = settings.threads or os.cpu_count() or 1
    return per_core * n_cores * _SHARE_OF_PRODUCTS / (_OPERATIONS_PER_WEIGHT * n_parameters)


def keep_freed_memory() -> None:
    """Let glibc keep what a step frees for the next one, where it would give each large piece back and have the system clear a new one.

    All threads share what is kept: each lane would else keep the memory of its own largest share. Elsewhere nothing happens. Less than a
    gigabyte stays unused.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_MMAP_THRESHOLD)
        mallopt(_M_TRIM_THRESHOLD, 1 << 30)
        mallopt(_M_ARENA_MAX, 1)


def release_memory() -> None:
    """Give back what the failed pass held."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _seconds_of_product(dtype: torch.dtype) -> float:
    """Of a product as training has them, in processor time, so that other programs disturb little.

    Some processors have instructions for bfloat16 that are no faster than those for float32, and libraries that use them badly: a flag
    does not tell, so it is tried.
    """
    rows, inner, columns = _PRODUCT
    x, weight = torch.ones(rows, inner, dtype=dtype), torch.ones(columns, inner, dtype=dtype)
    times = []
    for _ in range(6):
        start = time.process_time()
        torch.mm(x, weight.T)
        times.append(time.process_time() - start)
    return min(times)


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
