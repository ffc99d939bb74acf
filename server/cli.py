"""The command line. Every command opens a project, calls one use case of `dataset_core`, and prints what it returns.

Exit codes: 0 done; 1 a check failed (`verify`, `library validate`, `doctor`); 2 wrong usage or settings; 3 the project or its store
cannot be used; 130 interrupted (nothing is lost: run the command again).
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from dataset_core import export as exporting
from dataset_core import project as projects
from dataset_core import workspace
from dataset_core.additions import AdditionError, additions_of
from dataset_core.indexing import WorkerError
from dataset_core.language import extensions
from dataset_core.library.artifact import Artifact
from dataset_core.library.library import UnknownArtifactError, list_rows, load_folder, load_library, show
from dataset_core.library.validation import validate
from dataset_core.mermaid.parser import MermaidParser, MermaidUnavailableError
from dataset_core.mix import artifact_types
from dataset_core.report import report_html
from dataset_core.settings import FORMATS, SettingsError, load_settings
from dataset_core.store import FOLDER_NAME, StoreError
from dataset_core.verification import Verification
from dataset_core.verify import VerifyError, report_text, to_json, verify
from server import console
from server.doctor import diagnose

EXIT_CHECK_FAILED, EXIT_USAGE, EXIT_PROJECT, EXIT_INTERRUPTED = 1, 2, 3, 130
_Command = TypeVar("_Command", bound=Callable[..., Any])


def main() -> None:
    """Run the command line; errors that a person can mend are one line with the remedy."""
    console.never_fail_to_print()
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. Everything done so far is kept; run the command again to go on.", err=True)
        sys.exit(EXIT_INTERRUPTED)
    except SettingsError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(EXIT_USAGE)
    except (
        projects.ProjectError,
        StoreError,
        exporting.ExportError,
        AdditionError,
        VerifyError,
        WorkerError,
        MermaidUnavailableError,
        NotADirectoryError,
    ) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(EXIT_PROJECT)
    except OSError as error:
        click.echo(f"Error: {error.filename or 'the disk'}: {(error.strerror or str(error)).lower()}", err=True)
        sys.exit(EXIT_PROJECT)
    except MemoryError:
        click.echo("Error: memory ran out; close other programs, or run `mothertongue build --workers 1` first", err=True)
        sys.exit(EXIT_PROJECT)


def _common(command: _Command) -> _Command:
    """Options that every command has."""

    @click.option("--project", "root", type=click.Path(path_type=Path), default=Path(), help="The project's folder. Default: here.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return command(*args, **kwargs)

    return wrapped  # type: ignore[return-value]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="mothertongue")
def cli() -> None:
    """Teach a small local model the mother tongue of your project. Everything stays on this machine."""


@cli.command()
@_common
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
    with _open(root, artifact_type=artifact_type) as project, console.progress(quiet=as_json) as on_progress:
        summary = projects.build(project, on_progress, n_workers=workers)
    if as_json:
        console.print_json(summary)
        return
    _print_summary(root, summary)
    if not summary.n_files:
        click.echo("\nThere is nothing to learn from here yet. `mothertongue build --explain PATH` says why a file is left out.")


@cli.command()
@_common
@click.option("--artifact-type", type=click.Choice(list(artifact_types())), help="What the model shall be best at; remembered.")
@click.option("--format", "format_name", type=click.Choice(FORMATS), help="Of the rows. Default: trl.")
@click.option("--target", type=click.IntRange(1), help="How many rows to aim at. Default: 5,000.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder to write to. Default: finetune_datasets in the project.")
def export(root: Path, as_json: bool, artifact_type: str | None, format_name: str | None, target: int | None, output: Path | None) -> None:
    """Write the training file, the validation file and all that belongs to them.

    Example: mothertongue export --artifact-type erd --format messages
    """
    with (
        _open(root, artifact_type=artifact_type, format=format_name, target=target) as project,
        console.progress(quiet=as_json) as on_progress,
    ):
        projects.build(project, on_progress)
        done = exporting.export(project, day=date.today(), on_progress=on_progress, folder=output)  # noqa: DTZ011 - the person's day
    manifest = done.manifest
    if as_json:
        console.print_json({"path": str(done.path), "manifest": manifest})
        return
    click.echo(f"{manifest.n_train:,} training and {manifest.n_validation:,} validation rows in {done.path}\n")
    rows = [(f.family.replace("_", " "), f.quota, f.available, f.taken) for f in manifest.families]
    console.print_table(("family", "quota", "available", "taken"), rows)
    for shortage in manifest.shortages:
        click.echo(f"\nNote: {shortage}")
    click.echo(f"\nLook at it: {done.folder / (manifest.name + '.report.html')}")


@cli.command(name="verify")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@_common
def verify_command(root: Path, as_json: bool, file: Path | None) -> None:
    """Read an exported file again, without trusting the build, and check everything that can be checked.

    FILE is the newest export of the project unless given. Exits with 1 if a check fails.

    Example: mothertongue verify finetune_datasets/code_prototype_20261122.jsonl
    """
    path = file or _newest_export(root)
    with console.progress(quiet=as_json) as on_progress:
        result = verify(path, on_progress=lambda done, total, what: on_progress(what, done, total))
    _renew_report(path, result)
    if as_json:
        click.echo(to_json(result))
    else:
        click.echo(report_text(result))
    if not result.passed:
        sys.exit(EXIT_CHECK_FAILED)


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_common
@click.option("--lines", help="Only these lines of one file, such as 10-24.")
@click.option("--prompt", default="", help="What you would ask for it. Default: worded from the code.")
def add(root: Path, as_json: bool, paths: tuple[Path, ...], lines: str | None, prompt: str) -> None:
    """Add files, folders or a selection as examples that every export takes.

    Example: mothertongue add src/Orders/OrderService.cs --lines 40-72 --prompt "Cancel an order and refund it"
    """
    with _open(root) as project:
        additions = additions_of(project.root, paths, lines=lines, prompt=prompt)
        added = {addition.path: projects.add(project, addition) for addition in additions}
    if as_json:
        console.print_json({"added": added})
        return
    for path, count in added.items():
        click.echo(f"{count:>4} examples from {path}")


@cli.command()
@_common
def status(root: Path, as_json: bool) -> None:
    """Show what the data set holds, what was left out and why.

    Example: mothertongue status --project ~/code/shop --json
    """
    with _open(root) as project:
        summary = projects.summary(project, has_git=not workspace.reason_without_git(root))
        overview = project.store.files_overview()
    if as_json:
        console.print_json({"summary": summary, "files": len(overview)})
        return
    _print_summary(root, summary)
    if not summary.n_files:
        click.echo("\nNothing is built: `mothertongue build` reads the project.")
    console.print_counts("Roles", Counter(role for _, _, role, _, _ in overview))
    console.print_counts("Languages", Counter(language for _, language, _, _, _ in overview))
    console.print_counts("Files left out", summary.skipped, limit=30)
    console.print_counts("Examples dropped", summary.dropped, limit=30)


@cli.command()
@_common
@click.option("--exports", is_flag=True, help="Remove finetune_datasets too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def clean(root: Path, as_json: bool, exports: bool, yes: bool) -> None:
    """Remove the store of a project. Added examples go with it; the project itself is not touched.

    Example: mothertongue clean --yes
    """
    folders = [folder for name in (FOLDER_NAME, *(["finetune_datasets"] if exports else [])) if (folder := root / name).is_dir()]
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


@cli.command()
@_common
def doctor(root: Path, as_json: bool) -> None:
    """Check that everything Mothertongue needs is there, and say what to do where it is not.

    Example: mothertongue doctor
    """
    findings = diagnose(root)
    if as_json:
        console.print_json(findings)
    else:
        for finding in findings:
            mark = {"ok": "✓", "missing": "○", "broken": "✗"}[finding.state]
            click.echo(f"{mark} {finding.what}: {finding.detail}" + (f"\n    {finding.remedy}" if finding.remedy else ""))
    if any(finding.state == "broken" for finding in findings):
        sys.exit(EXIT_CHECK_FAILED)


@cli.group()
def library() -> None:
    """Look at the artifact library, and check artifacts of your own."""


@library.command(name="list")
@_common
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
@_common
def show_command(root: Path, as_json: bool, name: str) -> None:
    """Print one artifact with its prompts.

    Example: mothertongue library show booking-hotel-reservations
    """
    try:
        artifact = show(name, _artifacts(root))
    except UnknownArtifactError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        console.print_json({"name": artifact.name, "title": artifact.title, "prompts": artifact.prompts, "text": artifact.text})
        return
    click.echo(f"{artifact.title} ({artifact.kind}, {artifact.domain})\n")
    click.echo("\n".join(f"> {prompt}" for prompt in artifact.prompts) + f"\n\n{artifact.text}")


@library.command(name="validate")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_common
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
        sys.exit(EXIT_CHECK_FAILED)


def _artifacts(root: Path) -> tuple[Artifact, ...]:
    folder = load_settings(root).library_folder
    return (*load_library(), *(load_folder(root / folder, root=root) if folder else ()))


def _open(root: Path, *, artifact_type: str | None = None, **overrides: Any) -> Any:
    """Open a project with its settings; the artifact type that was chosen last is the default."""
    return projects.open_remembering(root, artifact_type=artifact_type, **overrides)


def _explain(root: Path, path: Path, *, as_json: bool) -> None:
    inside = path if path.is_absolute() or not (root / path).exists() else (root / path)
    sentence = workspace.explain(root.resolve(), str(inside.absolute()), extensions())
    if as_json:
        console.print_json({"path": click.format_filename(path), "explanation": sentence})
    else:
        click.echo(sentence)


def _print_summary(root: Path, summary: projects.BuildSummary) -> None:
    total = sum(summary.n_examples.values())
    click.echo(f"{total:,} examples from {summary.n_files:,} files and {summary.n_commits:,} commits")
    if summary.one_in > 1:
        click.echo(f"each way to make examples takes one file in {summary.one_in}: enough to choose from in a project of this size")
    if summary.n_changed or summary.n_removed:
        click.echo(f"{summary.n_changed:,} files were read, {summary.n_removed:,} forgotten")
    if not summary.has_git:
        click.echo(workspace.reason_without_git(root))
    left_out = sum(summary.skipped.values())
    if left_out:
        click.echo(f"{left_out:,} files were left out; `mothertongue status` lists the reasons.")


def _newest_export(root: Path) -> Path:
    manifests = sorted((root / exporting.FOLDER_NAME).glob("*.manifest.json"), key=lambda path: path.stat().st_mtime)
    if not manifests:
        message = f"{root / exporting.FOLDER_NAME} holds no export; run `mothertongue export` first"
        raise VerifyError(message)
    return manifests[-1].with_name(manifests[-1].name.replace(".manifest.json", ".jsonl"))


def _renew_report(path: Path, result: Verification) -> None:
    """Put the verdict into the report beside an export; one that cannot be read whole keeps the report that it has."""
    loaded = exporting.load_rows(path)
    if loaded is None:
        return
    manifest, rows, skipped = loaded
    report = path.with_name(f"{manifest.name}.report.html")
    try:
        exporting.write_whole(report, report_html(manifest, result, rows, skipped).encode())
    except OSError as error:
        click.echo(f"Note: {report} stays as it was: {(error.strerror or str(error)).lower()}", err=True)


if __name__ == "__main__":
    main()
