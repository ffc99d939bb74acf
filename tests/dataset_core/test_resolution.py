"""Imports, and modules written before a name, tell which declaration is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataset_core.indexing import Job, index_file
from dataset_core.linking import StoredProject
from dataset_core.resolution import MEANT, NOT_MEANT, POSSIBLE, fit
from dataset_core.store import FileRecord, Store
from tests.memory_project import MemoryProject

RUST = "crates/searcher/src/searcher/glue.rs"
PYTHON = "shop/views/orders.py"


@pytest.mark.parametrize(
    ("user", "text", "name", "path", "expected"),
    [
        (RUST, "use crate::{line_buffer::Reader, searcher::{core::Core, Config}};", "Config", "crates/searcher/src/searcher/mod.rs", MEANT),
        (RUST, "use std::{fs::{self, File}, io};", "File", "crates/core/flags/defs.rs", NOT_MEANT),
        (RUST, "use regex_syntax::ParserBuilder;", "ParserBuilder", "crates/regex/src/parser.rs", NOT_MEANT),
        (RUST, "use grep_matcher::Matcher;", "Matcher", "crates/matcher/src/lib.rs", MEANT),
        (RUST, "fn f(config: grep::printer::Config) {}", "Config", "crates/printer/src/config.rs", POSSIBLE),
        (RUST, "fn f(error: Error) { if let Error::Glob { .. } = error {} }", "Glob", "crates/searcher/src/gitignore.rs", NOT_MEANT),
        (PYTHON, "from shop import cli\ncli.cli()", "cli", "tests/fixtures.py", NOT_MEANT),
        (PYTHON, "from shop import cli\ncli.cli()", "cli", "shop/cli.py", POSSIBLE),
        (PYTHON, "from .models import Order", "Order", "shop/views/models.py", MEANT),
        (PYTHON, "def get(self):\n    db = self.database\n    return db.name", "db", "tests/conftest.py", NOT_MEANT),
        (PYTHON, "from shop.utils import tilde", "tilde", "shop/utils/__init__.py", MEANT),
        ("src/app/list.ts", "import { Room } from './room.model';", "Room", "src/app/room.model.ts", MEANT),
        ("src/app/list.ts", "import { Room } from 'hotel-sdk';", "Room", "src/app/room.model.ts", NOT_MEANT),
        ("src/List.cs", "class List { Room room; }", "Room", "src/Room.cs", POSSIBLE),
        ("src/List.cs", "class List { Room room; }", "Room", "web/room.ts", NOT_MEANT),
        ("src/List.cs", "class List { Room room; }", "Room", "src/List.html", POSSIBLE),
        ("src/List.java", "class List { Room room; }", "Room", "src/Room.kt", POSSIBLE),
    ],
)
def test_what_imports_tell_of_a_name(user: str, text: str, name: str, path: str, expected: int) -> None:
    assert fit(MemoryProject({user: text}).views[user], name, path) == expected


def test_crates_keep_their_declarations_of_one_name_apart(tmp_path: Path) -> None:
    files = {
        "crates/glob/src/lib.rs": "pub enum ErrorKind { A }\n",
        "crates/regex/src/error.rs": "pub enum ErrorKind { Banned(u8) }\n",
        "crates/regex/src/ban.rs": "use crate::error::ErrorKind;\n\npub fn check() -> ErrorKind { ErrorKind::Banned(1) }\n",
    }
    root = tmp_path / "project"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    job = Job(root, "MIT", 0.1)
    with Store(tmp_path / "store") as store:
        for record in (index_file(job, path) for path in files):
            assert isinstance(record, FileRecord)
            store.replace_file(record)
        project = StoredProject(store)
        assert project.mentioning("ErrorKind", near="crates/glob/src/lib.rs") == ()
        assert project.mentioning("ErrorKind", near="crates/regex/src/error.rs") == ("crates/regex/src/ban.rs",)
        found = project.signature("ErrorKind", near="crates/regex/src/ban.rs")
        assert found is not None
        assert found[0] == "crates/regex/src/error.rs"
