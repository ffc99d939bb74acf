"""Small, clean commits as examples: the subject and the code before, answered by the code after.

The rules about messages and sizes are those of CommitPackFT (arXiv 2308.07124), here as data in `git_changes.toml`.
Where that set takes whole files, this takes each changed place with its surroundings, up to blank lines. Of a commit that changes several
places, each is an example in which the prompt shows what became of the others: the subject speaks of all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING

from dataset_core.commit import Commit, FileChange
from dataset_core.example import Example, Provenance
from dataset_core.parse import parse, parses
from dataset_core.prompt_format import code_block, render
from dataset_core.quality.redaction import redact
from dataset_core.roles import is_test_path
from dataset_core.source_file import SourceFile, content_hash
from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tree_sitter import Tree


_LEAST_COUNTS = 4  # fewer have no quartiles worth the name
_BODY_END = re.compile(r"^[A-Z][A-Za-z-]+-[Bb]y: |^(?:Change-Id|Refs?|Fixes|Closes|See|PR)\b[: ]|^\*|https?://|^\s*$")
_COMMENT_LINE = re.compile(r"\s*(?://|#(?![\[!])|/?\*|--|<!--|$)")
_IMPORT_LINE = re.compile(r"\s*(?:global\s+)?(?:using|import|from|use|include|require|package|namespace|@import|@use|@forward|#include)\b")
_BODY_LINES = 8  # a longer paragraph tells a story


@dataclass(frozen=True)
class _Region:
    """Corresponding lines of two texts; `end` is exclusive, counting is from 0."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True)
class _Place:
    """A changed place of a file: its region in both texts, what is shown of it, and how many lines differ."""

    change: FileChange
    language: str
    region: _Region
    before: str
    after: str
    n_changed: int

    @property
    def is_test(self) -> bool:
        return is_test_path(self.change.path)


def changes_to_examples(
    commit: Commit, language_of: Callable[[str], str | None], licence: str, *, max_files: int | None = None
) -> tuple[Example, ...]:
    """Make an example of each place that a commit changes, if the commit is small and says what it does.

    Args:
        commit: As `git_history` read it.
        language_of: The name of the language of a path; None where it is unknown.
        licence: SPDX identifier of the project.
        max_files: A commit that touches more files gives nothing; see `max_files_per_commit`.
    """
    subject = _clean_subject(commit.subject)
    if commit.is_merge or commit.author_is_bot or subject is None or (max_files and commit.n_files > max_files):
        return ()
    rules = _change_rules()
    known = [(change, language) for change in commit.changes if (language := language_of(change.path))]
    if len(known) > rules.most_files:
        return ()
    places = [place for change, language in known for place in _places(change, language)]
    if len(places) > rules.most_places:
        return ()
    examples = (_example(commit, subject, place, [other for other in places if other is not place], licence) for place in places)
    return tuple(example for example in examples if example)


def max_files_per_commit(counts: Iterable[int]) -> int:
    """Give the number of files above which a commit is an outlier: Q3 + 1.5 times the interquartile range.

    Args:
        counts: Files touched, by each commit of the history.
    """
    ordered = sorted(counts)
    if len(ordered) < _LEAST_COUNTS:
        return max(ordered, default=1)
    from statistics import quantiles  # with its numbers of any precision it takes longer to load than the history of a file to read

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
    if words[0].lower() not in rules.verbs or words[-1].lower() in rules.unfinished:
        return None
    return redact(text[0].upper() + text[1:], is_source=False)[0]


def _clean_body(body: str) -> str:
    """Give the first paragraph of the rest of the message if it is short prose, not trailers or a list."""
    paragraph = list(takewhile(lambda line: not _BODY_END.search(line), body.strip().split("\n")))
    is_whole = len(paragraph) <= _BODY_LINES and not "".join(paragraph[-1:]).rstrip().endswith(":")
    return redact("\n".join(map(str.rstrip, paragraph)), is_source=False)[0] if is_whole else ""


def _example(commit: Commit, subject: str, place: _Place, others: list[_Place], licence: str) -> Example | None:
    elsewhere = "\n\n".join(code_block(other.language, other.after, other.change.path) for other in others)
    is_shown = len(elsewhere.encode()) <= _change_rules().elsewhere_bytes
    # What a subject says is seldom the test; a place beside which others cannot be shown has to be most of the change.
    if subject.lower().startswith("test ") and not place.is_test:
        return None
    if place.is_test and not _asks_for_tests(subject) and (not is_shown or all(other.is_test for other in others)):
        return None
    if not is_shown and place.n_changed < _change_rules().main_share * sum(one.n_changed for one in (place, *others)):
        return None
    if (
        not parses(place.after, place.language)
        or not _has_right_size(place.before, place.after)
        or place.before.split() == place.after.split()
    ):
        return None
    prompt = render(
        "git_change",
        path=place.change.path,
        subject=subject,
        body=_clean_body(commit.body),
        elsewhere=elsewhere if is_shown else "",
        before=code_block(place.language, place.before),
    )
    new_lines = place.change.new_text.split("\n")
    with_blank_lines = _redacted(new_lines[place.region.new_start : place.region.new_end])
    provenance = Provenance(
        path=place.change.path,
        rule="sweep.git_changes",
        content_hash=content_hash(place.change.new_text.encode()),
        start_line=place.region.new_start + 1 + len(with_blank_lines) - len(with_blank_lines.lstrip("\n")),
        end_line=place.region.new_end - len(with_blank_lines) + len(with_blank_lines.rstrip("\n")),
        context_paths=tuple(dict.fromkeys(other.change.path for other in others if is_shown and other.change.path != place.change.path)),
        commit=commit.hash,
        licence=licence,
    )
    return Example("git_change", prompt, place.after, place.language, provenance)


def _asks_for_tests(subject: str) -> bool:
    return re.search(r"(?i)\btest", subject) is not None


def _places(change: FileChange, language: str) -> Iterator[_Place]:
    """The places of a file that a commit changes, but for those where nothing but comments or imports did."""
    old_lines, new_lines = change.old_text.split("\n"), change.new_text.split("\n")
    changed = _changed_regions(old_lines, new_lines)
    is_small = len(changed) <= 2 * _change_rules().most_places  # no example is made of more
    for part, region in _regions(change, language, changed) if is_small else ((part, part) for part in changed):
        differing = [*old_lines[part.old_start : part.old_end], *new_lines[part.new_start : part.new_end]]
        if all(_COMMENT_LINE.match(line) for line in differing) or all(_IMPORT_LINE.match(line) or not line.strip() for line in differing):
            continue
        before = _redacted(old_lines[region.old_start : region.old_end]).strip("\n")
        after = _redacted(new_lines[region.new_start : region.new_end]).strip("\n")
        yield _Place(change, language, region, before, after, len(differing))


def _regions(change: FileChange, language: str, changed: list[_Region]) -> list[tuple[_Region, _Region]]:
    """Each change with the region that is shown of it; changes that one region would cover are one."""
    found: list[tuple[_Region, _Region]] = []
    for part in changed:
        shown = _shown_region(change, language, part)
        while found and found[-1][1].new_end > shown.new_start:
            part = _joined(found.pop()[0], part)  # noqa: PLW2901 (grows over its neighbours)
            shown = _shown_region(change, language, part)
        found.append((part, shown))
    return found


def _shown_region(change: FileChange, language: str, changed: _Region) -> _Region:
    """A change with as much around it as fits an example: of the regions whose new text parses, the largest of the right size."""
    old_lines, new_lines = change.old_text.split("\n"), change.new_text.split("\n")
    most = _change_rules().context_lines
    for context in (most, most // 3, 0):
        region = _parsing_region(change.new_text, new_lines, _with_surroundings(changed, old_lines, context), language)
        before, after = (
            ("\n".join(lines) for lines in (old_lines[region.old_start : region.old_end], new_lines[region.new_start : region.new_end]))
            if region
            else ("", "")
        )
        if region is not None and _has_right_size(before, after):
            return region
    return changed


def _changed_regions(old: list[str], new: list[str]) -> list[_Region]:
    """The lines that changed, those that are near each other together."""
    context = _change_rules().context_lines
    same_start = _n_same(old, new)
    same_end = _n_same(old[same_start:][::-1], new[same_start:][::-1])
    old_middle, new_middle = old[same_start : len(old) - same_end], new[same_start : len(new) - same_end]
    regions: list[_Region] = []
    from difflib import SequenceMatcher

    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old_middle, new_middle, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        region = _Region(same_start + old_start, same_start + old_end, same_start + new_start, same_start + new_end)
        if regions and region.old_start - regions[-1].old_end <= 2 * context:
            region = _joined(regions.pop(), region)
        regions.append(region)
    return regions


def _joined(first: _Region, second: _Region) -> _Region:
    return _Region(first.old_start, second.old_end, first.new_start, second.new_end)


def _with_surroundings(region: _Region, old: list[str], context: int) -> _Region:
    """The same region with the lines around it, which are equal in both texts, up to blank ones."""
    before = _surroundings(old[max(0, region.old_start - context) : region.old_start][::-1], context)
    after = _surroundings(old[region.old_end :][:context], context)
    return _Region(region.old_start - before, region.old_end + after, region.new_start - before, region.new_end + after)


def _parsing_region(new_text: str, new_lines: list[str], region: _Region, language: str) -> _Region | None:
    """Give the region itself if its new text parses, or else that of the fewest neighbouring pieces of syntax which do."""
    if parses("\n".join(new_lines[region.new_start : region.new_end]), language):
        return region
    tree = _tree(new_text, language)
    first, last = region.new_start, max(region.new_start, region.new_end - 1)
    node = tree.root_node.descendant_for_point_range((first, len(new_lines[first])), (last, len(new_lines[last].rstrip())))
    for _ in range(_MOST_LEVELS):
        if node is None:
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


@lru_cache(8)
def _tree(text: str, language: str) -> Tree:
    """The syntax tree of a file; each of its places asks for it several times."""
    return parse(SourceFile("", language, text, "")).tree


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
    unfinished: frozenset[str]


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
        unfinished=frozenset(table["unfinished"]),
    )


@dataclass(frozen=True)
class _ChangeRules:
    """The table `[change]` of `git_changes.toml`; what the numbers mean stands there."""

    tokens: tuple[int, int]
    bytes_per_token: float
    context_lines: int
    most_files: int
    most_places: int
    elsewhere_bytes: int
    main_share: float


@cache
def _change_rules() -> _ChangeRules:
    return _ChangeRules(**load_toml("sweep/git_changes.toml")["change"])
