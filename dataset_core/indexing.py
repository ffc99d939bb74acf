"""Turning files on disk into records for the store, by workers (IO: reads files; writes nothing)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path

from dataset_core import pipeline
from dataset_core.language import language_of
from dataset_core.linking import StoredProject
from dataset_core.quality.file_filters import reason_to_skip
from dataset_core.quality.redaction import redact
from dataset_core.quality.secret_detectors import load_detectors
from dataset_core.source_file import SourceFile
from dataset_core.split import side_of
from dataset_core.store import FileRecord, Store, UnitRecord, encode_facts, encode_unit
from dataset_core.sweep import notes
from dataset_core.workers import Workers
from dataset_core.workspace import Skipped, read


@dataclass(frozen=True)
class Job:
    """What every worker needs to know: the project, and the settings that examples depend on.

    Attributes:
        root: The project's folder.
        licence: That its rows carry.
        validation_fraction: Of the files, held out.
        folder_step: Of how many folders one is drawn (see `thinning`).
    """

    root: Path
    licence: str
    validation_fraction: float
    folder_step: int = 1


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
    processed = pipeline.process(source)
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
    )


def link_unit(job: Job, project: StoredProject, unit: str) -> UnitRecord | None:
    """Compute a `link:`, `folder:` or `note:` unit from the store; None where its file is gone."""
    stage, _, name = unit.partition(":")
    if stage == "note":
        return _link_note(job, project.for_unit(""), name)
    if stage == "folder":
        linked = pipeline.link_folder(name, project.for_unit(""), step=job.folder_step)
        return encode_unit(unit, linked.examples, linked.dropped, project.asked)
    family, _, path = name.partition(":")
    view = project.for_unit(side_of(path, job.validation_fraction)).view(path)
    if view is None:
        return None
    linked = pipeline.link_file(view, family, project)
    return encode_unit(unit, linked.examples, linked.dropped, project.asked)


def _link_note(job: Job, project: StoredProject, path: str) -> UnitRecord:
    """A note is no file of the store: it is read here, and gives nothing where it cannot be."""
    raw = read(job.root, path)
    if isinstance(raw, Skipped):
        return encode_unit(f"note:{path}", (), {})
    text, _ = redact(raw.text, is_source=False)
    kept, dropped = pipeline.sift(notes.examples(path, text, raw.content_hash, job.licence, project))
    return encode_unit(f"note:{path}", kept, dropped, project.asked, content_hash=raw.content_hash)


def index_all(job: Job, paths: Sequence[str], workers: Workers) -> Iterator[FileRecord | LeftOut]:
    """Index many files, language by language.

    Compiling a language's query takes as long as processing up to a hundred files: of a language of few files, one worker does it for all.
    """
    workers.start_for(len(paths), _load)
    yield from workers.apply(partial(_index_chunk, job), sorted(paths, key=lambda path: (language_of(path) or "", path)))


@contextmanager
def linking(
    job: Job, store_folder: Path, workers: Workers, n_units: int
) -> Iterator[Callable[[Sequence[str]], Iterator[UnitRecord | None]]]:
    """A function that computes units, about so many in all, in their order, as often as it is called; each process reads the store."""
    if workers.start_for(n_units):
        yield partial(workers.apply, partial(_link_chunk, job, store_folder))
        return
    with Store(store_folder, read_only=True) as store:
        project = StoredProject(store)
        yield lambda units: (link_unit(job, project, unit) for unit in units)


def _load() -> None:
    """Load what making examples takes a while to load, whatever the language."""
    load_detectors()
    pipeline.load_stages()


def _index_chunk(job: Job, paths: list[str]) -> list[FileRecord | LeftOut]:
    return [index_file(job, path) for path in paths]


def _link_chunk(job: Job, store_folder: Path, units: list[str]) -> list[UnitRecord | None]:
    project = _worker_project(store_folder)
    return [link_unit(job, project, unit) for unit in units]


@lru_cache(1)
def _worker_project(store_folder: Path) -> StoredProject:
    """The project as a worker sees it: once it links, no file of the store changes until it ends."""
    return StoredProject(Store(store_folder, read_only=True))
