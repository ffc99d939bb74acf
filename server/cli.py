"""The command line: the commands put together, and every error that a person can mend as one line with the remedy.

Exit codes: 0 done; 1 a check failed (`verify`, `library validate`, `doctor`); 2 wrong usage or settings; 3 the project, its store or an
exported file cannot be used; 130 interrupted (nothing is lost: run the command again); 141 the reader of the output went away.
"""

from __future__ import annotations

import sys

import click

from dataset_core.additions import AdditionError
from dataset_core.export import ExportError
from dataset_core.indexing import WorkerError
from dataset_core.mermaid.parser import MermaidUnavailableError
from dataset_core.project import ProjectError
from dataset_core.settings import SettingsError
from dataset_core.store import StoreError
from dataset_core.verify import VerifyError
from server import console
from server.commands.add import add
from server.commands.build import build, clean, status
from server.commands.doctor import doctor
from server.commands.export import export, verify_command
from server.commands.generate import generate
from server.commands.library import library
from server.commands.merge import merge
from server.commands.options import EXIT_BROKEN_PIPE, EXIT_INTERRUPTED, EXIT_PROJECT, EXIT_USAGE
from server.commands.serve import serve
from server.commands.train import runs, train
from server.generation import GenerationError
from server.models import ModelNotFoundError
from server.processes.inference import InferenceError
from server.training.errors import TrainingError


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
    except (SettingsError, AdditionError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(EXIT_USAGE)
    except (
        ProjectError,
        StoreError,
        ExportError,
        VerifyError,
        WorkerError,
        MermaidUnavailableError,
        GenerationError,
        InferenceError,
        ModelNotFoundError,
        TrainingError,
        NotADirectoryError,
    ) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(EXIT_PROJECT)
    except BrokenPipeError:
        console.write_no_more()
        sys.exit(EXIT_BROKEN_PIPE)
    except OSError as error:
        click.echo(f"Error: {error.filename or 'the disk'}: {(error.strerror or str(error)).lower()}", err=True)
        sys.exit(EXIT_PROJECT)
    except MemoryError:
        click.echo("Error: memory ran out; close other programs, or run `mothertongue build --workers 1` first", err=True)
        sys.exit(EXIT_PROJECT)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="mothertongue")
def cli() -> None:
    """Teach a small local model the mother tongue of your project. Everything stays on this machine."""


for _command in (build, export, verify_command, add, status, clean, doctor, library, generate, merge, serve, train, runs):
    cli.add_command(_command)

if __name__ == "__main__":
    main()
