"""What every kind of diagram hands to the composer: the text, and what a request for it has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BRIEF = "brief"
"""Style of a drawing for a request that names a subject and nothing else, as most people ask: the plain one of its kind."""


@dataclass(frozen=True)
class Feature:
    """Something that the picture honours; `key` finds its wordings in `prompts.toml`, `values` fill them.

    A feature that is not `required` may go unsaid, since nobody would miss it.
    """

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    required: bool = True


@dataclass(frozen=True)
class Drawing:
    """One diagram: Mermaid `text`, its `style`, and the `slots` and `features` that a prompt is written from.

    `request` names the frames in `prompts.toml` that suit it.
    """

    request: str
    style: str
    title: str
    text: str
    slots: Mapping[str, str]
    features: tuple[Feature, ...]
