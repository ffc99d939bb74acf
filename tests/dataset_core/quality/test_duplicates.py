"""Near-duplicates are found, others are not."""

from __future__ import annotations

import random
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from dataset_core.quality.duplicates import NearDuplicateIndex, clusters

WORDS = [f"word{number}" for number in range(400)]


def text_of(seed: int, n_words: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=n_words))


def changed(text: str, n_words: int) -> str:
    words = text.split()
    return " ".join([*words[: len(words) - n_words], *(f"new{number}" for number in range(n_words))])


def test_equal_and_similar_texts_are_found_and_different_ones_are_not() -> None:
    index = NearDuplicateIndex()
    assert index.add_if_new("a", text_of(1)) is None
    assert index.add_if_new("b", text_of(2)) is None
    assert index.add_if_new("c", text_of(1)) == "a"
    assert index.add_if_new("d", changed(text_of(2), 8)) == "b"
    assert index.add_if_new("e", changed(text_of(2), 100)) is None


def test_white_space_and_punctuation_do_not_count() -> None:
    index = NearDuplicateIndex()
    assert index.add_if_new("a", "int add(int a, int b) { return a + b; }") is None
    assert index.add_if_new("b", "int add(int a,\n  int b)\n{\n  return a + b;\n}") == "a"


def test_short_and_empty_texts() -> None:
    index = NearDuplicateIndex()
    results = [index.add_if_new(str(number), text) for number, text in enumerate(["", "a", "a b", "b a", "a b", "!"])]
    assert results == [None, None, None, None, "2", "0"]


def test_the_earliest_of_several_is_named() -> None:
    index = NearDuplicateIndex(threshold=0.6)
    base = text_of(3)
    assert index.add_if_new("far", changed(base, 60)) is None
    assert index.add_if_new("near", base) is None
    assert index.add_if_new("again", changed(base, 30)) in {"far", "near"}


def test_most_pairs_just_above_the_threshold_are_found() -> None:
    index = NearDuplicateIndex()
    found = 0
    for seed in range(100):
        index.add_if_new(f"{seed}", text_of(seed))
        found += index.add_if_new(f"{seed} changed", changed(text_of(seed), 25)) == f"{seed}"  # Jaccard 0.78
    assert found >= 95


def test_clusters_are_a_partition() -> None:
    texts = {"a": text_of(1), "b": text_of(2), "c": changed(text_of(1), 5), "d": changed(text_of(1), 20)}
    assert clusters(texts) == [{"a", "c", "d"}, {"b"}]
    assert clusters(dict(reversed(texts.items()))) == clusters(texts)
    assert clusters({}) == []


def test_hashes_do_not_depend_on_the_process() -> None:
    code = "from dataset_core.quality.duplicates import _bands, _shingles; print(_bands(_shingles('a b c d e f'))[:3])"
    runs = {subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout for _ in range(2)}
    assert len(runs) == 1


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_text_is_indexed(texts: list[str]) -> None:
    index = NearDuplicateIndex()
    added = [index.add_if_new(str(number), text) for number, text in enumerate(texts)]
    assert all(index.add_if_new("again", text) is not None for text in texts)
    assert sum(map(len, clusters(dict(zip(map(str, range(len(texts))), texts, strict=True))))) == len(texts)
    assert all(other is None or int(other) < number for number, other in enumerate(added))
