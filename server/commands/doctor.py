"""`doctor`: what is installed, and what to do where something is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from server import console
from server.commands import options
from server.doctor import diagnose


@click.command()
@options.common
def doctor(root: Path, as_json: bool) -> None:
    """Check that everything Mothertongue needs is there, and say what to do where it is not.

    Example: mothertongue doctor
    """
    findings = diagnose(root)
    if as_json:
        console.print_json(findings)
    else:
        for finding in findings:
            click.echo(f"{finding.state:<8} {finding.what}: {finding.detail}" + (f"\n         {finding.remedy}" if finding.remedy else ""))
    if any(finding.state == "broken" for finding in findings):
        sys.exit(options.EXIT_CHECK_FAILED)
