"""Which of several files is the newest (IO: reads their times)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def newest_first(paths: Iterable[Path]) -> list[Path]:
    """Files, the one that was written last first; of two at the same moment, the last by name.

    Clocks of file systems tick every few milliseconds, and a copy may give all files one time. Names of runs and exports hold their date.
    """
    return sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path), reverse=True)
