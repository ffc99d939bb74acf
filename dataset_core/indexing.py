"""Turning files on disk into records for the store, on one core or several (IO: reads files; writes nothing)."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dataset_core import pipeline
from dataset_core.errors import UserError
from dataset_core.language import language_of
from dataset_core.linking import StoredProject
from dataset_core.quality.file_filters import reason_to_skip
from dataset_core.quality.redaction import redact
from dataset_core.source_file import SourceFile
from dataset_core.split import side_of
from dataset_core.store import FileRecord, Store, UnitRecord, encode_facts, encode_unit
from dataset_core.workspace import Skipped, read

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

# Starting a second process costs about as much as processing this many files.
_MIN_FILES_FOR_WORKERS = 120
_CHUNK = 40
_Result = TypeVar("_Result")
_Item = TypeVar("_Item")


class WorkerError(UserError):
    """A worker process ended before its work was done; the message says what to do."""


@dataclass(frozen=True)
class Job:
    """What every worker needs to know: the project, and the settings that examples depend on.

    Attributes:
        root: The project's folder.
        licence: That its rows carry.
        validation_fraction: Of the files, held out.
        with_fill_in_middle: Whether that stream is made.
        steps: Of how many files a stage takes one (see `thinning`).
    """

    root: Path
    licence: str
    validation_fraction: float
    with_fill_in_middle: bool
    steps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LeftOut:
    """A file that was read but is not taken, why, and what its content hash was; empty where it could not be read."""

    path: str
    reason: str
    content_hash: str


def index_file(job: Job, path: str) -> FileRecord | LeftOut:
    """Read, filter, redact and process one file: everything that the store keeps of it."""
    raw = read(job.root, path)
    if isinstance(raw, Skipped):
        return LeftOut(path, raw.reason, raw.content_hash)
    language = language_of(path)
    reason = "no known language" if language is None else reason_to_skip(path, raw.text)
    if language is None or reason is not None:
        return LeftOut(path, reason or "", raw.content_hash)
    text, _ = redact(raw.text, is_source=True)
    return record_of(job, SourceFile(path, language, text, raw.content_hash, job.licence))


def record_of(job: Job, source: SourceFile) -> FileRecord | LeftOut:
    """Process a source file and encode the result."""
    processed = pipeline.process(source, with_fill_in_middle=job.with_fill_in_middle, steps=job.steps)
    if processed.refused:
        return LeftOut(source.path, processed.refused, source.content_hash)
    facts = processed.facts
    surface = "\0".join([facts.role, *(f"{d.name}\0{d.outline}" for d in processed.declared), *processed.mentioned])
    return FileRecord(
        path=source.path,
        language=source.language,
        role=facts.role,
        side=side_of(source.path, job.validation_fraction),
        content_hash=source.content_hash,
        n_bytes=len(source.data),
        facts=encode_facts(facts),
        text=source.data,
        declared=processed.declared,
        mentioned=processed.mentioned,
        surface_hash=blake2b(surface.encode(), digest_size=12).hexdigest(),
        unit=encode_unit(f"file:{source.path}", processed.examples, processed.dropped),
    )


def link_unit(job: Job, project: StoredProject, unit: str) -> UnitRecord | None:
    """Compute a `link:` or `folder:` unit from the store; None where its file is gone."""
    stage, _, name = unit.partition(":")
    if stage == "folder":
        linked = pipeline.link_folder(name, project.for_unit(""), steps=job.steps)
        return encode_unit(unit, linked.examples, linked.dropped, project.asked)
    family, _, path = name.partition(":")
    view = project.for_unit(side_of(path, job.validation_fraction)).view(path)
    if view is None:
        return None
    linked = pipeline.link_file(view, family, project)
    return encode_unit(unit, linked.examples, linked.dropped, project.asked)


def index_all(job: Job, paths: Sequence[str], n_workers: int) -> Iterator[FileRecord | LeftOut]:
    """Index many files, in the order of `paths`."""
    with _workers(n_workers) as workers:
        yield from workers.apply(partial(_index_chunk, job), paths)


@contextmanager
def linking(job: Job, store_folder: Path, n_workers: int) -> Iterator[Callable[[Sequence[str]], Iterator[UnitRecord | None]]]:
    """A function that computes units, in their order, as often as it is called; each worker reads the store by itself."""
    if n_workers > 1:
        with _workers(n_workers) as workers:
            yield partial(workers.apply, partial(_link_chunk, job, store_folder))
        return
    with Store(store_folder, read_only=True) as store:
        project = StoredProject(store)
        yield lambda units: (link_unit(job, project, unit) for unit in units)


def n_workers_for(n_items: int, limit: int = 0) -> int:
    """How many processes pay for so many files: all cores but never more than one per chunk; `limit` caps them."""
    if n_items < _MIN_FILES_FOR_WORKERS:
        return 1
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(limit or available, n_items // _CHUNK, 8))


class _Workers:
    """Apply work to items, in chunks, in the order of the items: by the processes of a pool, or in this one."""

    def __init__(self, pool: ProcessPoolExecutor | None, n_workers: int) -> None:
        self._pool = pool
        self._n_workers = n_workers

    def apply(self, work: Callable[[list[str]], list[_Result]], items: Sequence[str]) -> Iterator[_Result]:
        """The results, one for each item."""
        # Small enough that all workers end at about the same time.
        size = max(1, min(_CHUNK, len(items) // (8 * self._n_workers))) if self._pool is not None else 1
        chunks = (list(items[start : start + size]) for start in range(0, len(items), size))
        for results in map(work, chunks) if self._pool is None else _bounded(self._pool, work, chunks, 4 * self._n_workers):
            yield from results


@contextmanager
def _workers(n_workers: int) -> Iterator[_Workers]:
    """So many processes that work, or none where one would be enough.

    Raises:
        WorkerError: One was ended.
    """
    if n_workers <= 1:
        yield _Workers(None, 1)
        return
    from concurrent.futures.process import BrokenProcessPool  # a build in which nothing changed needs no processes

    try:
        with _pool(n_workers) as pool:
            yield _Workers(pool, n_workers)
    except BrokenProcessPool as error:
        message = "a worker process was ended, most likely because memory ran out; `mothertongue build --workers 1` goes on with less"
        raise WorkerError(message) from error


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


@contextmanager
def _pool(n_workers: int) -> Iterator[ProcessPoolExecutor]:
    """Worker processes that end with this block, also when it is left by an exception."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Forking is cheap and shares the loaded grammars, but is unsafe in a process with threads, such as the language server.
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    pool = ProcessPoolExecutor(n_workers, mp_context=context, initializer=_start_worker)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    else:
        pool.shutdown()


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


def _index_chunk(job: Job, paths: list[str]) -> list[FileRecord | LeftOut]:
    return [index_file(job, path) for path in paths]


def _link_chunk(job: Job, store_folder: Path, units: list[str]) -> list[UnitRecord | None]:
    project = _worker_project(store_folder)
    return [link_unit(job, project, unit) for unit in units]


@lru_cache(1)
def _worker_project(store_folder: Path) -> StoredProject:
    """The project as a worker sees it: a worker ends with its stage, in which no file of the store changes."""
    return StoredProject(Store(store_folder, read_only=True))


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
