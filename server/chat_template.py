"""From messages to the text that a model reads: the one renderer, of training and generation alike.

A chat template is a program that comes with a model's file, so it runs in jinja2's immutable sandbox and is given nothing but messages.
The environment and the functions in it are those that Hugging Face's and llama.cpp's renderers offer to templates:
<https://huggingface.co/docs/transformers/chat_templating>.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, TypedDict

from jinja2 import Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

# For models whose files carry no template: the headings of the `text` format of exports.
PLAIN_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}{{ '### Response:\n' + message['content'] + eos_token + '\n\n' }}"
    "{% elif message['role'] == 'user' %}{{ '### Instruction:\n' + message['content'] + '\n\n' }}"
    "{% else %}{{ message['content'] + '\n\n' }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ '### Response:\n' }}{% endif %}"
)
_MAX_TEMPLATE_CHARACTERS = 100_000
_MARK = "@@answer@@"


class Message(TypedDict):
    """One turn: `role` is `system`, `user` or `assistant`."""

    role: str
    content: str


class ChatTemplateError(ValueError):
    """A template cannot be rendered, or does what no template may do; the message says what."""


@dataclass(frozen=True)
class ChatTemplate:
    """A model's template and what rendering needs to know of its tokenizer.

    Attributes:
        source: The jinja2 program.
        bos_token: Text of the token that begins a sequence; empty where there is none.
        eos_token: Text of the token that ends an answer.
        add_bos: Whether the tokenizer puts `bos_token` in front by itself: the rendered text then never begins with it.
    """

    source: str
    bos_token: str
    eos_token: str
    add_bos: bool

    def prompt(self, messages: Sequence[Message]) -> str:
        """The text up to where the model's answer begins.

        Raises:
            ChatTemplateError: The template fails on these messages, or tries to leave the sandbox.
        """
        text = self._render(messages, add_generation_prompt=True)
        return text.removeprefix(self.bos_token) if self.add_bos and self.bos_token else text

    def prompt_text(self, prompt: str) -> str:
        """The text before the answer to one question of a person, as `prompt`."""
        return self.prompt([{"role": "user", "content": prompt}])

    def conversation_text(self, prompt: str, answer: str) -> str:
        """The whole of a training row: begins with `prompt_text` and ends as the model shall end its answer.

        Raises:
            ChatTemplateError: As `prompt`.
        """
        return self.prompt_text(prompt) + answer + self.end_of_answer()

    def end_of_answer(self) -> str:
        """The text that ends an answer: what the template writes right after one, without the white space that follows.

        Raises:
            ChatTemplateError: As `prompt`.
        """
        question: list[Message] = [{"role": "user", "content": "?"}]
        text = self._render([*question, {"role": "assistant", "content": _MARK}], add_generation_prompt=False)
        return text.rpartition(_MARK)[2].strip() or self.eos_token

    def _render(self, messages: Sequence[Message], *, add_generation_prompt: bool) -> str:
        try:
            return _compiled(self.source).render(
                messages=list(messages), bos_token=self.bos_token, eos_token=self.eos_token, add_generation_prompt=add_generation_prompt
            )
        except TemplateError as error:
            raise ChatTemplateError(f"the chat template of this model cannot be used: {error}") from error
        except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError, MemoryError) as error:
            raise ChatTemplateError(f"the chat template of this model fails: {type(error).__name__}: {error}") from error


def of_gguf(metadata: Mapping[str, Any]) -> ChatTemplate:
    """The template of a GGUF file, from its metadata.

    Args:
        metadata: Its keys and values, the list `tokenizer.ggml.tokens` among them.
    """
    tokens: Sequence[str] = metadata.get("tokenizer.ggml.tokens", ())

    def text_of(key: str) -> str:
        index = metadata.get(f"tokenizer.ggml.{key}_token_id", -1)
        return tokens[index] if 0 <= index < len(tokens) else ""

    # llama.cpp's default where the file does not say: only SentencePiece vocabularies begin with a token of their own.
    add_bos = bool(metadata.get("tokenizer.ggml.add_bos_token", metadata.get("tokenizer.ggml.model") == "llama"))
    return ChatTemplate(metadata.get("tokenizer.chat_template") or PLAIN_TEMPLATE, text_of("bos"), text_of("eos"), add_bos)


def of_hugging_face_folder(folder: Path) -> ChatTemplate:
    """The template of a Hugging Face model folder, from `tokenizer_config.json` and `chat_template.jinja`.

    Raises:
        ChatTemplateError: There is no `tokenizer_config.json`, or it is no JSON object.
    """
    path = folder / "tokenizer_config.json"
    try:
        config = json.loads(path.read_text("utf-8"))
        alone = folder / "chat_template.jinja"
        source = alone.read_text("utf-8") if alone.is_file() else _named_default(config.get("chat_template"))
        bos, eos = (_token_text(config.get(f"{name}_token")) for name in ("bos", "eos"))
    except (OSError, ValueError, AttributeError) as error:
        raise ChatTemplateError(f"{path} cannot be read ({error}); give a whole Hugging Face model folder, or a GGUF file") from error
    add_bos = bool(config.get("add_bos_token", "Llama" in str(config.get("tokenizer_class"))))
    return ChatTemplate(source or PLAIN_TEMPLATE, bos, eos, add_bos)


def _named_default(template: object) -> str:
    """A configuration may hold one template, or a list of named ones."""
    if isinstance(template, list):
        return next((str(row["template"]) for row in template if row.get("name") == "default"), "")
    return template if isinstance(template, str) else ""


def _token_text(token: object) -> str:
    return str(token.get("content", "")) if isinstance(token, dict) else str(token or "")


@cache
def _compiled(source: str) -> Template:
    if len(source) > _MAX_TEMPLATE_CHARACTERS:
        raise TemplateError(f"it has {len(source):,} characters; no honest one is so long")
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    environment.filters["tojson"] = _to_json
    environment.globals.update(raise_exception=_refuse, strftime_now=_now)
    return environment.from_string(source)


def _to_json(value: object, indent: int | None = None) -> str:
    """As Hugging Face's: without the escapes for HTML that jinja2's own filter writes."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _now(layout: str) -> str:
    """Some templates tell the model the date."""
    return datetime.now(tz=timezone.utc).strftime(layout)


def _refuse(message: str) -> NoReturn:
    """What templates call for a conversation that they cannot show."""
    raise TemplateError(message)
