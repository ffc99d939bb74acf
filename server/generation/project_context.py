"""What a model is shown with a request: code of the project, else a diagram that the product has already (IO: reads the store)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from dataset_core.exemplars import exemplar_for, exemplar_of_manner
from dataset_core.language import languages
from dataset_core.retrieval import RetrievalError, blocks, retrieve
from dataset_core.store import FOLDER_NAME, Store
from server.generation.generate import Ask, is_diagram, notation_of


@dataclass(frozen=True)
class ProjectContext:
    """What the project has on a request.

    Attributes:
        blocks: Code as prompts quote it; empty for none.
        language: Of the code that fits best: a language folder's name, empty for none.
        beginning: How code in that language begins, where the project shows it.
        names: Of what the code defines, in words.
    """

    blocks: str = ""
    language: str = ""
    beginning: str = ""
    names: str = ""


def asked_in(root: Path | None, request: str, kind: str, language: str = "") -> Ask:
    """What a model is asked for a request in a project, with the code that the request is about, or the nearest diagram for one to draw.

    Of a diagram the code is shown where it has all that the request names, such as an ERD of two entities of the project; a hotel booking
    system is more than the project's class `Hotel`. Where there is neither, a diagram of something else shows how one is drawn.

    Args:
        root: Of the project; None shows the model nothing of it.
        request: In a person's words.
        kind: What it asks for.
        language: That code is to be in; empty takes the one that the request names, else that of the project's code that fits best.

    Raises:
        StoreError: As `context_for`.
    """
    context = context_for(root, request, kind) if root is not None else ProjectContext()
    notation = notation_of(request, kind)
    near = exemplar_for(request, notation, context.names) if is_diagram(kind) else None
    exemplar = near or (exemplar_of_manner(request, notation) if is_diagram(kind) and not context.blocks else None)
    if exemplar is not None:
        keyword = exemplar.text.split(maxsplit=1)[0]
        if near is not None:
            return Ask(request, kind, exemplar.block, keyword=keyword)
        return Ask(request, kind, exemplar.manner, keyword=keyword, other=exemplar.text)
    language = language or language_for(request, context)
    is_begun = kind == "code" and language == context.language
    return Ask(request, kind, context.blocks, language, context.beginning if is_begun else "")


def context_for(root: Path, request: str, kind: str) -> ProjectContext:
    """The project's code that a request is about; none where the project is not built, or has nothing on it.

    Args:
        root: Of the project.
        request: In a person's words.
        kind: What it asks for. A diagram is shown only code that the request names: told of a hotel booking system, a model would else draw
            whatever has "hotel" in its name, transfer objects and controllers too.

    Raises:
        StoreError: The store is damaged.
    """
    folder = root / FOLDER_NAME
    if not (folder / "store.sqlite3").is_file():
        return ProjectContext()
    with Store(folder, read_only=True) as store:
        try:
            passages = retrieve(store, request, only_named=is_diagram(kind))
        except RetrievalError:
            # A model answers without context too: the command says with how much it was asked.
            return ProjectContext()
    if not passages:
        return ProjectContext()
    return ProjectContext(blocks(passages), passages[0].language, passages[0].beginning, " ".join(passage.name for passage in passages))


def language_for(request: str, context: ProjectContext) -> str:
    """The language of code for a request: the one that it names first, such as `C#`, else that of the project's code that fits best."""
    found = {name: re.search(rf"(?<!\w){re.escape(language.title)}(?![\w+#])", request) for name, language in languages().items()}
    named = {match.start(): name for name, match in found.items() if match is not None}
    return named[min(named)] if named else context.language
