"""A commit of the mother project with the texts that it changed. Knows nothing of git; `git_history` reads these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileChange:
    """A text file before and after a commit, with Unix line ends."""

    path: str
    old_text: str
    new_text: str


@dataclass(frozen=True)
class Commit:
    """A commit of the project.

    Attributes:
        hash: In full.
        subject: The first paragraph of the message, on one line.
        body: The rest of the message.
        date_iso: When it was committed, in strict ISO 8601.
        is_merge: Whether it has more than one parent.
        author_is_bot: Whether its author's name or address is that of a known program.
        n_files: How many files it touches, of any kind.
        changes: Of the known text files that it modifies, sorted by path; empty where the commit is a merge, a bot's or
            touches too many files, so that its texts were not read.
    """

    hash: str
    subject: str
    body: str
    date_iso: str
    is_merge: bool
    author_is_bot: bool
    n_files: int
    changes: tuple[FileChange, ...]
