"""What the arms are trained on and judged with: rows of each arm, and rows of a project's held-out files (IO: exports what is missing)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import click
import numpy as np
import rich

from dataset_core.project import EXPORT_FOLDER_NAME
from dataset_core.settings import load_settings
from dataset_core.split import TRAIN, side_of
from dataset_core.store import FOLDER_NAME, Store
from server.evaluation.held_out import HeldOutRow, held_out_rows
from server.evaluation.losses import unrelated_chunks
from server.exports import newest_export, the_newest_export
from server.training.batches import SHIPPED_EVERY, in_order, short_rows
from server.training.errors import TrainingError
from server.training.rows import Row, read_rows
from server.training.runs import validation_file_of
from server.training.tokens import Tokenizing, TokenRow

CLI = (sys.executable, "-m", "server.cli")
CHUNK_TOKENS = 512
_SHIPPED_EVERY = {"D2": 2}
_AS_A_BOX = {"D", "F"}
_ALL = 1_000_000
_N_UNRELATED = 12


@dataclass(frozen=True)
class Judged:
    """A held-out row as ids, and which of its answer's tokens stand inside the fence: that part no format can teach."""

    row: HeldOutRow
    tokens: TokenRow
    inside: slice


@dataclass(frozen=True)
class Material:
    """Of one project: where its generic code is from, what the arms are trained on, and the rows that all arms are judged on.

    Attributes:
        rows: Of the arms B and D.
        texts: The files that arm C is made of.
        own: Of the project's own held-out files: what the arms are compared by.
        shipped: Held-out rows of the library and the composer, which only the data set holds: they flatter it.
        unrelated: Plain code that none of the arms was shown.
    """

    name: str
    generic_name: str
    rows: dict[str, list[Row]]
    texts: list[str]
    own: list[Judged]
    shipped: list[Judged]
    unrelated: list[TokenRow]


def material_of(project: Path, generic: Path, tokenizing: Tokenizing, *, max_tokens: int, n_own: int, n_shipped: int) -> Material:
    """Read, and where there is no export yet, build and export.

    Args:
        project: That is to be learnt.
        generic: Other people's code, of the same languages.
        tokenizing: Of the base.
        max_tokens: Longer rows are left out.
        n_own: Held-out rows of the project's own files that are judged.
        n_shipped: Held-out rows of library and composer that are judged.
    """
    export = _export(project)
    rows = {"B": [row for row in read_rows(_export(generic)) if not row.is_shipped], "D": read_rows(export)}
    held_out = held_out_rows(validation_file_of(export), _ALL, 0)
    own = _drawn([row for row in held_out if not row.row.is_shipped and not row.is_new], n_own, tokenizing, max_tokens)
    shipped = _drawn([row for row in held_out if row.row.is_shipped], n_shipped, tokenizing, max_tokens)
    unrelated = unrelated_chunks(tokenizing, _N_UNRELATED)
    return Material(project.resolve().name, generic.resolve().name, rows, _texts(project), own, shipped, unrelated)


def rows_of_arm(material: Material, arm: str, tokenizing: Tokenizing, *, n_tokens: int, max_tokens: int, seed: int) -> list[TokenRow]:
    """What an arm trains on: rows in an order of the seed, as many as have the tokens; from the beginning again where there are too few.

    Args:
        material: Of the project.
        arm: B to F, D0 or D2.
        tokenizing: Of the base.
        n_tokens: Prompts included.
        max_tokens: Longer rows are passed over.
        seed: Of the order.
    """
    drawn: list[TokenRow] = []
    if arm in _AS_A_BOX:
        source = _as_a_box_draws(material.rows["D"], tokenizing, n_tokens, max_tokens, seed)
    else:
        source = _in_order(material, arm, tokenizing, max_tokens, seed)
    for row in source:
        drawn.append(row)
        if sum(len(row.ids) for row in drawn) >= n_tokens:
            break
    return drawn if arm in {"C", "F"} else list(tokenizing.with_prompts_learnt(drawn))


def _as_a_box_draws(rows: Sequence[Row], tokenizing: Tokenizing, n_tokens: int, max_tokens: int, seed: int) -> Iterator[TokenRow]:
    chosen = short_rows(tokenizing.token_rows(rows, max_tokens).rows, n_tokens, SHIPPED_EVERY)
    return in_order(chosen, seed, shipped_every=SHIPPED_EVERY)


def _in_order(material: Material, arm: str, tokenizing: Tokenizing, max_tokens: int, seed: int) -> Iterator[TokenRow]:
    if arm == "C":
        yield from in_order(_chunks(material.texts, tokenizing), seed)
        return
    rows = material.rows["B" if arm == "B" else "D"]
    if arm == "E":
        rows = [row for row in rows if not row.is_shipped]
    for row in in_order(rows, seed, shipped_every=_SHIPPED_EVERY.get(arm, 0)):
        yield from _fitting(row, tokenizing, max_tokens)


def generic_python(folder: Path) -> Path:
    """A project of other people's code: packages that are installed with this one."""
    if not folder.exists():
        for package in (click, rich):
            source = Path(str(package.__file__)).parent
            shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def _drawn(rows: Sequence[HeldOutRow], count: int, tokenizing: Tokenizing, max_tokens: int) -> list[Judged]:
    """As many rows that fit, the same ones each time."""
    order = np.random.default_rng(0).permutation(len(rows))
    return list(islice((judged for index in order for judged in _judged(rows[index], tokenizing, max_tokens)), count))


def _judged(row: HeldOutRow, tokenizing: Tokenizing, max_tokens: int) -> Iterator[Judged]:
    text = row.row.answer
    is_fenced = text.endswith(f"{row.answer.text}\n```")
    opening, closing = tokenizing.plain_ids([text[: text.index("\n")], "\n```"]) if is_fenced else ([], [])
    for tokens in _fitting(row.row, tokenizing, max_tokens):
        yield Judged(row, tokens, slice(len(opening), tokens.n_answer - 1 - len(closing)))


def _fitting(row: Row, tokenizing: Tokenizing, max_tokens: int) -> tuple[TokenRow, ...]:
    """The row as ids; nothing where it is too long."""
    try:
        return tokenizing.token_rows([row], max_tokens).rows
    except TrainingError:
        return ()


def _texts(project: Path) -> list[str]:
    """The files that the data set trains on."""
    fraction = load_settings(project).validation_fraction
    with Store(project / FOLDER_NAME, read_only=True) as store:
        paths = sorted(path for path, _, _, _, _ in store.files_overview() if side_of(path, fraction) == TRAIN)
    return [(project / path).read_text("utf-8", errors="replace") for path in paths]


def _chunks(texts: Sequence[str], tokenizing: Tokenizing) -> list[TokenRow]:
    """Files as they are, cut into pieces within a file."""
    ids = tokenizing.plain_ids(texts)
    pieces = [row[start : start + CHUNK_TOKENS] for row in ids for start in range(0, len(row), CHUNK_TOKENS)]
    return [TokenRow(np.array(piece, dtype=np.int64), 1) for piece in pieces if len(piece) > 1]


def _export(project: Path) -> Path:
    folder = project / EXPORT_FOLDER_NAME
    if newest_export(folder) is None:
        subprocess.run((*CLI, "export", "--project", str(project), "--json"), check=True, stdout=subprocess.DEVNULL)
    return the_newest_export(folder)
