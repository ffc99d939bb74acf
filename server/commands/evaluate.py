"""`mothertongue evaluate`: what a training changed, measured on rows that it never saw."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import click
import msgspec

from server import console
from server.commands.options import common
from server.evaluation.request import PAGE, PROGRESS, RESULT, TABLE, EvaluationProgress, EvaluationRequest, prepare
from server.training import runs as training
from server.training.errors import TrainingError

_POLL_SECONDS = 0.3


@click.command()
@click.argument("run", default="")
@common
@click.option(
    "--artefact",
    "artefacts",
    multiple=True,
    type=click.Choice(("base", "adapter", "merged")),
    help="Default: base and adapter. merged: all that were merged.",
)
@click.option("--rows", type=click.IntRange(1), help="Held-out rows whose loss is measured. Default: all.")
@click.option("--answers", type=click.IntRange(0), default=20, show_default=True, help="Held-out prompts that are answered.")
@click.option(
    "--diagrams", type=click.IntRange(0), default=0, help="Held-out prompts for a diagram, answered freely and under the grammar."
)
@click.option("--held-out", type=click.Path(path_type=Path), help="Other held-out rows than those that the run's export wrote.")
def evaluate(
    root: Path, as_json: bool, run: str, artefacts: tuple[str, ...], rows: int | None, answers: int, diagrams: int, held_out: Path | None
) -> None:
    """Compare the base model with what a training run made of it; the newest run unless RUN is given.

    Example: mothertongue evaluate --artefact base --artefact adapter --artefact merged
    """
    training.check_installed()
    folder = training.run_named(root, run)
    request = EvaluationRequest(
        run=str(folder.path.resolve()),
        artefacts=artefacts or ("base", "adapter"),
        n_loss_rows=rows or 0,
        n_answers=answers,
        n_diagrams=diagrams,
        validation_file=str(held_out.resolve()) if held_out else "",
    )
    place = prepare(request)
    _run(place, quiet=as_json)
    if as_json:
        click.echo((place / RESULT).read_text("utf-8"))
        return
    lines = [line.strip("| ").split(" | ") for line in (place / TABLE).read_text("utf-8").splitlines() if line.startswith("| ")]
    console.print_table(lines[0], lines[2:])
    click.echo(f"\nLook at it: {place / PAGE}")


def _run(place: Path, *, quiet: bool) -> None:
    """Wait for the evaluating process; Ctrl-C ends it.

    Raises:
        TrainingError: It failed; its last line says why.
    """
    with (place / "log.txt").open("wb+") as log, console.progress(quiet=quiet) as on_progress:
        process = subprocess.Popen(
            (sys.executable, "-m", "server.evaluation", str(place)),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=training.environment(),
        )  # fmt: skip
        try:
            before = None
            while process.poll() is None:
                time.sleep(_POLL_SECONDS)
                if (progress := _progress(place)) is None:
                    continue
                if before is not None and before.stage != progress.stage:
                    on_progress(before.stage, before.total, before.total)  # its end came between two looks
                on_progress(progress.stage, progress.done, progress.total)
                before = progress
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            log.seek(0)
            lines = log.read().decode("utf-8", "replace").strip().splitlines()
            raise TrainingError(f"the evaluation failed: {lines[-1] if lines else 'it said nothing'}")


def _progress(place: Path) -> EvaluationProgress | None:
    try:
        return msgspec.json.decode((place / PROGRESS).read_bytes(), type=EvaluationProgress)
    except (OSError, msgspec.DecodeError):
        return None
