"""How a row is written for each trainer, and how it is read back. Pure.

| format | row | loads unchanged in |
|---|---|---|
| `trl` | `prompt` and `completion`, a message each: loss on the completion only | TRL's SFTTrainer |
| `messages` | `messages`: user, assistant | OpenAI's API, TRL, LLaMA-Factory, axolotl `chat_template` |
| `alpaca` | `instruction`, `input`, `output` | LLaMA-Factory |
| `sharegpt` | `conversations` of `from` and `value`: human, gpt | LLaMA-Factory, TRL |
| `axolotl` | `messages` of which each says whether to `train` on it | axolotl `chat_template` with `message_field_training: train` |
| `text` | `text`: prompt and answer under two headings | anything |

Every row of a format has the same keys and types, and no others: what is known of a row beyond this stands in the sidecar.
LLaMA-Factory's formats: <https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md>. axolotl: `input_output` segments would
leave the model's own chat template out, which generation uses, so the messages carry the mask instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from dataset_core.example import Example
from dataset_core.language import languages
from dataset_core.prompt_format import code_block

_MARKDOWN = "markdown"
_FENCED = re.compile(r"\A(?P<fence>`{3,})(?P<info>[\w+#.-]+)\n(?P<code>.*)\n(?P=fence)\Z", re.DOTALL)
_TEXT_HEADINGS = ("### Instruction:\n", "\n\n### Response:\n")

Row = Mapping[str, Any]


class FormatError(ValueError):
    """A row has not the keys and types of its format; the message says which format and what is wrong."""


@dataclass(frozen=True)
class Answer:
    """What an assistant's message holds: code with the language of its fence, `mermaid` included; or Markdown, as it is."""

    text: str
    language: str


def row_of(example: Example, format_name: str) -> dict[str, Any]:
    """The row of an example.

    Raises:
        KeyError: There is no such format.
    """
    return _FORMATS[format_name].write(example.prompt, answer_text(example))


def read_row(row: Row, format_name: str) -> tuple[str, str]:
    """The prompt and the assistant's message of a row.

    Raises:
        KeyError: There is no such format.
        FormatError: The row is not of that format: other keys, other types, other roles.
    """
    try:
        prompt, completion = _FORMATS[format_name].read(row)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise _error(row, format_name) from error
    if not (isinstance(prompt, str) and isinstance(completion, str)) or _FORMATS[format_name].write(prompt, completion) != row:
        raise _error(row, format_name)
    return prompt, completion


def answer_text(example: Example) -> str:
    """The assistant's message: one Markdown fence that names the language and nothing else; Markdown as it is.

    A fence tells an editor what it got and where it ends, and a Mermaid fence is drawn wherever the answer is shown. Blank lines around
    the code are left out: a completion that has none comes back from `answer_of` as it was, and with it the example's id.
    """
    return fenced(example.completion, example.language)


def fenced(text: str, language: str) -> str:
    """A text as an answer; `answer_of` is the reverse."""
    return text if language == _MARKDOWN else code_block(language, text)


def answer_of(text: str) -> Answer:
    """The reverse of `answer_text`; a fence of a language that is not known keeps its info string as the language's name."""
    found = _FENCED.match(text)
    if found is None:
        return Answer(text, _MARKDOWN)
    return Answer(found["code"], _language_of_fence().get(found["info"], found["info"]))


def guess_format(row: object) -> str | None:
    """The format whose rows look like this one; None where none does."""
    if not isinstance(row, Mapping):
        return None
    for name in _FORMATS:
        try:
            read_row(row, name)
        except FormatError:
            continue
        return name
    return None


def dataset_info(name: str, format_name: str) -> dict[str, Any] | None:
    """LLaMA-Factory's description of an export and its validation rows; None for a format that it does not read.

    Args:
        name: Of the export: its files are `NAME.jsonl` and `NAME.validation.jsonl`.
        format_name: Of its rows.
    """
    described = _FORMATS[format_name].llama_factory
    if described is None:
        return None
    files = {name: f"{name}.jsonl", f"{name}_validation": f"{name}.validation.jsonl"}
    return {key: {"file_name": file_name, **described} for key, file_name in files.items()}


@dataclass(frozen=True)
class _Format:
    write: Callable[[str, str], dict[str, Any]]
    read: Callable[[Row], tuple[str, str]]
    llama_factory: Mapping[str, Any] | None = None


def _write_trl(prompt: str, completion: str) -> dict[str, Any]:
    return {
        "prompt": [{"role": "user", "content": prompt}],
        "completion": [{"role": "assistant", "content": completion}],
    }


def _read_trl(row: Row) -> tuple[str, str]:
    return row["prompt"][0]["content"], row["completion"][0]["content"]


def _write_messages(prompt: str, completion: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": prompt}, {"role": "assistant", "content": completion}]}


def _read_messages(row: Row) -> tuple[str, str]:
    return row["messages"][0]["content"], row["messages"][1]["content"]


def _write_alpaca(prompt: str, completion: str) -> dict[str, Any]:
    # The whole prompt is the instruction: LLaMA-Factory joins an input with one line end, which would be another prompt.
    return {"instruction": prompt, "input": "", "output": completion}


def _read_alpaca(row: Row) -> tuple[str, str]:
    return row["instruction"], row["output"]


def _write_sharegpt(prompt: str, completion: str) -> dict[str, Any]:
    return {"conversations": [{"from": "human", "value": prompt}, {"from": "gpt", "value": completion}]}


def _read_sharegpt(row: Row) -> tuple[str, str]:
    return row["conversations"][0]["value"], row["conversations"][1]["value"]


def _write_axolotl(prompt: str, completion: str) -> dict[str, Any]:
    user = {"role": "user", "content": prompt, "train": False}
    return {"messages": [user, {"role": "assistant", "content": completion, "train": True}]}


def _write_text(prompt: str, completion: str) -> dict[str, Any]:
    instruction, response = _TEXT_HEADINGS
    return {"text": f"{instruction}{prompt}{response}{completion}"}


def _read_text(row: Row) -> tuple[str, str]:
    """A prompt that quotes the second heading itself is cut there: plain text has no other mark."""
    instruction, response = _TEXT_HEADINGS
    prompt, found, completion = row["text"].removeprefix(instruction).partition(response)
    if not found:
        message = "no heading of a response"
        raise ValueError(message)
    return prompt, completion


_SHAREGPT_TAGS = {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"}
_MESSAGES_TAGS = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}
_FORMATS: Mapping[str, _Format] = {
    "trl": _Format(_write_trl, _read_trl),
    "messages": _Format(
        _write_messages,
        _read_messages,
        {"formatting": "sharegpt", "columns": {"messages": "messages"}, "tags": _MESSAGES_TAGS},
    ),
    "alpaca": _Format(
        _write_alpaca,
        _read_alpaca,
        {"formatting": "alpaca", "columns": {"prompt": "instruction", "query": "input", "response": "output"}},
    ),
    "sharegpt": _Format(
        _write_sharegpt,
        _read_sharegpt,
        {"formatting": "sharegpt", "columns": {"messages": "conversations"}, "tags": _SHAREGPT_TAGS},
    ),
    "axolotl": _Format(_write_axolotl, _read_messages),
    "text": _Format(_write_text, _read_text),
}


@cache
def _language_of_fence() -> Mapping[str, str]:
    return {row.fence: name for name, row in languages().items()}


def _error(row: Row, format_name: str) -> FormatError:
    keys = ", ".join(sorted(map(str, row))) if isinstance(row, Mapping) else type(row).__name__
    return FormatError(f"not a row of the format {format_name!r}: it has {keys or 'no keys'}, or values of other types or roles")
