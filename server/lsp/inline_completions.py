"""What inline completions remember between requests: which documents were last shortened, and what was answered."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from server.lsp.prompt_lines import PromptLine
from server.protocol import GenerateResult

_MAX_ANSWERS = 32
# A newer model may answer otherwise; a person who comes back to a line soon means the same.
_KEPT_S = 300.0

# The folder, the model that was chosen for it, and what was asked.
Key = tuple[str, str, PromptLine]


class InlineCompletions:
    """State of one server."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._shortened: set[str] = set()
        self._answers: OrderedDict[Key, tuple[float, GenerateResult]] = OrderedDict()

    def changed(self, uri: str, *, was_shortened: bool) -> None:
        """A document is another one now."""
        (self._shortened.add if was_shortened else self._shortened.discard)(uri)

    def was_shortened(self, uri: str) -> bool:
        """Whether the last change took something away."""
        return uri in self._shortened

    def answer(self, key: Key) -> GenerateResult | None:
        """What was answered a short while ago."""
        at, answer = self._answers.get(key, (0.0, None))
        return answer if self._now() - at < _KEPT_S else None

    def remember(self, key: Key, answer: GenerateResult) -> None:
        """Keep an answer; the oldest one goes."""
        self._answers[key] = (self._now(), answer)
        self._answers.move_to_end(key)
        if len(self._answers) > _MAX_ANSWERS:
            self._answers.popitem(last=False)
