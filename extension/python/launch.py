"""Starts the language server from the libraries that the extension carries; with `--check`, says as JSON whether that would work.

It is run as `python -I -X utf8 launch.py`, by whatever Python there is: its syntax is that of any Python 3, so that an old one can say so.
"""

import importlib
import importlib.util
import json
import os
import sys

OLDEST = (3, 10)
FOLDER = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib's newer methods are not in every Python 3
# What has compiled parts: it may not fit this interpreter or machine.
COMPILED = ("msgspec", "numpy", "tree_sitter", "tree_sitter_language_pack")
# What training and generation need beside that; looked for, not loaded, since that takes seconds.
OF_MODELS = ("torch", "transformers", "peft", "llama_cpp")


def main():  # noqa: ANN201 - see above
    """Start the server, or check."""
    names = ("libs-3.10", "libs") if sys.version_info[:2] == OLDEST else ("libs",)
    # First, so that a package of the same name in the interpreter's own folder does not take the place of the one that was tried.
    sys.path[:0] = [os.path.join(FOLDER, name) for name in names]  # noqa: PTH118
    if "--check" in sys.argv:
        print(json.dumps(found()))
        return
    import runpy

    sys.argv = sys.argv[:1]
    runpy.run_module("server", run_name="__main__", alter_sys=True)


def found():  # noqa: ANN201
    """What there is to know of this interpreter."""
    return {
        "executable": sys.executable,
        "version": ".".join(map(str, sys.version_info[:3])),
        "problem": problem(),
        "runsModels": all(map(importlib.util.find_spec, OF_MODELS)),
    }


def problem():  # noqa: ANN201
    """Why this interpreter cannot run the server; empty if it can."""
    if sys.version_info[:2] < OLDEST:
        return "it is Python {}.{}, and 3.10 or newer is needed".format(*sys.version_info[:2])
    return next(filter(None, map(reason_not_loaded, COMPILED)), "")


def reason_not_loaded(name):  # noqa: ANN001, ANN201
    """Why a library cannot be loaded; None if it can."""
    try:
        importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - whatever a library for another machine raises is the answer
        return "the library {} cannot be loaded: {}".format(name, str(error).strip().split("\n")[0])
    return None


if __name__ == "__main__":
    main()
