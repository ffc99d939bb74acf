"""`export` and `verify`: the files to train on."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from dataset_core import export as exporting
from dataset_core import project as projects
from dataset_core.mix import artifact_types
from dataset_core.settings import FORMATS, load_settings
from dataset_core.verification import Verification
from dataset_core.verify import report_text, to_json, verify
from server import console
from server.commands import options
from server.exports import renew_report, report_of, the_newest_export


@click.command()
@options.common
@click.option("--artifact-type", type=click.Choice(list(artifact_types())), help="What the model shall be best at; remembered.")
@click.option("--format", "format_name", type=click.Choice(FORMATS), help="Of the rows. Default: trl.")
@click.option("--target", type=click.IntRange(1), help="How many rows to aim at. Default: 5,000.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder to write to. Default: finetune_datasets in the project.")
def export(root: Path, as_json: bool, artifact_type: str | None, format_name: str | None, target: int | None, output: Path | None) -> None:
    """Write the training file, the validation file and all that belongs to them.

    Example: mothertongue export --artifact-type erd --format messages
    """
    with (
        options.open_project(root, artifact_type=artifact_type, format=format_name, target=target) as project,
        console.progress(quiet=as_json) as on_progress,
    ):
        projects.build(project, on_progress)
        done = exporting.export(project, day=date.today(), on_progress=on_progress, folder=output)  # noqa: DTZ011 - the person's day
    manifest = done.manifest
    if as_json:
        console.print_json({"path": str(done.path), "manifest": manifest})
        return
    click.echo(f"{manifest.n_train:,} training and {manifest.n_validation:,} validation rows in {done.path}")
    click.echo(f"Rows of the newest commits, held out too: {manifest.n_newest_commits:,}\n")
    rows = [(f.family.replace("_", " "), f.quota, f.available, f.taken) for f in manifest.families]
    console.print_table(("family", "quota", "available", "taken"), rows)
    for shortage in manifest.shortages:
        click.echo(f"\nNote: {shortage}")
    click.echo(f"\nLook at it: {done.folder / (manifest.name + '.report.html')}")


@click.command(name="verify")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@options.common
def verify_command(root: Path, as_json: bool, file: Path | None) -> None:
    """Read an exported file again, without trusting the build, and check everything that can be checked.

    FILE is the newest export of the project unless given, or the newest in the folder that is given. How many rows there should be
    stands in the project's settings. Exits with 1 if a check fails.

    Example: mothertongue verify finetune_datasets/code_prototype_20261122.jsonl
    """
    settings = load_settings(root)
    path = file if file is not None and not file.is_dir() else the_newest_export(file or root / exporting.FOLDER_NAME)
    with console.progress(quiet=as_json) as on_progress:
        result = verify(
            path,
            minimum=settings.minimum,
            target=settings.target,
            on_progress=lambda done, total, what: on_progress(what, done, total),
        )
    _renew_report(path, result)
    if as_json:
        click.echo(to_json(result))
    else:
        click.echo(report_text(result))
    if not result.passed:
        sys.exit(options.EXIT_CHECK_FAILED)


def _renew_report(path: Path, result: Verification) -> None:
    try:
        renew_report(path, result)
    except OSError as error:
        click.echo(f"Note: {report_of(path)} stays as it was: {(error.strerror or str(error)).lower()}", err=True)
