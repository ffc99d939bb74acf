"""`build`, `status` and `clean`: the store of a project."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import click

from dataset_core import project as projects
from dataset_core import workspace
from dataset_core.language import extensions
from dataset_core.mix import artifact_types
from dataset_core.store import FOLDER_NAME
from server import console
from server.commands import options


@click.command()
@options.common
@click.option("--artifact-type", type=click.Choice(list(artifact_types())), help="What the model shall be best at; remembered.")
@click.option("--explain", "explained", type=click.Path(path_type=Path), help="Only say why this file is, or is not, part of the data set.")
@click.option("--workers", type=click.IntRange(0, 64), default=0, help="Processes; 0 takes as many as pay.")
def build(root: Path, as_json: bool, artifact_type: str | None, explained: Path | None, workers: int) -> None:
    """Build the data set of a project, or bring it up to date.

    Example: mothertongue build --project ~/code/shop
    """
    if explained is not None:
        _explain(root, explained, as_json=as_json)
        return
    with options.open_project(root, artifact_type=artifact_type) as project, console.progress(quiet=as_json) as on_progress:
        summary = projects.build(project, on_progress, n_workers=workers)
    if as_json:
        console.print_json(summary)
        return
    _print_summary(root, summary)
    if not summary.n_files:
        click.echo("\nThere is nothing to learn from here yet. `mothertongue build --explain PATH` says why a file is left out.")


@click.command()
@options.common
def status(root: Path, as_json: bool) -> None:
    """Show what the data set holds, what was left out and why.

    Example: mothertongue status --project ~/code/shop --json
    """
    with options.open_project(root) as project:
        summary = projects.summary(project, has_git=not workspace.reason_without_git(root))
        overview = project.store.files_overview()
    roles, languages = Counter(role for _, _, role, _, _ in overview), Counter(language for _, language, _, _, _ in overview)
    if as_json:
        console.print_json({"summary": summary, "roles": roles, "languages": languages})
        return
    _print_summary(root, summary)
    if not summary.n_files:
        click.echo("\nNothing is built with this version and these settings: `mothertongue build` reads the project.")
    console.print_counts("Roles", roles)
    console.print_counts("Languages", languages)
    console.print_counts("Files left out", summary.skipped, limit=30)
    console.print_counts("Examples dropped", summary.dropped, limit=30)


@click.command()
@options.common
@click.option("--exports", is_flag=True, help="Remove finetune_datasets too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def clean(root: Path, as_json: bool, exports: bool, yes: bool) -> None:
    """Remove the store of a project. Added examples go with it; the project itself is not touched.

    Example: mothertongue clean --yes
    """
    folders = [folder for name in (FOLDER_NAME, *([projects.EXPORT_FOLDER_NAME] if exports else [])) if (folder := root / name).is_dir()]
    if folders and not yes:
        if as_json or not sys.stdin.isatty():
            raise click.UsageError("nobody can be asked here: give --yes to remove")
        if not click.confirm(f"Remove {', '.join(map(str, folders))}?"):
            return
    for folder in folders:
        shutil.rmtree(folder)
    if as_json:
        console.print_json({"removed": [str(folder) for folder in folders]})
    else:
        click.echo("\n".join(f"Removed {folder}" for folder in folders) or "There was nothing to remove.")


def _explain(root: Path, path: Path, *, as_json: bool) -> None:
    # Relative to the project; or to where the person is, if that is where it lies.
    inside = path if path.is_absolute() or (path.exists() and not os.path.lexists(root / path)) else root / path
    sentence = workspace.explain(root.resolve(), str(inside.absolute()), extensions())
    if as_json:
        console.print_json({"path": click.format_filename(path), "explanation": sentence})
    else:
        click.echo(sentence)


def _print_summary(root: Path, summary: projects.BuildSummary) -> None:
    total = sum(summary.n_examples.values())
    count = console.counted
    click.echo(f"{count(total, 'example')} from {count(summary.n_files, 'file')} and {count(summary.n_commits, 'commit')}")
    if summary.is_thinned:
        click.echo("of a project of this size, half as many examples again are made as an export wants of each kind")
    if summary.n_changed or summary.n_removed:
        click.echo(f"{count(summary.n_changed, 'file')} read, {summary.n_removed:,} forgotten")
    if not summary.has_git:
        click.echo(workspace.reason_without_git(root))
    left_out = sum(summary.skipped.values())
    if left_out:
        click.echo(f"{count(left_out, 'file')} left out; `mothertongue status` lists the reasons.")
