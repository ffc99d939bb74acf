"""What an export says of itself, for machines: the manifest and the sidecar with the provenance of every row.

An export `NAME` (`code_prototype_20261122`) is, in `finetune_datasets/`:

| file | holds |
|---|---|
| `NAME.jsonl` | the rows to train on, in the chosen format and nothing else |
| `NAME.validation.jsonl` | rows of the held-out files |
| `NAME.newest_commits.jsonl` | rows of the newest commits, the second held-out set |
| `NAME.metadata.jsonl` | for each row of these, in the same order: a `RowMetadata` |
| `NAME.manifest.json` | a `Manifest` |
| `NAME.card.md` | the data-set card |
| `NAME.report.html` | the report for people |
| `NAME.dataset_info.json` | only for LLaMA-Factory formats: how it finds the columns |
"""

from __future__ import annotations

from typing import Any

import msgspec

from dataset_core.example import Example
from dataset_core.mix import FamilyCount, family_of
from dataset_core.split import NEWEST_COMMITS, TRAIN, VALIDATION


class RowMetadata(msgspec.Struct, frozen=True):
    """Where a row comes from. `split` is one of `split.SPLITS`; `id` the digest of prompt and answer; lines count from 1, 0 for no span."""

    id: str
    split: str
    family: str
    kind: str
    language: str
    path: str
    start_line: int
    end_line: int
    context_paths: tuple[str, ...]
    content_hash: str
    commit: str
    rule: str
    licence: str
    domain: str


class ExportedFile(msgspec.Struct, frozen=True):
    """A file of the export: its name, its SHA-256 in hex, and its lines."""

    name: str
    sha256: str
    n_rows: int


class Manifest(msgspec.Struct, frozen=True):
    """An export as a whole.

    `dropped` and `skipped` give reasons with how often each applied: to examples, to files. `shortages` says in words why there are fewer
    rows than the target, and what helps.
    """

    name: str
    product_version: str
    pipeline_version: str
    project: str
    head: str
    licence: str
    artifact_type: str
    format: str
    settings: dict[str, Any]
    counted_with: str
    files: tuple[ExportedFile, ...]
    n_train: int
    n_validation: int
    n_source_files: int
    families: tuple[FamilyCount, ...]
    kinds: dict[str, int]
    languages: dict[str, int]
    roles: dict[str, int]
    domains: dict[str, int]
    dropped: dict[str, int]
    skipped: dict[str, int]
    shortages: tuple[str, ...]
    n_newest_commits: int = 0

    @property
    def n_rows(self) -> int:
        """Of all sets together."""
        return self.n_train + self.n_validation + self.n_newest_commits


def data_files(name: str) -> dict[str, str]:
    """The file of each set of an export, in the order of the sidecar."""
    return {TRAIN: f"{name}.jsonl", VALIDATION: f"{name}.validation.jsonl", NEWEST_COMMITS: f"{name}.newest_commits.jsonl"}


def metadata_of(example: Example, split: str) -> RowMetadata:
    """The sidecar row of an example."""
    source = example.provenance
    return RowMetadata(
        id=example.id,
        split=split,
        family=family_of(example.kind),
        kind=example.kind,
        language=example.language,
        path=source.path,
        start_line=source.start_line,
        end_line=source.end_line,
        context_paths=source.context_paths,
        content_hash=source.content_hash,
        commit=source.commit,
        rule=source.rule,
        licence=source.licence,
        domain=source.domain,
    )
