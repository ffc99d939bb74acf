"""`add`: what the person wants to be learnt, whatever the mix."""

from __future__ import annotations

from pathlib import Path

import click

from dataset_core import project as projects
from dataset_core.additions import additions_of
from server import console
from server.commands import options


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.common
@click.option("--lines", help="Only these lines of one file, such as 10-24.")
@click.option("--prompt", default="", help="What you would ask for it. Default: worded from the code.")
def add(root: Path, as_json: bool, paths: tuple[Path, ...], lines: str | None, prompt: str) -> None:
    """Add files, folders or a selection as examples that every export takes.

    Example: mothertongue add src/Orders/OrderService.cs --lines 40-72 --prompt "Cancel an order and refund it"
    """
    with options.open_project(root) as project:
        additions = additions_of(project.root, paths, lines=lines, prompt=prompt)
        added = {addition.path: projects.add(project, addition) for addition in additions}
    if as_json:
        console.print_json({"added": added})
        return
    for path, count in added.items():
        click.echo(f"{console.counted(count, 'example'):>12} from {path}")
