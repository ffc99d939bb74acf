"""How many files of a large project each stage goes through. Pure.

An export takes 5,000 rows; a project of 4,000 files would give 60,000 examples to choose them from, of which nobody ever sees the rest. So
in a large project each stage (`adapt`, `symbols`, ...) takes one file in two, in three, ...: every file still gives some examples, and what
it declares and uses is known for all of them. Which files a stage takes follows from their paths, so that it is the same at every build.
"""

from __future__ import annotations

from hashlib import blake2b

# Examples that a file gives on average if every stage takes it: 15 to 17 in repositories of C#, TypeScript and Go.
_EXAMPLES_PER_FILE = 15
# Candidates for each row of the target: what quotas, budget and duplicates leave is then still chosen for its quality.
_CANDIDATES_PER_ROW = 2
# Each a third to a half more than the one before: a project that grows is rarely read again as a whole.
_STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
# How many times as often stages run that give little: extras of a role, and what takes several files or a folder.
_SCARCE = 2


def one_in(n_files: int, target: int) -> int:
    """Of how many files a stage takes one: the largest step that leaves twice as many examples as rows are wanted."""
    enough = max(1, _CANDIDATES_PER_ROW * target // _EXAMPLES_PER_FILE)
    return max((step for step in _STEPS if n_files >= step * enough), default=1)


def takes(stage: str, path: str, step: int, *, is_scarce: bool = False) -> bool:
    """Whether a stage takes a file where it takes one in `step`; a scarce one takes twice as many."""
    step = max(1, step // _SCARCE) if is_scarce else step
    return step == 1 or int.from_bytes(blake2b(f"{stage}:{path}".encode(), digest_size=4).digest(), "big") % step == 0
