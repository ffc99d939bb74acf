"""The data-set card: an export in words, in the Markdown with YAML front matter that Hugging Face shows. Pure.

The keys of the front matter: <https://huggingface.co/docs/hub/datasets-cards>.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dataset_core.language import languages
from dataset_core.manifest import Manifest, data_files
from dataset_core.mix import artifact_types
from dataset_core.split import NEWEST_COMMITS, TRAIN, VALIDATION
from dataset_core.toml_file import load_toml

# What Hugging Face calls sizes: below the number, the name.
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))
_TRL_MAX_TOKENS = 1_024
_MOST_REASONS = 12


def card(manifest: Manifest) -> str:
    """Word the card of an export."""
    sections = (
        _front_matter(manifest),
        _title(manifest),
        _section("How it was made", _how_made(manifest)),
        _section("Mix", _mix(manifest)),
        _section("Splits", _splits(manifest)),
        _section("How to train with it", _training(manifest)),
        _section("Limits", _limits(manifest)),
        _section("Licence", _licence(manifest)),
        _section("Personal data and secrets", _personal_data()),
    )
    return "\n\n".join(sections) + "\n"


def _front_matter(manifest: Manifest) -> str:
    size = next((name for limit, name in _SIZES if manifest.n_rows < limit), "100K<n<1M")
    known = manifest.licence not in {"", "unlicensed"}
    lines = [
        "---",
        f"pretty_name: {json.dumps(f'{manifest.project}: {_type_title(manifest)}')}",
        "language: [en]",
        f"license: {manifest.licence.lower() if known else 'other'}",
        *([] if known else ["license_name: unlicensed"]),
        "task_categories: [text-generation]",
        f"size_categories: [{json.dumps(size)}]",
        f"tags: [{', '.join(['code', 'mermaid', *_fences(manifest)])}]",
        "configs:",
        "  - config_name: default",
        "    data_files:",
        *(f"      - {{split: {split}, path: {json.dumps(file)}}}" for split, _, file in _sets(manifest)),
        "---",
    ]
    return "\n".join(lines)


def _title(manifest: Manifest) -> str:
    return (
        f"# {manifest.project}: {_type_title(manifest)}\n\n"
        f"{manifest.n_rows:,} examples that teach a language model how the project `{manifest.project}` writes code and draws diagrams. "
        f"Each is a prompt and the answer to it, made of {manifest.n_source_files:,} source files of the project, its history and "
        f"notes, and a library of professional diagrams. The emphasis lies on the artifact type *{_type_title(manifest)}*."
    )


def _how_made(manifest: Manifest) -> str:
    commit = f" at commit `{manifest.head}`" if manifest.head else ""
    return (
        f"Mothertongue {manifest.product_version} (pipeline `{manifest.pipeline_version}`) read the project{commit}, parsed every file "
        "with its language's grammar, and cut tasks from the syntax trees: a body for its signature, a component for its purpose, a "
        "file like its sibling, a diagram of code. No model wrote any of it, apart from generations that a person accepted or corrected "
        "in the editor, and nothing was sent anywhere.\n\n"
        "An example was dropped when it was unfinished, trivial, too long, given away by its own prompt, a near-duplicate of another, or "
        "close to a prompt that the trained model is evaluated on. Secrets and personal data were replaced first.\n\n"
        + _counts("Why examples were dropped", manifest.dropped)
    )


def _mix(manifest: Manifest) -> str:
    rows = [(row.family, f"{row.quota:,}", f"{row.available:,}", f"{row.taken:,}") for row in manifest.families]
    parts = [
        _table(("family", "share of the target", "available", "taken"), rows),
        _counts("Languages of the answers", {_language_title(name): n for name, n in manifest.languages.items()}),
        _counts("Domains of library and composed artifacts", manifest.domains),
        _counts("Roles of the source files", manifest.roles),
    ]
    return "\n\n".join(part for part in parts if part)


def _splits(manifest: Manifest) -> str:
    rows = [(split, f"{n_rows:,}", f"`{file}`") for split, n_rows, file in _sets(manifest)]
    newest = " The newest commits are held out beside them: no training row shows a line that one of them wrote."
    return (
        f"{_table(('split', 'rows', 'file'), rows)}\n\n"
        "Whole files are held out: no file that a validation row shows or quotes is shown or quoted in a training row. Which files "
        f"these are follows from their paths, so that it stays when the project grows.{newest if manifest.n_newest_commits else ''}"
    )


def _sets(manifest: Manifest) -> Iterator[tuple[str, int, str]]:
    """Name, number of rows and file of each set; of held-out ones only those that hold any."""
    counts = {TRAIN: manifest.n_train, VALIDATION: manifest.n_validation, NEWEST_COMMITS: manifest.n_newest_commits}
    return ((split, counts[split], file) for split, file in data_files(manifest.name).items() if split == TRAIN or counts[split])


def _training(manifest: Manifest) -> str:
    max_tokens = manifest.settings.get("max_tokens", _TRL_MAX_TOKENS)
    intro = (
        f"The rows are in the format `{manifest.format}`. An answer in code or Mermaid is one Markdown fence that names its language; an "
        f"answer in Markdown stands as it is. Rows have at most {max_tokens:,} tokens (counted with: {manifest.counted_with})."
    )
    snippet = str(load_toml("card.toml")["training"][manifest.format]).strip()
    snippet = snippet.replace("{name}", manifest.name).replace("{max_tokens}", str(max_tokens))
    if manifest.n_validation == 0:
        snippet = "\n".join(line for line in snippet.splitlines() if "validation" not in line)
    if max_tokens > _TRL_MAX_TOKENS:
        intro += (
            f" **Set the trainer's maximum length to {max_tokens:,}:** many trainers, TRL among them, stop at {_TRL_MAX_TOKENS:,} and cut "
            "the end of a longer row, and with it the mark that teaches the model to stop."
        )
    advice = (
        "Two to three epochs with LoRA (rank 16, alpha 32, all linear layers) at an effective batch of 8 are a good start; keep the "
        "checkpoint with the lowest loss on the validation rows."
    )
    return f"{intro}\n\n{snippet}\n\n{advice}"


def _limits(manifest: Manifest) -> str:
    lines = [
        "The examples show one project's habits, good and bad. A model trained on them repeats both.",
        "Descriptions in prompts come from comments and names. Where a project documents little, prompts say little.",
        "Answers parse, but nothing here was compiled or run.",
        *manifest.shortages,
    ]
    skipped = _counts("Why files were left out", manifest.skipped)
    return "\n".join(f"- {' '.join(line.split())}" for line in lines) + (f"\n\n{skipped}" if skipped else "")


def _licence(manifest: Manifest) -> str:
    if manifest.licence in {"", "unlicensed"}:
        return (
            "The project states no licence, so its code may not be passed on without its owner's leave, and neither may this data set. "
            "Library rows are under Apache-2.0. The licence of each row stands in the sidecar."
        )
    return (
        f"The project's own code is under {manifest.licence}, library rows under Apache-2.0. The licence of each row, with path, lines "
        f"and commit of its source, stands in `{manifest.name}.metadata.jsonl`."
    )


def _personal_data() -> str:
    return (
        "Names, e-mail addresses, keys, passwords and IP addresses that were recognised in code, history and notes stand in the rows as "
        "`<NAME>`, `<EMAIL>`, `<KEY>`, `<PASSWORD>` and `<IP>`. Recognition has limits: look through the report before passing the "
        "data set on. Commit authors are not part of any row."
    )


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body.strip()}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _counts(title: str, counts: Mapping[str, int]) -> str:
    """A table of counts, most first, the rest summed up."""
    if not counts:
        return ""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [(name, f"{n:,}") for name, n in ranked[:_MOST_REASONS]]
    if len(ranked) > _MOST_REASONS:
        rows.append((f"{len(ranked) - _MOST_REASONS} others", f"{sum(n for _, n in ranked[_MOST_REASONS:]):,}"))
    return _table((title, "number"), rows)


def _type_title(manifest: Manifest) -> str:
    return artifact_types().get(manifest.artifact_type, manifest.artifact_type)


def _language_title(name: str) -> str:
    return languages()[name].title if name in languages() else name.title()


def _fences(manifest: Manifest) -> list[str]:
    return [name for name in manifest.languages if name != "mermaid"]
