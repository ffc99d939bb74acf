"""Which export is the newest."""

import os

import pytest

from server.exports import NoExportError, all_exports, newest_export, the_newest_export

NAMES = ("code_prototype_20261121", "erd_20261122", "code_prototype_20261122")


@pytest.mark.parametrize(
    ("written", "expected"),
    [((1, 2, 3), (2, 1, 0)), ((3, 2, 1), (0, 1, 2)), ((1, 1, 1), (1, 2, 0)), ((1, 2, 2), (1, 2, 0))],
)
def test_the_one_that_was_written_last_and_of_two_at_one_moment_the_last_by_name(written, expected, tmp_path):
    for name, moment in zip(NAMES, written, strict=True):
        manifest = tmp_path / f"{name}.manifest.json"
        manifest.write_text("{}")
        os.utime(manifest, (moment, moment))
    assert all_exports(tmp_path) == [tmp_path / f"{NAMES[number]}.jsonl" for number in expected]
    assert the_newest_export(tmp_path) == newest_export(tmp_path) == tmp_path / f"{NAMES[expected[0]]}.jsonl"


def test_there_may_be_none(tmp_path):
    assert newest_export(tmp_path / "finetune_datasets") is None
    with pytest.raises(NoExportError, match="mothertongue export"):
        the_newest_export(tmp_path)
