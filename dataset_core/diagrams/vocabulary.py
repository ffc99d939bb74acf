"""`vocabulary.toml` as sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dataset_core.toml_file import load_toml


@dataclass(frozen=True)
class Vocabulary:
    """What names mean to the diagrams; the file explains each list."""

    wrappers: frozenset[str]
    optional_wrappers: frozenset[str]
    collections: frozenset[str]
    maps: frozenset[str]
    noise_types: frozenset[str]
    noise_calls: frozenset[str]
    noise_receivers: frozenset[str]
    primary_key_marks: tuple[str, ...]
    unique_marks: tuple[str, ...]
    many_marks: tuple[str, ...]
    ignored_marks: tuple[str, ...]
    carriers: tuple[str, ...]
    http: Mapping[str, str]
    layers: tuple[tuple[str, frozenset[str]], ...]


@cache
def vocabulary() -> Vocabulary:
    """Load the file once."""
    row = load_toml(Path(__file__).with_name("vocabulary.toml"))
    return Vocabulary(
        wrappers=frozenset(row["wrappers"]),
        optional_wrappers=frozenset(row["optional_wrappers"]),
        collections=frozenset(row["collections"]),
        maps=frozenset(row["maps"]),
        noise_types=frozenset(row["noise_types"]),
        noise_calls=frozenset(row["noise_calls"]),
        noise_receivers=frozenset(row["noise_receivers"]),
        primary_key_marks=tuple(row["primary_key_marks"]),
        unique_marks=tuple(row["unique_marks"]),
        many_marks=tuple(row["many_marks"]),
        ignored_marks=tuple(row["ignored_marks"]),
        carriers=tuple(row["carriers"]),
        http=row["http"],
        layers=tuple((layer["title"], frozenset(layer["roles"])) for layer in row["layer"]),
    )
