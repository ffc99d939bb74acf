"""A generation: request → context → prompt → tokens under a grammar → the real parser → an answer that can be shown.

Knows no llama.cpp: the model lives in the process behind `InferenceProcess`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from dataset_core import prompt_format
from dataset_core.errors import UserError
from dataset_core.formats import answer_of
from dataset_core.mermaid.repair import Check, repaired
from dataset_core.toml_file import load_toml
from server.inference.grammars import grammar_text
from server.inference.protocol import GenerationRequest, GenerationResult, Turn
from server.processes.inference import InferenceProcess

_KINDS = Path(__file__).with_name("kinds.toml")
_MERMAID = "mermaid"
# Of 3,000 diagrams of the library, the composer and the reference project, none has a line more often than this.
_MAX_EQUAL_LINES = 3
# Tokens: more than the lines that properties and imports have in common, less than two whole ones.
_LONGEST_REPEAT = 16
_MOST_TRIES, _BOLDER = 3, 0.5
# Characters: more than `uuid id PK`, which any diagram may have.
_SHORTEST_SAYING_LINE = 12
_SHOWN_NOTHING_NEAR = "the model was shown nothing near to this: look it over, or ask again and say what is to be in the diagram"
_OPEN_FENCE = re.compile(r"\A(?P<fence>`{3,})[\w+#.-]+\n")

State = Literal["complete", "cut", "cancelled"]


class GenerationError(UserError):
    """Nothing that can be shown came out; the message says why and what to try."""


@dataclass(frozen=True)
class Ask:
    """What a person asks for.

    Attributes:
        text: In their words.
        kind: One of `kinds()`; empty to read it from the words.
        context: Blocks of the project's code, as `retrieval` lays them out, or an exemplar's; empty for none.
        language: That code is to be in: a language folder's name; empty where the model chooses.
        beginning: Of code in that language, where it is known how it begins.
        keyword: Of Mermaid, with which the diagram that the context shows begins; empty where the model chooses among those of its kind.
        other: That diagram where it is about something else and shown for its manner: to draw it again is no answer.
    """

    text: str
    kind: str = ""
    context: str = ""
    language: str = ""
    beginning: str = ""
    keyword: str = ""
    other: str = ""


@dataclass(frozen=True)
class Model:
    """Which model answers, and how: paths of GGUF files and the settings of `GenerationRequest`."""

    path: Path
    adapter: Path | None = None
    max_tokens: int = 1024
    temperature: float = 0.2
    seed: int = 0
    context_tokens: int = 4096
    threads: int = 0


@dataclass(frozen=True)
class Generation:
    """An answer.

    Attributes:
        kind: What was generated.
        text: Code or Mermaid without a fence, or Markdown. Mermaid is accepted by the real parser.
        language: Of the text: a language folder's name, `mermaid` or `markdown`.
        state: `cut` where the model did not find the end, `cancelled` where the person ended it.
        repairs: What was changed so that the parser accepts it; empty where nothing was.
        result: Counts and times of the process.
    """

    kind: str
    text: str
    language: str
    state: State
    repairs: tuple[str, ...]
    result: GenerationResult


def generate(
    process: InferenceProcess, check: Check, ask: Ask, model: Model, on_text: Callable[[str], None] = lambda _: None
) -> Generation:
    """Answer what a person asks for.

    Args:
        process: That owns the model.
        check: The real Mermaid parser, asked for diagrams only.
        ask: What to generate.
        model: With what.
        on_text: Gets the raw text while it grows. Of a diagram this is a draft, which may yet be repaired or refused; where nothing of it
            can be shown, or it went round in circles, the model is asked twice more, with other draws, and the best answer counts.

    Raises:
        GenerationError: A diagram came out that cannot be repaired, or nothing at all.
        InferenceError: The model cannot be used.
        MermaidUnavailableError: The real parser cannot be run here.
    """
    kind = ask.kind or kind_of(ask.text)
    request = request_of(ask, kind, model)
    if not is_diagram(kind):
        if ask.beginning:
            on_text(ask.beginning)
        return _text(kind, _language(ask, kind), ask.beginning, process.generate(request, on_text))
    result = process.generate(request, on_text)
    drawn = _drawn(ask, kind, result, check)
    for number in range(1, _MOST_TRIES):
        if result.finish_reason == "cancelled" or (drawn is not None and drawn.result.finish_reason != "repetition"):
            break
        bolder = replace(model, seed=model.seed + number, temperature=max(model.temperature, _BOLDER))
        result = process.generate(request_of(ask, kind, bolder))
        drawn = _better(drawn, _drawn(ask, kind, result, check))
    if drawn is None:
        raise GenerationError(_nothing_to_show(ask, result))
    return drawn


def notes_of(ask: Ask, made: Generation) -> tuple[str, ...]:
    """What a person should know of an answer, in words: what was repaired, and whether the model was shown nothing near to the request."""
    repairs = tuple(f"repaired: {repair}" for repair in made.repairs)
    return (*repairs, _SHOWN_NOTHING_NEAR) if ask.other else repairs


def request_of(ask: Ask, kind: str, model: Model) -> GenerationRequest:
    """What the process is asked: the prompt as training rows word it, and the beginning of the answer where it is known."""
    row = _table()[(kind_that_draws(ask.keyword) if ask.keyword else None) or kind]
    language = _language(ask, kind)
    fence = prompt_format.code_block(language, "…").partition("\n")[0] + "\n" if language else ""
    prompt = prompt_format.render("request", request=ask.text.strip(), context=ask.context)
    return GenerationRequest(
        model=str(model.path),
        adapter=str(model.adapter) if model.adapter is not None else "",
        turns=(Turn("user", prompt),),
        answer_prefix=fence + ask.beginning,
        grammar=grammar_text(tuple(row["grammar"])) if row["grammar"] else "",
        declaring={**row.get("declaring", {}), **(row.get("declaring_first", {}) if ask.keyword else {})},
        stop=tuple(stop for stop in ("\n```" if fence else "", _end(ask.beginning)) if stop),
        max_tokens=model.max_tokens,
        max_equal_lines=_MAX_EQUAL_LINES if is_diagram(kind) else 0,
        longest_repeat=0 if is_diagram(kind) else _LONGEST_REPEAT,
        has_distinct_lines=is_diagram(kind),
        temperature=model.temperature,
        seed=model.seed,
        context_tokens=model.context_tokens,
        threads=model.threads,
    )


def free_request_of(text: str, model: Model) -> GenerationRequest:
    """What the process is asked where nothing binds the answer: neither a fence nor a grammar."""
    return request_of(Ask(text), "code", model)


def kinds() -> tuple[str, ...]:
    """What can be generated."""
    return tuple(_table())


def kind_of(text: str) -> str:
    """The kind that a request asks for by its words."""
    return next(kind for kind, row in _table().items() if kind == "code" or re.search(row["words"], text, re.IGNORECASE))


def kind_that_draws(keyword: str) -> str | None:
    """The kind whose diagrams begin with a keyword of Mermaid; None where there is no grammar for them."""
    return next((kind for kind, row in _table().items() if keyword in row["draws"]), None)


def notation_of(text: str, kind: str) -> str:
    """Which notation of a kind a request wants, such as `architecture-beta`; the kind itself where it names none."""
    notations = _table()[kind].get("notations", {})
    return next((keyword for keyword, words in notations.items() if re.search(words, text, re.IGNORECASE)), kind)


def is_diagram(kind: str) -> bool:
    """Whether the answer is Mermaid."""
    return bool(_table()[kind]["fence"] == _MERMAID)


def _drawn(ask: Ask, kind: str, result: GenerationResult, check: Check) -> Generation | None:
    """The diagram of an answer; None where nothing can be shown."""
    text = result.text.strip("\n").rstrip()
    found = repaired(text, check) if text else None
    # Who stops it sees what there is so far.
    is_nothing = found is not None and (_is_empty(found.text) or _says_again(found.text, ask.other))
    if found is None or (is_nothing and result.finish_reason != "cancelled"):
        return None
    return Generation(kind, found.text, _MERMAID, _state(result), found.repairs, result)


def _better(first: Generation | None, second: Generation | None) -> Generation | None:
    """The one that found its end, else the earlier one."""
    if first is None or (second is not None and second.state == "complete"):
        return second
    return first


def _is_empty(diagram: str) -> bool:
    """Whether nothing follows the line that names the kind: the parser accepts that, and nobody wants to see it."""
    lines = [line.strip() for line in diagram.split("\n")]
    return sum(bool(line) and not line.startswith("%%") for line in lines) <= 1


def _says_again(diagram: str, other: str) -> bool:
    """Whether most of what a diagram says stands in the other one."""
    said, there = (
        [line.strip() for line in text.split("\n")[1:] if len(line.strip()) >= _SHORTEST_SAYING_LINE] for text in (diagram, other)
    )
    return bool(there) and sum(line in there for line in said) > len(said) / 2


def _nothing_to_show(ask: Ask, result: GenerationResult) -> str:
    if result.finish_reason == "cancelled":
        return "cancelled before there was a diagram that can be shown"
    if _says_again(result.text, ask.other):
        return (
            "the model only repeated the example that it was shown, which is about something else: nothing that it learnt is near to "
            "this; say what is to be in the diagram, such as its entities or steps"
        )
    return "the model drew nothing, or nothing that the Mermaid parser accepts; ask in other words, or train a model on this project first"


def _language(ask: Ask, kind: str) -> str:
    """The language that the answer is bound to; empty where the model chooses."""
    return (ask.language if kind == "code" else "") or str(_table()[kind]["fence"])


def _end(beginning: str) -> str:
    """The line with which ends what was begun: another class after it was not asked for. Empty where no braces say so."""
    last = beginning.rstrip().rpartition("\n")[2]
    return f"\n{last[: len(last) - len(last.lstrip())]}}}\n" if last.endswith("{") else ""


def _text(kind: str, language: str, beginning: str, result: GenerationResult) -> Generation:
    """Code comes in a fence, which an answer that was cut off does not close."""
    text = (beginning + result.text).strip("\n").rstrip()
    end = _end(beginning).rstrip()
    if result.text.strip() and result.finish_reason == "stop" and not text.endswith(end):
        text += end
    if not result.text.strip():
        was_cancelled = result.finish_reason == "cancelled"
        raise GenerationError(
            "cancelled before there was an answer" if was_cancelled else "the model gave an empty answer; ask in other words"
        )
    if language:
        return Generation(kind, text, language, _state(result), (), result)
    answer = answer_of(_closed(text))
    return Generation(kind, answer.text, answer.language, _state(result), (), result)


def _closed(text: str) -> str:
    """A fence that was opened and not closed, because the answer was cut off, is closed."""
    opened = _OPEN_FENCE.match(text)
    is_open = opened is not None and not text.endswith(f"\n{opened['fence']}")
    return f"{text}\n{opened['fence']}" if opened is not None and is_open else text


def _state(result: GenerationResult) -> State:
    if result.finish_reason == "cancelled":
        return "cancelled"
    return "complete" if result.finish_reason == "stop" else "cut"


@cache
def _table() -> dict[str, Any]:
    return load_toml(_KINDS)
