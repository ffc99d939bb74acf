"""What a diagram has said already, and which lines would say it again. Pure.

A line says the same as another one also where it differs in what carries no meaning of its own: the name of a node, the cardinalities of a
relation, the icon of a declared service. Lines within braces are compared within their block.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from server.inference.repetition import MIN_LINE_CHARACTERS, Blocks

# The same message may be sent twice, and what begins or ends a part says little.
CLOSING = ("", "end", "}")
_MAY_COME_AGAIN = re.compile(
    r"->>|-\)|\A(activate|deactivate|note|direction|loop|alt|else|opt|par|and|rect|break|critical|option|box)\b", re.IGNORECASE
)
# A node of a flowchart, whose name and label stand for one thing each.
_OPENING = "([{>"
_NODE_NAME = re.compile(r'\A\w+(?=[(\[{>]+")')
_NODE_NAME_SO_FAR = re.compile(r"\w+[(\[{>]*")
# What an architecture and a sequence diagram declare, each under one name and one label.
_DECLARED = re.compile(r"(?:service|group) \w+\(|(?:participant|actor) \w+ ")
_LABEL = re.compile(r"(?:participant|actor) \w+ (as .*)")
_PARTICIPANT_SO_FAR = re.compile(r"(?:participant|actor) \w*(?: (?:a|as)?)?\Z")
# Of relations in class diagrams and ERDs.
_CARDINALITIES = re.compile(r' "[\d.*n]+"| [|}o]{1,2}(--|\.\.)[|{o]{1,2}(?= )')
_CARDINALITIES_SO_FAR = re.compile(r'( "[\d.*n]*| [|}o]+((--?|\.\.?)[|{o]*)?)\Z')
# A link from a node to itself that no other word stands behind says nothing.
_LINK = re.compile(r"(\w+) [<ox]?[-=.~]{2,}[>ox]?(?:\|[^|]*\|)? (\w+)")
_LINK_SO_FAR = re.compile(r"(\w+)(?: (?:[<ox]?[-=.~]*[>ox]?(?:\|[^|]*(?:\|(?: (\w*))?)?| (\w*))?)?)?")
# The entities of an ERD's relation. In library and composer none relates two more than twice, or one to itself twice (a test counts).
ENTITIES = re.compile(r"\s*([\w.-]+) [|}o]{1,2}(?:--|\.\.)[|{o]{1,2} ([\w.-]+) :")
MOST_RELATIONS = 2


@dataclass
class SaidLines:
    """The lines of one diagram so far."""

    _keys: set[tuple[str, str]] = field(default_factory=set)
    _related: Counter[frozenset[str]] = field(default_factory=Counter)
    _blocks: Blocks = field(default_factory=Blocks)
    _indentation: str = ""

    @property
    def closing(self) -> str:
        """The line that closes the braces that are open, with its indentation; empty where none are."""
        return f"{self._indentation}}}" if self._blocks.name else ""

    def add(self, written: str) -> None:
        """Go on past a line."""
        line = written.strip()
        if line.endswith("{"):
            self._indentation = written[: len(written) - len(written.lstrip())]
        self._keys |= self._in_block(_keys(line))
        if found := ENTITIES.match(line):
            self._related[frozenset(found.groups())] += 1
            # A line that begins as the same relation the other way round is to be held back too.
            self._keys |= self._in_block([f"{found[2]} {found[1]} :"])
        self._blocks.end_line(line)

    def has(self, line: str) -> bool:
        """Whether a whole line says what is said already, or nothing."""
        link = _LINK.fullmatch(line)
        if link is not None and link[1] == link[2]:
            return True
        return not self._in_block(_keys(line)).isdisjoint(self._keys)

    def may_have(self, begun: str) -> bool:
        """Whether a line that begins so may yet say what is said already."""
        bare = begun.strip()
        lines = [line for block, line in self._keys if block == self._blocks.name]
        if _NODE_NAME_SO_FAR.fullmatch(bare) and any(line[0] in _OPENING for line in lines):
            return True
        if any(line.startswith("as ") for line in lines) and _PARTICIPANT_SO_FAR.match(bare):
            return True
        link = _LINK_SO_FAR.fullmatch(bare)
        if link is not None and link[1].startswith(link[2] or link[3] or ""):
            return True
        label = _LABEL.match(bare)
        if label is not None and any(line.startswith(label[1]) for line in lines):
            return True
        relation = _CARDINALITIES.sub("", _CARDINALITIES_SO_FAR.sub("", begun).lstrip())
        return any(line.startswith((bare, _NODE_NAME.sub("", bare), relation)) for line in lines)

    def is_enough_of(self, begun: str) -> bool:
        """Whether a line that begins so must not go on: it declares what is declared, or relates what is related often enough."""
        declared, related = _declared(begun.lstrip()), ENTITIES.match(begun)
        if declared:
            return not self._in_block([declared]).isdisjoint(self._keys)
        entities = frozenset(related.groups()) if related is not None else frozenset()
        return related is not None and self._related[entities] >= min(MOST_RELATIONS, len(entities))

    def _in_block(self, keys: Iterator[str] | list[str]) -> set[tuple[str, str]]:
        return {(self._blocks.name, key) for key in keys}


def _keys(line: str) -> Iterator[str]:
    if (len(line) < MIN_LINE_CHARACTERS and not line.endswith(" {")) or _MAY_COME_AGAIN.search(line):
        return
    yield _CARDINALITIES.sub("", line)
    if _NODE_NAME.match(line):
        yield _NODE_NAME.sub("", line)
    if declared := _declared(f"{line} "):
        yield declared
    if label := _LABEL.match(line):
        yield label[1]


def _declared(line: str) -> str:
    """What a line declares, as soon as its name is whole; empty for nothing."""
    found, node = _DECLARED.match(line), _NODE_NAME.match(line)
    return found[0] if found is not None else f"node {node[0]}" if node is not None else ""
