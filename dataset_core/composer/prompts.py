"""Writes the request that a drawing answers, from the frames and wordings of `prompts.toml`."""

from __future__ import annotations

from random import Random

from . import words
from .drawing import Drawing, Feature
from .model import Domain
from .toml_data import data

_SHARE_OF_UNREQUIRED = 0.35


def write_prompt(domain: Domain, drawing: Drawing, rng: Random) -> str:
    """A prompt that says what the drawing shows and every feature that somebody would miss."""
    told = [one for one in drawing.features if one.required or rng.random() < _SHARE_OF_UNREQUIRED]
    told = told or list(drawing.features[:1])
    commands = words.clauses([_wording(one, "do", rng) for one in told])
    slots = {
        "domain": domain.name,
        "a_domain": words.article(domain.name),
        "product": words.lower_first(domain.product),
        "context": rng.choice(domain.contexts),
        "do": commands,
        "Do": words.sentence(commands),
        "notes": ", ".join(_wording(one, "note", rng) for one in told),
        **drawing.slots,
    }
    return str(rng.choice(data("prompts")["frames"][drawing.request])).format_map(slots)


def _wording(feature: Feature, form: str, rng: Random) -> str:
    return str(rng.choice(data("prompts")["features"][feature.key][form])).format_map(dict(feature.values))
