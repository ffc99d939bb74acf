"""Several processes that train one adapter together, each on its share of a step's rows (data parallel).

`torchrun` starts them, one for each GPU, and `torch.distributed` joins them: every process holds the base, their gradients are summed, so
that all take the same step as a single process would. The first one alone writes the run's folder and decides what depends on the clock.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import distributed

T = TypeVar("T")
_FIRST = 0


@dataclass(frozen=True)
class Ranks:
    """The processes of a run, as one of them sees them.

    Attributes:
        rank: This process's number, from 0.
        count: Of all processes; 1 where it trains alone.
    """

    rank: int = _FIRST
    count: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this is the process that writes."""
        return self.rank == _FIRST

    def share(self, rows: Sequence[T]) -> Sequence[T]:
        """The part of the rows that this process computes; empty where there are fewer rows than processes."""
        return rows[self.rank :: self.count]

    def sum_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Make every process's gradients the sum over all."""
        if self.count == 1:
            return
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            distributed.all_reduce(parameter.grad)

    def sum(self, *values: float) -> tuple[float, ...]:
        """Each number summed over all processes."""
        if self.count == 1:
            return values
        summed = torch.tensor(values, dtype=torch.float64, device=_device())
        distributed.all_reduce(summed)
        return tuple(summed.tolist())

    def of_first(self, value: T) -> T:
        """What the first process has, in all of them."""
        if self.count == 1:
            return value
        values = [value]
        distributed.broadcast_object_list(values, _FIRST, device=_device())
        return values[0]


@contextlib.contextmanager
def joined() -> Iterator[Ranks]:
    """This process among those that `torchrun` or `accelerate launch` started with it; alone where neither did."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Ranks()
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        yield Ranks(distributed.get_rank(), count)
    finally:
        distributed.destroy_process_group()


def _device() -> torch.device:
    """Where the processes exchange numbers."""
    return torch.device("cuda", torch.cuda.current_device()) if torch.cuda.is_available() else torch.device("cpu")
