"""The use cases: open, build, update_file, remove_file, add. Each reads downward as a few named calls.

`export` and `verify` are use cases too and have modules of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from dataset_core import pipeline
from dataset_core.errors import UserError
from dataset_core.example import Example
from dataset_core.git_history import newest_commits, read_commits
from dataset_core.indexing import Job, LeftOut, index_all, index_file
from dataset_core.language import extensions, language_of
from dataset_core.licence import licence_of
from dataset_core.linked_units import cuts_of, link_own, settle_linked
from dataset_core.linking import StoredProject
from dataset_core.settings import Settings, load_settings
from dataset_core.store import FOLDER_NAME, LINKED_FOR, FileRecord, Store, UnitRecord, encode_unit
from dataset_core.sweep import notes
from dataset_core.sweep.git_changes import changes_to_examples
from dataset_core.sweep.own import OwnAddition, own_examples
from dataset_core.thinning import N_BUCKETS, demand, folder_step
from dataset_core.workers import Workers, chunked, working
from dataset_core.workspace import Discovery, Skipped, discover, hash_on_disk, read

Progress = Callable[[str, int, int], None]

EXPORT_FOLDER_NAME = "finetune_datasets"

# Examples of these settings' other values would be other examples; the rest only matter to the export.
_SETTINGS_OF_EXAMPLES = ("validation_fraction",)
_NOTE_EXTENSIONS = frozenset({".md"})
_FILES_PER_TRANSACTION = 200
_OWN_FOLDERS = frozenset({FOLDER_NAME, EXPORT_FOLDER_NAME})
_COMMITS_PER_TRANSACTION = 50


@dataclass(frozen=True)
class Project:
    """An open project: its folder, settings and store."""

    root: Path
    settings: Settings
    store: Store
    licence: str

    @property
    def job(self) -> Job:
        """What workers need to know, as things stand."""
        settings = self.settings
        return Job(self.root, self.licence, settings.validation_fraction, self.folder_step)

    @property
    def folder_step(self) -> int:
        """Of how many folders one is drawn (see `thinning`)."""
        return int(self.store.get("folder_step") or 1)


@dataclass(frozen=True)
class BuildSummary:
    """What a build did and what there is now.

    Attributes:
        n_changed: Files that were processed, because they were new or had changed.
        n_removed: Files that were forgotten.
        n_files: Files in the store.
        n_examples: Examples in the store by stage: `link`, `folder`, `note`, `commit`, `own`.
        n_commits: Commits looked at so far.
        skipped: Reason → number of files left out.
        dropped: Reason → number of examples dropped.
        has_git: Whether the project is a git repository.
        is_thinned: Whether not all was made of each file, since an export needs no more (see `thinning`).
    """

    n_changed: int
    n_removed: int
    n_files: int
    n_examples: dict[str, int]
    n_commits: int
    skipped: dict[str, int]
    dropped: dict[str, int]
    has_git: bool
    is_thinned: bool


class ProjectError(UserError):
    """The folder cannot be used as a project; the message says why and what to do."""


@contextmanager
def open_project(root: Path, settings: Settings, *, store_folder: Path | None = None) -> Iterator[Project]:
    """Open a project's store, making it where there is none.

    Raises:
        ProjectError: The folder does not exist.
        StoreError: The store cannot be opened.
    """
    if not root.is_dir():
        message = f"{root} is not a folder; give the project's folder (with `--project`)"
        raise ProjectError(message)
    root = root.resolve()
    with Store(store_folder or root / FOLDER_NAME) as store:
        project = Project(root, settings, store, licence_of(root))
        _forget_what_other_settings_made(project)
        yield project


@contextmanager
def open_remembering(root: Path, *, artifact_type: str | None = None, **overrides: Any) -> Iterator[Project]:
    """Open a project with its settings; the artifact type that was chosen last is remembered in the store.

    Raises:
        SettingsError: A setting cannot be used.
    """
    with open_project(root, load_settings(root, **overrides)) as project:
        chosen = artifact_type or project.store.get("artifact_type") or project.settings.artifact_type
        if project.store.get("artifact_type") != chosen:
            with project.store.transaction():
                project.store.put("artifact_type", chosen)
        yield replace(project, settings=replace(project.settings, artifact_type=chosen))


def build(project: Project, on_progress: Progress = lambda *_: None, *, n_workers: int = 0) -> BuildSummary:
    """Bring the store up to date with the folder: only what changed is computed.

    Raises:
        ProjectError: The folder went away meanwhile.
        StoreError: The store cannot be written to, or another process is building.
        WorkerError: A worker process was ended.
    """
    with project.store.held():
        discovery = discover(project.root, extensions() | _NOTE_EXTENSIONS)
        _expect_folder(project)
        changed, gone = _changes(project, discovery)
        with working(n_workers) as workers:
            _index(project, changed, on_progress, workers)
            _forget(project, gone)
            _note_skipped(project, discovery)
            _read_notes(project, discovery)
            _settle(project, on_progress, workers)
        _mine_history(project, discovery, on_progress)
        _expect_folder(project)
        return summary(project, n_changed=len(changed), n_removed=len(gone), has_git=discovery.has_git)


def update_file(project: Project, path: str) -> bool:
    """Process one file that was saved and link it anew.

    What other files' examples had asked of it turns stale in the same transaction and is computed at the next `settle`, which every build
    and export begins with: a save of what the whole project uses costs no more than any other.

    Args:
        project: An open project.
        path: Relative to the project, with forward slashes.

    Returns:
        False where nothing had to be done, because the content is the one that is in the store.
    """
    raw = read(project.root, path)
    if not isinstance(raw, Skipped) and project.store.content_hash_of(path) == raw.content_hash:
        return False
    with project.store.held(), project.store.transaction():
        record = index_file(project.job, path)
        _put(project, [record])
        if isinstance(record, FileRecord):
            link_own(project.job, project.store, record)
    return True


def remove_file(project: Project, path: str) -> None:
    """Forget a file that was deleted; what asked for it turns stale until the next `settle`."""
    with project.store.held(), project.store.transaction():
        project.store.remove_file(path)
        project.store.forget_skipped(path)


def settle(project: Project, on_progress: Progress = lambda *_: None, *, n_workers: int = 0) -> None:
    """Compute every unit that is stale."""
    with project.store.held(), working(n_workers) as workers:
        _settle(project, on_progress, workers)


def add(project: Project, addition: OwnAddition) -> int:
    """Remember a file or selection that the person wants to be learnt, whatever the mix.

    Returns:
        How many examples it gives.
    """
    with project.store.held(), project.store.transaction():
        examples = own_examples(addition, StoredProject(project.store), project.licence)
        project.store.add_own(addition)
        project.store.replace_unit(encode_unit(f"own:{addition.id}", examples, {}))
    return len(examples)


def summary(project: Project, *, n_changed: int = 0, n_removed: int = 0, has_git: bool = False) -> BuildSummary:
    """What there is in the store."""
    wanted = _demand(project)
    reasons: dict[str, int] = {}
    for reason in project.store.skipped().values():
        reasons[reason] = reasons.get(reason, 0) + 1
    return BuildSummary(
        n_changed=n_changed,
        n_removed=n_removed,
        n_files=project.store.n_files(),
        n_examples=project.store.n_examples(),
        n_commits=len(project.store.units("commit")),
        skipped=dict(sorted(reasons.items(), key=lambda row: (-row[1], row[0]))),
        dropped=project.store.dropped(),
        has_git=has_git,
        is_thinned=project.folder_step > 1 or any(cut < N_BUCKETS and wanted.get(family) for family, cut in cuts_of(project.store).items()),
    )


def fingerprint(project: Project) -> str:
    """Identify all that examples depend on beside the files: this version's code and data, settings, and the licence they carry."""
    chosen = {field.name: getattr(project.settings, field.name) for field in fields(Settings) if field.name in _SETTINGS_OF_EXAMPLES}
    text = json.dumps([pipeline.version(), project.licence, chosen], sort_keys=True)
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _forget_what_other_settings_made(project: Project) -> None:
    current = fingerprint(project)
    if project.store.get("fingerprint") != current:
        with project.store.transaction():
            project.store.clear()
            project.store.put("fingerprint", current)


def _expect_folder(project: Project) -> None:
    """A folder that is gone is no folder without files: what was learnt from it stays.

    Raises:
        ProjectError: It is gone.
    """
    if not project.root.is_dir():
        raise ProjectError(f"{project.root} went away while it was read; was it moved, removed or unmounted? Run again when it is back")


def _changes(project: Project, discovery: Discovery) -> tuple[list[str], list[str]]:
    """Files whose content is not the known one, and files that are gone."""
    known = project.store.content_hashes()
    source_paths = [path for path in discovery.paths if language_of(path) is not None]
    changed = [path for path in source_paths if path not in known or hash_on_disk(project.root, path) != known[path]]
    return changed, sorted(set(known) - set(source_paths))


def _demand(project: Project) -> dict[str, int]:
    return demand(project.settings.artifact_type, _target(project), project.settings.families_left_out)


def _target(project: Project) -> int:
    """The rows that examples are made for: a smaller export is chosen from the same."""
    return max(project.settings.target, Settings.target)


def _thin(project: Project) -> None:
    """Where a project has grown or shrunk so much that other folders are drawn, look at all of them again."""
    wanted = folder_step(project.store.n_files(), _target(project))
    if wanted != project.folder_step:
        with project.store.transaction():
            project.store.put("folder_step", str(wanted))
            project.store.expect_every_folder()


def _settle(project: Project, on_progress: Progress, workers: Workers) -> None:
    _thin(project)
    settle_linked(project.job, project.store, _demand(project), on_progress, workers)
    _settle_own(project)


def _index(project: Project, paths: Sequence[str], on_progress: Progress, workers: Workers) -> None:
    done = 0
    for chunk in chunked(index_all(project.job, paths, workers), _FILES_PER_TRANSACTION):
        _put(project, chunk)
        done += len(chunk)
        on_progress("Reading files", done, len(paths))


def _put(project: Project, records: Sequence[FileRecord | LeftOut]) -> None:
    files = [record for record in records if isinstance(record, FileRecord)]
    with project.store.transaction():
        if files:
            project.store.replace_files(files)
        for record in records:
            if isinstance(record, LeftOut):
                project.store.remove_file(record.path)
                project.store.note_skipped(record.path, record.reason, record.content_hash)


def _forget(project: Project, paths: Sequence[str]) -> None:
    for path in paths:
        with project.store.transaction():
            project.store.remove_file(path)
            project.store.forget_skipped(path)


def _note_skipped(project: Project, discovery: Discovery) -> None:
    """Remember what is left out by its name; but not what Mothertongue wrote itself: an export must not change what the next one says."""
    others = (item for item in discovery.skipped if item.path.partition("/")[0] not in _OWN_FOLDERS)
    project.store.replace_skipped((item.path, item.reason) for item in others)


def _read_notes(project: Project, discovery: Discovery) -> None:
    """Take in notes that are new or have changed; forget those that are gone. What is made of notes is settled with what is of files."""
    paths = [path for path in discovery.paths if notes.is_note(path)]
    with project.store.transaction():
        for unit in set(project.store.units("note")) - {f"note:{path}" for path in paths}:
            project.store.remove_unit(unit)
            project.store.forget(unit)
            project.store.forget(LINKED_FOR)
        for path in paths:
            content_hash = hash_on_disk(project.root, path)
            if project.store.get(f"note:{path}") != content_hash:
                project.store.expect_unit(f"note:{path}")
                project.store.put(f"note:{path}", content_hash)
                project.store.forget(LINKED_FOR)


def _settle_own(project: Project) -> None:
    """Own additions are few; they are computed in this process."""
    for addition in project.store.own():
        if f"own:{addition.id}" not in set(project.store.units("own")):
            examples = own_examples(addition, StoredProject(project.store), project.licence)
            project.store.replace_unit(encode_unit(f"own:{addition.id}", examples, {}))


def _sifted(unit: str, examples: Iterable[Example]) -> UnitRecord:
    """Sift and encode examples that were made outside of `pipeline`."""
    kept, dropped = pipeline.sift(examples)
    return encode_unit(unit, kept, dropped)


def _mine_history(project: Project, discovery: Discovery, on_progress: Progress) -> None:
    """Examples of commits that are not cached yet; commits that the present one does not descend from are forgotten."""
    wanted = f"{discovery.head} {project.settings.max_commits}"
    if not discovery.head or project.settings.max_commits == 0 or project.store.get("history") == wanted:
        return
    newest = newest_commits(project.root, project.settings.max_commits)
    known = {unit.partition(":")[2] for unit in project.store.units("commit")}
    with project.store.transaction():
        for commit_hash in sorted(known - set(newest)):
            project.store.remove_unit(f"commit:{commit_hash}")
            project.store.forget(f"commit:{commit_hash}")
    project.store.put("newest_commits", " ".join(newest))
    done = len(known & set(newest))
    commits = read_commits(project.root, extensions(), max_commits=project.settings.max_commits, known=known)
    for chunk in chunked(commits, _COMMITS_PER_TRANSACTION):
        with project.store.transaction():
            for commit in chunk:
                unit = f"commit:{commit.hash}"
                project.store.replace_unit(_sifted(unit, changes_to_examples(commit, language_of, project.licence)))
                project.store.put(unit, str(commit.n_files))
        done += len(chunk)
        on_progress("Reading history", done, len(newest))
    if done >= len(newest):
        project.store.put("history", wanted)
