from __future__ import annotations

import json

import pytest

from server.training.errors import TrainingError
from server.training.rows import Row, read_rows
from tests.server.training.tiny import write_rows


def test_rows_are_read(tmp_path):
    rows = read_rows(write_rows(tmp_path / "rows.jsonl", 3), minimum=3)
    assert rows[0] == Row("Name order 0", "class OrderDto { }")
    assert len(rows) == 3


def _sidecar(path, families, split):
    names = ("id", "kind", "language", "path", "content_hash", "commit", "rule", "licence", "domain")
    common = {**dict.fromkeys(names, ""), "start_line": 0, "end_line": 0, "context_paths": [], "split": split}
    path.write_text("".join(json.dumps({**common, "family": family}) + "\n" for family in families))


def test_rows_of_library_and_composer_are_told_by_the_sidecar(tmp_path):
    rows = write_rows(tmp_path / "rows.jsonl", 3)
    _sidecar(tmp_path / "rows.metadata.jsonl", ["library", "symbols", "composed"], "train")
    assert [row.is_shipped for row in read_rows(rows)] == [True, False, True]


def test_a_sidecar_of_other_rows_tells_nothing(tmp_path):
    rows = write_rows(tmp_path / "rows.jsonl", 3)
    _sidecar(tmp_path / "rows.metadata.jsonl", ["library", "library"], "train")
    assert not any(row.is_shipped for row in read_rows(rows))


def test_a_damaged_sidecar_is_refused(tmp_path):
    rows = write_rows(tmp_path / "rows.jsonl", 3)
    (tmp_path / "rows.metadata.jsonl").write_text("{\n")
    with pytest.raises(TrainingError, match="export again"):
        read_rows(rows)


GOOD = json.dumps({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}).encode()
TRL = json.dumps({"prompt": [{"role": "user", "content": "a"}], "completion": [{"role": "assistant", "content": "b"}]}).encode()
EMPTY = GOOD.replace(b'"b"', b'" "')


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"{\n", "line 1: not JSON"),
        (GOOD + b"\n{", "line 2: not JSON"),
        (GOOD + b"\n[]\n", "line 2: not a JSON object"),
        (GOOD + b"\n" + b"[" * 100_000 + b"\n", "line 2: not JSON"),
        (GOOD + b"\n\n", "line 2: not JSON"),
        (b'{"question": "a"}\n', "line 1: not a row of any format"),
        (GOOD + b"\n" + TRL + b"\n", "line 2: not a row of the format 'messages'"),
        (b"\xff\xfe\n", "not UTF-8"),
        (EMPTY + b"\n", "the answer is empty"),
        (GOOD + b"\n", "1 rows; training needs at least 2"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(tmp_path, data, words):
    (tmp_path / "rows.jsonl").write_bytes(data)
    with pytest.raises(TrainingError, match=r"rows\.jsonl") as error:
        read_rows(tmp_path / "rows.jsonl", minimum=2)
    assert words in str(error.value)


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(TrainingError, match="mothertongue export"):
        read_rows(tmp_path / "none.jsonl")
