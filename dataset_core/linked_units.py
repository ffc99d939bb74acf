"""What is made of files and notes, alone and among others, as far as the mix wants it, and the diagrams of folders (IO: the store).

How far that is, `thinning` says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from dataset_core import pipeline
from dataset_core.indexing import Job, link_unit, linking
from dataset_core.linking import StoredProject
from dataset_core.store import LINKED_FOR, FileRecord, Store, UnitRecord
from dataset_core.thinning import N_BUCKETS, bucket, walk
from dataset_core.workers import Workers, chunked

_UNITS_PER_TRANSACTION = 200
# A file's diagrams take twice as long as all else that it gives, and mostly show other files: a save does not wait for them.
_SETTLED_LATER = "diagrams"
# The family that is made of notes; the others are made of files.
_NOTES = "notes"

_Buckets = list[dict[str, "int | None"]]
_Link = Callable[[Sequence[str]], Iterator["UnitRecord | None"]]
_Progress = Callable[[str, int, int], None]


def settle_linked(job: Job, store: Store, wanted: Mapping[str, int], on_progress: _Progress, workers: Workers) -> None:
    """Make of files and notes what each family wants, and draw folders, by the same workers: none asks for what the others make.

    Args:
        job: What workers need to know.
        store: Held by the caller.
        wanted: Examples of each family.
        on_progress: Told of stages.
        workers: That do it.
    """
    linked_for = json.dumps(wanted)
    folders = store.stale_units("folder")
    is_linked = store.get(LINKED_FOR) == linked_for and not store.stale_units("link")
    families = {} if is_linked else _by_family(store)
    n_missing = sum(len(walk(buckets, wanted.get(family, 0)).missing) for family, buckets in families.items())
    with linking(job, store.folder, workers, n_missing // 2 + len(folders)) as link:
        cuts = _link(store, link, folders, families, wanted, on_progress)
    if not is_linked:
        _cut(store, families, cuts)
        store.put(LINKED_FOR, linked_for)


def link_own(job: Job, store: Store, record: FileRecord) -> None:
    """Link the file itself, in this process: what a save waits for. Its diagrams are left stale."""
    cuts, project = cuts_of(store), StoredProject(store)
    families = pipeline.families_of(record.language, record.role)
    for family in pipeline.LINKED_FAMILIES:
        unit = f"link:{family}:{record.path}"
        if family not in families or bucket(family, record.path) >= cuts.get(family, 0):
            store.remove_unit(unit)
        elif family != _SETTLED_LATER:
            _put(store, [link_unit(job, project, unit)])


def cuts_of(store: Store) -> dict[str, int]:
    """How far each family has gone through the files; empty before anything was linked."""
    return dict(json.loads(store.get("cuts") or "{}"))


def _by_family(store: Store) -> dict[str, _Buckets]:
    """For each family its buckets: file → number of its examples, or None where that must be found out."""
    known = store.counted_units("link")
    families: dict[str, _Buckets] = {family: [{} for _ in range(N_BUCKETS)] for family in (*pipeline.LINKED_FAMILIES, _NOTES)}
    for path, language, role, _, _ in store.files_overview():
        for family in pipeline.families_of(language, role):
            families[family][bucket(family, path)][path] = known.get(_unit(family, path))
    for unit, n_examples in store.counted_units("note").items():
        path = unit.partition(":")[2]
        families[_NOTES][bucket(_NOTES, path)][path] = n_examples
    return families


def _unit(family: str, path: str) -> str:
    return f"note:{path}" if family == _NOTES else f"link:{family}:{path}"


def _link(
    store: Store, link: _Link, folders: Sequence[str], families: Mapping[str, _Buckets], wanted: Mapping[str, int], on_progress: _Progress
) -> dict[str, int]:
    """Draw folders, and link files until each family has enough of them; how far each has come."""
    # The first of the folders is the project, which takes longest: with it in the first round, no worker waits for it at the end.
    units, done = list(folders), 0
    # What a file gives is known when it is linked; two examples are common.
    expected = len(folders) + sum(min(sum(map(len, buckets)), wanted.get(family, 0) // 2) for family, buckets in families.items())
    while True:
        walks = {family: walk(buckets, wanted.get(family, 0)) for family, buckets in families.items()}
        missing = sorted((path, family) for family, walked in walks.items() for path in walked.missing)
        units += [_unit(family, path) for path, family in missing]
        if not units:
            return {family: walked.cut for family, walked in walks.items()}
        for chunk in chunked(zip(units, link(units), strict=True), _UNITS_PER_TRANSACTION):
            _put(store, (record for _, record in chunk))
            _count(families, chunk)
            done += len(chunk)
            on_progress("Linking files", min(done, expected), expected)
        units = []


def _count(families: Mapping[str, _Buckets], linked: Iterable[tuple[str, UnitRecord | None]]) -> None:
    """Keep in mind how many examples files and notes gave to their families."""
    for unit, record in linked:
        stage, _, name = unit.partition(":")
        if stage != "folder":
            family, _, path = name.partition(":") if stage == "link" else (_NOTES, "", name)
            families[family][bucket(family, path)][path] = record.n_examples if record is not None else 0


def _cut(store: Store, families: Mapping[str, _Buckets], cuts: Mapping[str, int]) -> None:
    """Forget what is made of files and notes behind the cuts; which notes there are stays known."""
    taken = {_unit(family, path) for family, cut in cuts.items() for files in families[family][:cut] for path in files}
    with store.transaction():
        for unit in store.counted_units("link").keys() - taken:
            store.remove_unit(unit)
        for unit, n_examples in store.counted_units("note").items():
            if unit not in taken and n_examples is not None:
                store.remove_unit(unit)
                store.expect_unit(unit)
        store.put("cuts", json.dumps(cuts))


def _put(store: Store, records: Iterable[UnitRecord | None]) -> None:
    with store.transaction():
        for record in records:
            if record is not None:
                store.replace_unit(record)
                if record.content_hash:
                    store.put(record.unit, record.content_hash)
