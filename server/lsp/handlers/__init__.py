"""One module for each LSP method or command: from typed parameters to a typed result, through the context."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from server.lsp.context import Context
from server.lsp.handlers import (
    add_examples,
    artifact_types,
    build,
    clean,
    diagram,
    doctor,
    estimate_training,
    evaluate,
    example,
    examples,
    explain,
    export,
    families,
    files,
    generate,
    judge,
    models,
    pause,
    read_ahead,
    report,
    resume,
    resume_training,
    run,
    runs,
    status,
    stop_training,
    train,
    training_choices,
    verify,
)
from server.protocol import Message

REQUESTS: Mapping[str, Callable[[Context, Any], Awaitable[Message]]] = {
    "mothertongue/build": build.handle,
    "mothertongue/export": export.handle,
    "mothertongue/verify": verify.handle,
    "mothertongue/addExamples": add_examples.handle,
    "mothertongue/status": status.handle,
    "mothertongue/families": families.handle,
    "mothertongue/files": files.handle,
    "mothertongue/examples": examples.handle,
    "mothertongue/example": example.handle,
    "mothertongue/artifactTypes": artifact_types.handle,
    "mothertongue/explain": explain.handle,
    "mothertongue/diagram": diagram.handle,
    "mothertongue/generate": generate.handle,
    "mothertongue/readAhead": read_ahead.handle,
    "mothertongue/judge": judge.handle,
    "mothertongue/models": models.handle,
    "mothertongue/trainingChoices": training_choices.handle,
    "mothertongue/estimateTraining": estimate_training.handle,
    "mothertongue/train": train.handle,
    "mothertongue/stopTraining": stop_training.handle,
    "mothertongue/resumeTraining": resume_training.handle,
    "mothertongue/runs": runs.handle,
    "mothertongue/run": run.handle,
    "mothertongue/evaluate": evaluate.handle,
    "mothertongue/report": report.handle,
    "mothertongue/doctor": doctor.handle,
    "mothertongue/pause": pause.handle,
    "mothertongue/resume": resume.handle,
    "mothertongue/clean": clean.handle,
}
