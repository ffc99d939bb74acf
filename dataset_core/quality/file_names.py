"""Which files are left out for their name alone: secrets, other people's code, what a tool made. Reads no file.

The names are data: `workspace.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import lru_cache
from typing import TYPE_CHECKING

from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


def reason_by_name(name: str) -> str | None:
    """Say why a file of this name, without its folder, is left out; None where it is not."""
    return _file_rules().reason(name.lower())


def reason_by_folder(folder: str, names_in: Mapping[str, Collection[str]]) -> str | None:
    """Say why all files of a folder are left out; None where they are not.

    Args:
        folder: Relative to the project, with forward slashes; empty for the project itself.
        names_in: The names in each folder of the project, which tell a vendored `vendor` from a feature of that name.
    """
    parts = folder.lower().split("/")
    original = folder.split("/")
    for end, name in enumerate(parts, start=1):
        reason = _folder_reason(name, "/".join(parts[max(0, end - 4) : end]))
        if reason:
            return f"in {'/'.join(original[:end])}/: {reason}"
        for rule in _beside_rules().get(name, ()):
            siblings = names_in.get("/".join(original[: end - 1]), ())
            if any(fnmatchcase(sibling.lower(), pattern) for pattern in rule.beside for sibling in siblings):
                return f"in {'/'.join(original[:end])}/: {rule.reason}"
    return None


def is_left_out_folder(name: str) -> bool:
    """Tell whether a folder of this name is left out wherever it stands, so that nobody needs to walk into it."""
    return _folder_reason(name.lower(), name.lower()) is not None


class _Rules:
    """Name patterns with reasons, sorted by how they can be looked up: 80 patterns cost no more than three."""

    def __init__(self, groups: Iterable[Mapping[str, object]]) -> None:
        self._exact: dict[str, str] = {}
        self._suffix: dict[str, str] = {}
        self._exceptions: list[re.Pattern[str]] = []
        patterns: list[tuple[str, str]] = []
        for group in groups:
            reason = str(group["reason"])
            for pattern in _strings(group["names"]):
                if "*" not in pattern:
                    self._exact.setdefault(pattern, reason)
                elif pattern.startswith("*.") and "*" not in pattern[1:]:
                    self._suffix.setdefault(pattern[1:], reason)
                else:
                    patterns.append((pattern, reason))
            exceptions = _strings(group.get("except"))
            if exceptions:
                self._exceptions.append(_any_of(exceptions))
        self._reasons = sorted({reason for _, reason in patterns})
        self._globs = [_any_of(pattern for pattern, its_reason in patterns if its_reason == reason) for reason in self._reasons]

    def reason(self, name: str) -> str | None:
        found = self._exact.get(name) or self._by_suffix(name) or self._by_glob(name)
        if found and any(exception.match(name) for exception in self._exceptions):
            return None
        return found

    def _by_suffix(self, name: str) -> str | None:
        dot = name.find(".")
        while dot >= 0:
            found = self._suffix.get(name[dot:])
            if found:
                return found
            dot = name.find(".", dot + 1)
        return None

    def _by_glob(self, name: str) -> str | None:
        for reason, globs in zip(self._reasons, self._globs, strict=True):
            if globs.match(name):
                return reason
        return None


@dataclass(frozen=True)
class _BesideRule:
    """A folder name that counts only next to certain files."""

    reason: str
    beside: tuple[str, ...]


@lru_cache(maxsize=1)
def _file_rules() -> _Rules:
    return _Rules(load_toml("workspace.toml")["file"])


@lru_cache(maxsize=1)
def _folder_rules() -> _Rules:
    return _Rules(load_toml("workspace.toml")["folder"])


@lru_cache(maxsize=4096)
def _folder_reason(name: str, tail: str) -> str | None:
    rules = _folder_rules()
    parts = tail.split("/")
    endings = ("/".join(parts[start:]) for start in range(len(parts) - 1))
    return rules.reason(name) or next((reason for ending in endings if (reason := rules.reason(ending))), None)


@lru_cache(maxsize=1)
def _beside_rules() -> dict[str, list[_BesideRule]]:
    rules: dict[str, list[_BesideRule]] = {}
    for group in load_toml("workspace.toml")["folder_beside"]:
        rule = _BesideRule(reason=group["reason"], beside=tuple(group["beside"]))
        for name in group["names"]:
            rules.setdefault(name, []).append(rule)
    return rules


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in patterns))


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, tuple) else []
