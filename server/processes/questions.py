"""The questions of the index process: what is in the store and about it, without changing anything (IO)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import singledispatch
from pathlib import Path
from typing import cast

import msgspec

from dataset_core.language import extensions
from dataset_core.mix import artifact_types
from dataset_core.project import EXPORT_FOLDER_NAME, ProjectError
from dataset_core.settings import load_settings
from dataset_core.store import FOLDER_NAME, Store
from dataset_core.workspace import explain
from server.exports import newest_export, report_of
from server.generation.model_list import models_of
from server.processes.catalogue import Catalogue, Entry, catalogue_of, has_store
from server.processes.diagrams import diagrams_of_this, outdated
from server.processes.failures import UnknownExampleError
from server.processes.messages import (
    AskArtifactTypes,
    AskContent,
    AskCounts,
    AskDiagrams,
    AskDoctor,
    AskExample,
    AskExamples,
    AskExplanation,
    AskFamilies,
    AskFiles,
    AskModels,
    AskOutdated,
    AskReport,
    AskRun,
    AskRuns,
    Content,
    Outcome,
    Place,
)
from server.processes.runs import all_runs, one_run
from server.protocol import (
    ArtifactType,
    ArtifactTypesResult,
    CheckState,
    Count,
    DoctorFinding,
    DoctorResult,
    ExampleHead,
    ExampleResult,
    ExamplesResult,
    ExplainResult,
    FamiliesResult,
    Family,
    FamilyFile,
    FilesResult,
    ModelsResult,
    ReportResult,
    RunResult,
    RunsResult,
)
from server.training.runs import newest_training_began

_PROMPT_HEAD_CHARACTERS = 120
_MOST_ROWS = 1_000


@singledispatch
def answer(question: object) -> msgspec.Struct:
    """Answer a question.

    Raises:
        Exception: Those of the store and the settings, and `UnknownExampleError`.
    """
    raise TypeError(f"{question!r} is no question")


answer.register(AskDiagrams, diagrams_of_this)
answer.register(AskOutdated, outdated)


@answer.register
def _counts(question: AskCounts) -> Outcome:
    root = Path(question.place.root)
    if not has_store(root):
        return Outcome(0, 0, 0, 0)
    with _store(root) as store:
        return Outcome(0, 0, store.n_files(), sum(store.n_examples().values()))


@answer.register
def _content(question: AskContent) -> Content:
    root = Path(question.place.root)
    export = newest_export(root / EXPORT_FOLDER_NAME)
    newest = export.as_uri() if export else None
    began = newest_training_began(root)
    if not has_store(root):
        return Content(_chosen_type(question.place, None), 0, 0, 0, (), (), (), newest, 0, began is not None)
    families = {name: sum(map(len, files.values())) for name, files in catalogue_of(root).families.items()}
    with _store(root) as store:
        return Content(
            artifact_type=_chosen_type(question.place, store),
            files=store.n_files(),
            examples=sum(store.n_examples().values()),
            commits=len(store.units("commit")),
            families=_counted(families),
            skipped=_counted(Counter(store.skipped().values())),
            dropped=_counted(store.dropped()),
            newest_export=newest,
            new_examples=store.n_own_since(began or 0.0),
            trained=began is not None,
        )


@answer.register
def _models(question: AskModels) -> ModelsResult:
    return models_of(Path(question.place.root), question.selected, is_trusted=question.is_trusted)


@answer.register
def _families(question: AskFamilies) -> FamiliesResult:
    families = [
        Family(name=name, title=name.replace("_", " ").capitalize(), files=len(files), examples=sum(map(len, files.values())))
        for name, files in _catalogue(question.place).families.items()
    ]
    return FamiliesResult(families=tuple(sorted(families, key=lambda family: (-family.examples, family.name))))


@answer.register
def _files(question: AskFiles) -> FilesResult:
    root, params = Path(question.place.root), question.params
    files = _catalogue(question.place).families.get(params.family, {})
    shown = sorted(files)[params.offset : params.offset + min(params.limit, _MOST_ROWS)]
    return FilesResult(
        files=tuple(FamilyFile(path=path, uri=_uri(root, path), examples=len(files[path])) for path in shown), total=len(files)
    )


@answer.register
def _examples(question: AskExamples) -> ExamplesResult:
    root, params = Path(question.place.root), question.params
    entries = _catalogue(question.place).families.get(params.family, {}).get(params.path, [])
    shown = entries[params.offset : params.offset + min(params.limit, _MOST_ROWS)]
    if not shown:
        return ExamplesResult(examples=(), total=len(entries))
    with _store(root) as store:
        return ExamplesResult(examples=_heads(root, store, shown), total=len(entries))


@answer.register
def _example(question: AskExample) -> ExampleResult:
    root = Path(question.place.root)
    entry = _catalogue(question.place).by_id.get(question.params.id)
    if entry is None:
        raise UnknownExampleError("This example is no longer part of the data set: the code changed since. Refresh the list.")
    with _store(root) as store:
        example = store.examples(entry.unit)[entry.place]
    source = example.provenance
    return ExampleResult(
        id=entry.id,
        family=entry.family,
        kind=example.kind,
        language=example.language,
        prompt=example.prompt,
        completion=example.completion,
        path=source.path,
        uri=_uri(root, source.path),
        start_line=source.start_line,
        end_line=source.end_line,
        context_paths=source.context_paths,
        commit=source.commit,
        rule=source.rule,
        licence=source.licence,
    )


@answer.register
def _artifact_types(question: AskArtifactTypes) -> ArtifactTypesResult:
    root = Path(question.place.root)
    types = tuple(ArtifactType(name=name, title=title) for name, title in artifact_types().items())
    if not has_store(root):
        return ArtifactTypesResult(artifact_types=types, chosen=_chosen_type(question.place, None))
    with _store(root) as store:
        return ArtifactTypesResult(artifact_types=types, chosen=_chosen_type(question.place, store))


@answer.register
def _explanation(question: AskExplanation) -> ExplainResult:
    return ExplainResult(sentence=explain(_folder(question.place), question.path, extensions()))


@answer.register
def _runs(question: AskRuns) -> RunsResult:
    return all_runs(Path(question.place.root))


@answer.register
def _run(question: AskRun) -> RunResult:
    return one_run(Path(question.place.root), question.params.run)


@answer.register
def _report(question: AskReport) -> ReportResult:
    export = newest_export(Path(question.place.root) / EXPORT_FOLDER_NAME)
    if export is None or not report_of(export).is_file():
        return ReportResult(uri=None, export_uri=None)
    return ReportResult(uri=report_of(export).as_uri(), export_uri=export.as_uri())


@answer.register
def _doctor(question: AskDoctor) -> DoctorResult:
    from server.doctor import IN_AN_EDITOR, diagnose

    findings = diagnose(Path(question.place.root), IN_AN_EDITOR, model_python=question.model_python)
    return DoctorResult(
        findings=tuple(
            DoctorFinding(what=found.what, state=cast("CheckState", found.state), detail=found.detail, remedy=found.remedy)
            for found in findings
        )
    )


def _heads(root: Path, store: Store, entries: Iterable[Entry]) -> tuple[ExampleHead, ...]:
    units: dict[str, list[ExampleHead]] = {}
    for unit in {entry.unit for entry in entries}:
        units[unit] = [
            ExampleHead(
                id=example.id,
                kind=example.kind,
                language=example.language,
                prompt_head=example.prompt.strip().partition("\n")[0][:_PROMPT_HEAD_CHARACTERS],
                uri=_uri(root, example.provenance.path),
                start_line=example.provenance.start_line,
                end_line=example.provenance.end_line,
            )
            for example in store.examples(unit)
        ]
    return tuple(units[entry.unit][entry.place] for entry in entries if entry.place < len(units[entry.unit]))


def _catalogue(place: Place) -> Catalogue:
    root = _folder(place)
    return catalogue_of(root) if has_store(root) else Catalogue({}, {})


def _folder(place: Place) -> Path:
    root = Path(place.root)
    if not root.is_dir():
        raise ProjectError(f"{root} is gone; was it moved, removed or unmounted?")
    return root


def _store(root: Path) -> Store:
    return Store(root / FOLDER_NAME, read_only=True)


def _chosen_type(place: Place, store: Store | None) -> str:
    remembered = store.get("artifact_type") if store is not None else None
    return remembered or load_settings(Path(place.root), **place.settings).artifact_type


def _counted(counts: Mapping[str, int]) -> tuple[Count, ...]:
    ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return tuple(Count(name=name, count=count) for name, count in ordered)


def _uri(root: Path, path: str) -> str | None:
    """Of a file that is there; None for what is no file of the folder."""
    full = root / path
    return full.as_uri() if path and full.is_file() else None
