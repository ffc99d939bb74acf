"""Sentences of the core as an editor says them: a command of the command line is called what the palette calls it. Pure.

The core words its remedies for the command line, in two ways that are known here: commands as `` `mothertongue export` ``, and what options
can do in parentheses, as in ``(or choose another folder with `--output`)``.
"""

from __future__ import annotations

import re

# The longer of two that begin alike stands first.
TITLES = {
    "build --explain": "Why Is This File in the Data Set, or Not?",
    "build": "Build Fine-Tune Dataset",
    "export": "Export",
    "verify": "Verify",
    "add": "Add Examples",
    "clean": "Remove Data Set…",
    "train": "Train Model",
    "runs": "Show Training",
}
MODEL_ENVIRONMENT = "run “Mothertongue: Set Up Model Environment”"
_COMMAND = re.compile(rf"`mothertongue ({'|'.join(TITLES)})\b[^`]*`")
_INSTALLATION = re.compile(r"pip install 'mothertongue\[[^']*'")
_OPTION = re.compile(r" \([^()]*`--[^()]*\)")


def for_an_editor(sentence: str) -> str:
    """The sentence with the names that the palette has for commands, without options, and with the way in which an editor installs."""
    named = _COMMAND.sub(lambda found: f"“Mothertongue: {TITLES[found[1]]}”", sentence)
    return _OPTION.sub("", _INSTALLATION.sub(MODEL_ENVIRONMENT, named))
