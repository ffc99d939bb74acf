"""`generate`: a diagram, code or a document, streamed to the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from server import console
from server.commands import options
from server.generation.diagram_check import DiagramCheck
from server.generation.generate import Generation, Model, is_diagram, kind_of, kinds, notes_of
from server.generation.generate import generate as answer
from server.generation.models import chosen_model
from server.generation.project_context import asked_in
from server.processes.inference import InferenceProcess

_STATES = {"complete": "", "cut": "The model did not find the end: this is cut off.", "cancelled": "Cancelled: this is what there was."}


@click.command()
@click.argument("request")
@options.common
@click.option("--kind", type=click.Choice(kinds()), help="What to generate. Default: what the request's words say, else code.")
@click.option("--model", type=click.Path(path_type=Path), help="A GGUF file. Default: the base of the project's newest model.")
@click.option("--adapter", type=click.Path(path_type=Path), help="An adapter GGUF for the model. Default: the project's newest.")
@click.option("--context/--no-context", default=True, help="Show the model code of the project that the request is about.")
@click.option("--max-tokens", type=click.IntRange(1, 16_384), default=1024, show_default=True, help="Longest answer.")
@click.option("--temperature", type=click.FloatRange(0, 2), default=0.2, show_default=True, help="0 always takes the likeliest token.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="The same seed gives the same answer.")
@click.option("--threads", type=click.IntRange(0, 256), default=0, help="Of the processor; 0 for one a core to read, half to write.")
def generate(
    root: Path, as_json: bool, request: str, kind: str | None, model: Path | None, adapter: Path | None, context: bool,
    max_tokens: int, temperature: float, seed: int, threads: int,
) -> None:  # fmt: skip
    """Generate what REQUEST asks for, with the model of the project.

    A diagram is printed when the real Mermaid parser accepts it. Ctrl-C stops at once.

    Example: mothertongue generate "Generate an ERD for a hotel booking system" --kind erd
    """
    if not request.strip():
        raise click.UsageError("the request is empty; say what to generate")
    chosen = chosen_model(root, model=model, adapter=adapter)
    kind = kind or kind_of(request)
    settings = Model(chosen.path, chosen.adapter, max_tokens=max_tokens, temperature=temperature, seed=seed, threads=threads)
    asked = asked_in(root if context else None, request, kind)
    with InferenceProcess() as process, DiagramCheck() as diagrams:
        if is_diagram(kind):
            diagrams.start()
        on_text, is_shown = (lambda _: None, False) if as_json else _stream(kind)
        made = answer(process, diagrams.check, asked, settings, on_text)
    if as_json:
        console.print_json({"model": str(chosen.path), "adapter": str(chosen.adapter or ""), **_as_json(made)})
        return
    _print(made, notes_of(asked, made), is_shown=is_shown)


def _stream(kind: str) -> tuple[console.Print, bool]:
    """Where the growing text goes on a terminal, and whether that is all there is to show: a diagram's draft is not yet checked."""
    if is_diagram(kind):
        return console.draft(), False
    return (console.stream, True) if sys.stdout.isatty() else (lambda _: None, False)


def _print(made: Generation, notes: Sequence[str], *, is_shown: bool) -> None:
    if is_shown:
        click.echo("")
    else:
        click.echo(made.text)
    for note in (*notes, _STATES[made.state]):
        if note:
            click.echo(f"Note: {note}", err=True)


def _as_json(made: Generation) -> dict[str, object]:
    return {name: getattr(made, name) for name in ("kind", "text", "language", "state", "repairs", "result")}
