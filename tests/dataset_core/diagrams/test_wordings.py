"""Every question has all its wordings, and each of them names what it asks about."""

from __future__ import annotations

import pytest

from dataset_core.diagrams.asking import N_WORDINGS
from dataset_core.prompt_format import render

FIELDS = {
    "erd": ("name", "others", "path"),
    "class": ("name", "others", "path"),
    "route": ("route", "name", "path"),
    "sequence": ("name", "owner", "path"),
    "dependencies": ("name", "path"),
    "users": ("name", "path"),
    "used": ("name", "path"),
    "folder_erd": ("others", "path"),
    "folder_class": ("others", "path"),
    "folder_flowchart": ("path",),
    "architecture": ("others",),
    "layers": ("others",),
}


@pytest.mark.parametrize("question", FIELDS)
def test_all_wordings_exist_and_differ(question: str) -> None:
    values = {name: f"<{name}>" for name in FIELDS[question]}
    worded = [render(f"diagram_{question}_{number}", **values) for number in range(1, N_WORDINGS + 1)]
    assert len(set(worded)) == N_WORDINGS
    assert all("ermaid" in text for text in worded)
    if "path" in values:
        assert all("<path>" in text for text in worded)
