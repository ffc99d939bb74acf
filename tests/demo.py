"""`make demo`: the main job from beginning to end, on the reference project or on any other, through the command line as a person would.

Data set, training in a time box, before and after on held-out rows, and the answers to the four first prompts as pictures.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.demo_answers import CLI, show_answers
from tests.fixtures.mother_project import create_mother_project

DATA_COMMANDS = (("build",), ("export",), ("verify",))
# So few rows and answers that measuring takes no longer than the shortest useful training; `mothertongue evaluate` takes all and 20.
EVALUATION = ("evaluate", "--rows", "30", "--answers", "4")


def main() -> int:
    """Run the commands, and stop at the first that fails; its exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    chosen = options.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--project", type=Path, help="a project of yours")
    chosen.add_argument("--make-reference", type=Path, help="where to make the reference project anew")
    options.add_argument("--minutes", type=float, default=5, help="of training")
    options.add_argument("--no-train", action="store_true", help="end with the data set")
    options.add_argument("--answers", type=Path, default=Path("build/demo/answers"), help="where the answers to the four prompts go")
    arguments = options.parse_args()
    root = arguments.project or _make_reference(arguments.make_reference)
    commands = DATA_COMMANDS if arguments.no_train else (*DATA_COMMANDS, ("train", "--minutes", f"{arguments.minutes:g}"), EVALUATION)
    for command in commands:
        if code := _run(command, root):
            return code
    if not arguments.no_train:
        show_answers(root, arguments.answers)
    return 0


def _run(command: Sequence[str], root: Path) -> int:
    print(f"\n$ mothertongue {' '.join(command)} --project {root}", flush=True)
    start = time.perf_counter()
    code = subprocess.run((*CLI, *command, "--project", str(root)), check=False).returncode
    print(f"({time.perf_counter() - start:.1f} s)", flush=True)
    return code


def _make_reference(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return create_mother_project(folder)


if __name__ == "__main__":
    sys.exit(main())
