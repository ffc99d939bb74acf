"""Which role a file plays in its framework, by the rules of its language's role files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from dataset_core import language
from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from dataset_core.facts import FileFacts


def role_of(facts: FileFacts, text: str) -> str:
    """The name of the first role whose conditions all hold, or the name of the language."""
    return next((role.name for role in language.roles(facts.language) if _holds(role, facts, text)), facts.language)


@cache
def role(language_name: str, name: str) -> language.Role:
    """The role of that name; a role without rules where the file has none."""
    found = (row for row in language.roles(language_name) if row.name == name)
    return next(found, language.Role(name, f"{language.languages()[language_name].title} file", ""))


def is_test(facts: FileFacts) -> bool:
    """Whether a file holds tests, by its role or its path."""
    return facts.role.endswith("-test") or is_test_path(facts.path)


def is_test_path(path: str) -> bool:
    """Whether a path is that of tests, by the conventions of all languages."""
    return _test_path().search(path) is not None


@cache
def _test_path() -> re.Pattern[str]:
    return re.compile(load_toml("sweep/tests.toml")["path"])


def _holds(rule: language.Role, facts: FileFacts, text: str) -> bool:
    top = [symbol for symbol in facts.symbols if symbol.parent == -1]
    return (
        (rule.path is None or rule.path.search(facts.path) is not None)
        and (rule.symbol is None or _any(rule.symbol.search, (symbol.name for symbol in top)))
        and (rule.base is None or _any(rule.base.match, (base for symbol in top for base in symbol.bases)))
        and (rule.imports is None or _any(rule.imports.search, (row.module for row in facts.imports)))
        and (rule.annotation is None or _any(rule.annotation.match, _annotations(facts)))
        and (rule.text is None or rule.text.search(text) is not None)
    )


def _any(matches: object, values: Iterable[str]) -> bool:
    return any(matches(value) for value in values)  # type: ignore[operator]


def _annotations(facts: FileFacts) -> Iterable[str]:
    for symbol in facts.symbols:
        for annotation in symbol.annotations:
            yield re.sub(r"^[@\[#!]+", "", annotation)
