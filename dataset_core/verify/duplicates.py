"""Checks of repetition: within the export, and between what is trained on and what is held out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations

from dataset_core.newest_commits import shows_any, written_lines
from dataset_core.quality.duplicates import clusters, similarity
from dataset_core.split import NEWEST_COMMITS, TRAIN
from dataset_core.verification import Check, check_of
from dataset_core.verify.exported import Export, ExportedRow

THRESHOLD = 0.7  # Jaccard similarity of sets of five-word sequences, as for files (arXiv 2305.06161)
MOST_ROWS_OF_AN_ANSWER = 3
# The heading of a fenced block; see `prompt_format.code_block`.
_QUOTED_FILE = re.compile(r"^`([^`\n]+)`(?:, used as `[^`\n]*`)?:\n`{3,4}", re.MULTILINE)


def check_duplicates(export: Export, on_progress: Callable[[int, int, str], None]) -> Iterator[Check]:
    """Check that rows do not repeat one another, and that held-out rows are not known from training."""
    on_progress(0, len(export.rows), "Comparing answers")
    groups = _groups_of_similar_answers(export.rows)
    yield _no_row_twice(export)
    yield _answers_seldom_repeat(export)
    yield _no_near_duplicates(export, groups)
    yield _no_shared_file(export)
    yield _newest_commits_apart(export)
    yield _no_answer_on_both_sides(export, groups)


def _groups_of_similar_answers(rows: Sequence[ExportedRow]) -> list[list[ExportedRow]]:
    """Rows whose answers may be near-duplicates, by MinHash: 85 of 100 pairs at the threshold are found, 99.7 at 0.8."""
    by_key = {f"{position:09}": row for position, row in enumerate(rows)}
    found = clusters({key: row.answer.text for key, row in by_key.items()}, THRESHOLD)
    return [[by_key[key] for key in sorted(keys)] for keys in found if len(keys) > 1]


def _no_row_twice(export: Export) -> Check:
    counts = Counter((row.prompt, row.message) for row in export.rows)
    defects = [f"{row.label} stands {n} times" for row in export.rows if (n := counts.pop((row.prompt, row.message), 0)) > 1]
    return check_of("unique_rows", "No row stands there twice", defects, f"{len(export.rows):,} rows")


def _answers_seldom_repeat(export: Export) -> Check:
    by_answer: dict[str, list[ExportedRow]] = defaultdict(list)
    for row in export.rows:
        by_answer[" ".join(row.answer.text.split())].append(row)
    defects = [f"{rows[0].label} and {len(rows) - 1} more" for rows in by_answer.values() if len(rows) > MOST_ROWS_OF_AN_ANSWER]
    name = f"No answer stands in more than {MOST_ROWS_OF_AN_ANSWER} rows"
    return check_of("answers_seldom_repeat", name, defects, f"{len(by_answer):,} distinct answers")


def _no_near_duplicates(export: Export, groups: Sequence[Sequence[ExportedRow]]) -> Check:
    """A pair is a defect where answer and prompt are both near-duplicates: either alone can be another task."""
    defects = []
    for rows in groups:
        prompts = {f"{position:09}": row.prompt for position, row in enumerate(rows)}
        for keys in clusters(prompts, THRESHOLD):
            defects += [f"{other.label} is like {one.label}" for one, other in _similar_pairs([rows[int(key)] for key in sorted(keys)])]
    name = f"No two rows are near-duplicates (Jaccard {THRESHOLD} of answer and of prompt)"
    return check_of("no_near_duplicates", name, defects, f"{len(export.rows):,} rows")


def _similar_pairs(rows: Sequence[ExportedRow]) -> Iterator[tuple[ExportedRow, ExportedRow]]:
    for one, other in combinations(rows, 2):
        if similarity(one.prompt, other.prompt) >= THRESHOLD <= similarity(one.answer.text, other.answer.text):
            yield one, other


def _no_shared_file(export: Export) -> Check:
    files: dict[str, dict[str, ExportedRow]] = defaultdict(dict)
    rows = [row for row in export.rows if row.split != NEWEST_COMMITS]
    for row in rows:
        for path in (row.metadata.path, *row.metadata.context_paths) if row.metadata is not None else ():
            files[path].setdefault(row.split, row)
    # What a prompt itself quotes counts whatever the sidecar says.
    for row in rows:
        for path in _QUOTED_FILE.findall(row.prompt):
            if path in files:
                files[path].setdefault(row.split, row)
    defects = [f"{path}: {' and '.join(row.label for row in sides.values())}" for path, sides in sorted(files.items()) if len(sides) > 1]
    name = "Training and validation rows share no file, quoted files included"
    if export.metadata is None:
        return Check("no_shared_file", name, None, "not run: no sidecar that says where rows come from")
    return check_of("no_shared_file", name, defects, f"{len(files):,} files")


def _newest_commits_apart(export: Export) -> Check:
    name = "No training row shows a line that one of the held-out newest commits wrote"
    if export.metadata is None:
        return Check("newest_commits_apart", name, None, "not run: no sidecar that says where rows come from")
    written: dict[str, set[str]] = defaultdict(set)
    held_out = [(row, row.metadata) for row in export.rows if row.split == NEWEST_COMMITS and row.metadata is not None]
    for row, metadata in held_out:
        written[metadata.path] |= written_lines(row.prompt, row.answer.text)
    defects = [f"{row.label} shows a line of a newer commit" for row in export.rows if row.split == TRAIN and _shows_any_of(row, written)]
    defects += [f"{row.label} is of no commit" for row, metadata in held_out if not metadata.commit]
    return check_of("newest_commits_apart", name, defects, f"{len(held_out):,} rows of commits")


def _shows_any_of(row: ExportedRow, written: Mapping[str, Collection[str]]) -> bool:
    paths = (row.metadata.path, *row.metadata.context_paths) if row.metadata is not None else ()
    return any(shows_any(text, written[path]) for path in paths if path in written for text in (row.prompt, row.answer.text))


def _no_answer_on_both_sides(export: Export, groups: Sequence[Sequence[ExportedRow]]) -> Check:
    defects = []
    for rows in groups:
        trained = [row for row in rows if row.split == TRAIN]
        for held_out in (row for row in rows if row.split != TRAIN):
            like = next((row for row in trained if similarity(held_out.answer.text, row.answer.text) >= THRESHOLD), None)
            if like is not None:
                defects.append(f"{held_out.label} is like {like.label}")
    return check_of(
        "no_answer_on_both_sides",
        "No held-out answer is a near-duplicate of a training answer",
        defects,
        f"{len(export.rows) - export.n_rows_of(TRAIN):,} held-out rows",
    )
