"""Where exports are, and renewing the report of one (IO): what the command line and the language server share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dataset_core.errors import UserError
from server.newest import newest_first

if TYPE_CHECKING:
    from dataset_core.verification import Verification


class NoExportError(UserError):
    """A folder holds no export."""


def all_exports(folder: Path) -> list[Path]:
    """The training files of the exports in a folder, the newest first."""
    return [path.with_name(path.name.replace(".manifest.json", ".jsonl")) for path in newest_first(folder.glob("*.manifest.json"))]


def newest_export(folder: Path) -> Path | None:
    """The training file of the newest export in a folder; None where there is none."""
    return next(iter(all_exports(folder)), None)


def the_newest_export(folder: Path) -> Path:
    """The training file of the newest export in a folder.

    Raises:
        NoExportError: There is none.
    """
    path = newest_export(folder)
    if path is None:
        raise NoExportError(f"{folder} holds no export; run `mothertongue export` first")
    return path


def report_of(path: Path) -> Path:
    """Where the report of an export is, given its training file."""
    return path.with_name(f"{path.name.removesuffix('.jsonl')}.report.html")


def renew_report(path: Path, result: Verification) -> None:
    """Put the verdict into the report beside an export; one that cannot be read whole keeps the report that it has.

    Raises:
        OSError: The report cannot be written; the former one is still there.
    """
    from dataset_core import export as exporting
    from dataset_core.report import report_html

    loaded = exporting.load_rows(path)
    if loaded is not None:
        manifest, rows, skipped = loaded
        exporting.write_whole(path.with_name(f"{manifest.name}.report.html"), report_html(manifest, result, rows, skipped).encode())
