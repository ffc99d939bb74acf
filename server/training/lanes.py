"""The rows of one pass computed side by side: each lane is a thread that has cores to itself, and all have the same weights.

Threads that share every product wait for each other at the end of each, some thousand times a step; where anything else takes a core for a
moment, all of them stand still. Lanes meet once a pass (docs/performance.md has figures).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import torch

from server.training.batches import shares
from server.training.tokens import TokenRow

T = TypeVar("T")


class Lanes:
    """Lanes of one process.

    Args:
        n_threads: Of the processor, for all lanes together; 1 computes all rows in the calling thread, as a GPU wants it.
    """

    def __init__(self, n_threads: int = 1) -> None:
        self.n_threads = n_threads
        self._pool = ThreadPoolExecutor(n_threads, "lane") if n_threads > 1 else None

    def run(self, rows: Sequence[TokenRow], compute: Callable[[Sequence[TokenRow]], T]) -> list[T]:
        """What `compute` makes of each lane's share of the rows; it knows nothing of the other shares.

        Raises:
            BaseException: What it raised in any lane, when all of them have ended.
        """
        parts = shares(rows, self.n_threads)
        if self._pool is None or len(parts) == 1:
            return [compute(rows)]

        def in_lane(part: Sequence[TokenRow]) -> T:
            # Counts for this thread alone.
            torch.set_num_threads(self.n_threads // len(parts))
            return compute(part)

        futures = [self._pool.submit(in_lane, part) for part in parts]
        wait(futures)
        return [future.result() for future in futures]
