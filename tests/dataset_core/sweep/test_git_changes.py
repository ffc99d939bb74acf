"""Which commits become examples, and of what."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset_core.git_history import Commit, FileChange
from dataset_core.sweep.git_changes import changes_to_examples, max_files_per_commit

METHOD = "    public Room {name}(string id)\n    {{\n        var room = rooms.Find(id);\n        return room;\n    }}\n"
OLD = "class Rooms\n{\n" + "\n".join(METHOD.format(name=name) for name in ("First", "Second", "Third", "Fourth")) + "}\n"
NEW = OLD.replace("Third(string id)\n    {\n        var room", "Third(string id)\n    {\n        Check(id);\n        var room")
SUBJECT = "Check the identifier before the third room"


def commit(subject: str = SUBJECT, old: str = OLD, new: str = NEW, **changed: object) -> Commit:
    values = {
        "hash": "c" * 40, "subject": subject, "body": "", "date_iso": "2026-01-01T00:00:00Z", "is_merge": False,
        "author_is_bot": False, "n_files": 1, "changes": (FileChange("Rooms.cs", old, new),),
    }  # fmt: skip
    return Commit(**{**values, **changed})  # type: ignore[arg-type]


def language_of(path: str) -> str | None:
    return "csharp" if path.endswith(".cs") else None


def test_the_region_is_cut_at_blank_lines_and_located() -> None:
    (example,) = changes_to_examples(commit(body="It may be empty.\n\nSigned-off-by: Ada <ada@example.org>"), language_of, "MIT")
    assert SUBJECT in example.prompt
    assert "It may be empty." in example.prompt
    assert "Signed-off" not in example.prompt
    assert "Check(id)" in example.completion
    assert "Check(id)" not in example.prompt.replace(SUBJECT, "")
    lines = NEW.split("\n")
    where = example.provenance
    assert "\n".join(lines[where.start_line - 1 : where.end_line]) == example.completion
    assert (where.path, where.rule, where.commit, where.licence) == ("Rooms.cs", "sweep.git_changes", "c" * 40, "MIT")
    assert example.kind == "git_change"
    assert "First" not in example.completion


@pytest.mark.parametrize(
    "subject",
    [
        "Fix the order of rooms in the list",
        "feat(rooms): add a check of the identifier",
        "[API] Return nothing for a missing room (#123)",
        "core: allow rooms without any name at all",
        "handle rooms that have no name at all.",
    ],
)
def test_subjects_that_ask_for_something(subject: str) -> None:
    assert changes_to_examples(commit(subject), language_of, "MIT")


@pytest.mark.parametrize(
    "subject",
    [
        "Fix rooms",
        "Fixed the order of rooms in the list",
        "The order of rooms in the list was wrong",
        "WIP: add a check of the identifier",
        "Merge branch 'rooms' into main of the project",
        "Add the check of https://example.org/issues/1 to rooms",
        "Bump the library of rooms to the newest",
        "Update rooms to 1.2.3 of the library",
        "Revert the change of the rooms and more",
        "Apply the change of 1a2b3c4d5e to all rooms",
        "docs: add a check of the identifier",
        "Add " + "very " * 40 + "long text",
        "",
    ],
)
def test_subjects_that_do_not(subject: str) -> None:
    assert changes_to_examples(commit(subject), language_of, "MIT") == ()


@pytest.mark.parametrize(
    "unfit",
    [
        commit(is_merge=True),
        commit(author_is_bot=True),
        commit(n_files=9),
        commit(new=OLD),
        commit(new=OLD.replace("    ", "\t")),
        commit(new=OLD.replace("class Rooms", "// Rooms\nclass Rooms")),
        commit(old="a\n", new="b\n"),
        commit("Check identifiers and forget about the", OLD, NEW),
        commit("Test rooms without an identifier again", OLD, NEW),
        commit(old=OLD * 20, new=(OLD * 3 + NEW) * 5),
        commit(changes=(FileChange("tests/RoomsTests.cs", OLD, NEW),)),
        commit(old="x = 1\n" * 900, new="y = 2\n" * 900),
        commit(changes=(FileChange("a.txt", OLD, NEW),)),
        commit(changes=tuple(FileChange(f"{number}.cs", OLD, NEW) for number in range(4))),
        commit(changes=()),
    ],
)
def test_changes_that_are_unfit(unfit: Commit) -> None:
    assert changes_to_examples(unfit, language_of, "MIT", max_files=8) == ()


OTHER_OLD = OLD.replace("Rooms", "Halls")
OTHER_NEW = OTHER_OLD.replace("First(string id)\n    {\n", "First(string id)\n    {\n        Guard(id);\n")


def test_each_place_of_a_commit_is_asked_for_beside_the_others() -> None:
    made = commit(n_files=2, changes=(FileChange("Halls.cs", OTHER_OLD, OTHER_NEW), FileChange("Rooms.cs", OLD, NEW)))
    halls, rooms = changes_to_examples(made, language_of, "MIT")
    assert "Guard(id)" in halls.completion
    assert "Check(id)" in halls.prompt
    assert "Guard(id)" not in halls.prompt
    assert (halls.provenance.context_paths, rooms.provenance.context_paths) == (("Rooms.cs",), ("Halls.cs",))
    assert "Guard(id)" in rooms.prompt
    assert "Check(id)" in rooms.completion


def test_two_places_of_a_file_are_two_examples_and_imports_are_none() -> None:
    between = "".join(f"class Between{number}\n{{\n    int Value{number};\n}}\n\n" for number in range(8))
    old, new = (
        f"using System;\n{between}{OLD}{between}{OTHER_OLD}",
        f"using System;\nusing Rooms.Checks;\n{between}{NEW}{between}{OTHER_NEW}",
    )
    found = changes_to_examples(commit(old=old, new=new), language_of, "MIT")
    assert ["Check(id)" in example.completion for example in found] == [True, False]
    assert ["Guard(id)" in example.completion for example in found] == [False, True]
    assert all("Rooms.Checks" not in example.prompt + example.completion for example in found)


def test_a_test_is_shown_only_beside_what_it_tests() -> None:
    both = commit(n_files=2, changes=(FileChange("Rooms.cs", OLD, NEW), FileChange("tests/HallsTests.cs", OTHER_OLD, OTHER_NEW)))
    assert [example.provenance.path for example in changes_to_examples(both, language_of, "MIT")] == ["Rooms.cs", "tests/HallsTests.cs"]
    asked = commit("Add a test for rooms without identifier", changes=(FileChange("tests/RoomsTests.cs", OLD, NEW),))
    assert len(changes_to_examples(asked, language_of, "MIT")) == 1


def test_what_is_little_of_a_large_change_is_not_asked_for() -> None:
    long = "".join(f"        Step{number}(id, first, second, third, fourth, fifth);\n" for number in range(60))
    other = OTHER_OLD.replace("First(string id)\n    {\n", f"First(string id)\n    {{\n{long}")
    made = commit(n_files=2, changes=(FileChange("Halls.cs", OTHER_OLD, other), FileChange("Rooms.cs", OLD, NEW)))
    assert "Rooms.cs" not in [example.provenance.path for example in changes_to_examples(made, language_of, "MIT")]


def test_secrets_and_names_do_not_get_through() -> None:
    new = NEW.replace("Check(id)", 'Check("https://root:hunter2@db.internal.co/x")')
    found = commit(new=new, subject="Tell ada@lovelace.uk about the third room", body="Ask bo@ek.se first.")
    (example,) = changes_to_examples(found, language_of, "MIT")
    assert "hunter2" not in example.completion
    assert "lovelace" not in example.prompt
    assert "bo@ek" not in example.prompt


@pytest.mark.parametrize(("counts", "most"), [([], 1), ([3], 3), ([1, 1, 1, 1], 1), ([1, 2, 3, 4, 100], 7), ([0, 0, 0, 0, 0], 1)])
def test_outliers(counts: list[int], most: int) -> None:
    assert max_files_per_commit(counts) == most


@settings(deadline=None)  # the first call loads the detectors of secrets
@given(st.text(), st.text(), st.text(), st.text())
def test_any_commit_is_judged(subject: str, body: str, old: str, new: str) -> None:
    changes_to_examples(commit(subject, old, new, body=body), language_of, "MIT")
    changes_to_examples(commit(SUBJECT, OLD + old, OLD + new, body=body), language_of, "MIT")
