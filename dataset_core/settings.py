"""Settings of a data set: what a person may choose, with the defaults, checked when they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from dataset_core.errors import WrongUsageError
from dataset_core.mix import artifact_types, max_tokens
from dataset_core.toml_file import read_toml

FILE_NAME = "mothertongue.toml"
FORMATS = ("trl", "messages", "alpaca", "sharegpt", "axolotl", "text")


_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text in quotes"}


class SettingsError(WrongUsageError):
    """A setting cannot be used; the message names it, its value and what is allowed."""


@dataclass(frozen=True)
class Settings:
    """All settings.

    Attributes:
        artifact_type: What the model shall be best at: a table of `mix.toml`.
        target: Rows that an export aims at.
        minimum: Fewer rows than this are no data set to train on.
        maximum: More are never exported.
        max_tokens: Of a row, prompt and answer together, in tokens of the base model; 0 for what the artifact type needs.
        validation_fraction: Of the files, held out.
        fill_in_middle: Whether to add the fill-in-the-middle stream.
        max_commits: Newest commits that are mined; 0 for none.
        format: Of the exported rows: one of `FORMATS`.
        library_folder: A folder with the person's own artifacts, relative to the project; empty for none.
        seed: Of everything that is drawn.
    """

    artifact_type: str = "code_prototype"
    target: int = 5_000
    minimum: int = 500
    maximum: int = 6_000
    max_tokens: int = 0
    validation_fraction: float = 0.05
    fill_in_middle: bool = False
    max_commits: int = 1_000
    format: str = "trl"
    library_folder: str = ""
    seed: int = 0

    @property
    def families_left_out(self) -> tuple[str, ...]:
        """Families that get no share of the mix."""
        return () if self.fill_in_middle else ("fill_in_middle",)

    @property
    def token_limit(self) -> int:
        """How many tokens a row may have."""
        return self.max_tokens or max_tokens(self.artifact_type)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            SettingsError: A value has the wrong type or lies outside its range.
        """
        for field in fields(self):
            value, default = getattr(self, field.name), field.default
            accepted = (int, float) if isinstance(default, float) else type(default)
            if not isinstance(value, accepted) or isinstance(value, bool) is not isinstance(default, bool):
                raise _error(field.name, value, _KINDS[type(default)])
        for name, is_meant, allowed in self._rules():
            if not is_meant:
                raise _error(name, getattr(self, name), allowed)

    def _rules(self) -> Iterator[tuple[str, bool, str]]:
        """Setting, whether its value can be meant, and what can be."""
        yield "artifact_type", self.artifact_type in artifact_types(), "one of " + ", ".join(artifact_types())
        yield "format", self.format in FORMATS, "one of " + ", ".join(FORMATS)
        yield "maximum", self.maximum >= 1, "1 or more"
        yield "minimum", self.minimum >= 0, "0 or more"
        yield "minimum", self.minimum <= self.maximum, f"at most the maximum of {self.maximum}"
        yield "target", 1 <= self.target <= self.maximum, f"between 1 and the maximum of {self.maximum}"
        yield "max_tokens", self.max_tokens == 0 or 128 <= self.max_tokens <= 32_768, "0 or between 128 and 32768"  # noqa: PLR2004 - said
        yield "validation_fraction", 0 <= self.validation_fraction <= 0.5, "between 0 and 0.5"  # noqa: PLR2004 - said in the message
        yield "max_commits", self.max_commits >= 0, "0 or more"


def load_settings(root: Path, **overrides: Any) -> Settings:
    """Settings of a project: defaults, then `mothertongue.toml` in the project, then overrides that are not None.

    Raises:
        SettingsError: The file is no TOML, or a key or a value of it cannot be used.
    """
    path = root / FILE_NAME
    try:
        written = read_toml(path) if path.is_file() else {}
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is no UTF-8 text; save it as UTF-8") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(f"{path} cannot be read as TOML: {reason}") from error
    known = {field.name for field in fields(Settings)}
    unknown = sorted(set(written) - known)
    if unknown:
        message = f"{path}: unknown setting {unknown[0]!r}; known are {', '.join(sorted(known))}"
        raise SettingsError(message)
    folder = written.get("library_folder")
    try:
        if isinstance(folder, str) and not (root / folder).is_dir():
            raise _error("library_folder", folder, f"a folder, relative to {root}")
        Settings(**written)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from error
    return Settings(**{**written, **{key: value for key, value in overrides.items() if value is not None}})


def _error(name: str, value: object, allowed: str) -> SettingsError:
    return SettingsError(f"setting {name!r} is {value!r}; it must be {allowed}")
