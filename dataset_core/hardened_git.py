"""Asking git about a folder that may belong to a stranger, so that opening the folder runs nothing of it (IO).

A repository's own configuration can name programs: a file-system monitor, hooks, a pager, an external diff, converters,
a signature checker, a transport for objects that are fetched on demand. All of them are switched off here, on the
command line and in the environment, which both win over the repository. Git's own refusal of folders that belong to
another user ("dubious ownership") stays in force.
"""

from __future__ import annotations

import os

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # without it `import git` fails where git is not installed

from git import Git
from git.exc import GitCommandError, GitCommandNotFound

GIT_ERRORS = (GitCommandError, GitCommandNotFound, OSError, ValueError)

_SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.untrackedCache=false",
    "core.quotePath=false",
    "core.pager=cat",
    "diff.external=",
    "log.showSignature=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
    "submodule.recurse=false",
)

_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # no protocol has this name: older versions of git know no GIT_NO_LAZY_FETCH
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_ATTR_NOSYSTEM": "1",
}

# With these in the environment, as inside a git hook, git answers about another repository than the one of the folder.
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY")


def open_git(folder: str | os.PathLike[str]) -> Git | None:
    """Give a handle that runs hardened git commands in a folder.

    Returns:
        None where the environment points git at another repository. Whether git is installed and the folder is in a
        repository shows when a command runs: it then raises one of `GIT_ERRORS`.
    """
    if any(name in os.environ for name in _FOREIGN):
        return None
    git = Git(os.fspath(folder))
    git.update_environment(**_ENVIRONMENT)
    git.set_persistent_git_options(c=list(_SETTINGS), no_pager=True)
    return git
