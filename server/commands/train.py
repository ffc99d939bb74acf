"""`mothertongue train` and `mothertongue runs`: starting, following and managing trainings."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from dataset_core.project import EXPORT_FOLDER_NAME
from dataset_core.tokens import embedded_model
from server import console
from server.commands.options import EXIT_CHECK_FAILED, common
from server.exports import the_newest_export
from server.training import runs as training
from server.training.errors import TrainingError
from server.training.run_folder import RunFolder
from server.training.settings import presets, settings_of

_POLL_SECONDS = 0.3


@click.command()
@common
@click.option("--base", type=click.Path(path_type=Path), help="A GGUF file or a Hugging Face folder. Default: the embedded SmolLM2-135M.")
@click.option("--data", type=click.Path(path_type=Path), help="Rows to train on. Default: the newest export of the project.")
@click.option("--preset", type=click.Choice(presets()), default="quick", show_default=True, help="quick: a time box; standard: 3 epochs.")
@click.option("--minutes", type=click.FloatRange(0.1), help="Train this long.")
@click.option("--steps", type=click.IntRange(1), help="Train this many steps.")
@click.option("--epochs", type=click.FloatRange(0.01), help="Train this many passes over the data.")
@click.option("--learning-rate", type=click.FloatRange(1e-7, 1), help="Default: what suits the base's size.")
@click.option("--rows-per-step", type=click.IntRange(1), help="Effective batch size.")
@click.option("--rank", type=click.IntRange(1, 512), help="Of the adapter. Default: 16.")
@click.option("--seed", type=click.IntRange(0), help="Default: 0.")
@click.option("--precision", type=click.Choice(("auto", "float32", "bfloat16")), help="Default: the faster one on this machine.")
@click.option("--quantize-base", is_flag=True, default=None, help="Hold the base in 4 bits (QLoRA; needs bitsandbytes and a GPU).")
@click.option("--processes", type=click.IntRange(1), help="Train in so many processes, on GPUs one for each. Default: 1.")
@click.option("--detach", is_flag=True, help="Return at once; `mothertongue runs show` tells how it goes.")
def train(root: Path, as_json: bool, base: Path | None, data: Path | None, preset: str, detach: bool, **chosen: Any) -> None:
    """Train an adapter for a base model on the exported data set.

    The training is a process of its own: closing the terminal does not end it. Ctrl-C does, and keeps the best adapter.

    Example: mothertongue train --minutes 30
    """
    base_path, train_file = base or _embedded(), data or the_newest_export(root / EXPORT_FOLDER_NAME)
    settings = settings_of(
        preset,
        base=str(base_path.resolve()),
        train_file=str(train_file.resolve()),
        validation_file=str(training.validation_file_of(train_file).resolve()),
        **chosen,
    )
    run = training.start(root, settings)
    _follow(run, as_json=as_json, detach=detach)


@click.group()
def runs() -> None:
    """List, show, stop and resume trainings."""


@runs.command(name="list")
@common
def list_command(root: Path, as_json: bool) -> None:
    """List the trainings of a project, oldest first.

    Example: mothertongue runs list
    """
    rows = training.overview(root)
    if as_json:
        console.print_json(rows)
        return
    shown = [(run.name, run.status, f"{run.state.step}/{run.state.planned_steps}", _losses(run.state)) for run in rows]
    console.print_table(("run", "status", "steps", "held-out loss"), shown)


@runs.command(name="show")
@click.argument("name", default="")
@common
def show_command(root: Path, as_json: bool, name: str) -> None:
    """Show a training, the newest unless NAME is given, and what its course means.

    Example: mothertongue runs show
    """
    run = training.run_named(root, name)
    state = training.state_of(run)
    if as_json:
        console.print_json({"name": run.path.name, "status": state.status, "state": state, "events": run.events()})
        return
    click.echo(f"{run.path.name}: {state.status}")
    for event in run.events():
        if event["event"] != "step":
            click.echo(f"  {_words(event)}")
    click.echo(state.message)


@runs.command(name="stop")
@click.argument("name", default="")
@common
def stop_command(root: Path, as_json: bool, name: str) -> None:
    """Ask a training to end after the step it is in. Its best adapter is kept.

    Example: mothertongue runs stop
    """
    _print_name(training.stop(root, name), "is asked to stop", as_json=as_json)


@runs.command(name="resume")
@click.argument("name", default="")
@common
@click.option("--detach", is_flag=True, help="Return at once.")
def resume_command(root: Path, as_json: bool, name: str, detach: bool) -> None:
    """Go on with a training that was stopped, failed or was killed, to the same result as if it had not been.

    Example: mothertongue runs resume
    """
    _follow(training.resume(root, name), as_json=as_json, detach=detach)


def _embedded() -> Path:
    model = embedded_model()
    if model is None:
        raise TrainingError("the embedded model is not installed: pip install 'mothertongue[embedded-model]', or give --base")
    return model


def _follow(run: RunFolder, *, as_json: bool, detach: bool) -> None:
    """Show a run's events until it ends; Ctrl-C asks it to stop and goes on showing."""
    if detach:
        _print_name(run, "is training", as_json=as_json)
        return
    if not as_json:
        click.echo("Reading the rows and loading the base. Ctrl-C stops and keeps the best adapter.")
    with console.progress(quiet=as_json, one_bar=True) as on_progress:
        for event in _events(run):
            if event["event"] == "step":
                words = f"loss {event['loss']:.2f}, {event['eta_s'] / 60:.1f} minutes left"
                on_progress(words, event["step"], event["planned_steps"])
            elif not as_json:
                click.echo(_words(event))
    state = training.state_of(run)
    if as_json:
        console.print_json({"name": run.path.name, "path": str(run.path), "state": state})
    else:
        click.echo(f"{state.message}\n{run.path}")
    if state.status not in {"finished", "cancelled"}:
        sys.exit(EXIT_CHECK_FAILED)


def _events(run: RunFolder) -> Iterator[dict[str, Any]]:
    """Events as they come, until the process has ended."""
    seen = 0
    while True:
        try:
            has_ended = not training.is_under_way(training.status_of(run)) and not run.is_alive()
            events = run.events()
            yield from events[seen:]
            seen = max(seen, len(events))
            if has_ended:
                return
            time.sleep(_POLL_SECONDS)
        except KeyboardInterrupt:  # noqa: PERF203 - it waits
            click.echo("Stopping after this step; the best adapter is kept ...", err=True)
            run.request_stop()


def _words(event: dict[str, Any]) -> str:
    """An event as a sentence."""
    kind = event["event"]
    if kind == "prepared":
        return (
            f"Base {event['base']}; {event['n_rows']:,} rows, {event['n_validation_rows']:,} held out; {event['place']}; "
            f"learning rate {event['learning_rate']:g}"
        )
    if kind == "estimate":
        return f"About {event['steps']:,} steps, {event['seconds'] / 60:.0f} minutes"
    if kind == "validation":
        return f"Held-out loss {event['validation_loss']:.3f} at step {event['step']:,}"
    if kind == "finished":
        return f"{event['step']:,} steps, {event['n_tokens']:,} tokens, {event['elapsed_s'] / 60:.1f} minutes"
    return str(event.get("text", kind))


def _losses(state: Any) -> str:
    if state.base_validation_loss is None:
        return "-"
    best = "-" if state.best_validation_loss is None else f"{state.best_validation_loss:.3f}"
    return f"{state.base_validation_loss:.3f} → {best}"


def _print_name(run: RunFolder, what: str, *, as_json: bool) -> None:
    if as_json:
        console.print_json({"name": run.path.name, "path": str(run.path)})
    else:
        click.echo(f"{run.path.name} {what}; {run.path}")
