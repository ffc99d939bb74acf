"""Renaming an entity in code: every written form of its name, in each case and number, takes the new one. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from dataset_core.quality.spans import occurrences

# A shorter word that ends in s is no plural.
_MIN_WORD_LENGTH = 3
_IN_SNAKE_CASE = re.compile(r"\w_x|.{0,2}x_\w", re.DOTALL)
_COMMENT_START = re.compile(r"[ \t]*(?://|/?\*|#|--|<!--)")
_ARTICLE = re.compile(r"\b([Aa])n?( `?)$")
_VOWEL = re.compile(r"(?!u(?:ni|s[ei])|eu|one)[aeiou]", re.IGNORECASE)
_INTERFACE_LETTER = re.compile(r"(?:\W|^)I$")
_MIN_IES = 4


def rename(text: str, old: str, new: str) -> tuple[str, int]:
    """Replace an entity's name in every case and number.

    Args:
        text: Code.
        old: Singular, Pascal case: `RoomType`.
        new: Likewise.

    Returns:
        The renamed code and how many places changed.
    """
    forms = _forms(old, new)
    parts: list[str] = []
    done = count = 0
    for start, found in _places_of(text, forms):
        if _is_whole_word(text, start, found):
            count += 1
            cases = forms[found]
            word = cases.get(_case_around(text, start, found)) or next(iter(cases.values()))
            parts += _with_article_for(word, text[done:start]), word
            done = start + len(found)
    return "".join([*parts, text[done:]]), count


def _with_article_for(word: str, before: str) -> str:
    """What stands before a word, its article made to fit: an order, a locker, a user."""
    if not before.endswith((" ", " `")):
        return before
    rest = "n" if _VOWEL.match(word) else ""
    return _ARTICLE.sub(lambda found: f"{found[1]}{rest}{found[2]}", before)


def _places_of(text: str, forms: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Where one of the forms stands, from left to right, the longest first; a few searches take less than compiling an expression."""
    places = sorted((start, -len(form), form) for form in forms for start in occurrences(text, form))
    end = 0
    for start, _, form in places:
        if start >= end:
            yield start, form
            end = start + len(form)


def _case_around(text: str, start: int, found: str) -> str:
    """Which case a lower-case word is written in, by what stands around it: one word alone looks alike in all of them."""
    end = start + len(found)
    around = (text[start - 1] if start else "") + text[end : end + 1]
    # A leading underscore is the prefix of a private field: `_orders`.
    if _IN_SNAKE_CASE.match(text[max(0, start - 2) : start] + "x" + text[end : end + 2]):
        return "upper snake" if found.isupper() else "snake"
    if "-" in around or around.startswith("/"):
        return "kebab"
    line_start = text.rfind("\n", 0, start) + 1
    if _COMMENT_START.match(text, line_start):
        return "spaced"
    return "snake" if _is_in_snake_case(text) else "camel"


@lru_cache(64)
def _is_in_snake_case(text: str) -> bool:
    """Whether code writes its names with underscores rather than with humps."""
    return len(re.findall(r"\b[a-z]+_[a-z]", text)) > len(re.findall(r"\b[a-z]+[A-Z]", text))


def plural(word: str) -> str:
    """English plural of a singular, case kept: Category, Categories; Address, Addresses; Order, Orders."""
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(s|x|z|ch|sh)$", word) else "s")


def singular(word: str) -> str:
    """English singular of a plural; a singular stays."""
    if re.search(r"[^aeiou]ies$", word) and len(word) > _MIN_IES:
        return word[:-3] + "y"
    if re.search(r"(ss|us|is|as|os)$", word):
        return word
    if re.search(r"(s|x|z|ch|sh)es$", word):
        return word[:-2] if not re.search(r"(us|as|is|os|ns|rs|ls)es$", word) else word[:-1]
    return word[:-1] if word.endswith("s") and len(word) > _MIN_WORD_LENGTH else word


@lru_cache(256)
def _forms(old: str, new: str) -> Mapping[str, Mapping[str, str]]:
    """Every written form of the old name, with the new one in each of the cases that look like it."""
    forms: dict[str, dict[str, str]] = {}
    for old_form, new_form in ((plural(old), plural(new)), (old, new)):
        for name, case in _CASES.items():
            forms.setdefault(case(old_form), {}).setdefault(name, case(new_form))
    return forms


def _is_whole_word(text: str, start: int, found: str) -> bool:
    """Whether a match stands at word borders of camel case, so that `Order` is not found in `Ordering` or `border`."""
    before, after = text[start - 1] if start else "", text[start + len(found) : start + len(found) + 1]
    if after and after.islower():
        return False
    if found[0].islower() and before and before.isalpha():
        return False
    if found[0].isupper() and before and before.isupper():
        # `IOrder`: the letter of an interface before a Pascal-case name.
        return found[1:2].islower() and _INTERFACE_LETTER.search(text[max(0, start - 2) : start]) is not None
    return not (found.isupper() and after and after.isalpha())


def words_of(name: str) -> list[str]:
    """The words of a name in any case: `RoomType`, `room_type` and `room-type` have two."""
    return [*_words_of(name)]


@lru_cache(8_192)
def _words_of(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[0-9]+", name))


def pascal_case(name: str) -> str:
    """`room_type` as `RoomType`."""
    return "".join(word[:1].upper() + word[1:] for word in words_of(name))


def _camel(name: str) -> str:
    pascal = pascal_case(name)
    return pascal[:1].lower() + pascal[1:]


def snake_case(name: str) -> str:
    """`RoomType` as `room_type`."""
    return "_".join(word.lower() for word in words_of(name))


def _upper_snake(name: str) -> str:
    return snake_case(name).upper()


def _kebab(name: str) -> str:
    return snake_case(name).replace("_", "-")


def _flat(name: str) -> str:
    return snake_case(name).replace("_", "")


def _spaced(name: str) -> str:
    return snake_case(name).replace("_", " ")


def _title(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in words_of(name))


_CASES: Mapping[str, Callable[[str], str]] = {
    "pascal": pascal_case,
    "camel": _camel,
    "snake": snake_case,
    "upper snake": _upper_snake,
    "kebab": _kebab,
    "flat": _flat,
    "spaced": _spaced,
    "title": _title,
}
