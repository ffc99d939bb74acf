"""Starts the processes that need torch or llama.cpp, with the interpreter that has them (IO: child processes)."""

from __future__ import annotations

import asyncio
import subprocess
from asyncio.subprocess import PIPE, Process

from server.lsp.failure import WorkFailedError
from server.processes.isolated import isolated_command
from server.protocol import ErrorKind

_LONGEST_LINE_BYTES = 1 << 24


async def start(module: str, python: str, kind: ErrorKind, *, at_low_priority: bool = False) -> Process:
    """Start a module that is spoken to in lines.

    Args:
        module: Of this product.
        python: The interpreter; empty for the one of this process.
        kind: Of the error where it cannot be run.
        at_low_priority: On Windows; elsewhere a process lowers its own.

    Raises:
        WorkFailedError: The interpreter cannot be run.
    """
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    if at_low_priority:
        flags |= getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    command = isolated_command(module, python=python)
    try:
        return await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE_BYTES, creationflags=flags)
    except OSError as error:
        message = f"{python} cannot be run ({error.strerror}). Run “Mothertongue: Set Up Model Environment” again."
        raise WorkFailedError(kind, message) from error
