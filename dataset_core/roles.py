"""Which role a file plays in its framework, by the rules of its language's role files."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING

from dataset_core import language
from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from dataset_core.facts import FileFacts


def role_of(facts: FileFacts, text: str) -> str:
    """The name of the first role whose conditions all hold, or the name of the language."""
    traits = _Traits(facts, text)
    return next((role.name for role in language.roles(facts.language) if _holds(role, traits)), facts.language)


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


class _Traits:
    """What the rules of all roles look at, each gathered once."""

    def __init__(self, facts: FileFacts, text: str) -> None:
        self._facts = facts
        self.path = facts.path
        self.text = text

    @cached_property
    def symbols(self) -> list[str]:
        """Names of the top-level definitions."""
        return [symbol.name for symbol in self._facts.symbols if symbol.parent == -1]

    @cached_property
    def bases(self) -> list[str]:
        """Of the top-level definitions."""
        return [base for symbol in self._facts.symbols if symbol.parent == -1 for base in symbol.bases]

    @cached_property
    def modules(self) -> list[str]:
        """That are imported."""
        return [row.module for row in self._facts.imports]

    @cached_property
    def annotations(self) -> list[str]:
        """Of all definitions, without the marks before them."""
        return [_ANNOTATION_MARKS.sub("", text) for symbol in self._facts.symbols for text in symbol.annotations]


_ANNOTATION_MARKS = re.compile(r"^[@\[#!]+")


def _holds(rule: language.Role, traits: _Traits) -> bool:
    return (
        (rule.path is None or rule.path.search(traits.path) is not None)
        and (rule.symbol is None or any(map(rule.symbol.search, traits.symbols)))
        and (rule.base is None or any(map(rule.base.match, traits.bases)))
        and (rule.imports is None or any(map(rule.imports.search, traits.modules)))
        and (rule.annotation is None or any(map(rule.annotation.match, traits.annotations)))
        and (rule.text is None or rule.text.search(traits.text) is not None)
    )
