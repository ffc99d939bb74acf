"""The command lines of child processes: which libraries they import is this process's choice, not the environment's or the folder's."""

from __future__ import annotations

import json
import sys
from pathlib import Path

_OPTIONS = ("-I", "-X", "utf8", "-c")
# With this interpreter: its libraries and no others.
_SAME = (
    "import json, runpy, sys; paths, module = sys.argv[1:3]; del sys.argv[1:3]; sys.path[:] = json.loads(paths); "
    "runpy.run_module(module, run_name='__main__', alter_sys=True)"
)
# With another one: its own libraries first, then those beside the product; Python 3.10 has older ones in a folder of its own.
_OTHER = (
    "import os, runpy, sys; root, module = sys.argv[1:3]; del sys.argv[1:3]; old = root + '-3.10'; "
    "sys.path += [old, root] if sys.version_info[:2] == (3, 10) and os.path.isdir(old) else [root]; "
    "runpy.run_module(module, run_name='__main__', alter_sys=True)"
)


def isolated_command(module: str, *, python: str = "") -> list[str]:
    """What runs a module of the product; arguments of the module can be put behind.

    Args:
        module: Its dotted name.
        python: Path of the interpreter; empty for the one that runs this.
    """
    if not python or python == sys.executable:
        return [sys.executable, *_OPTIONS, _SAME, json.dumps(sys.path), module]
    return [python, *_OPTIONS, _OTHER, str(Path(__file__).resolve().parents[2]), module]
