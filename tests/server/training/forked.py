"""Training processes that have torch from their first moment: each one by itself would load it for seconds."""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing.process import BaseProcess

from server.training.run_folder import RunFolder

# The server that is forked has no threads yet, as this process may have. Windows cannot fork.
_CONTEXT = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
_CONTEXT.set_forkserver_preload(["server.training.__main__"])


def start_training(run: RunFolder, **environment: str) -> BaseProcess:
    """Train in a process of its own, with these variables beside this process's."""
    process = _CONTEXT.Process(target=_train, args=(str(run.path), environment))
    process.start()
    return process


def _train(folder: str, environment: dict[str, str]) -> None:
    from server.training import __main__ as training

    os.environ.update(environment)
    sys.exit(training.main([folder]))
