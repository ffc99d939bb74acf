"""What becomes of a generated text that a person accepted, corrected or rejected (IO: the store)."""

from __future__ import annotations

from dataset_core import project as projects
from dataset_core.additions import AdditionError
from dataset_core.language import languages
from dataset_core.mermaid.parser import MermaidParser
from dataset_core.parse import parses
from dataset_core.project import Project
from dataset_core.quality.redaction import redact
from dataset_core.sweep.own import OwnAddition
from server.protocol import JudgeParams, JudgeResult


def judge(project: Project, path: str, params: JudgeParams) -> JudgeResult:
    """Remember a verdict; what is good becomes an example with the person's prompt.

    Args:
        project: An open project.
        path: Of the file, relative to the project.
        params: The text and the verdict.

    Raises:
        AdditionError: A text that is not sound cannot become an example.
        MermaidUnavailableError: The real parser cannot be run here.
    """
    text, _ = redact(params.text.strip("\n"), is_source=True)
    addition = OwnAddition(path, params.line, params.line + text.count("\n"), params.prompt.strip(), text, params.language)
    is_good = params.verdict != "rejected"
    if is_good:
        _expect_sound(addition)
    project.store.judge(addition, params.verdict)
    n_examples = projects.add(project, addition) if is_good else 0
    counts = project.store.judged()
    n_accepted = counts.get("accepted", 0) + counts.get("corrected", 0)
    return JudgeResult(examples=n_examples, accepted=n_accepted, rejected=counts.get("rejected", 0))


def _expect_sound(addition: OwnAddition) -> None:
    """A model learns from no text that a parser rejects.

    Raises:
        AdditionError: It is empty, or does not parse.
    """
    if not addition.text or not addition.prompt:
        raise AdditionError("An empty text, or one without a prompt, cannot become an example.")
    problem = None
    if addition.language == "mermaid":
        with MermaidParser() as parser:
            problem = parser.check([addition.text])[0]
    elif addition.language in languages() and not parses(addition.text, addition.language):
        problem = f"it does not parse as {languages()[addition.language].title}"
    if problem is not None:
        raise AdditionError(f"The text stays, but does not become an example: {problem}")
