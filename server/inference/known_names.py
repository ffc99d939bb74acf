"""A grammar that knows which names a diagram has declared, which no context-free grammar can say. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping


class KnownNames:
    """Rules of a grammar for names that must have been declared; before any is, they are what the grammar says.

    Args:
        grammar: GBNF, each of the rules on a line of its own.
        declaring: For each of these rules, a regular expression of the lines that declare a name, which is each of its groups.
    """

    def __init__(self, grammar: str, declaring: Mapping[str, str]) -> None:
        self._grammar = grammar
        self._declaring = {rule: re.compile(pattern, re.MULTILINE) for rule, pattern in declaring.items()}
        self._names: dict[str, list[str]] = {rule: [] for rule in declaring}

    def grammar_after(self, text: str) -> str | None:
        """The grammar of what follows the whole lines of a text; None where it is the same as it was."""
        lines = text[: text.rfind("\n") + 1]
        names = {rule: _groups(pattern, lines) for rule, pattern in self._declaring.items()}
        if names == self._names:
            return None
        self._names = names
        return "\n".join(map(self._line, self._grammar.split("\n")))

    def _line(self, line: str) -> str:
        names = self._names.get(line.partition(" ::= ")[0])
        return f"{line.partition(' ::= ')[0]} ::= {' | '.join(f'{chr(34)}{name}{chr(34)}' for name in names)}" if names else line


def _groups(pattern: re.Pattern[str], text: str) -> list[str]:
    """What the groups of a pattern found, each once, in the order of the text."""
    return list(dict.fromkeys(name for match in pattern.finditer(text) for name in match.groups() if name))
