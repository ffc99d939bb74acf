"""The files that take longest are begun first, so that at the end no process of the tests works alone (see `make test`)."""

from __future__ import annotations

import pytest

LONGEST = (
    "dataset_core/library/test_library.py",
    "server/test_bad_input.py",
    "server/lsp/test_training.py",
    "dataset_core/composer/test_composer.py",
    "server/evaluation/test_evaluate.py",
    "server/test_cli.py",
    "server/training/test_ranks.py",
    "server/training/test_runs.py",
    "dataset_core/test_killed.py",
    "dataset_core/test_newest_commits.py",
    "server/gguf/test_logits.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((place for place, name in enumerate(LONGEST) if item.path.as_posix().endswith(name)), len(LONGEST)))
