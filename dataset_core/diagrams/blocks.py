"""Which calls of a body happen only if, again and again, or on an error: read from its text by keywords and brackets.

Facts hold calls without their place. A sequence diagram that drew every branch as if it were always taken would lie, so the text is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

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
_BY_INDENTATION = re.compile(r"(?m)^([ \t]*)(?:async[ ]+)?(if|elif|else|for|while|except)\b[ ]?(.*?):[ \t]*(?:#.*)?$")
_EACH = re.compile(
    r"(?:(?:final|const|let|var|auto)\s+)?(?:[\w<>\[\], ]+?\s+)?(\w+)\s*(?:\bin\b|\bof\b|:(?!=)|:=\s*range\b|=\s*range\b)\s*(.+)$"
)
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


def block_of(call: Call, body: str, blocks: tuple[Block, ...]) -> Block | None:
    """The innermost part in which a call first stands; None where it always happens, or cannot be found."""
    if not blocks:
        return None
    place = _place(call, body)
    inside = [block for block in blocks if block.start <= place < block.end]
    return min(inside, key=lambda block: block.end - block.start, default=None)


def _place(call: Call, body: str) -> int:
    """Where a call stands first; -1 where it cannot be found, for example because a line ends between its parts."""
    links = (".", "?.", "->", "::", "!.") if call.receiver else ("",)
    places = [body.find(f"{call.receiver}{link}{call.name}{opening}") for link in links for opening in ("(", "<", "!(")]
    found = [place for place in places if place >= 0]
    if found:
        return min(found)
    return max(body.find(f".{call.name}("), body.find(f".{call.name}<")) if call.receiver and call.receiver in body else -1


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
        indent, keyword, header = match.groups()
        following = re.compile(rf"(?m)^[ \t]{{0,{len(indent)}}}\S").search(body, match.end() + 1)
        end = following.start() if following is not None else len(body)
        if keyword == "else":
            yield Block("opt", _OTHERWISE, match.end(), end)
        elif keyword == "except":
            yield Block("opt", _ON_ERROR, match.end(), end)
        else:
            yield from _named("if" if keyword == "elif" else keyword, header, match.end(), end)


def _named(keyword: str, header: str, start: int, end: int) -> Iterator[Block]:
    folded = " ".join(header.split())
    if keyword == "catch":
        yield Block("opt", _ON_ERROR, start, end)
    elif keyword == "if":
        yield Block("opt", _condition(folded), start, end)
    else:
        yield Block("loop", _repetition(keyword, folded), start, end)


def _condition(text: str) -> str:
    plain = re.sub(r"\bawait\s+|\bthis\.|\bself\.", "", text)
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
