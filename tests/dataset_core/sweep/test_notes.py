"""Notes in Markdown: which files are notes, how they are read, and how they are linked to code."""

from __future__ import annotations

import pytest

from dataset_core.sweep.notes import examples, is_note, read_note
from tests.memory_project import MemoryProject

NOTE = """\
---
status: accepted
---
# Stock of the kitchen

Date: 2024-05-07

## Context

Two rooms ordered the last portion of a dish, and the kitchen had to call one of the guests.

## Decisions

1. `StockKeeper` takes portions with one conditional
   update for each dish, so that none is sold twice.
2. Prices stay as they are.

```text
`NotAName` is in a code block
```

## Actions

| who | what |
|---|---|
| Backend | `takePortions` in `StockKeeper` |
| Kitchen | first stock of every dish, each morning |
"""
CODE = """\
export class StockKeeper {
  /** Takes portions of a dish; false where too few are left. */
  takePortions(dish: Dish, count: number): boolean {
    if (dish.left < count) {
      return false;
    }
    dish.left -= count;
    return true;
  }
}
"""
PATH = "docs/meetings/2024-05-07-stock.md"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PATH, True),
        ("docs/adr/0003-use-outbox.md", True),
        ("design/queues.md", True),
        ("ADR-004-retries.md", True),
        ("README.md", False),
        ("docs/README.md", False),
        ("docs/decisions/ADR-000-template.md", False),
        ("node_modules/x/docs/design.md", False),
        ("src/notes.ts", False),
    ],
)
def test_which_paths_are_notes(path: str, expected: bool) -> None:  # noqa: FBT001 - a row of a table
    assert is_note(path) is expected


def test_a_note_is_read_with_the_lines_of_its_items() -> None:
    note = read_note(PATH, NOTE)
    assert note.name == "Stock of the kitchen, 2024-05-07"
    decisions = next(section for section in note.sections if section.title == "Decisions")
    first = "`StockKeeper` takes portions with one conditional update for each dish, so that none is sold twice."
    assert [(item.text, item.start_line, item.end_line) for item in decisions.items] == [
        (first, 14, 15),
        ("Prices stay as they are.", 16, 16),
    ]
    actions = next(section for section in note.sections if section.title == "Actions")
    assert [item.text for item in actions.items] == [
        "Backend: `takePortions` in `StockKeeper`",
        "Kitchen: first stock of every dish, each morning",
    ]


def test_notes_answer_what_was_decided_and_what_to_write() -> None:
    project = MemoryProject({"src/stock.ts": CODE})
    rows = list(examples(PATH, NOTE, "0" * 32, "Apache-2.0", project))
    decided = next(row for row in rows if row.kind == "decision_for_code")
    assert decided.completion.startswith("`StockKeeper` takes portions")
    assert decided.completion not in decided.prompt
    assert decided.language == "markdown"
    method = next(row for row in rows if row.kind == "meeting_to_code" and "`takePortions`" in row.prompt.split("\n")[4])
    assert method.completion.startswith("/** Takes portions of a dish")
    assert (method.provenance.path, method.provenance.context_paths) == ("src/stock.ts", (PATH,))
    actions = next(row for row in rows if row.prompt.startswith("What are the actions"))
    assert actions.completion == "- Backend: `takePortions` in `StockKeeper`\n- Kitchen: first stock of every dish, each morning"


def test_a_note_asks_only_for_names() -> None:
    project = MemoryProject({"src/stock.ts": CODE})
    list(examples(PATH, NOTE, "", "unlicensed", project))
    assert "declares:StockKeeper" in project.asked
    assert not any(key.startswith(("folder:", "neighbour:", "mentions:")) for key in project.asked)
    assert "declares:NotAName" not in project.asked


@pytest.mark.parametrize("text", ["", "#", "```\n# never closed", "| | |\n|---|", "---\nno end", "## Decisions\n\n- `X`"])
def test_odd_texts_give_no_exception(text: str) -> None:
    list(examples(PATH, text, "", "unlicensed", MemoryProject({})))
