"""Processes that work beside this one, where that pays; they end with the block that has them (IO: processes)."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from dataset_core.errors import UserError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

# Starting a second process costs about as much as processing this many files.
_MIN_ITEMS = 120
_CHUNK = 40
_Result = TypeVar("_Result")
_Item = TypeVar("_Item")


class WorkerError(UserError):
    """A worker process ended before its work was done; the message says what to do."""


class Workers:
    """Apply work to items in the order of the items: by a pool of processes, which all stages share, or in this one."""

    def __init__(self, n_wanted: int) -> None:
        self._n_wanted = n_wanted
        self._n_started = 0
        self._pool: ProcessPoolExecutor | None = None

    def start_for(self, n_items: int, load: Callable[[], None] = lambda: None) -> bool:
        """Have processes at hand where they pay for so many items.

        Args:
            n_items: In all.
            load: Loads what each of them needs; where they are forked it is called here, once, before that.

        Returns:
            Whether there are any now.
        """
        count = self._n_wanted or _n_for(n_items)
        if self._pool is None and count > 1:
            self._pool, self._n_started = _pool(count, load), count
        return self._pool is not None

    def apply(self, work: Callable[[list[str]], list[_Result]], items: Sequence[str]) -> Iterator[_Result]:
        """The results, one for each item."""
        # Small enough that all workers end at about the same time.
        size = max(1, min(_CHUNK, len(items) // (8 * self._n_started))) if self._pool is not None else 1
        chunks = (list(items[start : start + size]) for start in range(0, len(items), size))
        for results in map(work, chunks) if self._pool is None else _bounded(self._pool, work, chunks, 4 * self._n_started):
            yield from results

    def end(self, *, at_once: bool) -> None:
        """Let the processes end, and wait for them unless it is to be at once."""
        if self._pool is not None:
            self._pool.shutdown(wait=not at_once, cancel_futures=at_once)


@contextmanager
def working(n_workers: int) -> Iterator[Workers]:
    """Workers whose processes end with this block, also when it is left by an exception.

    Args:
        n_workers: 1 for none but this process, 0 for as many as pay.

    Raises:
        WorkerError: One was ended.
    """
    workers = Workers(n_workers)
    try:
        yield workers
    except BaseException as error:
        workers.end(at_once=True)
        if _is_of_a_broken_pool(error):
            message = "a worker process was ended, most likely because memory ran out; `mothertongue build --workers 1` goes on with less"
            raise WorkerError(message) from error
        raise
    workers.end(at_once=False)


def chunked(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Items in lists of at most this many, as they come."""
    chunk: list[_Item] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _n_for(n_items: int) -> int:
    """How many processes pay for so many items: all cores but never more than one per chunk."""
    if n_items < _MIN_ITEMS:
        return 1
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(available, n_items // _CHUNK, 8))


def _bounded(
    pool: ProcessPoolExecutor, work: Callable[[list[str]], list[_Result]], chunks: Iterable[list[str]], limit: int
) -> Iterator[list[_Result]]:
    """Results in order with at most `limit` chunks under way, so that memory stays flat however slow the writer is."""
    waiting = iter(chunks)
    running = [_submit(pool, work, chunk) for _, chunk in zip(range(limit), waiting, strict=False)]
    while running:
        yield running.pop(0).result()
        following = next(waiting, None)
        if following is not None:
            running.append(_submit(pool, work, following))


def _submit(pool: ProcessPoolExecutor, work: Callable[[list[str]], list[_Result]], chunk: list[str]) -> Future[list[_Result]]:
    """Submit work, which may start processes; a Ctrl-C meanwhile waits until they are whole, and never reaches them."""
    if not hasattr(signal, "pthread_sigmask"):
        return pool.submit(work, chunk)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # what they inherit
    try:
        return pool.submit(work, chunk)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _pool(n_workers: int, load: Callable[[], None]) -> ProcessPoolExecutor:
    import multiprocessing  # a build in which nothing changed needs no processes
    from concurrent.futures import ProcessPoolExecutor

    # Forking is cheap and shares the loaded grammars, but is unsafe in a process with threads, such as the language server.
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    if can_fork:
        load()
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    return ProcessPoolExecutor(n_workers, mp_context=context, initializer=_start_worker)


def _is_of_a_broken_pool(error: BaseException) -> bool:
    from concurrent.futures import BrokenExecutor

    return isinstance(error, BrokenExecutor)


def _start_worker() -> None:
    """Leave Ctrl-C, which reaches the whole process group, to the main process; but end with it, even where it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nearly all of what is made is plain values that die young; looking for cycles among them takes a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
