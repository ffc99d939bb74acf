"""Which calls of a body happen only if, again and again, or on an error: read from its text by keywords and brackets.

Facts hold calls without their place. A sequence diagram that drew every branch as if it were always taken would lie, so the text is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from dataset_core.diagrams.mermaid_text import shorten
from dataset_core.facts import Call

_MAX_CONDITION = 48
# An `else` stands close before its branch, a `return` close before the end of its own: to search all that is before would be quadratic.
_LOOK_BACK = 400
_MAX_BODY = 12_000
_WITH_PARENTHESES = re.compile(
    r"\b(if|for|foreach|while|catch)\s*(?:await\s*)?\(|(\bcatchError|\.catch|\bonError\w*)\s*\(|(\belse|\bcatch)\s*\{"
)
_WITHOUT_PARENTHESES = re.compile(r"\b(if|for|while)\s+(?!\()([^{}\n]+?)\s*\{|(\belse)\s*\{")
_BY_INDENTATION = re.compile(r"(?m)^([ \t]*)(?:async[ ]+)?(if|elif|else|for|while|except)\b[ ]?")
# What is passed on to be called later: lambdas, closures and functions without a name.
_DEFERRED = re.compile(r"=>|->|\blambda\b|\bfunction\b|\bfunc\s*\(|\|[\w, :&]*\|\s*(?!\|)|\{\s*(?:\$0|\w+ in\b|it\b)")
_EACH = re.compile(
    r"(?:(?:final|const|let|var|auto)\s+)?(?:[\w<>\[\], ]+?\s+)?(\w+)\s*(?:\bin\b|\bof\b|:(?!=)|:=\s*range\b|=\s*range\b)\s*(.+)$"
)
_HEADER_TOKEN = re.compile(r"'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|#[^\n]*|[()\[\]{}:\n]")
# What follows the name of what is called, and what joins it to a receiver.
_CALLED = re.compile(r"\s*(?:::)?(?:<[^;(){}]*>)?!?\(")
_SIGNS = (".", "?.", "->", "::", "!.")
_JOINS = frozenset({".", ">", ":"})
_NO_PARENTHESES = frozenset({"go", "rust", "swift"})
_INDENTED = frozenset({"python"})
_LEAVES = re.compile(r"(?:^|[;{}\n])\s*(?:return|throw|raise)\b[^;{}\n]*;?\s*\}?\s*\Z")
# What joins the branches of a condition, just before the later one.
_ELSE = re.compile(r"\s*\b(else|elif)\b[^{}\n]*[:{]?\s*\Z")
_OTHERWISE, _ON_ERROR = "otherwise", "on error"


@dataclass(frozen=True)
class Block:
    """A part of a body: `opt`, `break` or `loop`, what is said of it, and where it stands (in characters).

    Parts of which at most one runs share a `chain`, the beginning of the first of them; `alone` is said where no other is drawn.
    """

    kind: str
    says: str
    start: int
    end: int
    chain: int = -1
    alone: str = ""


def blocks_of(body: str, language: str) -> tuple[Block, ...]:
    """The conditional and repeated parts of a body, in the order of their beginnings."""
    if len(body) > _MAX_BODY:
        return ()
    if language in _INDENTED:
        found = _indented(body)
    elif language in _NO_PARENTHESES:
        found = _without_parentheses(body)
    else:
        found = _with_parentheses(body)
    return _leaving(_chained(sorted(found, key=lambda block: (block.start, -block.end)), body), body)


def _leaving(blocks: tuple[Block, ...], body: str) -> tuple[Block, ...]:
    """The same parts; a condition that ends the whole, with more to come after it, is a `break`."""
    return tuple(
        replace(block, kind="break")
        if block.kind == "opt"
        and block.chain < 0
        and _LEAVES.search(body[max(block.start, block.end - _LOOK_BACK) : block.end])
        and body[block.end :].strip("} \t\n;")
        else block
        for block in blocks
    )


def _chained(blocks: list[Block], body: str) -> tuple[Block, ...]:
    """The same parts; those that an `else` joins know it."""
    by_end = {block.end: block for block in blocks if block.kind == "opt"}
    found: dict[int, Block] = {}
    for block in blocks:
        joint = _ELSE.search(body, max(0, block.start - _LOOK_BACK), block.start)
        ends = range(joint.start(), joint.start(1) + 1) if joint is not None else ()
        before = next((by_end[end] for end in ends if end in by_end), None)
        if before is None or before.says == _ON_ERROR:
            found[block.start] = block
            continue
        first = found[before.start]
        chain = first.chain if first.chain >= 0 else first.start
        found[before.start] = replace(first, chain=chain)
        is_second = block.says == _OTHERWISE and chain == before.start
        found[block.start] = replace(block, chain=chain, alone=shorten(f"not ({before.says})", _MAX_CONDITION) if is_second else "")
    return tuple(found[block.start] for block in blocks)


@lru_cache(256)  # a chain that is too long is followed again, less deep
def in_order(calls: tuple[Call, ...], body: str, language: str) -> tuple[tuple[Call, tuple[Block, ...]], ...]:
    """The calls of a body in the order in which they are made, each with the parts around it, outermost first.

    Arguments are computed before what they are passed to; a function that is passed on is called afterwards. A call that stands in several
    parts is listed for each of them; one that cannot be found in the text comes last.
    """
    blocks = blocks_of(body, language)
    found: list[tuple[int, int, Call, tuple[Block, ...]]] = []
    for number, call in enumerate(calls):
        seen: set[tuple[Block, ...]] = set()
        for place, opening in _places(call, body) if len(body) <= _MAX_BODY else ():
            around = tuple(block for block in blocks if block.start <= place < block.end)
            if around not in seen:
                seen.add(around)
                found.append((_time_of(body, place, opening), number, call, around))
        if not seen:
            found.append((len(body) + 1, number, call, ()))
    return tuple((call, around) for _, _, call, around in sorted(found, key=lambda row: row[:2]))


def _places(call: Call, body: str) -> Iterator[tuple[int, int]]:
    """Where a call stands, each time with the place of its opening bracket.

    The name is searched for as it is, and looked at from there: to compile a pattern for each call would take longer than all the rest.
    """
    called = [(start, match.end() - 1) for start, match in _named_places(call.name, body)]
    if not call.receiver:
        yield from ((at, opening) for at, opening in called if body[at - 1 : at] not in _JOINS and not _is_word(body, at - 1))
        return
    exact = [(place, opening) for start, opening in called if (place := _receiver_before(call.receiver, body, start)) >= 0]
    # A receiver that is written over several lines, or is a long expression.
    yield from exact or (
        (before - 1, opening) for start, opening in called if body[(before := _before_space(body, start)) - 1 : before] in _JOINS
    )


def _named_places(name: str, body: str) -> Iterator[tuple[int, re.Match[str]]]:
    start = body.find(name)
    while start >= 0:
        match = _CALLED.match(body, start + len(name))
        if match is not None:
            yield start, match
        start = body.find(name, start + 1 if match is None else match.end())


def _receiver_before(receiver: str, body: str, end: int) -> int:
    """Where a receiver begins that a name at `end` is called on; -1 where something else stands before it."""
    end = _before_space(body, end)
    for sign in _SIGNS:
        if body.endswith(sign, 0, end):
            start = _before_space(body, end - len(sign)) - len(receiver)
            if start >= 0 and body.startswith(receiver, start):
                return start
    return -1


def _before_space(body: str, end: int) -> int:
    while end and body[end - 1].isspace():
        end -= 1
    return end


def _is_word(body: str, place: int) -> bool:
    return place >= 0 and (body[place].isalnum() or body[place] == "_")


def _time_of(body: str, place: int, opening: int) -> int:
    """When a call is made, as a place in the text: behind its arguments, but before a function that is passed to it is called."""
    closing = _closing(body, opening)
    deferred = _DEFERRED.search(body, opening, closing)
    return place if deferred is not None else closing


def _with_parentheses(body: str) -> Iterator[Block]:
    for match in _WITH_PARENTHESES.finditer(body):
        keyword = match.group(1) or match.group(2) or match.group(3)
        if match.group(3):
            end = _closing(body, match.end() - 1)
            yield Block("opt", _OTHERWISE if keyword == "else" else _ON_ERROR, match.end(), end)
            continue
        closing = _closing(body, match.end() - 1)
        if match.group(2):
            yield Block("opt", _ON_ERROR, match.end(), closing)
            continue
        header = body[match.end() : closing - 1]
        start, end = _after(body, closing)
        yield from _named(keyword, header, start, end)


def _without_parentheses(body: str) -> Iterator[Block]:
    for match in _WITHOUT_PARENTHESES.finditer(body):
        end = _closing(body, match.end() - 1)
        if match.group(3):
            yield Block("opt", _OTHERWISE, match.end(), end)
        elif match.group(1) == "if" and re.search(r"\berr\s*!=\s*nil", match.group(2)):
            yield Block("opt", _ON_ERROR, match.end(), end)
        else:
            yield from _named(match.group(1), re.sub(r"^.*;\s*(?=\S)", "", match.group(2)), match.end(), end)


def _indented(body: str) -> Iterator[Block]:
    for match in _BY_INDENTATION.finditer(body):
        indent, keyword = match.groups()
        colon = _end_of_header(body, match.end())
        if colon < 0 or body[colon + 1 :].partition("\n")[0].partition("#")[0].strip():
            continue
        header, start = body[match.end() : colon], colon + 1
        following = re.compile(rf"(?m)^[ \t]{{0,{len(indent)}}}\S").search(body, start + 1)
        end = following.start() if following is not None else len(body)
        if keyword == "else":
            yield Block("opt", _OTHERWISE, start, end)
        elif keyword == "except":
            yield Block("opt", _ON_ERROR, start, end)
        else:
            yield from _named("if" if keyword == "elif" else keyword, header, start, end)


def _end_of_header(body: str, start: int) -> int:
    """Where the colon stands that ends the header of a part, which may take several lines; -1 where there is none."""
    depth = 0
    for match in _HEADER_TOKEN.finditer(body, start):
        mark = match.group()
        depth += (mark in "([{") - (mark in ")]}") if len(mark) == 1 else 0
        if mark == ":" and depth <= 0:
            return match.start()
        if mark == "\n" and depth <= 0:
            return -1
    return -1


def _named(keyword: str, header: str, start: int, end: int) -> Iterator[Block]:
    folded = " ".join(header.split())
    if keyword == "catch":
        yield Block("opt", _ON_ERROR, start, end)
    elif keyword == "if":
        yield Block("opt", _condition(folded), start, end)
    else:
        yield Block("loop", _repetition(keyword, folded), start, end)


def _condition(text: str) -> str:
    plain = re.sub(r"\bawait\s+|\bthis\.|\bself\.|(?<=[(\[{])\s+|,?\s+(?=[)\]}])", "", text)
    return shorten(plain, _MAX_CONDITION) if plain else "sometimes"


def _repetition(keyword: str, text: str) -> str:
    """`var line in lines` → each line in lines."""
    match = _EACH.match(text)
    if match is not None:
        of = re.sub(r"\bthis\.|\bself\.|\bawait\s+", "", match.group(2))
        return shorten(f"each {match.group(1)} in {of}", _MAX_CONDITION)
    return shorten(f"while {text}", _MAX_CONDITION) if keyword == "while" else "again and again"


def _after(body: str, position: int) -> tuple[int, int]:
    """What belongs to a header that ends at `position`: a block in braces, or one statement."""
    match = re.compile(r"\s*").match(body, position)
    start = match.end() if match is not None else position
    if body[start : start + 1] == "{":
        return start, _closing(body, start)
    end = body.find(";", start)
    return start, end + 1 if end >= 0 else len(body)


def _closing(body: str, opening: int) -> int:
    """The position after the bracket that closes the one at `opening`; the end of the text where none does."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    closes = pairs.get(body[opening : opening + 1], "")
    opens = body[opening : opening + 1]
    depth = 0
    for position in range(opening, len(body)):
        if body[position] == opens:
            depth += 1
        elif body[position] == closes:
            depth -= 1
            if depth == 0:
                return position + 1
    return len(body)
