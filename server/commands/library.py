"""`library list`, `show` and `validate`: the artifact library, and artifacts of one's own."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dataset_core.library.artifact import Artifact
from dataset_core.library.library import UnknownArtifactError, list_rows, load_folder, load_library, show
from dataset_core.library.validation import validate
from dataset_core.mermaid.parser import MermaidParser
from dataset_core.settings import load_settings
from server import console
from server.commands import options


@click.group()
def library() -> None:
    """Look at the artifact library, and check artifacts of your own."""


@library.command(name="list")
@options.common
@click.option("--family", default="", help="Only this family or kind, such as erd.")
@click.option("--domain", default="", help="Only this domain, such as booking.")
def list_command(root: Path, as_json: bool, family: str, domain: str) -> None:
    """List the artifacts, your own included.

    Example: mothertongue library list --family erd
    """
    rows = list_rows(_artifacts(root), family=family, domain=domain)
    if as_json:
        console.print_json([dict(zip(("kind", "domain", "name", "title"), row, strict=True)) for row in rows])
        return
    console.print_table(("kind", "domain", "name", "title"), rows)
    click.echo(f"\n{len(rows)} artifacts")


@library.command(name="show")
@click.argument("name")
@options.common
def show_command(root: Path, as_json: bool, name: str) -> None:
    """Print one artifact with its prompts.

    Example: mothertongue library show booking-hotel-reservations
    """
    try:
        artifact = show(name, _artifacts(root))
    except UnknownArtifactError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        named = {name: getattr(artifact, name) for name in ("kind", "domain", "name", "title", "prompts", "text")}
        console.print_json(named)
        return
    click.echo(f"{artifact.title} ({artifact.kind}, {artifact.domain})\n")
    click.echo("\n".join(f"> {prompt}" for prompt in artifact.prompts) + f"\n\n{artifact.text}")


@library.command(name="validate")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.common
def validate_command(root: Path, as_json: bool, files: tuple[Path, ...]) -> None:
    """Check artifact files: header, prompts, and the real parser of their notation. Exits with 1 if one fails.

    Example: mothertongue library validate docs/diagrams/orders.mmd
    """
    del root
    with MermaidParser() as parser:
        problems = validate(files, parser.check)
    if as_json:
        console.print_json([{"path": p.path, "line": p.line, "message": p.message} for p in problems])
    else:
        click.echo("\n".join([*map(str, problems), f"{len(files)} files, {len(problems)} problems"]))
    if problems:
        sys.exit(options.EXIT_CHECK_FAILED)


def _artifacts(root: Path) -> tuple[Artifact, ...]:
    folder = load_settings(root).library_folder
    return (*load_library(), *(load_folder(root / folder, root=root) if folder else ()))
