"""What a person may set in the editor, by scope, checked field by field: a bad value is told of once and its default is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec


class ResourceSettings(msgspec.Struct, frozen=True, rename="camel"):
    """Of a folder; None leaves the choice to its `mothertongue.toml`, whose fields have the same names in snake_case.

    Attributes:
        target: Rows that an export aims at, 1 to 6,000.
        format: Of the exported rows.
        maxTokens: Of a row, 128 to 32,768, or 0 for what the artifact type needs.
        validationFraction: Of the files, held out: 0 to 0.5.
        fillInMiddle: Whether to add the fill-in-the-middle stream.
        maxCommits: Newest commits that are learnt from; 0 for none.
        libraryFolder: A folder with artifacts of your own, relative to the project. Not heeded in a workspace that is not trusted.
    """

    target: int | None = None
    format: Literal["trl", "messages", "alpaca", "sharegpt", "axolotl", "text"] | None = None
    max_tokens: int | None = None
    validation_fraction: float | None = None
    fill_in_middle: bool | None = None
    max_commits: int | None = None
    library_folder: str | None = None


class WindowSettings(msgspec.Struct, frozen=True, rename="camel"):
    """Of a window.

    Attributes:
        keepUpToDate: Whether changed files are taken in by themselves, once the data set was built. Default: true.
    """

    keep_up_to_date: bool = True


class MachineSettings(msgspec.Struct, frozen=True, rename="camel"):
    """Of the machine; a workspace cannot choose them.

    Attributes:
        workers: Processes that a build uses, 1 to 64, or 0 for as many as pay. Default: 0.
    """

    workers: int = 0


SCOPES: Mapping[str, type[msgspec.Struct]] = {"resource": ResourceSettings, "window": WindowSettings, "machine": MachineSettings}
