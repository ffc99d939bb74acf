"""Taking back a line that a diagram has already: there a small model would go round in circles. Pure.

A line is held back while it may still become one that is there. When it has become one, the writing goes back to the token of which
the model was least sure, and goes on from there with another one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from server.inference.said_lines import CLOSING, SaidLines

Logits = npt.NDArray[np.single]
_MOST_RETURNS, _MOST_RETURNS_OF_A_LINE, _MOST_INSISTED = 48, 6, 16
# Another token must have had at least this chance, beside the one that was drawn: what is less likely is no better way on.
_LEAST_DOUBT = float(np.log(0.05))


@dataclass(frozen=True)
class Drawn:
    """A token, its bytes, and the logits that it was drawn from (none where nobody will ask)."""

    token: int
    piece: bytes
    logits: Logits | None = None


@dataclass(frozen=True)
class Return:
    """Where to go on.

    Attributes:
        n_dropped: Tokens that were read by the model and are taken back.
        logits: To draw from.
        banned: Tokens that lead into the circle.
        closing: What is to be written instead of a drawn token: it closes a block that nothing new comes for.
    """

    n_dropped: int
    logits: Logits | None = None
    banned: frozenset[int] = frozenset()
    closing: str = ""


@dataclass
class DistinctLines:
    """Watches the tokens of one answer; `is_stuck` when the model has nothing to say but what is there already."""

    is_on: bool = True
    is_stuck: bool = False
    _held: list[Drawn] = field(default_factory=list)
    _tried: list[set[int]] = field(default_factory=list)
    _said: SaidLines = field(default_factory=SaidLines)
    _line: str = ""
    _is_free: bool = True
    _n_returns: int = 0
    _n_returns_of_line: int = 0
    _least_likely: float = -np.inf
    _refused: Drawn | None = None
    _n_insisted: int = 0

    def add(self, drawn: Drawn) -> tuple[list[Drawn], Return | None]:
        """Add a token; which tokens are now part of the answer, and where to go back to, if the line was there already."""
        if not self.is_on:
            return [drawn], None
        if drawn.logits is not None and drawn.logits[drawn.token] < self._least_likely:
            # The likeliest other one was none that the grammar lets through.
            self._refused = drawn
            return [], self.give_up()
        self._least_likely = -np.inf
        text = drawn.piece.decode("utf-8", "replace")
        if "\n" in text:
            return self._end_line(drawn, text)
        self._line += text
        if self._is_free:
            return [drawn], None
        if self._said.is_enough_of(self._line):
            return self._go_back()
        self._hold(drawn)
        return ([] if self._said.may_have(self._line) else self._release()), None

    def rest(self) -> list[Drawn]:
        """What is left when no more tokens come: of a line that is there already, or only begins as one does, nothing."""
        held = self._release()
        return held if self._line.strip() in CLOSING else []

    def _release(self) -> list[Drawn]:
        held, self._held, self._is_free = self._held, [], True
        return held

    def _end_line(self, drawn: Drawn, text: str) -> tuple[list[Drawn], Return | None]:
        line = self._line + text[: text.index("\n")]
        if not self._is_free and self._said.has(line.strip()):
            return self._go_back()
        passed = self._release()
        self._said.add(line)
        self._line = text[text.rindex("\n") + 1 :]
        self._tried, self._is_free, self._n_returns_of_line = [], False, 0
        self._hold(drawn)
        return passed, None

    def _go_back(self) -> tuple[list[Drawn], Return | None]:
        back = self._return()
        return [], back or self.give_up()

    @property
    def n_held(self) -> int:
        """Tokens of the line that is held back, which the model has read, the newline before it included."""
        return len(self._held)

    def insist(self) -> Return | None:
        """Begin the line otherwise, however sure the model was: it is stuck where the diagram must not end yet."""
        refused, self._refused = self._refused, None
        self.is_stuck, self._least_likely, self._n_insisted = False, -np.inf, self._n_insisted + 1
        if self._n_insisted > _MOST_INSISTED:
            return None
        if refused is not None and len(self._held) <= 1:
            return Return(0, refused.logits, self._tried_at(len(self._held)))
        return self._return_to(1) if len(self._held) > 1 else None

    def give_up(self) -> Return | None:
        """There is nothing new to say: in a block it is closed, and what follows may be new; outside of any the diagram is done."""
        if not self._said.closing:
            self.is_stuck = True
            return None
        n_dropped = len(self._held)
        self._held, self._tried, self._line, self._least_likely, self._is_free, self._refused = [], [], "", -np.inf, True, None
        return Return(n_dropped, closing=f"\n{self._said.closing}")

    def _hold(self, drawn: Drawn) -> None:
        if len(self._tried) == len(self._held):
            self._tried.append(set())
        self._held.append(drawn)

    def _tried_at(self, place: int) -> frozenset[int]:
        return frozenset(self._tried[place]) if place < len(self._tried) else frozenset()

    def _return(self) -> Return | None:
        """Back to the token with the likeliest other one; the newline before the line is the first of those held."""
        # Who insists returns too, and may step over the limit.
        if self._n_returns >= _MOST_RETURNS or self._n_returns_of_line >= _MOST_RETURNS_OF_A_LINE:
            return None
        doubts = [_doubt(drawn, tried) for drawn, tried in zip(self._held, self._tried, strict=False)]
        place = int(np.argmax(doubts))
        if doubts[place] < _LEAST_DOUBT:
            return None
        back = self._return_to(place)
        self._least_likely = float(back.logits.max()) + _LEAST_DOUBT if back is not None and back.logits is not None else -np.inf
        return back

    def _return_to(self, place: int) -> Return | None:
        """Back to a token that is held; None where its logits are not known."""
        drawn = self._held[place]
        if drawn.logits is None:
            return None
        self._tried[place].add(drawn.token)
        n_dropped = len(self._held) - place
        del self._held[place:], self._tried[place + 1 :]
        self._line = b"".join(held.piece for held in self._held).decode("utf-8", "replace").rpartition("\n")[2]
        self._n_returns, self._n_returns_of_line = self._n_returns + 1, self._n_returns_of_line + 1
        # Without the newline the line before goes on: it is not looked at again.
        self._is_free = place == 0
        return Return(n_dropped, drawn.logits, self._tried_at(place))


def _doubt(drawn: Drawn, tried: set[int]) -> float:
    """How much likelier the likeliest other token was, or how little less likely, in logits."""
    if drawn.logits is None:
        return -np.inf
    others = drawn.logits.copy()
    others[[drawn.token, *tried]] = -np.inf
    return float(others.max() - drawn.logits[drawn.token])
