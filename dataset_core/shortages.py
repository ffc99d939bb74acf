"""Why an export has fewer rows than it aims at, in words, and what a person can do about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataset_core.mix import FILLERS, FamilyCount
from dataset_core.settings import Settings

_COMMON_DROPS = 3


def shortages_of(
    settings: Settings,
    n_rows: int,
    families: Sequence[FamilyCount],
    *,
    n_source_files: int,
    dropped: Mapping[str, int],
    skipped: Mapping[str, int],
) -> tuple[str, ...]:
    """Reasons and remedies, the most telling first; none where the target is reached with the project's own rows."""
    taken = {family.family: family.taken for family in families}
    n_own = n_rows - sum(taken.get(family, 0) for family in FILLERS)
    said: list[str] = []
    if n_rows < settings.minimum:
        said.append(
            f"{n_rows:,} rows are fewer than the minimum of {settings.minimum:,}: a model trained on them would mostly forget. "
            "Add files of your own as examples, take a larger folder as the project, or lower the setting `minimum`."
        )
    if n_rows < settings.target:
        said.append(f"{n_rows:,} rows instead of the {settings.target:,} aimed at.")
    if n_own < settings.target // 2:
        said.append(_about_own_rows(n_own, n_rows, n_source_files, skipped))
    if n_rows < settings.target and dropped:
        common = sorted(dropped.items(), key=lambda row: (-row[1], row[0]))[:_COMMON_DROPS]
        said.append("Examples were dropped: " + "; ".join(f"{count:,} × {reason}" for reason, count in common) + ".")
    if n_rows < settings.target and not taken.get("history", 0) and settings.max_commits:
        said.append("The git history gave no rows: it has no small commits with a clear subject, or the folder is no repository.")
    return tuple(said)


def _about_own_rows(n_own: int, n_rows: int, n_source_files: int, skipped: Mapping[str, int]) -> str:
    text = (
        f"{n_own:,} of {n_rows:,} rows come from the project itself: its {n_source_files:,} source files and its history give no more that "
        "would teach something new. The rest is filled from the artifact library and the composer. Meeting notes, more commits "
        "(the setting `max_commits`), a library of your own (`library_folder`) or a larger folder give more."
    )
    left_out = sum(skipped.values())
    return text + (f" {left_out:,} files were left out: the report lists the reasons." if left_out > n_source_files else "")
