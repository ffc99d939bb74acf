"""The store by itself: transactions, the lock, migrations, and what turns stale when a file changes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset_core import pipeline
from dataset_core import store as stores
from dataset_core.indexing import Job, record_of
from dataset_core.linking import StoredProject
from dataset_core.pipeline import Declared
from dataset_core.source_file import SourceFile, content_hash
from dataset_core.store import FileRecord, Store, StoreError, encode_unit
from dataset_core.sweep.own import OwnAddition, own_examples
from tests.memory_project import MemoryProject

MADE = FileRecord("", "python", "python", "train", "hash", 1, b"", b"", (Declared("Order", "class Order"),), ("Item",), "surface")
ORDER = "class Order:\n    def total(self):\n        return 1\n"


def record(path: str, text: str, job: Job | None = None) -> FileRecord:
    """A file as the indexing makes it."""
    made = record_of(job or Job(Path(), "MIT", 0.0), SourceFile(path, "python", text, content_hash(text.encode()), "MIT"))
    assert isinstance(made, FileRecord)
    return made


@pytest.fixture
def store(tmp_path: Path):
    with Store(tmp_path / "store") as opened:
        yield opened


# Opening


def test_a_new_store_has_every_migration_and_ignores_itself(tmp_path: Path) -> None:
    with Store(tmp_path / "store") as opened:
        assert opened._db.execute("PRAGMA user_version").fetchone() == (len(stores._MIGRATIONS),)
        assert opened._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert (tmp_path / "store" / ".gitignore").read_text("utf-8").endswith("\n*\n")


def test_an_older_store_is_migrated_step_by_step_and_keeps_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path / "store") as opened:
        opened.put("artifact_type", "erd")
    later = ("ALTER TABLE meta ADD COLUMN note TEXT DEFAULT 'new'", "CREATE TABLE extra (a);\nINSERT INTO extra VALUES (3)")
    monkeypatch.setattr(stores, "_MIGRATIONS", (*stores._MIGRATIONS, *later))
    for _ in range(2):
        with Store(tmp_path / "store") as opened:
            assert opened._db.execute("SELECT key, value, note FROM meta").fetchall() == [("artifact_type", "erd", "new")]
            assert opened._db.execute("SELECT a FROM extra").fetchall() == [(3,)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path / "store") as opened:
        opened.put("artifact_type", "erd")
    monkeypatch.setattr(stores, "_MIGRATIONS", (*stores._MIGRATIONS, "CREATE TABLE extra (a); CREATE TABLE extra (a)"))
    with pytest.raises(StoreError):
        Store(tmp_path / "store")
    monkeypatch.undo()
    with Store(tmp_path / "store") as opened:
        assert opened.get("artifact_type") == "erd"
        assert opened._db.execute("SELECT name FROM sqlite_master WHERE name = 'extra'").fetchall() == []


def test_a_store_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    Store(tmp_path / "store").close()
    path = tmp_path / "store" / "store.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(StoreError, match="made by a newer Mothertongue"):
            Store(tmp_path / "store", read_only=read_only)
    assert path.read_bytes() == before


def test_reading_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        Store(tmp_path / "store", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_who_reads_a_store_that_another_process_is_making_finds_its_tables(tmp_path: Path) -> None:
    with Store(tmp_path / "made") as store:
        (tmp_path / "store").mkdir()
        (tmp_path / "store" / "store.sqlite3").touch()
        with Store(tmp_path / "store", read_only=True) as reader:
            assert reader.content_hashes() == store.content_hashes() == {}


def test_processes_that_open_a_new_store_together_all_find_its_tables(tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from dataset_core.store import Store; print(Store(Path(sys.argv[1])).content_hashes())"
    started = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "store")], stdout=subprocess.PIPE, text=True) for _ in range(6)
    ]
    assert [process.communicate()[0] for process in started] == ["{}\n"] * 6


def test_who_opens_a_new_store_at_the_same_moment_waits_for_the_other_one(tmp_path: Path) -> None:
    # SQLite refuses the second one that turns a store to the write-ahead log at once: 7 in 200 without a second try.
    together = threading.Barrier(4)

    def opened(folder: Path, *, read_only: bool) -> int:
        together.wait()
        with Store(folder, read_only=read_only) as store:
            return store.n_files()

    with ThreadPoolExecutor(4) as pool:
        for number in range(100):
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / "store.sqlite3").touch()
            opening = [pool.submit(opened, folder, read_only=read_only) for read_only in (True, False, True, False)]
            assert [each.result() for each in opening] == [0] * 4


# The lock


def test_who_holds_the_store_keeps_other_writers_out_and_lets_readers_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_WAIT_S", 0.05)
    with Store(tmp_path / "store") as one, Store(tmp_path / "store") as other:
        with one.held(), one.held():
            one.put("artifact_type", "erd")
            with pytest.raises(StoreError, match="another build or export is at work"), other.held():
                pass
            assert other.get("artifact_type") == "erd"
        with other.held():
            other.put("artifact_type", "class")
        assert one.get("artifact_type") == "class"


def test_a_store_that_is_left_by_an_exception_is_free_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_WAIT_S", 0.05)
    with Store(tmp_path / "store") as one, Store(tmp_path / "store") as other:
        with pytest.raises(KeyboardInterrupt), one.held():
            raise KeyboardInterrupt
        with other.held():
            other.put("artifact_type", "erd")


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    store.put("artifact_type", "erd")
    with pytest.raises(RuntimeError):
        change_and_fail(store)
    assert (store.get("artifact_type"), store.n_files(), store.units("folder")) == ("erd", 0, [])


def change_and_fail(store: Store) -> None:
    with store.transaction():
        store.put("artifact_type", "class")
        with store.transaction():
            store.replace_file(record("a.py", ORDER))
        raise RuntimeError


# Files and units


def test_a_file_comes_and_goes_with_all_that_was_computed_of_it(store: Store) -> None:
    store.replace_file(record("shop/order.py", ORDER))
    assert store.content_hash_of("shop/order.py") == content_hash(ORDER.encode())
    assert store.view("shop/order.py").text == ORDER
    assert [row[0] for row in store.declaring("Order", most=6)] == ["shop/order.py"]
    store.replace_unit(encode_unit("link:variations:shop/order.py", (), {}, ["file:shop/order.py"]))
    assert store.counted_units("link") == {"link:variations:shop/order.py": 0}
    store.replace_file(record("shop/order.py", ORDER))
    assert store.counted_units("link") == {"link:variations:shop/order.py": None}
    assert store.stale_units("folder") == ["folder:", "folder:shop"]
    store.remove_file("shop/order.py")
    assert [store.n_files(), store.units("link"), store.units("folder"), store.declaring("Order", most=6)] == [0, [], [], []]
    assert store.view("shop/order.py") is None


@pytest.mark.parametrize("names", [(), ("Order",), ("Bill", "Item"), ("Bill", "Order", "Tax")])
def test_what_comes_in_place_of_a_file_or_a_unit_leaves_nothing_of_it(tmp_path: Path, names: tuple[str, ...]) -> None:
    declared = tuple(Declared(name, f"class {name}:\n    other") for name in names)
    made = replace(MADE, path="a.py", facts=b"new", text=b"new", declared=declared, mentioned=names, role="new")
    unit = encode_unit("own:1", (), {}, names)
    with Store(tmp_path / "replaced") as replaced, Store(tmp_path / "fresh") as fresh:
        replaced.replace_file(replace(MADE, path="a.py"))
        replaced.replace_unit(encode_unit("own:1", (), {}, ["Order", "Item"]))
        for store in (replaced, fresh):
            store.replace_file(made)
            store.replace_unit(unit)
        for table in (*stores._TABLES_OF_FILES, "asked"):
            rows = [sorted(store._db.execute(f"SELECT * FROM {table}")) for store in (replaced, fresh)]
            assert rows[0] == rows[1]


def test_several_files_at_once_are_put_in_place_as_one_by_one(tmp_path: Path) -> None:
    known = [replace(MADE, path=path) for path in ("b/old.py", "kept.py")]
    come = [
        replace(MADE, path="b/new.py", role="new"),
        replace(MADE, path="b/old.py", text=b"new", declared=(Declared("Bill", "class Bill"),), mentioned=("Order", "Tax")),
        record("a/order.py", ORDER),
    ]
    with Store(tmp_path / "at_once") as at_once, Store(tmp_path / "one_by_one") as one_by_one:
        for store in (at_once, one_by_one):
            store.replace_files(known)
            store.note_skipped("b/new.py", "empty", "hash")
        at_once.replace_files(come)
        for made in come:
            one_by_one.replace_file(made)
        for table in (*stores._TABLES_OF_FILES, "units", "meta"):
            rows = [sorted(store._db.execute(f"SELECT * FROM {table}")) for store in (at_once, one_by_one)]
            assert rows[0] == rows[1]
            assert rows[0] or table in {"skipped", "meta"}


@pytest.mark.parametrize(
    ("text", "stale"),
    [
        (ORDER, {"file:order.py"}),
        (ORDER.replace("return 1", "return 2"), {"file:order.py"}),
        (ORDER.replace("total(self)", "total(self, tax)"), {"declares:Order", "file:order.py", "folder:", "folders"}),
        (ORDER.replace("Order", "Bill"), {"declares:Bill", "declares:Order", "file:order.py", "folder:", "folders"}),
    ],
)
def test_exactly_what_asked_for_something_that_changed_turns_stale(store: Store, text: str, stale: set[str]) -> None:
    store.replace_file(record("order.py", ORDER))
    keys = ["declares:Order", "declares:Bill", "declares:Else", "file:order.py", "file:else.py", "folder:", "folder:shop", "folders"]
    for key in keys:
        store.replace_unit(encode_unit(f"note:{key}", (), {}, [key]))
    store.replace_file(record("order.py", text))
    assert {unit.removeprefix("note:") for unit in store.stale_units("note")} == stale


def test_reasons_by_content_outlive_a_listing_and_reasons_by_name_do_not(store: Store) -> None:
    store.note_skipped("made.py", "generated", "hash")
    store.replace_skipped([("a.txt", "no known language")])
    store.replace_skipped([("b.txt", "no known language")])
    assert store.skipped() == {"b.txt": "no known language", "made.py": "generated"}
    assert store.content_hashes() == {"made.py": "hash"}
    store.replace_file(record("made.py", ORDER))
    assert "made.py" not in store.skipped()


def test_clearing_keeps_what_the_person_chose_and_added(store: Store) -> None:
    from dataset_core.sweep.own import OwnAddition

    store.replace_file(record("a.py", ORDER))
    store.put("artifact_type", "erd")
    store.put("history", "head")
    store.add_own(OwnAddition("a.py", 0, 0, "", ORDER, "python"))
    store.clear()
    assert (store.n_files(), store.get("history"), store.get("artifact_type"), len(store.own())) == (0, "", "erd", 1)


def test_examples_are_read_back_as_they_were(store: Store) -> None:
    project = MemoryProject({"a.py": ORDER.replace("return 1", "total = 1\n        return total")})
    made = pipeline.link_file(project.views["a.py"], "alone", project).examples
    store.replace_unit(encode_unit("link:alone:a.py", made, {}))
    examples = store.examples("link:alone:a.py")
    assert tuple(examples) == made != ()
    (rows,) = [rows for unit, rows in store.rows() if unit == "link:alone:a.py"]
    assert [(row.id, row.place) for row in rows] == [(example.id, place) for place, example in enumerate(examples)]
    assert store.examples("link:alone:unknown.py") == []


def test_values_that_cannot_be_decoded_are_a_damaged_store(store: Store) -> None:
    made = record("a.py", ORDER)
    store.replace_file(replace(made, facts=b"\x00"))
    store.replace_unit(replace(encode_unit("own:1", (), {}), examples=b"\x00"))
    with pytest.raises(StoreError, match="damaged; `mothertongue clean` removes it"):
        store.view("a.py")
    with pytest.raises(StoreError, match="damaged"):
        store.examples("own:1")


def test_what_was_added_since_a_moment_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path / "store") as store:
        for at, line in ((1_000.0, 1), (2_000.0, 5)):
            monkeypatch.setattr(stores.time, "time", lambda at=at: at)
            addition = OwnAddition("a.py", line, line, "a sum", "x = 1", "python")
            store.add_own(addition)
            store.replace_unit(encode_unit(f"own:{addition.id}", own_examples(addition, StoredProject(store), "MIT"), {}))
        assert [store.n_own_since(moment) for moment in (0, 1, 1_500, 2_000)] == [2, 2, 1, 0]


def test_a_store_of_the_version_before_is_brought_up_to_date_by_who_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    addition = OwnAddition("a.py", 1, 1, "a sum", "x = 1", "python")
    with monkeypatch.context() as before:
        before.setattr(stores, "_MIGRATIONS", stores._MIGRATIONS[:2])
        with Store(tmp_path / "store") as store, store.transaction():
            store._db.execute("INSERT INTO own VALUES (?, ?, ?, ?, ?, ?, ?)", (addition.id, *msgspec.structs.astuple(addition)))
            store.replace_unit(encode_unit(f"own:{addition.id}", own_examples(addition, StoredProject(store), "MIT"), {}))
    with Store(tmp_path / "store", read_only=True) as store:
        assert (store.n_own_since(0), store.n_own_since(1)) == (1, 0)
    with Store(tmp_path / "store") as store:
        assert (store.n_own_since(0), store.n_own_since(1)) == (1, 0)
        assert store.own() == [addition]


def test_the_files_of_an_older_store_keep_what_they_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = record("shop/order.py", ORDER)
    in_one_row = (
        made.path, made.folder, made.language, made.role, made.side, made.content_hash, made.surface_hash, made.n_bytes, made.facts,
        made.text,
    )  # fmt: skip
    with monkeypatch.context() as before:
        before.setattr(stores, "_MIGRATIONS", stores._MIGRATIONS[:3])
        with Store(tmp_path / "store") as store, store.transaction():
            store._db.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", in_one_row)
    with Store(tmp_path / "store") as store:
        assert store.files_overview() == [(made.path, made.language, made.role, made.side, made.n_bytes)]
        assert (store.content_hash_of(made.path), store.view(made.path).text) == (made.content_hash, ORDER)
        store.replace_file(made)
        store.remove_file(made.path)
        assert (store.n_files(), store.view(made.path)) == (0, None)


# The nearest files

PATHS = st.lists(st.text("ab/", max_size=6), max_size=12).map(lambda folders: sorted({f"{folder}x.py" for folder in folders}))


@settings(max_examples=40, deadline=None)
@given(paths=PATHS, near=st.text("ab/", max_size=6), most=st.integers(1, 5))
def test_the_nearest_are_those_that_share_most_folders(paths: list[str], near: str, most: int) -> None:
    near = f"{near}/near.py"
    sides = {path: ("train", "validation")[len(path) % 2] for path in paths}
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
        for path in paths:
            store.replace_file(replace(MADE, path=path, role=f"role-{len(path) % 3}", side=sides[path]))
        for side in ("", "train"):
            found = store.declaring("Order", near, side, most=most)
            assert found == [(path, "class Order", sides[path]) for path in nearest(paths, near) if side in ("", sides[path])][:most]
        assert store.mentioning("Item", near, most=most) == nearest(paths, near)[:most]
        of_role = [path for path in nearest(paths, near) if len(path) % 3 == 1]
        assert store.mentioning("Item", near, "role-1", most=most) == of_role[:most]


def nearest(paths: list[str], near: str) -> list[str]:
    def n_shared(path: str) -> int:
        both = zip(path.split("/")[:-1], near.split("/")[:-1], strict=False)
        return len(list(takewhile(lambda pair: pair[0] == pair[1], both)))

    return sorted((path for path in paths if path != near), key=lambda path: (-n_shared(path), path))


def test_a_file_that_mentions_a_name_is_not_near_to_itself(store: Store) -> None:
    for path in ("a/one.py", "a/two.py"):
        store.replace_file(replace(MADE, path=path))
    assert store.mentioning("Item", "a/one.py", most=1) == ["a/two.py"]
    assert [store.declares(path, name) for path, name in (("a/one.py", "Order"), ("a/one.py", "Item"), ("b.py", "Order"))] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("n_files", [3, 12, 60])
def test_among_any_number_of_declarations_the_nearest_is_meant(store: Store, n_files: int) -> None:
    paths = sorted(f"part{number}/{folder}/order.py" for number in range(n_files // 3) for folder in ("a", "b", "c"))
    for path in paths:
        store.replace_file(replace(MADE, path=path, side="train" if "/c/" in path else "validation"))
    project = StoredProject(store)
    for near in ("part0/b/cart.py", "part0/z/cart.py", "elsewhere/cart.py", "cart.py"):
        assert project.for_unit("").home("Order", near) == nearest(paths, near)[0]
        of_side = [path for path in nearest(paths, near) if "/c/" in path]
        assert project.for_unit("train").signature("Order", near) == (of_side[0], "class Order")
