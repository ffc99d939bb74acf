"""What a project has already, told of what is asked for. Pure but for reading its own data file.

For "a user registration controller" it is the project's `GuestsController` as a `UserRegistrationsController`, transfer objects included.
A small model that is shown how the thing would look writes that; shown another one, it writes the other one.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from dataset_core.parse import parses
from dataset_core.toml_file import load_toml
from dataset_core.variations.adapt import entity_in
from dataset_core.variations.renaming import pascal_case, rename, singular, words_of

_WORDS = Path(__file__).with_suffix(".toml")
_MOST_WORDS = 3
_ABOUT = re.compile(r"\W*\b(?:for|of|about)\b", re.IGNORECASE)


def common_words() -> frozenset[str]:
    """Words of requests that are about nothing."""
    return _table()["common"]


def words_of_diagrams() -> frozenset[str]:
    """Words that say which kind of diagram a request wants and name no subject; of code they may."""
    return _table()["diagrams"]


def subject_of(request: str, kind: str) -> str:
    """What a thing of a kind is to be about, singular and in Pascal case: `RoomType` of "a controller for room types"; empty for none.

    Args:
        request: In a person's words.
        kind: The word of the request that says which kind of thing it is, in lower case.
    """
    found = list(re.finditer(rf"(?:(?<![A-Za-z])(?i:{re.escape(kind)})|(?<=[a-z]){re.escape(kind.title())})(?![a-z])", request))
    if not found:
        return ""
    before, after = request[: found[-1].start()], request[found[-1].end() :]
    words = _run([word.lower() for word in reversed(words_of(before))])[::-1]
    if not words and _ABOUT.match(after):
        rest = [word.lower() for word in words_of(after)][1:]
        articles = next((place for place, word in enumerate(rest) if word not in {"a", "an", "the", "our", "new"}), len(rest))
        words = _run(rest[articles:])
    return pascal_case(" ".join([*words[:-1], singular(words[-1])])) if words else ""


def told_of(subject: str, code: str, name: str, language: str) -> tuple[str, str] | None:
    """The entity that code is about, and the code with the subject in its place; None where it is about none, or about this one.

    Args:
        subject: Singular and in Pascal case.
        code: A definition.
        name: Of the definition.
        language: A language folder's name.
    """
    entity = entity_in(name, language)
    if not entity or not subject or subject in {entity, pascal_case(name)}:
        return None
    renamed, count = rename(code, entity, subject)
    return (entity, renamed) if count and parses(renamed, language) else None


def _run(words: list[str]) -> list[str]:
    """The words up to the first one that says nothing about a subject; those that say how it is to be are passed over."""
    manner = _table()["manner"]
    end = next((place for place, word in enumerate(words) if word in common_words() or word.isdigit()), len(words))
    return [word for word in words[:end] if word not in manner][:_MOST_WORDS]


@cache
def _table() -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in load_toml(_WORDS).items()}
