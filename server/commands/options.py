"""What all commands share: their options, the exit codes, and how a project is opened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from dataset_core.project import Project

EXIT_CHECK_FAILED, EXIT_USAGE, EXIT_PROJECT, EXIT_INTERRUPTED = 1, 2, 3, 130
_Command = TypeVar("_Command", bound=Callable[..., Any])


def common(command: _Command) -> _Command:
    """Add the options that every command has."""

    @click.option("--project", "root", type=click.Path(path_type=Path), default=Path(), help="The project's folder. Default: here.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return command(*args, **kwargs)

    return wrapped  # type: ignore[return-value]


def open_project(root: Path, *, artifact_type: str | None = None, **overrides: Any) -> AbstractContextManager[Project]:
    """Open a project with its settings; the artifact type that was chosen last is the default."""
    from dataset_core.project import open_remembering

    return open_remembering(root, artifact_type=artifact_type, **overrides)
