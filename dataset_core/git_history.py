"""The newest commits of a project with the texts they changed (IO).

One `git log` gives commits and the names of blobs, one long-lived `git cat-file` their contents: no process per commit.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from dataset_core.commit import Commit, FileChange
from dataset_core.hardened_git import GIT_ERRORS, open_git
from dataset_core.quality.file_names import reason_by_folder, reason_by_name
from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterator
    from pathlib import Path

    from git import Git

_FORMAT = "tformat:%H%x00%P%x00%an%x00%ae%x00%cI%x00%s%x00%b"
_N_FIELDS = 7
_ENTRY = re.compile(r"\n?:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])")
_REGULAR_FILES = ("100644", "100755")
_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True)
class _Entry:
    """A modified file in the output of `git log --raw`."""

    path: str
    old_blob: str
    new_blob: str


def read_commits(  # noqa: PLR0913 (each limit is one that a setting sets)
    root: Path,
    extensions: Collection[str],
    *,
    max_commits: int = 1000,
    time_limit_s: float = 10.0,
    known: Container[str] = (),
    max_files: int = 16,
    max_characters: int = 50_000,
) -> Iterator[Commit]:
    """Give the newest commits that lead to the present one, newest first.

    Args:
        root: The project; of a folder inside a repository, only what happened below it counts.
        extensions: Of the files worth reading, such as `.cs`, in lower case.
        max_commits: How many commits are looked at.
        time_limit_s: After which no further commit is given.
        known: Hashes of commits that are left out, since their examples are cached.
        max_files: The texts of a commit that touches more files are not read.
        max_characters: Of the longer of the two texts of a change that is read (CommitPackFT has 50,000).

    Yields:
        Nothing where there is no history; fewer commits where git fails half-way.
    """
    git = open_git(root)
    if git is None or not root.is_dir():
        return
    stop = time.monotonic() + time_limit_s
    wanted = _Wanted(frozenset(extensions), max_files, max_characters)
    try:
        for fields, n_files, entries in _log(git, max_commits):
            if time.monotonic() > stop:
                return
            if fields[0] not in known:
                yield _commit(git, fields, n_files, entries, wanted)
    except GIT_ERRORS:
        return
    finally:
        git.clear_cache()  # ends the process that reads blobs


def newest_commits(root: Path, max_commits: int) -> tuple[str, ...]:
    """Give the hashes of the commits that lead to the present one, newest first; none without a history."""
    git = open_git(root)
    if git is None or not root.is_dir():
        return ()
    try:
        listed: str = git.rev_list(f"--max-count={max_commits}", "--end-of-options", "HEAD", "--", ".")
    except GIT_ERRORS:
        return ()
    return tuple(listed.split())


@dataclass(frozen=True)
class _Wanted:
    """What decides whether the texts of a commit and of a file are read; see `read_commits`."""

    extensions: frozenset[str]
    max_files: int
    max_characters: int


def _log(git: Git, max_commits: int) -> Iterator[tuple[list[str], int, list[_Entry]]]:
    process = git.log(
        f"--max-count={max_commits}", f"--format={_FORMAT}", "--raw", "-z", "--no-abbrev", "--no-renames", "--relative",
        "--diff-merges=off", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-color", "--no-decorate",
        "--no-notes", "--no-mailmap", "--encoding=UTF-8", "--end-of-options", "HEAD", "--", ".",
        as_process=True,
    )  # fmt: skip
    try:
        yield from _records(_tokens(process.stdout))
    finally:
        process.proc.kill()
        process.proc.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def _tokens(stream: IO[bytes]) -> Iterator[str]:
    """Split a stream at NUL bytes as it comes."""
    rest = b""
    while chunk := stream.read(_CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from (token.decode("utf-8", "replace") for token in whole)


def _records(tokens: Iterator[str]) -> Iterator[tuple[list[str], int, list[_Entry]]]:
    """Group tokens to the fields of a commit and the files it touches."""
    fields: list[str] = []
    entries: list[_Entry] = []
    n_files = 0
    for token in tokens:
        entry = _ENTRY.match(token) if len(fields) == _N_FIELDS else None
        if entry:
            path = next(tokens, "")
            n_files += 1
            if entry[5] == "M" and entry[1] in _REGULAR_FILES and entry[2] in _REGULAR_FILES:
                entries.append(_Entry(path, entry[3], entry[4]))
            continue
        if len(fields) == _N_FIELDS:
            yield fields, n_files, entries
            fields, entries, n_files = [], [], 0
        fields.append(token.strip())
    if len(fields) == _N_FIELDS:
        yield fields, n_files, entries


def _commit(git: Git, fields: list[str], n_files: int, entries: list[_Entry], wanted: _Wanted) -> Commit:
    commit_hash, parents, name, address, date_iso, subject, body = fields
    is_merge, is_bot = " " in parents, _is_bot(name, address)
    changes: list[FileChange] = []
    if not is_merge and not is_bot and n_files <= wanted.max_files:
        known = [entry for entry in entries if _is_readable(entry.path, wanted.extensions)]
        read = (_change(git, entry, wanted.max_characters) for entry in sorted(known, key=lambda entry: entry.path))
        changes = [change for change in read if change]
    # The redaction of messages knows names by what stands around them; the author's own may stand anywhere.
    subject, body = (text.replace(name, "<NAME>") if " " in name else text for text in (subject, body))
    return Commit(commit_hash, subject, body, date_iso, is_merge, is_bot, n_files, tuple(changes))


def _is_bot(name: str, address: str) -> bool:
    author = f"{name} {address}".lower()
    return any(word in author for word in load_toml("sweep/git_changes.toml")["bots"])


def _is_readable(path: str, extensions: frozenset[str]) -> bool:
    folder, _, name = path.rpartition("/")
    extension = f".{name.rpartition('.')[2].lower()}"
    return extension in extensions and not reason_by_name(name) and not reason_by_folder(folder, {})


def _change(git: Git, entry: _Entry, max_characters: int) -> FileChange | None:
    old_text = _blob_text(git, entry.old_blob, max_characters)
    new_text = _blob_text(git, entry.new_blob, max_characters) if old_text else None
    return FileChange(entry.path, old_text, new_text) if old_text and new_text and old_text != new_text else None


def _blob_text(git: Git, blob: str, max_characters: int) -> str | None:
    """Read a blob; None where it is large, missing as in a partial clone, or no text."""
    try:
        if git.get_object_header(blob)[2] > max_characters * 4:
            return None
        text = git.get_object_data(blob)[3].decode("utf-8")
    except ValueError:  # also of decoding
        return None
    if "\0" in text or len(text) > max_characters:
        return None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
