"""How much of a large project is made into examples: as much as an export needs, with something to choose from. Pure.

An export takes 5,000 rows; a project of 4,000 files would give 60,000 examples to choose them from, of which nobody ever sees the rest.
Each family of examples has a share of the mix (`mix.toml`), and is made until there are half as many again as its share.

What files give is made *by demand*. Each family goes through the files in an order of its own, which follows from their
paths alone, until it has enough; the place at which it stops is its *cut*. Where it stops depends on what the files give, so it fits a
project of large files as well as one of small ones; and as it depends on nothing else, the same files have the same cut, in whatever order
they came. To keep a save from moving a cut, the order is one of buckets, each taken as a whole.
Of the folders of a larger project, one in two, three, ... is drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from dataset_core.mix import artifact_types, quotas

N_BUCKETS = 256
# Examples for each row of a family's share: quotas, budget and duplicates leave enough, even where families that a project lacks pass
# theirs on.
_CANDIDATES_PER_ROW = 1.5
# The variations that need no other file are a family of their own, which goes through the files in another order.
_PARTS = {"variations": ("variations", 0.5), "alone": ("variations", 0.5)}
# A first guess of what a file gives to a family; a high one, so that too few are made at first rather than too many.
_FIRST_GUESS = 5.0
# Of the diagrams, what is drawn of folders, and how many they give for each file of the project: in repositories of C#, TypeScript,
# Python, Go, Rust and Java 0.1 to 0.5.
_SHARE_OF_FOLDERS, _DIAGRAMS_PER_FILE = 0.2, 0.1
# Each a third to a half more than the one before: a project that grows is rarely read again as a whole.
_STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)


@dataclass(frozen=True)
class Walk:
    """How far a family has come.

    Attributes:
        cut: The buckets below this one are taken.
        missing: Files of theirs that have not been made into examples; while there are any, the cut is a guess.
    """

    cut: int
    missing: tuple[str, ...]


def demand(artifact_type: str, target: int, without: Collection[str] = ()) -> dict[str, int]:
    """How many examples of each family are made, where a project gives as many."""
    share = quotas(artifact_type, target, without)
    parts = {**{family: (family, 1.0) for family in share}, **_PARTS}
    return {family: int(_CANDIDATES_PER_ROW * part * share.get(whole, 0)) for family, (whole, part) in parts.items()}


def bucket(family: str, path: str) -> int:
    """The bucket that a file is in for a family, from 0 to 255."""
    return blake2b(f"{family}:{path}".encode(), digest_size=1).digest()[0]


def walk(buckets: Sequence[Mapping[str, int | None]], wanted: int) -> Walk:
    """Go through a family's files until there are as many examples as wanted.

    Args:
        buckets: File → number of its examples, or None where that is not known yet; all 256, some of them empty.
        wanted: In all.
    """
    known = [count for files in buckets for count in files.values() if count is not None]
    guess = max(1.05 * sum(known) / len(known), 0.1) if known else _FIRST_GUESS
    expected = 0.0
    missing: list[str] = []
    for number, files in enumerate(buckets):
        if expected >= wanted:
            return Walk(number, tuple(missing))
        expected += sum(guess if count is None else count for count in files.values())
        missing += (path for path, count in files.items() if count is None)
    return Walk(N_BUCKETS, tuple(missing))


def folder_step(n_files: int, target: int) -> int:
    """Of how many folders one is drawn, whatever the artifact type."""
    enough = _CANDIDATES_PER_ROW * _SHARE_OF_FOLDERS * quotas(next(iter(artifact_types())), target)["diagrams"]
    return max((step for step in _STEPS if n_files * _DIAGRAMS_PER_FILE >= step * enough), default=1)


def takes(stage: str, path: str, step: int) -> bool:
    """Whether a stage takes a file or folder where it takes one in `step`."""
    return step == 1 or int.from_bytes(blake2b(f"{stage}:{path}".encode(), digest_size=4).digest(), "big") % step == 0
