"""What a person may set in the editor, by scope, checked field by field: a bad value is told of, and its default is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

_Settings = TypeVar("_Settings", bound=msgspec.Struct)

_FEWEST_TOKENS = 128


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

    target: Annotated[int, Meta(ge=1, le=6_000)] | None = None
    format: Literal["trl", "messages", "alpaca", "sharegpt", "axolotl", "text"] | None = None
    max_tokens: Annotated[int, Meta(ge=0, le=32_768)] | None = None
    validation_fraction: Annotated[float, Meta(ge=0, le=0.5)] | None = None
    fill_in_middle: bool | None = None
    max_commits: Annotated[int, Meta(ge=0)] | None = None
    library_folder: str | None = None

    def overrides(self, *, is_trusted: bool) -> dict[str, Any]:
        """What is set, by its name in `mothertongue.toml`. In a workspace that is not trusted, no path of it is followed."""
        chosen = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}
        return chosen if is_trusted else {**chosen, "library_folder": ""}


class ModelSettings(msgspec.Struct, frozen=True, rename="camel"):
    """Of a folder, or else of the machine; no matter of the data set. Not heeded in a workspace that is not trusted.

    Attributes:
        model: `embedded`, or the path of a GGUF file: a model, or an adapter. Empty, the default: the adapter that was trained last.
    """

    model: str = ""


class WindowSettings(msgspec.Struct, frozen=True, rename="camel"):
    """Of a window.

    Attributes:
        keepUpToDate: Whether changed files are taken in by themselves, once the data set was built. Default: true.
        promptLines: Whether lines such as `// mothertongue: ...` are answered by themselves, after a pause. Default: true.
    """

    keep_up_to_date: bool = True
    prompt_lines: bool = True


class MachineSettings(msgspec.Struct, frozen=True, rename="camel"):
    """Of the machine; a workspace cannot choose them.

    Attributes:
        workers: Processes that a build uses, 1 to 64, or 0 for as many as pay. Default: 0.
    """

    workers: Annotated[int, Meta(ge=0, le=64)] = 0


SCOPES: Mapping[str, type[msgspec.Struct]] = {
    "resource": ResourceSettings,
    "machine-overridable": ModelSettings,
    "window": WindowSettings,
    "machine": MachineSettings,
}


def read_settings(given: object, settings: type[_Settings]) -> tuple[_Settings, tuple[str, ...]]:
    """Read the settings of a scope; keys of other scopes are left alone.

    Returns:
        The settings, and a sentence for each value that cannot be used.
    """
    values = given if isinstance(given, Mapping) else {}
    chosen: dict[str, Any] = {}
    problems: list[str] = []
    for field in msgspec.structs.fields(settings):
        value = values.get(field.encode_name)
        if value is None:
            continue
        try:
            chosen[field.name] = _checked(field.name, msgspec.convert(value, field.type))
        except msgspec.ValidationError as error:
            problems.append(
                f"Setting mothertongue.{field.encode_name} is {value!r} and cannot be used: {_in_words(error)}. "
                f"{_instead(field.default)} until it is mended."
            )
    return settings(**chosen), tuple(problems)


def _checked(name: str, value: object) -> object:
    """The value, if it lies in what the types alone cannot say."""
    if name == "max_tokens" and isinstance(value, int) and 0 < value < _FEWEST_TOKENS:
        raise msgspec.ValidationError(f"Expected 0 or `int` >= {_FEWEST_TOKENS}")
    return value


def _in_words(error: msgspec.ValidationError) -> str:
    text = str(error).partition(" - at")[0]
    return text[0].lower() + text[1:]


def _instead(default: object) -> str:
    return "mothertongue.toml or the default counts" if default is None else f"The default, {str(default).lower()}, counts"
