"""What the generating process and its client say to each other: JSON-RPC 2.0, one object a line, on standard input and output.

| method | parameters | result |
|---|---|---|
| `generate` | `GenerationRequest` | `GenerationResult`; `text` notifications before it |
| `warm` | `GenerationRequest` | `GenerationResult` without text: the prompt is read, so that a `generate` answers at once |
| `prompt_ids` | `GenerationRequest` | list of token ids: exactly what the model would read |
| `cancel` (notification) | `CancelParams` | the request ends with the finish reason `cancelled` |

The process ends when its input ends.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

FinishReason = Literal["stop", "length", "cancelled", "repetition"]
MODEL_ERROR, INVALID_REQUEST, INTERNAL_ERROR = -32001, -32600, -32603


class Turn(msgspec.Struct, frozen=True):
    """One message of a conversation; `role` is `system`, `user` or `assistant`."""

    role: str
    content: str


class GenerationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to generate, with which model.

    Attributes:
        model: Path of a GGUF file. Another one than before is loaded anew.
        adapter: Path of an adapter GGUF for it, or empty. Another one than before is swapped in without loading the model again.
        turns: The conversation that the model answers.
        answer_prefix: How the answer begins; the model goes on from there. It is not part of the result's text.
        grammar: GBNF that the text after `answer_prefix` obeys; empty for none.
        declaring: For rules of the grammar, regular expressions of the lines that declare a name, which is each of their groups: as soon as
            one is declared, the rule lets only declared names through (`known_names.py`).
        stop: Texts that end the answer; they are not part of it.
        max_tokens: Of the answer.
        max_equal_lines: The answer ends when a line comes up more often than this; 0 for no limit.
        longest_repeat: A sequence of tokens that the answer has already is made less likely from this length on, the more the longer it
            gets (DRY, `sampling.py`); 0 for never. Not under a grammar.
        has_distinct_lines: A line that is there already is taken back, and another one is written (`distinct_lines.py`).
        temperature: 0 always takes the likeliest token.
        top_k: Only this many likeliest tokens are drawn from; 0 for all.
        top_p: Only the likeliest tokens that together have this probability are drawn from.
        min_p: Only tokens of at least this fraction of the likeliest one's probability are drawn from.
        seed: Of the draws; the same request with the same seed has the same answer on the same machine.
        context_tokens: Size of the window for prompt and answer; never more than the model was trained for.
        threads: Of the processor; 0 for one a core while the prompt is read, and for every second core while the answer is written.
    """

    model: str
    turns: tuple[Turn, ...]
    adapter: str = ""
    answer_prefix: str = ""
    grammar: str = ""
    declaring: dict[str, str] = {}
    stop: tuple[str, ...] = ()
    max_tokens: int = 1024
    max_equal_lines: int = 0
    longest_repeat: int = 0
    has_distinct_lines: bool = False
    temperature: float = 0.2
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    seed: int = 0
    context_tokens: int = 4096
    threads: int = 0


class GenerationResult(msgspec.Struct, frozen=True, kw_only=True):
    """How a generation ended.

    Attributes:
        text: The whole answer after `answer_prefix`; endless repetitions are cut to one.
        finish_reason: Why it ended.
        n_prompt_tokens: That the model read.
        n_cached_tokens: Of these, how many it still knew from the request before.
        n_tokens: Of the answer.
        n_refused_tokens: How many draws the grammar refused.
        first_token_ms: From the request to the first token.
        total_ms: From the request to the last one.
    """

    text: str
    finish_reason: FinishReason
    n_prompt_tokens: int
    n_cached_tokens: int
    n_tokens: int
    n_refused_tokens: int = 0
    first_token_ms: float = 0.0
    total_ms: float = 0.0


class CancelParams(msgspec.Struct, frozen=True):
    """Which request to end."""

    id: int


class TextParams(msgspec.Struct, frozen=True):
    """The next piece of the text of a request."""

    id: int
    text: str


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A request, or a notification where there is no id."""

    method: str
    params: msgspec.Raw
    id: int | None = None
    jsonrpc: str = "2.0"


class RpcError(msgspec.Struct, frozen=True):
    """Why a request failed."""

    code: int
    message: str


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the process sends: a notification with method and params, or the result or error of a request."""

    id: int | None = None
    method: str = ""
    params: TextParams | None = None
    result: Any = None
    error: RpcError | None = None
    jsonrpc: str = msgspec.field(default_factory=lambda: "2.0")
