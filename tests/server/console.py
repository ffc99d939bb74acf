"""Running the command line in a test: as a person would in a process of its own, or in this one where a process adds nothing."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from server import cli

SCRIPT = Path(sys.executable).with_name("mothertongue.exe" if sys.platform == "win32" else "mothertongue")
# What a person's shell may carry must decide nothing here.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHONIOENCODING", "FORCE_COLOR"))}


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    exit_code: int
    output: str
    errors: str

    @property
    def json(self) -> Any:
        return json.loads(self.output)


def call(*arguments: object, cwd: Path | None = None, encoding: str = "utf-8") -> Outcome:
    """Run a command in this process, through `main`, with its streams caught, which have this encoding."""
    output, errors = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="") for _ in range(2))
    exit_code = 0
    with (
        working_folder(cwd or Path.cwd()),
        mock.patch.object(sys, "argv", ["mothertongue", *map(str, arguments)]),
        mock.patch.object(sys, "stdin", io.StringIO()),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        try:
            cli.main()
        except SystemExit as end:
            exit_code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    for stream in (output, errors):
        stream.flush()
    return Outcome(exit_code, *(stream.buffer.getvalue().decode(errors="replace") for stream in (output, errors)))


def run(*arguments: object, cwd: Path | None = None, command: Sequence[str] = (str(SCRIPT),), **environment: str) -> Outcome:
    """Run a command in a process of its own, with pipes for its streams."""
    done = subprocess.run(
        [*command, *map(str, arguments)],
        cwd=cwd, env={**ENVIRONMENT, **environment}, stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    return Outcome(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


@contextlib.contextmanager
def working_folder(folder: Path):
    """`contextlib.chdir` of Python 3.11."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
