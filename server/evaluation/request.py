"""What an evaluation is asked to do, and where its results lie (IO: writes the request; loads no torch)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from server.training.run_folder import write_whole

FOLDER, REQUEST, RESULT, TABLE, PAGE, PROGRESS = (
    "evaluation",
    "request.json",
    "evaluation.json",
    "evaluation.md",
    "index.html",
    "progress.json",
)


class EvaluationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """All settings of an evaluation.

    Attributes:
        run: The folder of the training run that is judged.
        artefacts: Of `base`, `adapter` and `merged`, which stands for every merged model of the run.
        n_loss_rows: Held-out rows whose loss is measured; 0 for all.
        n_answers: Held-out prompts that are answered; 0 for none.
        n_diagrams: Held-out prompts for a diagram that are answered freely and under a grammar; 0 for none.
        validation_file: Other held-out rows than those of the run; empty for the run's.
        seed: Of the choice of rows.
        threads: Of the processor; 0 for all its cores.
    """

    run: str
    artefacts: tuple[str, ...] = ("base", "adapter")
    n_loss_rows: int = 0
    n_answers: int = 20
    n_diagrams: int = 0
    validation_file: str = ""
    seed: int = 0
    threads: int = 0


class EvaluationProgress(msgspec.Struct, frozen=True):
    """How far it is: a stage in words, and how much of it."""

    stage: str
    done: int
    total: int


def prepare(request: EvaluationRequest) -> Path:
    """Put a request into its run's folder; the folder of the evaluation, without the progress of an earlier one.

    Raises:
        TrainingError: It cannot be written.
    """
    folder = Path(request.run) / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / PROGRESS).unlink(missing_ok=True)
    write_whole(folder / REQUEST, msgspec.json.encode(request))
    return folder
