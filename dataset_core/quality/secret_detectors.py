"""Finding secrets with the detectors of the library detect-secrets, without its scanner: no disk, no network.

The library looks at a file line by line, with every detector. Here `redaction.toml` says which lines a detector can
match at all, which makes a source file of 10 kB cost hundreds of microseconds rather than tens of milliseconds. The
library takes longer to load than a build in which nothing changed; hence its imports stand where it is used.
"""

from __future__ import annotations

import re
import string
import sys
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, cast

from dataset_core.quality.spans import Span, line_around, occurrences, shape_table
from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detect_secrets.plugins.base import BasePlugin, RegexBasedDetector
    from detect_secrets.plugins.high_entropy_strings import HighEntropyStringsPlugin
    from detect_secrets.plugins.keyword import KeywordDetector

# All that can be in a run becomes `a`, so that one substring search finds the runs.
_RUN_TABLE = shape_table({"a": f"{string.ascii_letters}{string.digits}_-\\"})
_DIGIT = re.compile(r"\d")
_KEY_HEADER = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|^PuTTY-User-Key-File-\d")
_KEY_END = re.compile(r"-----END|Private-MAC")
_KEY_BODY = re.compile(r"(?:\\[nr])*([A-Za-z0-9+/=]{12,})")
_KEY_CHARACTERS = 8000  # an RSA key of 8,192 bits has 6,400
_CONNECTION_PASSWORD = re.compile(r"(?i)(?:[;\"'`\s]|^)(?:password|pwd)\s*=\s*([^;\"'`\s{}<>()$%,]{3,})(?=;)")
_ASSIGNED_NAMES = (
    "password",
    "passwd",
    "pwd",
    "secret",
    "apikey",
    "api_key",
    "api-key",
    "accesstoken",
    "access_token",
    "authtoken",
    "auth_token",
)
_ASSIGNED = re.compile(r"[\"'\]]*\s*(?::\s*\w+\s*=|=>|:=|=|:)\s*[\"'`]([^\"'`\s]{8,100})[\"'`]")
_IN_PROSE = re.compile(r"[`\"']([^`\"'\s]{8,100})[`\"']|(?i:passw(?:or)?d|pwd|secret|key)\s*[=:]\s*([^\s`\"'<>;,]{8,100})")
_LEAST_DIFFERENT_CHARACTERS = 4
_NO_SECRET = re.compile(r"[\s(){}<>\[\]]|^[./@#:]|^https?:|\$\(|^[A-Za-z]+(?:[-_.][A-Za-z]+)*$")  # a sentence, a path, words
_IDENTITY_BEFORE = re.compile(
    r"(?i)(?:id|ids|guid|revision|commit|ref|sha\d*|md5|hash|digest|sri|integrity|checksum|etag|resource|fingerprint)"
    r"[\"'`]?\s*[:=]\s*[\"'`]$"
)
_TOKEN_REST = re.compile(r"[A-Za-z0-9_.+/=-]*")
_QUOTED_RUN = re.compile(r"[\"'][A-Za-z0-9+/\\=_-]{20}")
_WHOLE_MATCH = frozenset({"GitHubTokenDetector", "GitLabTokenDetector"})  # their groups hold the kind of token only


def find_secrets(text: str, lowered: str, *, is_source: bool) -> Iterator[Span]:
    """Find keys and passwords, in no order; spans may overlap.

    Args:
        text: Of a whole file.
        lowered: The same in lower case, character by character.
        is_source: Whether secrets that only a name or the look of a value gives away are left alone.
    """
    yield from _by_literals(text, text, "trigger")
    yield from _by_literals(text, lowered, "trigger_lower_case")
    yield from _by_long_runs(text)
    yield from _private_keys(text)
    yield from _connection_passwords(text, lowered)
    yield from _assigned(text, lowered)
    if not is_source:
        yield from _in_configuration(text, lowered)


def load_detectors() -> None:
    """Load the library, which is otherwise loaded where a text first looks as if it held a secret."""
    _classes()


def _by_literals(text: str, searched: str, table: str) -> Iterator[Span]:
    for literal, begins, names in _triggers(table):
        for place in occurrences(searched, literal):
            if begins.match(text, place):
                yield from _detect(names, text, *line_around(text, place))


def _by_long_runs(text: str) -> Iterator[Span]:
    least, prefix, patterns, names = _long_run()
    runs = text.encode("ascii", "replace").translate(_RUN_TABLE)
    needle = b"a" * least
    start = runs.find(needle)
    while start >= 0:
        end = runs.find(b" ", start)
        end = len(runs) if end < 0 else end
        if _DIGIT.search(text, start, end) or prefix.match(text, start, end):
            line_start, line_end = line_around(text, start)
            yield from _detect(names, text, line_start, line_end)
            yield from (Span(*found.span(), "key") for found in patterns.finditer(text, start, end))
        start = runs.find(needle, end)


def _detect(names: tuple[str, ...], text: str, start: int, end: int) -> Iterator[Span]:
    """Run structural detectors over one line."""
    line = text[start:end]
    for name in names:
        for pattern in _patterns(name):
            for found in pattern.finditer(line):
                first, last = _secret_in(found, name)
                if _is_secret(name, line[first:last]):
                    yield Span(start + first, start + last, "password" if name == "BasicAuthDetector" else "key")


def _secret_in(found: re.Match[str], name: str) -> tuple[int, int]:
    """Give the span of the longest group, which is the secret, or of all that matched less what delimits it."""
    if name == "JwtTokenDetector":  # its pattern leaves out the signature
        rest = _TOKEN_REST.match(found.string, found.end())
        return found.start(), rest.end() if rest else found.end()
    groups = [number for number in range(1, found.re.groups + 1) if found[number]]
    if groups and name not in _WHOLE_MATCH:
        return found.span(max(groups, key=lambda number: len(found[number])))
    whole = found[0]
    first = found.start() + len(whole) - len(whole.lstrip(' \t=:"'))
    return first, found.end() - (len(whole) - len(whole.rstrip(' \t"')))


def _is_secret(name: str, secret: str) -> bool:
    _classes()
    from detect_secrets.filters.heuristic import is_prefixed_with_dollar_sign, is_templated_secret
    from detect_secrets.plugins.jwt import JwtTokenDetector

    if name == "JwtTokenDetector":
        return JwtTokenDetector.is_formally_valid(secret)
    return not (
        is_templated_secret(secret)
        or is_prefixed_with_dollar_sign(secret)
        or secret.startswith(("%", "{", "<", "*"))
        or secret.lower() in _harmless_words()
        or (name == "IbmCloudIamDetector" and not _is_mixed(secret))
        or (name == "CloudantDetector" and not _DIGIT.search(secret))
    )


def _is_mixed(secret: str) -> bool:
    """Tell whether a text has capitals, small letters and digits, as 44 random characters have and a name has not."""
    return bool(_DIGIT.search(secret)) and secret != secret.lower() and secret != secret.upper()


def _private_keys(text: str) -> Iterator[Span]:
    if "PRIVATE KEY" not in text and not text.startswith("PuTTY-User"):
        return
    for header in _KEY_HEADER.finditer(text):
        end = _KEY_END.search(text, header.end(), header.end() + _KEY_CHARACTERS)
        if end:
            for body in _KEY_BODY.finditer(text, header.end(), end.start()):
                yield Span(*body.span(1), "key")


def _connection_passwords(text: str, lowered: str) -> Iterator[Span]:
    for literal in ("password=", "pwd="):
        for place in occurrences(lowered, literal):
            start, end = line_around(text, place)
            for found in _CONNECTION_PASSWORD.finditer(text, start, end):
                if found[1].lower() not in _harmless_words():
                    yield Span(*found.span(1), "password")


def _assigned(text: str, lowered: str) -> Iterator[Span]:
    """Literals of mixed characters that are given to a name such as `Password` or `api_key`: no word of a test, no key of a text."""
    for literal in _ASSIGNED_NAMES:
        for place in occurrences(lowered, literal):
            found = _ASSIGNED.match(text, place + len(literal))
            if found is None:
                continue
            start, end = line_around(text, place)
            if _is_mixed_with_digits(found[1]) and not _is_reference(found[1], text[start:end]):
                yield Span(*found.span(1), "password" if literal.startswith(("pass", "pwd")) else "key")


def _is_mixed_with_digits(value: str) -> bool:
    """Whether a value has a digit and characters of two further kinds: lower case, upper case, punctuation; a key of texts has dots."""
    kinds = (str.islower, str.isupper, lambda character: not character.isalnum())
    return _DIGIT.search(value) is not None and not re.search(r"[./]", value) and sum(any(map(kind, value)) for kind in kinds) > 1


def _in_configuration(text: str, lowered: str) -> Iterator[Span]:
    table = load_toml("quality/redaction.toml")["configuration"]
    places = [place for literal in table["literals"] for place in occurrences(lowered, literal)]
    for start, end in sorted({line_around(text, place) for place in places}):
        yield from _by_keyword(text, start, end)
        # In a sentence: "the password is `...`", "password=... stands in the settings".
        for found in _IN_PROSE.finditer(text, start, end):
            value = found[1] or found[2]
            if _is_mixed_with_digits(value) and not _is_reference(value, value):
                yield Span(*found.span(1 if found[1] else 2), "password")
    for start, end in sorted({line_around(text, found.start()) for found in _QUOTED_RUN.finditer(text)}):
        yield from _by_entropy(text, start, end, table["least_entropy_characters"])


def _by_keyword(text: str, start: int, end: int) -> Iterator[Span]:
    _classes()
    from detect_secrets.plugins.keyword import CONFIG_DENYLIST_REGEX_TO_GROUP

    line = text[start:end]
    detector = cast("KeywordDetector", _detector("KeywordDetector"))
    secrets = set(detector.analyze_string(line)) | set(
        detector.analyze_string(line, denylist_regex_to_group=CONFIG_DENYLIST_REGEX_TO_GROUP)
    )
    is_pass = re.search(r"(?i)pass|pwd|contrase", line)
    for secret in sorted(secrets, key=lambda secret: (-len(secret), secret)):
        value = secret.rstrip(",; ")
        if value and not _is_reference(value, line):
            place = start + line.rfind(value)
            yield Span(place, place + len(value), "password" if is_pass else "key")


def _is_reference(secret: str, line: str) -> bool:
    """Tell whether a value is no secret but a template, a variable, a sentence, a path or a word."""
    _classes()
    from detect_secrets.filters import heuristic

    return bool(
        heuristic.is_templated_secret(secret)
        or heuristic.is_prefixed_with_dollar_sign(secret)
        or heuristic.is_not_alphanumeric_string(secret)
        or heuristic.is_sequential_string(secret)
        or heuristic.is_indirect_reference(line)
        or secret.lower() in _harmless_words()
        or len(set(secret)) < _LEAST_DIFFERENT_CHARACTERS
        or _NO_SECRET.search(secret)
    )


def _by_entropy(text: str, start: int, end: int, least_characters: int) -> Iterator[Span]:
    line = text[start:end]
    for name in ("Base64HighEntropyString", "HexHighEntropyString"):
        detector = cast("HighEntropyStringsPlugin", _detector(name))
        for found in detector.regex.finditer(line):
            secret = found[2]
            if len(secret) < least_characters or not _DIGIT.search(secret) or secret.startswith("sha"):
                continue
            is_random = detector.calculate_shannon_entropy(secret) > detector.entropy_limit
            if is_random and not _IDENTITY_BEFORE.search(line, 0, found.start(2)):
                yield Span(start + found.start(2), start + found.end(2), "key")


@cache
def _triggers(table: str) -> tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]:
    rows = load_toml("quality/redaction.toml")[table]
    return tuple((row["literal"], re.compile(row.get("begins", "")), row["detectors"]) for row in rows)


@cache
def _long_run() -> tuple[int, re.Pattern[str], re.Pattern[str], tuple[str, ...]]:
    table = load_toml("quality/redaction.toml")["long_run"]
    return table["least_characters"], _any_of(table["prefixes"]), _any_of(table["patterns"]), table["detectors"]


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def _harmless_words() -> frozenset[str]:
    return frozenset(load_toml("quality/redaction.toml")["harmless"]["words"])


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(cast("RegexBasedDetector", _detector(name)).denylist)


@cache
def _detector(name: str) -> BasePlugin:
    return _classes()[name]()


@cache
def _classes() -> dict[str, type[BasePlugin]]:
    """The library's detectors by name.

    It is loaded without `requests`, which takes longer to load than all the rest: with that it would ask services whether a secret is
    valid, and this must never happen here.
    """
    stands_in = "requests" not in sys.modules
    if stands_in:
        requests = ModuleType("requests")
        requests.__dict__["Response"] = object  # what the library annotates its questions with
        sys.modules["requests"] = requests
    try:
        from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
        from detect_secrets.filters import heuristic  # noqa: F401 - loaded here, so that it too does without

        known = cast("dict[str, type[BasePlugin]]", get_mapping_from_secret_type_to_class())
    finally:
        if stands_in:
            del sys.modules["requests"]
    return {detector.__name__: detector for detector in known.values()}
