"""The jobs of the index process: each opens a project, calls use cases of `dataset_core`, and says what came of it (IO)."""

from __future__ import annotations

import os
import shutil
from contextlib import AbstractContextManager
from datetime import date
from functools import singledispatch
from pathlib import Path

import msgspec

from dataset_core import export as exporting
from dataset_core import project as projects
from dataset_core.additions import additions_of
from dataset_core.language import extensions, language_of
from dataset_core.project import EXPORT_FOLDER_NAME, Progress, Project
from dataset_core.settings import FILE_NAME as SETTINGS_FILE
from dataset_core.store import FOLDER_NAME as STORE_FOLDER
from dataset_core.sweep.notes import is_note
from dataset_core.verify import VerifyError, verify
from dataset_core.workspace import reason_left_out
from server.exports import newest_export, renew_report, report_of
from server.processes.judging import judge
from server.processes.messages import Add, Build, Clean, Export, Judge, Outcome, Place, Update, Verify
from server.protocol import AddExamplesResult, CleanResult, Count, ExportedFamily, ExportResult, JudgeResult, VerifyCheck, VerifyResult

# With more changes than this, such as after a change of branch, one look at the whole folder costs less.
_MOST_SINGLE_UPDATES = 40
# Files whose change is a matter of the whole folder.
_WHOLE_FOLDER_NAMES = frozenset({SETTINGS_FILE, ".gitignore", ".git"})


@singledispatch
def run(job: object, on_progress: Progress) -> msgspec.Struct:
    """Do a job.

    Raises:
        Exception: Those of the use cases; whatever `on_progress` raises ends the job, and what was done is kept.
    """
    raise TypeError(f"{job!r} with {on_progress!r} is no job")


@run.register
def _build(job: Build, on_progress: Progress) -> Outcome:
    with _opened(job.place, job.artifact_type) as project:
        return _built(project, job.place, on_progress)


@run.register
def _update(job: Update, on_progress: Progress) -> Outcome:
    """Single files at once, which a save waits for; whatever else it is, by a look at the whole folder."""
    with _opened(job.place) as project:
        if len(job.paths) > _MOST_SINGLE_UPDATES or any(_concerns_the_folder(project.root, path) for path in job.paths):
            return _built(project, job.place, on_progress)
        changed = removed = 0
        for done, path in enumerate(job.paths):
            on_progress("Taking in files", done, len(job.paths))
            updated, forgotten = _update_one(project, path)
            changed, removed = changed + updated, removed + forgotten
        return counts(project, changed, removed)


@run.register
def _export(job: Export, on_progress: Progress) -> ExportResult:
    wanted = {key: value for key in ("format", "target") if (value := getattr(job.params, key)) is not None}
    with projects.open_remembering(
        Path(job.place.root), artifact_type=job.params.artifact_type, **{**job.place.settings, **wanted}
    ) as project:
        projects.build(project, on_progress, n_workers=job.place.workers)
        done = exporting.export(project, day=date.today(), on_progress=on_progress)  # noqa: DTZ011 - the person's day
    return ExportResult(
        uri=done.path.as_uri(),
        report_uri=report_of(done.path).as_uri(),
        train_rows=done.manifest.n_train,
        validation_rows=done.manifest.n_rows - done.manifest.n_train,
        families=tuple(
            ExportedFamily(name=row.family, quota=row.quota, available=row.available, taken=row.taken) for row in done.manifest.families
        ),
        shortages=done.manifest.shortages,
    )


@run.register
def _verify(job: Verify, on_progress: Progress) -> VerifyResult:
    path = Path(job.path) if job.path else newest_export(Path(job.place.root) / EXPORT_FOLDER_NAME)
    if path is None:
        raise VerifyError("There is no export to verify yet. Export the data set first.")
    result = verify(path, on_progress=lambda done, total, what: on_progress(what, done, total))
    renew_report(path, result)
    report = report_of(path)
    return VerifyResult(
        uri=path.as_uri(),
        report_uri=report.as_uri() if report.is_file() else None,
        verdict=result.verdict,
        rows=result.count,
        checks=tuple(
            VerifyCheck(id=check.id, name=check.name, passed=check.passed, figure=check.figure, details=check.details)
            for check in result.checks
        ),
        warnings=result.warnings,
    )


@run.register
def _add(job: Add, on_progress: Progress) -> AddExamplesResult:
    lines = f"{job.params.lines.start}-{job.params.lines.end}" if job.params.lines is not None else None
    with _opened(job.place) as project:
        additions = additions_of(project.root, [Path(path) for path in job.paths], lines=lines, prompt=job.params.prompt)
        added: dict[str, int] = {}
        for done, addition in enumerate(additions):
            on_progress("Adding examples", done, len(additions))
            added[addition.path] = projects.add(project, addition)
    return AddExamplesResult(added=tuple(Count(name=path, count=count) for path, count in added.items()), examples=sum(added.values()))


@run.register
def _judge(job: Judge, on_progress: Progress) -> JudgeResult:
    on_progress("Remembering", 0, 1)
    with _opened(job.place) as project:
        return judge(project, job.path, job.params)


@run.register
def _clean(job: Clean, on_progress: Progress) -> CleanResult:
    names = (STORE_FOLDER, *((exporting.FOLDER_NAME,) if job.params.include_exports else ()))
    folders = [folder for name in names if (folder := Path(job.place.root, name)).is_dir()]
    for done, folder in enumerate(folders):
        on_progress("Removing", done, len(folders))
        shutil.rmtree(folder)
    return CleanResult(removed=tuple(folder.as_uri() for folder in folders))


def counts(project: Project, changed: int, removed: int) -> Outcome:
    """What was done, and how much there is now."""
    return Outcome(changed, removed, project.store.n_files(), sum(project.store.n_examples().values()))


def _opened(place: Place, artifact_type: str | None = None) -> AbstractContextManager[Project]:
    return projects.open_remembering(Path(place.root), artifact_type=artifact_type, **place.settings)


def _built(project: Project, place: Place, on_progress: Progress) -> Outcome:
    summary = projects.build(project, on_progress, n_workers=place.workers)
    return counts(project, summary.n_changed, summary.n_removed)


def _concerns_the_folder(root: Path, path: str) -> bool:
    full = root / path
    return bool(_WHOLE_FOLDER_NAMES & set(Path(path).parts)) or is_note(path) or (full.is_dir() and not full.is_symlink())


def _update_one(project: Project, path: str) -> tuple[int, int]:
    """How many files were read, and how many forgotten."""
    there = os.path.lexists(project.root / path)
    if there and language_of(path) is not None and reason_left_out(project.root, path, extensions()) is None:
        return int(projects.update_file(project, path)), 0
    known = [name for name in project.store.content_hashes() if name == path or (not there and name.startswith(f"{path}/"))]
    for name in known:
        projects.remove_file(project, name)
    return 0, len(known)
