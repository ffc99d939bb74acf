"""The token budget: what must fit does, what must not does not, and tokens are only counted where bytes cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset_core import tokens
from dataset_core.tokens import CHAT_TEMPLATE_TOKENS, TokenBudget, token_budget

LIMIT = 100
BUDGET = LIMIT + CHAT_TEMPLATE_TOKENS


@dataclass
class CountingTokenizer:
    """A token a word; remembers what it was asked."""

    asked: list[str] = field(default_factory=list)

    def encode_batch_fast(self, texts: Sequence[str], *, add_special_tokens: bool) -> list[Encoding]:
        assert not add_special_tokens
        self.asked += texts
        return [Encoding(text.split()) for text in texts]


@dataclass(frozen=True)
class Encoding:
    ids: list[str]


@pytest.mark.parametrize(
    ("text", "fits", "is_counted"),
    [
        ("", True, False),
        ("a" * LIMIT, True, False),
        ("a" * (LIMIT + 1), True, True),
        ("a " * LIMIT, True, True),
        ("a " * (LIMIT + 1), False, True),
        ("ü" * (LIMIT // 2), True, False),
        ("ü" * LIMIT, True, True),
        ("a" * (LIMIT * 16), True, True),
        ("a" * (LIMIT * 16 + 1), False, False),
    ],
)
def test_tokens_are_counted_only_where_bytes_cannot_tell(text: str, fits: bool, is_counted: bool) -> None:  # noqa: FBT001 - a table
    tokenizer = CountingTokenizer()
    assert TokenBudget(BUDGET, tokenizer).fits([text]) == [fits]
    assert tokenizer.asked == [text] * is_counted


def test_answers_stand_in_the_order_of_the_texts() -> None:
    texts = ["a", "b " * (LIMIT + 1), "c " * LIMIT, "d" * (LIMIT * 17), ""]
    assert TokenBudget(BUDGET, CountingTokenizer()).fits(texts) == [True, False, True, False, True]
    assert TokenBudget(BUDGET, CountingTokenizer()).fits([]) == []


def test_without_a_tokenizer_an_estimate_is_made_and_said() -> None:
    budget = TokenBudget(BUDGET, None)
    assert budget.count(["a" * 230, "ü" * 115]) == [100, 100]
    assert budget.fits(["a" * 232, "a" * 233]) == [True, False]
    assert "estimate" in budget.counted_with


@settings(deadline=None)
@given(texts=st.lists(st.text(max_size=400)))
def test_the_real_tokenizer_never_needs_more_tokens_than_bytes(budget: TokenBudget, texts: list[str]) -> None:
    assert all(n_tokens <= len(text.encode()) for n_tokens, text in zip(budget.count(texts), texts, strict=True))


@pytest.fixture(scope="module")
def budget() -> TokenBudget:
    """Counts with the tokenizer of the embedded model."""
    return token_budget(1_024)


@pytest.mark.parametrize(
    ("text", "n_tokens"),
    [("", 0), ("2026", 4), ("hello", 1), ("<|im_end|>", 7)],
)
def test_the_real_tokenizer_is_the_one_of_the_model(budget: TokenBudget, text: str, n_tokens: int) -> None:
    """Digits stand alone, and what looks like a mark of the chat template is text."""
    assert budget.count([text]) == [n_tokens]
    assert tokens.EMBEDDED_MODEL in budget.counted_with


def test_the_cached_tokenizer_counts_like_the_one_from_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda _: str(tmp_path / "cache"))
    text = "public async Task<ActionResult<RoomDto>> GetRoom(string id) => 2026; // größe"
    first = token_budget(1_024).count([text])
    (cached,) = (tmp_path / "cache").glob("*/*")
    assert cached.suffix == ".json"
    assert token_budget(1_024).count([text]) == first


def test_a_cache_that_cannot_be_written_costs_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file in place of the folder", "utf-8")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda _: str(tmp_path / "cache"))
    assert token_budget(1_024).count(["2026"]) == [4]


def test_a_damaged_cache_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda _: str(tmp_path))
    token_budget(1_024)
    (cached,) = tmp_path.glob("*/*")
    cached.write_text("{", "utf-8")
    assert token_budget(1_024).count(["2026"]) == [4]
    assert cached.stat().st_size > 1_000
