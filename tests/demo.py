"""`make demo`: the main job from beginning to end, on the reference project or on any other, through the command line as a person would."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.fixtures.mother_project import create_mother_project

CLI = (sys.executable, "-m", "server.cli")


def main() -> int:
    """Build, export and verify; the exit code of the last."""
    options = argparse.ArgumentParser(description=__doc__)
    chosen = options.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--project", type=Path, help="a project of yours")
    chosen.add_argument("--make-reference", type=Path, help="where to make the reference project anew")
    arguments = options.parse_args()
    root = arguments.project or _make_reference(arguments.make_reference)
    code = 0
    for command in ("build", "export", "verify"):
        print(f"\n$ mothertongue {command} --project {root}", flush=True)
        start = time.perf_counter()
        code = subprocess.run((*CLI, command, "--project", str(root)), check=False).returncode
        print(f"({time.perf_counter() - start:.1f} s)", flush=True)
        if code != 0:
            break
    return code


def _make_reference(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return create_mother_project(folder)


if __name__ == "__main__":
    sys.exit(main())
