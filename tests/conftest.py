"""The files that take longest are begun first, so that at the end no process of the tests works alone (see `make test`)."""

from __future__ import annotations

import pytest

LONGEST = (
    "server/evaluation/test_evaluate.py",
    "server/test_bad_input.py",
    "server/lsp/test_training.py",
    "dataset_core/library/test_library.py",
    "server/training/test_ranks.py",
    "server/test_cli.py",
    "server/training/test_runs.py",
    "server/gguf/test_logits.py",
    "dataset_core/test_killed.py",
    "dataset_core/test_newest_commits.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((place for place, name in enumerate(LONGEST) if item.path.as_posix().endswith(name)), len(LONGEST)))
