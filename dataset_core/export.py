"""From the store to files that a trainer loads: choose, split, write. An export is never half on disk."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import msgspec

from dataset_core import pipeline
from dataset_core.card import card
from dataset_core.choosing import select
from dataset_core.errors import UserError
from dataset_core.example import Example
from dataset_core.formats import answer_of, dataset_info, read_row, row_of
from dataset_core.manifest import ExportedFile, Manifest, RowMetadata, data_files, metadata_of
from dataset_core.mix import FamilyCount
from dataset_core.project import EXPORT_FOLDER_NAME, Progress, Project, settle
from dataset_core.report import report_html
from dataset_core.shortages import shortages_of
from dataset_core.split import NEWEST_COMMITS, SPLITS, TRAIN, VALIDATION
from dataset_core.store import FOLDER_NAME as STORE_FOLDER
from dataset_core.store import Store, StoreError
from dataset_core.tokens import token_budget

FOLDER_NAME = EXPORT_FOLDER_NAME


class ExportError(UserError):
    """There is nothing to export, or the files cannot be written; the message says why and what to do."""


@dataclass(frozen=True)
class Export:
    """A finished export: its folder and its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def path(self) -> Path:
        """The file with the rows to train on."""
        return self.folder / f"{self.manifest.name}.jsonl"


def export(project: Project, *, day: date, on_progress: Progress = lambda *_: None, folder: Path | None = None) -> Export:
    """Choose rows by the project's settings and write them with everything that belongs to them.

    Args:
        project: An open project that was built.
        day: Stands in the names of the files.
        on_progress: Told of stages.
        folder: Where to write; the project's `finetune_datasets` by default.

    Raises:
        ExportError: Not one example could be chosen, or the folder cannot be written to.
    """
    with project.store.held():
        settle(project, on_progress)
        selection, families = select(project, on_progress)
        rows = _in_order(selection.chosen)
        if not rows:
            message = f"{project.root} gives no examples; `mothertongue build --explain PATH` says why a file is left out"
            raise ExportError(message)
        manifest = _manifest(project, f"{project.settings.artifact_type}_{day:%Y%m%d}", rows, families, selection.dropped)
        return _write(folder or project.root / FOLDER_NAME, manifest, rows, project, on_progress)


def _in_order(chosen: Sequence[tuple[Example, str]]) -> list[tuple[Example, RowMetadata]]:
    """Set by set, training rows first; within one by the digest of the row, which mixes families and files evenly and alike every time."""
    ordered = sorted(chosen, key=lambda row: (SPLITS.index(row[1]), row[0].id))
    return [(example, metadata_of(example, side)) for example, side in ordered]


def _manifest(
    project: Project, name: str, rows: Sequence[tuple[Example, RowMetadata]], families: tuple[FamilyCount, ...], dropped: Mapping[str, int]
) -> Manifest:
    store, settings = project.store, project.settings
    overview = store.files_overview()
    skipped = Counter(store.skipped().values())
    n_rows = Counter(metadata.split for _, metadata in rows)
    return Manifest(
        name=name,
        product_version=importlib.metadata.version("mothertongue"),
        pipeline_version=pipeline.version(),
        project=project.root.name,
        head=store.get("history").partition(" ")[0],
        licence=project.licence,
        artifact_type=settings.artifact_type,
        format=settings.format,
        settings={**asdict(settings), "max_tokens": settings.token_limit},
        counted_with=token_budget(settings.token_limit).counted_with,
        files=(),
        n_train=n_rows[TRAIN],
        n_validation=n_rows[VALIDATION],
        n_newest_commits=n_rows[NEWEST_COMMITS],
        n_source_files=len(overview),
        families=families,
        kinds=_counted(example.kind for example, _ in rows),
        languages=_counted(example.language for example, _ in rows),
        roles=_counted(role for _, _, role, _, _ in overview),
        domains=_counted(example.provenance.domain for example, _ in rows),
        dropped=dict(sorted((Counter(store.dropped()) + Counter(dropped)).items())),
        skipped=dict(sorted(skipped.items())),
        shortages=shortages_of(settings, len(rows), families, n_source_files=len(overview), dropped=dropped, skipped=skipped),
    )


def _counted(values: Iterator[str] | Sequence[str]) -> dict[str, int]:
    return dict(sorted(Counter(value for value in values if value).items(), key=lambda row: (-row[1], row[0])))


def _write(
    folder: Path, manifest: Manifest, rows: Sequence[tuple[Example, RowMetadata]], project: Project, on_progress: Progress
) -> Export:
    """Write every file beside its place, then rename them, the manifest last: who sees it, sees a whole export."""
    files = dict(_data_files(manifest, rows))
    described = tuple(ExportedFile(name, hashlib.sha256(data).hexdigest(), data.count(b"\n")) for name, data in files.items())
    manifest = msgspec.structs.replace(manifest, files=described)
    files[f"{manifest.name}.card.md"] = card(manifest).encode()
    browsable = [(metadata, example.prompt, example.completion) for example, metadata in rows]
    files[f"{manifest.name}.report.html"] = report_html(manifest, None, browsable, project.store.skipped()).encode()
    files[f"{manifest.name}.manifest.json"] = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    on_progress("Writing files", 0, len(files))
    partial = {name: folder / f".{name}.partial" for name in files}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            _write_through(partial[name], data)
        for done, (name, path) in enumerate(partial.items(), start=1):
            path.replace(folder / name)
            on_progress("Writing files", done, len(files))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ExportError(f"cannot write to {folder}: {reason}; free some space (or choose another folder with `--output`)") from error
    finally:
        for path in partial.values():
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    return Export(folder, manifest)


def _data_files(manifest: Manifest, rows: Sequence[tuple[Example, RowMetadata]]) -> Iterator[tuple[str, bytes]]:
    for split, name in data_files(manifest.name).items():
        yield name, _json_lines(row_of(example, manifest.format) for example, metadata in rows if metadata.split == split)
    yield f"{manifest.name}.metadata.jsonl", _json_lines(metadata for _, metadata in rows)
    info = dataset_info(manifest.name, manifest.format)
    if info is not None:
        yield f"{manifest.name}.dataset_info.json", msgspec.json.format(msgspec.json.encode(info), indent=2) + b"\n"


def _json_lines(rows: Iterator[object]) -> bytes:
    encoder = msgspec.json.Encoder()
    return b"".join(encoder.encode(row) + b"\n" for row in rows)


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file in one step: who reads it sees the former one or the new one.

    Raises:
        OSError: It cannot be written; the former one is still there.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        _write_through(partial, data)
        partial.replace(path)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def load_rows(path: Path) -> tuple[Manifest, list[tuple[RowMetadata, str, str]], dict[str, str]] | None:
    """What the report beside an export is made of: manifest, rows as (sidecar entry, prompt, answer), and the files left out.

    Args:
        path: Of the training rows, `NAME.jsonl`.

    Returns:
        None where a file is missing or is not as it was written. Where the store of the project is gone, no file is told as left out.
    """
    name = path.name.removesuffix(".jsonl")
    try:
        manifest = msgspec.json.decode(path.with_name(f"{name}.manifest.json").read_bytes(), type=Manifest)
        metadata = [msgspec.json.decode(line, type=RowMetadata) for line in _lines_of(path.with_name(f"{name}.metadata.jsonl"))]
        data = [line for file in data_files(name).values() for line in _lines_of(path.with_name(file))]
        read = [read_row(msgspec.json.decode(line), manifest.format) for line in data]
        rows = [(entry, prompt, answer_of(message).text) for entry, (prompt, message) in zip(metadata, read, strict=True)]
    except (OSError, ValueError, msgspec.MsgspecError, KeyError):
        return None
    try:
        with Store(path.parent.parent / STORE_FOLDER, read_only=True) as store:
            return manifest, rows, store.skipped()
    except StoreError:
        return manifest, rows, {}


def _lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()
