"""Small, clean commits as examples: the subject and the code before, answered by the code after.

The rules about messages and sizes are those of CommitPackFT (arXiv 2308.07124), here as data in `git_changes.toml`.
Where that set takes whole files, this takes the changed region with its surroundings, up to blank lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import takewhile
from statistics import quantiles
from typing import TYPE_CHECKING

from dataset_core.commit import Commit, FileChange
from dataset_core.example import Example, Provenance
from dataset_core.parse import parse, parses
from dataset_core.prompt_format import code_block, render
from dataset_core.quality.redaction import redact
from dataset_core.source_file import SourceFile, content_hash
from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_LEAST_COUNTS = 4  # fewer have no quartiles worth the name
_BODY_END = re.compile(r"^[A-Z][A-Za-z-]+-[Bb]y: |^(?:Change-Id|Refs?|Fixes|Closes|See|PR)\b[: ]|^\*|https?://|^\s*$")
_COMMENT_LINE = re.compile(r"\s*(?://|#(?![\[!])|/?\*|--|<!--|$)")
_BODY_LINES = 8  # a longer paragraph tells a story


@dataclass(frozen=True)
class _Region:
    """Corresponding lines of two texts; `end` is exclusive, counting is from 0."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def changes_to_examples(
    commit: Commit, language_of: Callable[[str], str | None], licence: str, *, max_files: int | None = None
) -> tuple[Example, ...]:
    """Make an example of each file that a commit changes in one place, if the commit is small and says what it does.

    Args:
        commit: As `git_history` read it.
        language_of: The name of the language of a path; None where it is unknown.
        licence: SPDX identifier of the project.
        max_files: A commit that touches more files gives nothing; see `max_files_per_commit`.
    """
    subject = _clean_subject(commit.subject)
    if commit.is_merge or commit.author_is_bot or subject is None or (max_files and commit.n_files > max_files):
        return ()
    known = [(change, language) for change in commit.changes if (language := language_of(change.path))]
    if len(known) > _change_rules().most_files:
        return ()
    examples = (_example(commit, subject, change, language, licence) for change, language in known)
    return tuple(example for example in examples if example)


def max_files_per_commit(counts: Iterable[int]) -> int:
    """Give the number of files above which a commit is an outlier: Q3 + 1.5 times the interquartile range.

    Args:
        counts: Files touched, by each commit of the history.
    """
    ordered = sorted(counts)
    if len(ordered) < _LEAST_COUNTS:
        return max(ordered, default=1)
    first, _, third = quantiles(ordered, n=4, method="inclusive")
    return max(1, int(third + 1.5 * (third - first)))


def _clean_subject(subject: str) -> str | None:
    """Give the subject as an instruction, without prefixes and numbers of issues; None where it is none."""
    rules = _subject_rules()
    if rules.refused.search(subject) or len(subject) > rules.most_characters:
        return None
    text = rules.prefix.sub("", rules.suffix.sub("", subject)).strip().rstrip(".")
    words = text.split()
    if len(text) <= rules.more_characters_than or len(words) <= rules.more_words_than:
        return None
    if words[0].lower() not in rules.verbs:
        return None
    return redact(text[0].upper() + text[1:], is_source=False)[0]


def _clean_body(body: str) -> str:
    """Give the first paragraph of the rest of the message if it is short prose, not trailers or a list."""
    paragraph = list(takewhile(lambda line: not _BODY_END.search(line), body.strip().split("\n")))
    return redact("\n".join(map(str.rstrip, paragraph)), is_source=False)[0] if len(paragraph) <= _BODY_LINES else ""


def _example(commit: Commit, subject: str, change: FileChange, language: str, licence: str) -> Example | None:
    old_lines, new_lines = change.old_text.split("\n"), change.new_text.split("\n")
    region = _changed_region(old_lines, new_lines)
    if region is None:
        return None
    region = _parsing_region(change.new_text, new_lines, region, language)
    if region is None:
        return None
    before = _redacted(old_lines[region.old_start : region.old_end]).strip("\n")
    with_blank_lines = _redacted(new_lines[region.new_start : region.new_end])
    after = with_blank_lines.strip("\n")
    if not _has_right_size(before, after) or before.split() == after.split():
        return None
    body = _clean_body(commit.body)
    prompt = render("git_change", path=change.path, subject=subject, body=body, before=code_block(language, before))
    provenance = Provenance(
        path=change.path,
        rule="sweep.git_changes",
        content_hash=content_hash(change.new_text.encode()),
        start_line=region.new_start + 1 + len(with_blank_lines) - len(with_blank_lines.lstrip("\n")),
        end_line=region.new_end - len(with_blank_lines) + len(with_blank_lines.rstrip("\n")),
        commit=commit.hash,
        licence=licence,
    )
    return Example("git_change", prompt, after, language, provenance)


def _changed_region(old: list[str], new: list[str]) -> _Region | None:
    """Give the region of all that changed, with its surroundings; None where that is far apart or comment."""
    context = _change_rules().context_lines
    same_start = _n_same(old, new)
    same_end = _n_same(old[same_start:][::-1], new[same_start:][::-1])
    old_middle, new_middle = old[same_start : len(old) - same_end], new[same_start : len(new) - same_end]
    blocks = SequenceMatcher(None, old_middle, new_middle, autojunk=False).get_matching_blocks()
    only_comments = all(_COMMENT_LINE.match(line) for line in (*old_middle, *new_middle))
    if only_comments or any(block.size > 2 * context for block in blocks):
        return None
    before = _surroundings(old[max(0, same_start - context) : same_start][::-1], context)
    after = _surroundings(old[len(old) - same_end :][:context], context)
    return _Region(same_start - before, len(old) - same_end + after, same_start - before, len(new) - same_end + after)


def _parsing_region(new_text: str, new_lines: list[str], region: _Region, language: str) -> _Region | None:
    """Give the region itself if its new text parses, or else that of the fewest neighbouring pieces of syntax which do."""
    if parses("\n".join(new_lines[region.new_start : region.new_end]), language):
        return region
    tree = parse(SourceFile("", language, new_text, "")).tree
    first, last = region.new_start, max(region.new_start, region.new_end - 1)
    node = tree.root_node.descendant_for_point_range((first, len(new_lines[first])), (last, len(new_lines[last].rstrip())))
    for _ in range(_MOST_LEVELS):
        if node is None or node.parent is None:
            return None
        touched = [child for child in node.named_children if child.start_point.row <= last and child.end_point.row >= first]
        start = min([first, *(child.start_point.row for child in touched)])
        end = max([region.new_end, *(child.end_point.row + 1 for child in touched)])
        if parses("\n".join(new_lines[start:end]), language):
            # What the node adds lies outside of all changes: as many lines before and after in the old text.
            above, below = first - start, end - region.new_end
            return _Region(region.old_start - above, region.old_end + below, start, end)
        node = node.parent
    return None


def _n_same(old: list[str], new: list[str]) -> int:
    """Count the equal lines at the start of both."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))


def _surroundings(lines: list[str], context: int) -> int:
    """Count the lines to keep next to a change: up to the farthest blank line, or all where none is."""
    blanks = [index for index, line in enumerate(lines) if not line.strip()]
    return blanks[-1] if blanks else min(len(lines), context)


def _redacted(lines: list[str]) -> str:
    return redact("\n".join(lines), is_source=True)[0]


def _has_right_size(before: str, after: str) -> bool:
    rules = _change_rules()
    fewest, most = rules.tokens
    n_tokens = (len(before.encode()) + len(after.encode())) / rules.bytes_per_token
    return bool(before.strip() and after.strip()) and fewest <= n_tokens <= most


_MOST_LEVELS = 12


@dataclass(frozen=True)
class _SubjectRules:
    """The table `[subject]` of `git_changes.toml`, its patterns compiled."""

    more_characters_than: int
    more_words_than: int
    most_characters: int
    refused: re.Pattern[str]
    prefix: re.Pattern[str]
    suffix: re.Pattern[str]
    verbs: frozenset[str]


@cache
def _subject_rules() -> _SubjectRules:
    table = load_toml("sweep/git_changes.toml")["subject"]
    return _SubjectRules(
        more_characters_than=table["more_characters_than"],
        more_words_than=table["more_words_than"],
        most_characters=table["most_characters"],
        refused=re.compile("|".join(table["refused"]), re.IGNORECASE),
        prefix=re.compile(table["prefix"], re.IGNORECASE),
        suffix=re.compile(table["suffix"], re.IGNORECASE),
        verbs=frozenset(table["verbs"]),
    )


@dataclass(frozen=True)
class _ChangeRules:
    """The table `[change]` of `git_changes.toml`; what the numbers mean stands there."""

    tokens: tuple[int, int]
    bytes_per_token: float
    context_lines: int
    most_files: int


@cache
def _change_rules() -> _ChangeRules:
    return _ChangeRules(**load_toml("sweep/git_changes.toml")["change"])
