"""What makes a merged model usable elsewhere: an Ollama `Modelfile` and a model card beside it (IO: writes two files).

Modelfile: <https://github.com/ollama/ollama/blob/main/docs/modelfile.md>. Model card: <https://huggingface.co/docs/hub/model-cards>.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.chat_template import ChatTemplate, ChatTemplateError
from server.gguf.writing import renamed_into_place

CARD = "README.md"
_SYSTEM, _PROMPT = "@@system@@", "@@prompt@@"
_OPEN, _CLOSE = "{{", "}}"


@dataclass(frozen=True)
class CardFacts:
    """What a model card says.

    Attributes:
        name: Of the model.
        base: Name of its base.
        base_licence: SPDX identifier, as the base's file gives it; empty if it does not.
        quantisation: Of the merged file.
        project_licence: Of the project that it learnt from; empty if it is not known.
        data_set: Name and counts of the export that it was trained on.
        settings: Of the training run.
        figures: A table of held-out figures, its first row the headings: a measure, and a figure for each artefact.
    """

    name: str
    base: str
    base_licence: str
    quantisation: str
    project_licence: str = ""
    data_set: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    figures: Sequence[Sequence[str]] = ()


def write_package(folder: Path, model_file: str, template: ChatTemplate, facts: CardFacts, *, context_tokens: int) -> None:
    """Write `Modelfile` and `README.md` beside a merged model.

    Raises:
        GgufError: The disk cannot be written to.
        ChatTemplateError: The template cannot be rendered.
    """
    for name, text in (("Modelfile", modelfile(model_file, template, context_tokens=context_tokens)), (CARD, model_card(facts))):
        with renamed_into_place(folder / name) as partial:
            partial.write_text(text, "utf-8")


def modelfile(model_file: str, template: ChatTemplate, *, context_tokens: int) -> str:
    """An Ollama `Modelfile` whose template writes what the model's own template writes.

    Ollama knows only Go templates, so the text that the model's template puts around a system prompt and a prompt is copied.

    Raises:
        ChatTemplateError: The template cannot be rendered, or its text cannot stand in a `Modelfile`.
    """
    end = template.end_of_answer()
    text = f"{_go_template(template)}{_OPEN} .Response {_CLOSE}{end}"
    if '"""' in text or _OPEN in f"{template.prompt_text('')}{end}":
        raise ChatTemplateError("the chat template of this model holds marks that a Modelfile cannot hold")
    lines = (f"FROM ./{model_file}", f'TEMPLATE """{text}"""', f"PARAMETER stop {json.dumps(end)}", f"PARAMETER num_ctx {context_tokens}")
    return "\n".join((*lines, "PARAMETER temperature 0.2", ""))


def model_card(facts: CardFacts) -> str:
    """The model card, as Markdown with the metadata that model hubs read."""
    licence = facts.base_licence or "other"
    head = f"---\nbase_model: {json.dumps(facts.base)}\nlicense: {licence}\nlibrary_name: gguf\ntags: [mothertongue, lora, gguf]\n---\n"
    licence_words = facts.base_licence or "terms that its file does not name"
    what = f"{facts.base}, fine-tuned with LoRA on the code and diagrams of one project, merged and written as {facts.quantisation}."
    own = "the project's own licence" if facts.project_licence in {"", "unlicensed"} else f"the project's licence ({facts.project_licence})"
    terms = f"The base is licensed under {licence_words}; {own} governs what was learnt from it."
    use = "Run it with `ollama create NAME -f Modelfile`, llama.cpp, or `mothertongue generate --model`."
    parts = (
        f"{head}\n# {facts.name}",
        f"{what} {terms}",
        _table("Data set", facts.data_set),
        _table("Training", facts.settings),
        _figures(facts.figures),
        f"{use} It can be wrong: read what it writes before you use it.",
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _go_template(template: ChatTemplate) -> str:
    without = template.prompt_text(_PROMPT).replace(_PROMPT, f"{_OPEN} .Prompt {_CLOSE}")
    try:
        with_system = template.prompt([{"role": "system", "content": _SYSTEM}, {"role": "user", "content": _PROMPT}])
    except ChatTemplateError:
        return without  # some templates know no system prompt
    system = with_system.replace(_SYSTEM, f"{_OPEN} .System {_CLOSE}").replace(_PROMPT, f"{_OPEN} .Prompt {_CLOSE}")
    return f"{_OPEN} if .System {_CLOSE}{system}{_OPEN} else {_CLOSE}{without}{_OPEN} end {_CLOSE}"


def _table(title: str, rows: Mapping[str, Any]) -> str:
    lines = [f"| {name.replace('_', ' ')} | {value} |" for name, value in rows.items()]
    return "\n".join([f"## {title}", "", "| | |", "|---|---|", *lines]) if lines else ""


def _figures(figures: Sequence[Sequence[str]]) -> str:
    if not figures:
        return ""
    heading, *rows = figures
    lines = [f"| {' | '.join(row)} |" for row in (heading, ["---"] * len(heading), *rows)]
    return "\n".join(["## Before and after, on what it was never shown", "", *lines])
