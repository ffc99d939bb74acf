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
