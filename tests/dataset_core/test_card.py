"""The card is Markdown that Hugging Face reads, and tells of the export what a person must know."""

from __future__ import annotations

import re

import msgspec
import pytest

from dataset_core.card import card
from dataset_core.settings import FORMATS
from tests.dataset_core.exports import NAME, manifest_of, sound_examples

yaml = pytest.importorskip("yaml")


def front_matter(text: str) -> dict[str, object]:
    return yaml.safe_load(re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)[1])


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_card_says_how_to_train_with_each_format(format_name: str) -> None:
    text = card(manifest_of(*sound_examples(), format_name))
    assert f"in the format `{format_name}`" in text
    assert "{name}" not in text
    assert "{max_tokens}" not in text
    assert text.count("```") % 2 == 0
    for title in ("How it was made", "Mix", "Splits", "How to train with it", "Limits", "Licence", "Personal data and secrets"):
        assert f"\n## {title}\n" in text


def test_front_matter_names_licence_size_and_files() -> None:
    found = front_matter(card(manifest_of(*sound_examples())))
    assert found["license"] == "apache-2.0"
    assert found["size_categories"] == ["n<1K"]
    files = found["configs"][0]["data_files"]
    assert [file["path"] for file in files] == [f"{NAME}.jsonl", f"{NAME}.validation.jsonl"]


def test_a_project_without_licence_may_not_be_passed_on() -> None:
    text = card(msgspec.structs.replace(manifest_of(*sound_examples()), licence="unlicensed"))
    assert front_matter(text)["license"] == "other"
    assert "may not be passed on" in text


@pytest.mark.parametrize(("max_tokens", "warns"), [(1_024, False), (2_048, True)])
def test_rows_longer_than_the_default_of_trainers_are_warned_of(max_tokens: int, *, warns: bool) -> None:
    text = card(msgspec.structs.replace(manifest_of(*sound_examples()), settings={"max_tokens": max_tokens}))
    assert ("Set the trainer's maximum length" in text) is warns


def test_without_validation_rows_no_such_file_is_named() -> None:
    training, _ = sound_examples()
    assert f"{NAME}.validation.jsonl" not in card(manifest_of(training, []))


def test_shortages_are_limits() -> None:
    assert "- 9 rows, fewer than the target of 5,000: raise `max_commits`." in card(manifest_of(*sound_examples()))
