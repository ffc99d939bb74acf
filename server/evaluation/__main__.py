"""`python -m server.evaluation FOLDER`: evaluates as `request.json` in the folder asks, and writes the results beside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec
import torch
from transformers.utils import logging as transformers_logging

from server.evaluation.evaluate import OnProgress, evaluate
from server.evaluation.page import page
from server.evaluation.request import PAGE, PROGRESS, REQUEST, RESULT, TABLE, EvaluationProgress, EvaluationRequest
from server.evaluation.result import markdown
from server.gguf.header import GgufError
from server.gguf.run_card import rewrite_cards
from server.training.errors import TrainingError
from server.training.run_folder import RunFolder, write_whole


def main(arguments: list[str]) -> int:
    """Evaluate; the process's exit code."""
    folder = Path(arguments[0])

    def on_progress(stage: str, done: int, total: int) -> None:
        write_whole(folder / PROGRESS, msgspec.json.encode(EvaluationProgress(stage, done, total)))

    try:
        evaluate_in(folder, on_progress)
    except (TrainingError, GgufError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the client shows it
        return 1
    return 0


def evaluate_in(folder: Path, on_progress: OnProgress) -> None:
    """Evaluate as the request in the folder asks, and write what was found beside it.

    Raises:
        TrainingError: The run has no adapter, or its rows or its base cannot be read.
        GgufError: A model's file is damaged.
    """
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    request = msgspec.json.decode((folder / REQUEST).read_bytes(), type=EvaluationRequest)
    torch.set_num_threads(request.threads or os.cpu_count() or 1)
    result = evaluate(request, on_progress)
    write_whole(folder / TABLE, markdown(result).encode())
    write_whole(folder / PAGE, page(result, RunFolder(Path(request.run)).events()).encode())
    write_whole(folder / RESULT, msgspec.json.encode(result))
    rewrite_cards(Path(request.run))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
