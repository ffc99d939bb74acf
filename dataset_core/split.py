"""Train or validation, by whole files; the newest commits are a held-out set of their own (`newest_commits`).

The side of a file follows from its path alone, so that it stays when other files come and when the file itself is edited: a side that
followed the content would move a file between the sets at a save, and a model would be judged on what an earlier one was trained on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

TRAIN = "train"
VALIDATION = "validation"
NEWEST_COMMITS = "newest_commits"
SPLITS = (TRAIN, VALIDATION, NEWEST_COMMITS)


def side_of(path: str, validation_fraction: float) -> str:
    """The set that a file belongs to. Files of one stem go together: a component with its template, its style and its test.

    Args:
        path: Relative to the project.
        validation_fraction: Of all files, between 0 and 1.
    """
    draw = int.from_bytes(blake2b(f"split:{_stem(path)}".encode(), digest_size=8).digest(), "big") / 2**64
    return VALIDATION if draw < validation_fraction else TRAIN


def side_of_row(paths: Iterable[str], sides: Mapping[str, str]) -> str | None:
    """The set of an example that shows these files; None where they are on both sides, so that it can be in neither."""
    found = {sides[path] for path in paths if path in sides}
    return None if len(found) > 1 else found.pop() if found else TRAIN


def _stem(path: str) -> str:
    """The path up to the first dot of the file's name: `app/orders/order-list` of `app/orders/order-list.component.html`."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.lstrip('.').partition('.')[0]}"
