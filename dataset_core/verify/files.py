"""Checks of the files beside the rows: the sidecar tells of these very rows, and the manifest of these very files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from dataset_core.manifest import Manifest, RowMetadata, data_files
from dataset_core.mix import family_of
from dataset_core.verification import Check, check_of
from dataset_core.verify.exported import Export, ExportedRow


def check_files(export: Export) -> Iterator[Check]:
    """Check sidecar and manifest against what is on disk."""
    yield _sidecar_matches(export)
    yield _manifest_matches(export)


def _sidecar_matches(export: Export) -> Check:
    name = "The sidecar tells of these rows: ids, split, family and language of each"
    if export.metadata is None:
        return Check("sidecar_matches", name, passed=False, figure="no sidecar", details=_why(export, "metadata.jsonl"))
    defects = [f"{row.label}: {reason}" for row in export.rows if (reason := _reason_sidecar(row)) is not None]
    n_lines = len(export.rows) + len(export.problems)
    if len(export.metadata) != n_lines:
        defects.insert(0, f"{len(export.metadata):,} entries for {n_lines:,} rows")
    return check_of("sidecar_matches", name, defects, f"{len(export.rows):,} rows")


def _reason_sidecar(row: ExportedRow) -> str | None:
    entry = row.metadata
    if entry is None:
        return "no entry"
    found = {"id": _id_of(row), "split": row.split, "family": _family(entry), "language": row.answer.language}
    wrong = next((key for key, value in found.items() if getattr(entry, key) != value), None)
    return None if wrong is None else f"{wrong} is {getattr(entry, wrong)!r}, not {found[wrong]!r}"


def _id_of(row: ExportedRow) -> str:
    """The id that an example with this prompt and answer has; see `Example.id`."""
    return blake2b(f"{row.prompt}\0{row.answer.text}".encode(), digest_size=12).hexdigest()


def _family(entry: RowMetadata) -> str:
    try:
        return family_of(entry.kind)
    except KeyError:
        return f"that of an unknown kind {entry.kind!r}"


def _manifest_matches(export: Export) -> Check:
    name = "The manifest tells of these files: checksums, counts and format"
    manifest = export.manifest
    if manifest is None:
        return Check("manifest_matches", name, passed=False, figure="no manifest", details=_why(export, "manifest.json"))
    defects = [*_file_defects(export, manifest), *_count_defects(export, manifest)]
    return check_of("manifest_matches", name, defects, f"{len(manifest.files):,} files")


def _file_defects(export: Export, manifest: Manifest) -> Iterator[str]:
    for listed in manifest.files:
        file = export.files.get(listed.name)
        if file is None:
            yield f"{listed.name} is missing"
        elif file.sha256 != listed.sha256:
            yield f"{listed.name} was changed: its checksum is another"
        elif listed.name.endswith(".jsonl") and file.n_lines != listed.n_rows:
            yield f"{listed.name} has {file.n_lines:,} lines, not {listed.n_rows:,}"
    listed_names = {listed.name for listed in manifest.files}
    for name in (*data_files(export.name).values(), f"{export.name}.metadata.jsonl"):
        if name in export.files and name not in listed_names:
            yield f"{name} is not listed"


def _count_defects(export: Export, manifest: Manifest) -> Iterator[str]:
    promised = (manifest.n_train, manifest.n_validation, manifest.n_newest_commits)
    found = tuple(export.n_rows_of(split) for split in data_files(export.name))
    if promised != found:
        yield f"it counts {_sum(promised)} rows where there are {_sum(found)}"
    if manifest.format != export.format:
        yield f"it says format {manifest.format!r} where the rows are {export.format!r}"


def _sum(counts: Sequence[int]) -> str:
    return " + ".join(f"{count:,}" for count in counts)


def _why(export: Export, suffix: str) -> tuple[str, ...]:
    reason = export.unreadable.get(f"{export.name}.{suffix}")
    return (reason,) if reason else ()
