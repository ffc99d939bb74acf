"""The command line: the commands put together, and every error that a person can mend as one line with the remedy.

Exit codes: 0 done; 1 a check failed (`verify`, `library validate`, `doctor`), or the output was cut off, which click answers so; 2 wrong
usage or settings; 3 the project, its store or an exported file cannot be used; 130 interrupted (nothing is lost: run the command again).
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from dataset_core.errors import UserError, WrongUsageError
from server import console
from server.commands.options import EXIT_INTERRUPTED, EXIT_PROJECT, EXIT_USAGE

# Command → where it is. A command is loaded when it is called: a build in which nothing changed takes less time than loading them all.
_COMMANDS = {
    "build": "build:build",
    "export": "export:export",
    "verify": "export:verify_command",
    "add": "add:add",
    "status": "build:status",
    "clean": "build:clean",
    "doctor": "doctor:doctor",
    "library": "library:library",
    "train": "train:train",
    "runs": "train:runs",
    "evaluate": "evaluate:evaluate",
    "generate": "generate:generate",
    "serve": "serve:serve",
    "merge": "merge:merge",
}


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
    except WrongUsageError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(EXIT_USAGE)
    except (UserError, NotADirectoryError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(EXIT_PROJECT)
    except OSError as error:
        click.echo(f"Error: {error.filename or 'the disk'}: {(error.strerror or str(error)).lower()}", err=True)
        sys.exit(EXIT_PROJECT)
    except MemoryError:
        click.echo("Error: memory ran out; close other programs, or run `mothertongue build --workers 1` first", err=True)
        sys.exit(EXIT_PROJECT)


class _Commands(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"server.commands.{module}"), attribute)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="mothertongue")
def cli() -> None:
    """Teach a small local model the mother tongue of your project. Everything stays on this machine."""


if __name__ == "__main__":
    main()
