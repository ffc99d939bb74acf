"""How the command line speaks: progress on a terminal, plain lines in a pipe, one JSON object with `--json`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import click
import msgspec

if TYPE_CHECKING:
    from dataset_core.project import Progress

Print = Callable[[str], None]


def never_fail_to_print() -> None:
    """Let a character that the terminal's encoding lacks be a question mark: better than no output."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def print_json(value: object) -> None:
    """One JSON object on standard output, in UTF-8 whatever the terminal's encoding: JSON has no other."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


def stream(text: str) -> None:
    """Text on standard output as it comes."""
    click.echo(text, nl=False)
    sys.stdout.flush()


def draft() -> Print:
    """Text that is not final, dimmed, on a terminal's standard error; nothing in a pipe."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda text: click.secho(text, dim=True, nl=False, err=True)


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 file`, `2,000 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def print_counts(title: str, counts: Mapping[str, int], *, limit: int = 12) -> None:
    """A heading and its counts, largest first, the rest summed up."""
    if not counts:
        return
    click.echo(f"\n{title}")
    ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    width = max(len(f"{count:,}") for _, count in ordered)
    for name, count in ordered[:limit]:
        click.echo(f"  {count:>{width},}  {name}")
    if len(ordered) > limit:
        click.echo(f"  {sum(count for _, count in ordered[limit:]):>{width},}  in {len(ordered) - limit} more kinds")


def print_table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table with numbers to the right."""
    cells = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(len(heading), *(len(row[i]) for row in cells)) if cells else len(heading) for i, heading in enumerate(headings)]
    numeric = [all(isinstance(row[i], int) for row in rows) for i in range(len(headings))]
    for row in [list(headings), *cells]:
        line = "  ".join(cell.rjust(w) if number else cell.ljust(w) for cell, w, number in zip(row, widths, numeric, strict=True))
        click.echo("  " + line.rstrip())


@contextmanager
def progress(*, quiet: bool, one_bar: bool = False) -> Iterator[Progress]:
    """Progress bars on a terminal's standard error; nothing in a pipe, so that logs and `--json` stay clean.

    Args:
        quiet: No bars on a terminal either.
        one_bar: The words beside the bar change; otherwise each stage has a bar of its own, and the time that is left.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = [TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn()]
    columns += [] if one_bar else [TimeRemainingColumn(compact=True)]
    # Text that is printed meanwhile goes where it was sent: standard output stays whole in a pipe.
    with Bars(*columns, console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()) as bars:
        yield _reporter(bars, one_bar=one_bar)


def _reporter(bars: Any, *, one_bar: bool) -> Callable[[str, int, int], None]:
    tasks: dict[str, Any] = {}

    def report(stage: str, done: int, total: int) -> None:
        key = "" if one_bar else stage
        if key not in tasks:
            tasks[key] = bars.add_task(stage, total=total)
        bars.update(tasks[key], description=stage, completed=done, total=total)

    return report
