"""The four prompts that a person tries first, and explicit checks of what they must give. Pure but for reading its own data file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dataset_core.toml_file import load_toml

_FILE = Path(__file__).with_name("four_prompts.toml")
# Where a project has no such habit, what the words themselves ask for.
_DEFAULTS = {"base_class": r"\w*Controller\w*", "settings": r"\w*Settings", "dto": r"(Dto|Request|Model)"}


@dataclass(frozen=True)
class FirstPrompt:
    """One of the four: what is asked, for which kind of `generate`, in which language the answer is, and named regular expressions."""

    prompt: str
    kind: str
    language: str
    checks: Mapping[str, re.Pattern[str]]

    def verdicts(self, answer: str) -> dict[str, bool]:
        """Which of the checks an answer passes."""
        return {name: pattern.search(answer) is not None for name, pattern in self.checks.items()}


def first_prompts(answers: Sequence[str]) -> tuple[FirstPrompt, ...]:
    """The four prompts with the habits of a project.

    Args:
        answers: Of the rows of its data set, where its habits show.
    """
    habits = habits_of(answers)
    return tuple(
        FirstPrompt(row["prompt"], row["kind"], row["language"], {name: _compiled(check, habits) for name, check in row["checks"].items()})
        for row in _rows()
    )


def habits_of(answers: Sequence[str]) -> dict[str, str]:
    """Base class of controllers, type of the settings that are injected, ending of data transfer objects: the most frequent of each."""
    text = "\n".join(answers)
    found = {
        "base_class": _most_frequent(r"class\s+\w+Controller\b(?:\([^)]*\))?\s*:\s*(\w+)", text),
        "settings": _most_frequent(r"\b(I?\w*Settings)\s+\w*settings\b", text),
        "dto": _most_frequent(r"\bclass\s+[A-Z]\w*?(Dto|DTO|Request|Model|ViewModel)\b", text),
    }
    return {name: re.escape(value) if value else _DEFAULTS[name] for name, value in found.items()}


def _most_frequent(pattern: str, text: str) -> str:
    common = Counter(re.findall(pattern, text)).most_common(1)
    return str(common[0][0]) if common else ""


def _compiled(check: str, habits: Mapping[str, str]) -> re.Pattern[str]:
    for name, value in habits.items():
        check = check.replace(f"{{{name}}}", value)
    return re.compile(check, re.IGNORECASE)


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    return tuple(load_toml(_FILE)["prompt"])
