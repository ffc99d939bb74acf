"""Finding names, e-mail addresses and public network addresses.

Each kind has a literal or a shape of characters that is searched for first, so that a file without any costs next to
nothing.
"""

from __future__ import annotations

import re
import string
from functools import cache
from typing import TYPE_CHECKING

from dataset_core.quality.spans import Span, line_around, occurrences, shape_table
from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@(?:[A-Za-z0-9-]+\.)+([A-Za-z]{2,24})(?![\w(@-]|\.\w)")
_LOCAL_CHARACTERS = 64  # RFC 5321

# A first word, or a nickname, and up to three with a capital; then others, joined by a comma or `and`.
_CAPITAL = r"(?!(?i:all|inc|llc|ltd|gmbh|and)\b)(?:[^\W\d_a-z]\.|[^\W\d_a-z][\w'\u2019-]*)"
_PARTICLE = r"(?:(?:de|da|di|la|le|van|von|der|den|del|zu|bin|al)[ \t]+)*"
_PERSON = rf"(?:{_CAPITAL}|[^\W\d_](?:[\w'\u2019.-]*\w)?)(?:[ \t]+{_PARTICLE}{_CAPITAL}){{0,3}}"
_NAME = rf"(?P<name>{_PERSON}(?:(?:,|,?[ \t]+and|[ \t]+&)[ \t]+{_CAPITAL}(?:[ \t]+{_PARTICLE}{_CAPITAL}){{0,3}})*)"
_YEARS = r"(?:\d{4}(?:[ \t]*(?:-|\u2013|to|,)[ \t]*(?:\d{4}|(?i:present|now)))*[ \t,]*)"
_MARK = r"(?:\([cC]\)|\u00a9|&copy;)"
_NAME_RULES = (
    (re.compile(rf"(?i:@authors?):?[ \t]+{_NAME}"), ("@author",)),
    (
        re.compile(rf"\b(?i:co-authored|signed-off|reviewed|acked|tested|reported|suggested)-(?i:by):[ \t]*{_NAME}"),
        ("-by:",),
    ),
    (
        re.compile(
            rf"(?:(?i:copyright)(?:[ \t]*:)?[ \t]*(?:{_MARK}[ \t]*{_YEARS}?|{_YEARS})|{_MARK}[ \t]*{_YEARS})"
            rf"(?:by[ \t]+)?{_NAME}"
        ),
        ("copyright", "\u00a9", "&copy;"),
    ),
    # Before an address of mail: `Ada Lovelace <ada@...>`.
    (re.compile(rf"(?P<name>{_CAPITAL}(?:[ \t]+{_PARTICLE}{_CAPITAL}){{1,3}})[ \t]*[<(](?=[\w.+-]+@[\w-]+\.)"), ("@",)),
)
# Who took part in a meeting, or wrote a document.
_LABELS = (
    "present",
    "attendees",
    "attendee",
    "participants",
    "participant",
    "attending",
    "absent",
    "excused",
    "invited",
    "author",
    "authors",
    "chair",
    "minutes",
    "scribe",
    "facilitator",
    "deciders",
)
_NOTE_RULES = (
    (
        re.compile(rf"(?i:\b(?:{'|'.join(_LABELS)})\b[*_]*:[*_]*)[ \t]*{_NAME}"),
        _LABELS,
    ),
)
_NO_NAME = re.compile(r"(?i)(?:the|all|by|and|or|unknown|none|your|this|in)\b|.*\b(?:authors?|contributors|team|owners?|holders?)\b")

# Digits become 0, letters of hexadecimal numbers become h; the shapes of addresses are then substrings.
_SHAPES = shape_table({"0": string.digits, "h": "abcdefABCDEF", ".": ".", ":": ":"})
_HEXADECIMAL = shape_table({"h": "0h", ":": ":"})
_IPV4 = re.compile(r"(?<![\w.+-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[23][0-9a-fA-F]{3}:[0-9a-fA-F:]{2,34}(?![\w:])")
_LEAST_REAL_OCTET = 16  # 1.2.3.4 and 9.10.11.12 are versions or made up
_VERSION_BEFORE = re.compile(r"(?i)(?:version|\bv|\bver\.?|release|section|rfc|\u00a7|[a-z]/)\W{0,6}$")


def find_personal_data(text: str, lowered: str, *, is_source: bool) -> Iterator[Span]:
    """Find names, addresses of mail and addresses of machines, in no order; spans may overlap.

    Args:
        text: Of a whole file.
        lowered: The same in lower case, character by character.
        is_source: Whether labels such as `Present:` mean nothing, since code may use them as names.
    """
    yield from _emails(text)
    yield from _names(text, lowered, _NAME_RULES)
    if not is_source:
        yield from _names(text, lowered, _NOTE_RULES)
    yield from _network_addresses(text)


def _emails(text: str) -> Iterator[Span]:
    for place in occurrences(text, "@"):
        if not (text[place - 1 : place].isalnum() and text[place + 1 : place + 2].isalnum()):
            continue
        start = place - 1
        while start > 0 and place - start < _LOCAL_CHARACTERS and (text[start - 1].isalnum() or text[start - 1] in "._%+-"):
            start -= 1
        found = _EMAIL.search(text, start, place + 255)
        if found and found.start() < place < found.end() and not _is_nobodys(found):
            yield Span(*found.span(), "email")


def _is_nobodys(email: re.Match[str]) -> bool:
    harmless = _harmless()
    local, _, domain = email[0].lower().partition("@")
    return (
        local in harmless["mailboxes"]
        or email[1].lower() in harmless["not_domains"]
        or any(domain == reserved or domain.endswith(f".{reserved}") for reserved in harmless["mail_domains"])
    )


def _names(text: str, lowered: str, rules: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]) -> Iterator[Span]:
    for pattern, literals in rules:
        places = [place for literal in literals for place in occurrences(lowered, literal)]
        for start, end in sorted({line_around(text, place) for place in places}):
            for found in pattern.finditer(text, start, end):
                if not _NO_NAME.match(found["name"]):
                    yield Span(*found.span("name"), "name")


def _network_addresses(text: str) -> Iterator[Span]:
    shapes = text.encode("ascii", "replace").translate(_SHAPES)
    yield from _addresses(text, shapes, b"0.0", _IPV4)
    yield from _addresses(text, shapes.translate(_HEXADECIMAL), b"hhhh:", _IPV6)


def _addresses(text: str, shapes: bytes, shape: bytes, pattern: re.Pattern[str]) -> Iterator[Span]:
    done = 0
    place = shapes.find(shape)
    while place >= 0:
        found = pattern.search(text, max(done, place - 3), place + 45)
        if found and found.start() <= place:
            done = found.end()
            if _is_public(found[0]) and not _VERSION_BEFORE.search(text, max(0, found.start() - 24), found.start()):
                yield Span(*found.span(), "ip")
        place = shapes.find(shape, max(place + 1, done))


def _is_public(address: str) -> bool:
    """Tell whether an address is a machine's on the internet; private and documentation ranges are not."""
    import ipaddress  # few files hold an address

    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    is_made_up = isinstance(parsed, ipaddress.IPv4Address) and max(parsed.packed) < _LEAST_REAL_OCTET
    return parsed.is_global and not is_made_up and address not in _harmless()["addresses"]


@cache
def _harmless() -> dict[str, frozenset[str]]:
    return {name: frozenset(values) for name, values in load_toml("quality/redaction.toml")["harmless"].items()}
