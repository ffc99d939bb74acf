"""Which files of a folder belong to the project, and reading one (IO).

Nothing of the folder is run, no link is followed, and every file that stays out has a reason in words.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import shlex
import shutil
import stat
from dataclasses import dataclass, field
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING

from dataset_core.hardened_git import GIT_ERRORS, open_git
from dataset_core.language import language_of
from dataset_core.parse import parse
from dataset_core.quality.file_filters import reason_to_skip
from dataset_core.quality.file_names import is_left_out_folder, reason_by_folder, reason_by_name
from dataset_core.source_file import SourceFile, content_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MAX_BYTES = 1_000_000

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True)
class Skipped:
    """A file that is left out, and why, in words that a person understands.

    Attributes:
        path: Relative to the project, with forward slashes.
        reason: In words.
        content_hash: Of the bytes on disk, where these are the reason; empty where they were not read.
    """

    path: str
    reason: str
    content_hash: str = field(default="", compare=False)


@dataclass(frozen=True)
class Discovery:
    """The files of a project by their names alone; what they hold is judged when they are read.

    Attributes:
        paths: Files to read: sorted, relative to the project, with forward slashes.
        skipped: Files left out, sorted by path. Ignored files are not among them: there may be a million.
        has_git: Whether git gave the listing, so that there is a history to mine.
        head: Hash of the newest commit; empty where there is none.
    """

    paths: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    has_git: bool
    head: str


@dataclass(frozen=True)
class RawText:
    """A file as it was read.

    Attributes:
        path: Relative to the project, with forward slashes.
        text: Decoded, without byte order mark, with Unix line ends.
        content_hash: Of the bytes on disk.
    """

    path: str
    text: str
    content_hash: str


def discover(root: Path, extensions: Collection[str], *, max_bytes: int = MAX_BYTES) -> Discovery:
    """List the files of a project that are worth reading; opens none of them.

    Where git knows the folder, these are its tracked files and its untracked ones that are not ignored. Elsewhere the
    folder is walked with its `.gitignore` files obeyed.

    Args:
        root: The project; it may be a folder inside a repository.
        extensions: Of known languages, such as `.cs`, with the dot and in lower case, or whole names: `dockerfile`.
        max_bytes: Larger files are left out.
    """
    unreadable: list[Skipped] = []
    listed, head = _list_with_git(root)
    has_git = listed is not None
    if not listed:  # also where an outer repository, such as one of dotfiles, ignores the whole project
        from dataset_core.gitignore import walk  # loads pathspec, which takes as long as asking git

        def on_unreadable(folder: str) -> None:
            unreadable.append(Skipped(folder, "folder cannot be read"))

        listed = set(walk(root, is_left_out_folder, on_unreadable))
    rules = _PathRules(root, listed, frozenset(extensions), max_bytes)
    skipped = [Skipped(printable(path), reason) for path in listed if (reason := rules.reason(path))]
    left_out = {item.path for item in skipped}
    return Discovery(
        paths=tuple(sorted(path for path in listed if printable(path) not in left_out)),
        skipped=tuple(sorted([*skipped, *unreadable], key=lambda item: item.path)),
        has_git=has_git,
        head=head,
    )


def read(root: Path, path: str, *, max_bytes: int = MAX_BYTES) -> RawText | Skipped:
    """Read one file of the project, at most `max_bytes` of it, whatever happened to it since it was discovered.

    Returns:
        The text, or why there is none. The rules about content, `file_filters.reason_to_skip`, are the caller's.
    """
    data = b""
    try:
        data = _read_bytes(root, path, max_bytes)
        text = _decode(data)
    except _UnreadableError as error:
        return Skipped(path, str(error), content_hash(data) if data else "")
    return RawText(path, text, content_hash(data))


def hash_on_disk(root: Path, path: str, *, max_bytes: int = MAX_BYTES) -> str:
    """Give the content hash that `read` would give now; another one, or none, for a file that it would not read."""
    try:
        return content_hash(_read_regular_file(f"{root}/{path}", max_bytes + 1))
    except (OSError, _UnreadableError):
        return ""


def reason_without_git(root: Path) -> str:
    """Say why nothing is learnt from a project's history, and what to do; empty where git answers."""
    git = open_git(root)
    if git is None:
        return "The environment points git at another repository (GIT_DIR and the like): nothing is learnt from the history."
    if shutil.which("git") is None:
        return "git is not installed: nothing is learnt from the history."
    try:
        git.rev_parse("--git-dir")
    except GIT_ERRORS as error:
        if "safe.directory" in str(error):
            return (
                "The repository belongs to another user, and git refuses it: nothing is learnt from the history. "
                f"If you trust it: git config --global --add safe.directory {shlex.quote(str(root.resolve()))}"
            )
        return "No git repository: nothing is learnt from the history."
    return ""


def explain(root: Path, path: str, extensions: Collection[str], *, max_bytes: int = MAX_BYTES) -> str:
    """Say in one sentence whether and why a file is, or is not, part of the project's data set."""
    relative = _relative(root, path)
    shown = printable(path if relative is None else relative)
    if relative is None:
        return f"{shown}: not part: outside the project"
    if not os.path.lexists(root / relative):
        return f"{shown}: not part: does not exist"
    if (root / relative).is_dir() and not (root / relative).is_symlink():
        return f"{shown}: a folder; ask about a file in it"
    reason = reason_left_out(root, relative, extensions, max_bytes=max_bytes) or _reason_by_content(root, relative, max_bytes)
    return f"{shown}: not part: {reason}" if reason else f"{shown}: part of the project"


def reason_left_out(root: Path, path: str, extensions: Collection[str], *, max_bytes: int = MAX_BYTES) -> str | None:
    """Say why `discover` leaves a file out, looking at this one alone; None where it is worth reading.

    Args:
        root: The project.
        path: Of a file that is there, relative to the project, with forward slashes.
        extensions: As for `discover`.
        max_bytes: As for `discover`.
    """
    link = next((folder for folder in _folders_of(path) if (root / folder).is_symlink()), None)
    if link is not None:
        return f"behind the link {link}, which is not followed: it counts where it lies"
    return _PathRules(root, _neighbours(root, path), frozenset(extensions), max_bytes).reason(path) or _reason_ignored(root, path)


class _PathRules:
    """The rules about paths, with what they ask of the rest of the project looked up once."""

    def __init__(self, root: Path, paths: Iterable[str], extensions: frozenset[str], max_bytes: int) -> None:
        self._root = os.fspath(root)
        self._extensions = extensions
        self._max_bytes = max_bytes
        self._names_in: dict[str, list[str]] = {}
        self._folder_reasons: dict[str, str | None] = {}
        for path in paths:
            folder, _, name = path.rpartition("/")
            self._names_in.setdefault(folder, []).append(name)

    def reason(self, path: str) -> str | None:
        """Say why a path is left out; None where it is worth reading."""
        folder, _, name = path.rpartition("/")
        if folder not in self._folder_reasons:
            self._folder_reasons[folder] = reason_by_folder(folder, self._names_in)
        reason = self._folder_reasons[folder] or reason_by_name(name) or self._reason_by_language(path, name)
        return reason or self._reason_by_encoding(path) or self._reason_on_disk(path)

    def _reason_by_language(self, path: str, name: str) -> str | None:
        lowered = name.lower()
        dot = lowered.rfind(".")
        if lowered in self._extensions or (dot >= 0 and lowered[dot:] in self._extensions):
            return None
        # Links to folders and submodules have names of folders, but are listed among the files.
        full = f"{self._root}/{path}"
        if not os.path.isdir(full):  # noqa: PTH112 - a string, as each file without a language passes here
            return "no known language"
        return "a link to a folder, which is not followed" if os.path.islink(full) else "a repository of its own (submodule)"  # noqa: PTH114

    @staticmethod
    def _reason_by_encoding(path: str) -> str | None:
        return None if printable(path) == path else "its name is not valid UTF-8"

    def _reason_on_disk(self, path: str) -> str | None:
        try:
            status = os.lstat(f"{self._root}/{path}")
        except OSError as error:
            return "deleted" if isinstance(error, FileNotFoundError) else "cannot be read"
        if stat.S_ISLNK(status.st_mode):
            return _reason_for_link(self._root, path)
        if stat.S_ISDIR(status.st_mode):
            return "a repository of its own (submodule)"
        if not stat.S_ISREG(status.st_mode):
            return "not a regular file"
        if status.st_size > self._max_bytes:
            return f"too large: {status.st_size:,} bytes"
        return None if status.st_size else "empty"


def _reason_for_link(root: str, path: str) -> str:
    try:
        target = Path(root, path).resolve(strict=True)
    except (OSError, RuntimeError):  # Python < 3.13 raises RuntimeError for a circle of links
        return "a link that leads nowhere or in a circle"
    if not target.is_relative_to(Path(root).resolve()):
        return "a link that leaves the project"
    return f"a link to {target.relative_to(Path(root).resolve()).as_posix()}, which counts once"


def _list_with_git(root: Path) -> tuple[set[str] | None, str]:
    """Ask git for its files below a folder and for its newest commit; None where git cannot say."""
    git = open_git(root)
    if git is None or not root.is_dir():
        return None, ""
    try:
        listing = git.ls_files("-z", "--cached", "--others", "--exclude-standard", stdout_as_string=False, strip_newline_in_stdout=False)
    except GIT_ERRORS:
        return None, ""
    try:
        head = str(git.rev_parse("--verify", "--quiet", "HEAD"))
    except GIT_ERRORS:  # a repository without commits
        head = ""
    names = (os.fsdecode(name) for name in bytes(listing).split(b"\0") if name)
    # A trailing slash is an untracked repository inside this one; `..` comes from a work tree configured elsewhere.
    return {name for name in names if not name.endswith("/") and not name.startswith(("../", "/"))}, head


def _folders_of(path: str) -> list[str]:
    """The folders that a path goes through, from the outermost."""
    return list(accumulate(path.split("/")[:-1], lambda outer, name: f"{outer}/{name}"))


def _neighbours(root: Path, path: str) -> set[str]:
    """List the files in the folders above a path: all that the rules about folders look at."""
    found = {path}
    for folder in Path(path).parents:
        with contextlib.suppress(OSError), os.scandir(root / folder) as entries:
            names = [entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]
            found.update((folder / name).as_posix() for name in names)
    return found


def _reason_ignored(root: Path, path: str) -> str | None:
    git = open_git(root)
    if git is not None:
        try:
            if git.ls_files("--cached", "--others", "--exclude-standard", "--", path):
                return None
            answer = str(git.check_ignore("--verbose", "--", path))
        except GIT_ERRORS:
            pass  # not ignored as git sees it, or git cannot say: the files decide
        else:
            found = re.match(r"(?s)(.*):(\d+):(.*)\t", answer)
            return f"ignored by {found[1]}, line {found[2]}: {found[3]}" if found else "ignored by git"
    from dataset_core.gitignore import ignored_by

    ignored = ignored_by(root, path)
    return f"ignored by {ignored.source}: {ignored.pattern}" if ignored else None


def _reason_by_content(root: Path, path: str, max_bytes: int) -> str | None:
    file = read(root, path, max_bytes=max_bytes)
    if isinstance(file, Skipped):
        return file.reason
    language = language_of(path)
    refused = parse(SourceFile(path, language, file.text, "", "")).refused if language is not None else ""
    return reason_to_skip(path, file.text) or refused or None


def _relative(root: Path, path: str) -> str | None:
    """Give a path relative to the project with forward slashes; None where it lies outside."""
    relative = os.path.relpath(root / path, root)
    return None if relative == ".." or relative.startswith(f"..{os.sep}") else relative.replace(os.sep, "/")


class _UnreadableError(Exception):
    """A file gives no text; the message is the reason that a person is shown."""


def _read_bytes(root: Path, path: str, max_bytes: int) -> bytes:
    if not _is_inside(root, path):
        message = "outside the project"
        raise _UnreadableError(message)
    try:
        data = _read_regular_file(f"{root}/{path}", max_bytes + 1)
    except OSError as error:
        message = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise _UnreadableError(message) from error
    if len(data) > max_bytes:
        message = f"too large: over {max_bytes:,} bytes"
        raise _UnreadableError(message)
    return data


def _is_inside(root: Path, path: str) -> bool:
    """Whether the folder of a file lies in the project, whatever links lead to it."""
    folders = path.split("/")[:-1]
    if os.sep == "/" and not path.startswith("/") and ".." not in folders:
        # Nearly all files: no folder below the project is a link, which takes a third of the time to see.
        above = accumulate(folders, lambda outer, name: f"{outer}/{name}", initial=os.fspath(root))
        if not any(os.path.islink(folder) for folder in islice(above, 1, None)):  # noqa: PTH114 - strings, as each file passes here
            return True
    base = os.path.realpath(root)
    folder = os.path.realpath(os.path.dirname(os.path.join(base, path)))  # noqa: PTH118, PTH120 - likewise
    return folder == base or folder.startswith(base.rstrip(os.sep) + os.sep)


def _read_regular_file(path: str, max_bytes: int) -> bytes:
    """Read the first bytes of a file, without following a link or waiting for a pipe."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    if not os.path.islink(path):  # noqa: PTH114 - a string, as each file passes here; asked for systems without O_NOFOLLOW
        with os.fdopen(os.open(path, flags), "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode):
                return file.read(min(max_bytes, status.st_size + 1))
    message = "not a regular file"
    raise _UnreadableError(message)


def _decode(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = _decode_as(encoding, data[len(mark) :])
            break
    else:
        text = _decode_as("utf-8", data)
    if "\0" in text:
        message = "binary: holds NUL bytes"
        raise _UnreadableError(message)
    if not text or text.isspace():
        message = "empty"
        raise _UnreadableError(message)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _decode_as(encoding: str, data: bytes) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        message = "neither UTF-8 nor UTF-16 text"
        raise _UnreadableError(message) from error


def printable(path: str) -> str:
    """Make a path storable: bytes of a file name that are no UTF-8 become escapes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
