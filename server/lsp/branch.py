"""Which commit or branch a folder is on, read from git's own files so that nothing of the folder is run (IO)."""

from __future__ import annotations

from pathlib import Path

_LINK = "gitdir: "


def head_of(folder: Path) -> str:
    """What `HEAD` holds: another text after a change of branch; empty where there is no repository."""
    for parent in (folder, *folder.parents):
        git = parent / ".git"
        if git.is_dir():
            return _text(git / "HEAD")
        if git.is_file():  # a work tree or a submodule: the file says where its repository is
            return _text(parent / _text(git).removeprefix(_LINK) / "HEAD")
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
