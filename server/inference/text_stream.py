"""From bytes of tokens to text that can be shown: whole characters, and nothing that may yet turn out to be a stop text. Pure."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class TextStream:
    """The text of an answer while it grows."""

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = tuple(filter(None, stop))
        self._text = ""
        self._n_shown = 0
        self.is_stopped = False

    def push(self, piece: bytes) -> str:
        """Add a token's bytes and get what can be shown now; empty once a stop text has come up."""
        if self.is_stopped:
            return ""
        before = len(self._text)
        self._text += self._decoder.decode(piece)
        self._cut_at_stop(before)
        end = len(self._text) if self.is_stopped else len(self._text) - self._n_held()
        return self._show_up_to(end)

    def finish(self) -> str:
        """The rest, when no more tokens come."""
        if not self.is_stopped:
            before = len(self._text)
            self._text += self._decoder.decode(b"", final=True)
            self._cut_at_stop(before)
        return self._show_up_to(len(self._text))

    @property
    def text(self) -> str:
        """All of it, without the stop text."""
        return self._text

    def _cut_at_stop(self, before: int) -> None:
        for stop in self._stop:
            found = self._text.find(stop, max(0, before - len(stop) + 1))
            if found >= 0:
                self._text = self._text[:found]
                self.is_stopped = True

    def _n_held(self) -> int:
        """Length of the longest end of the text that begins a stop text."""
        return max((n for stop in self._stop for n in range(1, len(stop)) if self._text.endswith(stop[:n])), default=0)

    def _show_up_to(self, end: int) -> str:
        shown, self._n_shown = self._text[self._n_shown : end], max(end, self._n_shown)
        return shown
