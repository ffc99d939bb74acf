"""English and identifier forms of names: plurals, articles, lists, cases. Knows no domain and no diagram."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_IRREGULAR = {
    "person": "people",
    "premises": "premises",
    "terminus": "termini",
    "analysis": "analyses",
    "quiz": "quizzes",
    "downtime": "downtimes",
    "bill of material": "bills of material",
}
_ACRONYMS = {"bom": "BOM", "id": "ID", "url": "URL", "iban": "IBAN", "sku": "SKU"}
_CONSONANT_U = re.compile(r"^(?:uni|use|usa|usu|uti|eu|one)", re.IGNORECASE)


def words(name: str) -> list[str]:
    """The lower-case words of a name in any case: `RatePlan`, `rate_plan` and `Rate plan` give the same."""
    return [*_words(name)]


@lru_cache(8_192)
def _words(name: str) -> tuple[str, ...]:
    return tuple(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").replace("-", " ").lower().split())


def phrase(name: str) -> str:
    """`RatePlan` as `rate plan`."""
    return " ".join(_ACRONYMS.get(word, word) for word in words(name))


def plural(name: str) -> str:
    """`RatePlan` as `rate plans`."""
    singular = phrase(name)
    head, _, last = singular.rpartition(" ")
    for known in (singular, last):
        if known in _IRREGULAR:
            return f"{head} {_IRREGULAR[known]}".strip() if known == last else _IRREGULAR[known]
    if re.search(r"[^aeiou]y$", singular):
        return singular[:-1] + "ies"
    return singular + ("es" if re.search(r"(?:s|x|z|ch|sh)$", singular) else "s")


def snake(name: str) -> str:
    """`RatePlan` as `rate_plan`."""
    return "_".join(words(name))


def upper_snake(name: str) -> str:
    """`RatePlan` as `RATE_PLAN`."""
    return snake(name).upper()


@lru_cache(8_192)
def pascal(name: str) -> str:
    """`Book a room` as `BookARoom`; a name that is Pascal case already stays as it is."""
    return "".join(word[:1].upper() + word[1:] for word in words(name))


@lru_cache(8_192)
def camel(name: str) -> str:
    """`RatePlan` as `ratePlan`."""
    whole = pascal(name)
    return whole[:1].lower() + whole[1:]


def command(name: str) -> str:
    """`Book a room` as `BookRoom`: Pascal case without articles."""
    return pascal(" ".join(word for word in words(name) if word not in {"a", "an", "the"}))


def sentence(text: str) -> str:
    """The text with an upper-case first letter."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text with a lower-case first letter, unless it starts with an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def article(text: str) -> str:
    """The text behind `a` or `an`."""
    vowel = text[:1].lower() in "aeiou" and not _CONSONANT_U.match(text)
    return f"{'an' if vowel else 'a'} {text}"


def listing(items: Sequence[str], conjunction: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}" if len(items) > 1 else "".join(items)


def clauses(items: Sequence[str]) -> str:
    """A list of commands; a comma stands before the last `and` where a command has an `and` or a comma itself."""
    if len(items) > 1 and any(" and " in item or "," in item for item in items):
        return f"{', '.join(items[:-1])}, and {items[-1]}"
    return listing(items)


def services(names: Sequence[str]) -> str:
    """`the lead service`, or `the lead, quote and contact services`."""
    return f"the {listing([phrase(name) for name in names])} service{'s' if len(names) > 1 else ''}"


def third_person(text: str) -> str:
    """`request a reservation` as `requests a reservation`."""
    verb, _, rest = text.partition(" ")
    if re.search(r"[^aeiou]y$", verb):
        verb = verb[:-1] + "ies"
    else:
        verb += "es" if re.search(r"(?:s|x|z|ch|sh|o)$", verb) else "s"
    return f"{verb} {rest}".strip()


def nouns_of(action: str) -> list[str]:
    """Nouns for what a command does: `applying` and `application` of `apply for a loan`, `checking` and `checkout` of `check out`."""
    verb, *rest = action.split() or [""]
    if re.search(r"[^aeiou]y$", verb):
        return [f"{verb}ing", f"{verb[:-1]}ication"]
    stem = verb[:-1] if re.search(r"[^eoy]e$", verb) else verb
    if re.fullmatch(r"[^aeiou]*[aeiou][bdglmnprt]", verb):
        stem += verb[-1]
    return [f"{stem}ing", *(verb + word for word in rest[:1] if word in {"in", "off", "out", "up"})] if verb else []


def question(statement: str) -> str:
    """`the card is accepted` as `Card accepted?`, the way decisions are labelled in flowcharts."""
    short = re.sub(r"^(?:the|a|an) ", "", statement)
    short = re.sub(r" (?:is|are|was|were) ", " ", short, count=1)
    return sentence(short) + "?"
