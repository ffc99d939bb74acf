"""`make bench-train`: tokens a second of whole steps, against TRL's SFTTrainer, on the same rows.

Each peer is a process of its own, so that the memory of one cannot end another; TRL trains unchanged in its. They take turns in short
rounds, and wait between their turns, so that a machine that is busy for a while slows all of them; a ratio is the median over the
rounds, and their spread is printed beside it. Where other programs compute too, the ratio of processor time is the steadier one: it
leaves out waiting for a core. After the last round each is judged on the same held-out rows by the same code.

Tokens are those of the rows, prompts included, padding never.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np

from dataset_core.tokens import embedded_model
from server.training.base_model import check_base
from server.training.rows import Row, read_rows
from server.training.tokens import Tokenizing, TokenRow
from tests.benchmarks.training_peers import SEED, VARIANTS, Task, Turn, run_peer


@dataclass
class Peer:
    """A process that trains, seen from outside."""

    name: str
    process: BaseProcess
    pipe: Connection
    log: Path
    turns: list[Turn] = field(default_factory=list)
    n_tokens: int = 0
    loss: float | None = None
    ended: str = ""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=Path, required=True, help="exported training rows; the held-out ones lie beside them")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--steps", type=int, default=2, help="of each peer in a round")
    options.add_argument("--rows-per-step", type=int, default=8)
    options.add_argument("--max-tokens", type=int, default=1024)
    options.add_argument("--held-out", type=int, default=24)
    options.add_argument("--threads", type=int, default=0)
    options.add_argument("--only", action="append", choices=tuple(VARIANTS), help="these peers beside Mothertongue; may be repeated")
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    task = _task(chosen)
    with tempfile.TemporaryDirectory() as scratch:
        peers = [_start(variant, task, Path(scratch)) for variant in ("mothertongue", *(chosen.only or list(VARIANTS)[1:]))]
        for number in range(chosen.rounds + 1):
            for peer in peers:
                _take_turn(peer, number)
        for peer in peers:
            _judge(peer)
    _print(peers, chosen.json)


def _task(chosen: argparse.Namespace) -> Task:
    """As many rows as all rounds need, in an order of the seed, none too long; and held-out rows."""
    model = embedded_model()
    if model is None:
        raise SystemExit("the embedded model is not installed: make set-up")
    base, n_steps = check_base(model), (chosen.rounds + 1) * chosen.steps
    with contextlib.redirect_stderr(io.StringIO()):  # llama.cpp warns of a vocabulary that it opens without its model
        tokenizing = Tokenizing(base)
    texts, rows = _fitting(read_rows(chosen.rows), tokenizing, n_steps * chosen.rows_per_step, chosen.max_tokens)
    held_out = tokenizing.token_rows(read_rows(chosen.rows.with_name(f"{chosen.rows.stem}.validation.jsonl")), chosen.max_tokens).rows
    return Task(base, texts, rows, held_out[: chosen.held_out], chosen.rows_per_step, chosen.max_tokens, chosen.steps, chosen.threads)


def _fitting(everything: Sequence[Row], tokenizing: Tokenizing, count: int, max_tokens: int) -> tuple[list[Row], list[TokenRow]]:
    texts = [everything[index] for index in np.random.default_rng(SEED).permutation(len(everything))[: 4 * count]]
    rows = [tokenizing.token_rows([text], 1_000_000).rows[0] for text in texts]
    fitting = [(text, row) for text, row in zip(texts, rows, strict=True) if len(row.ids) <= max_tokens][:count]
    return [text for text, _ in fitting], [row for _, row in fitting]


def _start(variant: str, task: Task, scratch: Path) -> Peer:
    """One after the other, so that loading needs the memory of one; returns when it is ready to compute."""
    ours, theirs = multiprocessing.Pipe()
    log = scratch / f"{variant}.log"
    process = multiprocessing.get_context("spawn").Process(target=run_peer, args=(variant, task, theirs, scratch / variant, log))
    process.start()
    theirs.close()
    peer = Peer(VARIANTS[variant].name, process, ours, log)
    ready = _receive(peer)
    peer.name = ready if isinstance(ready, str) else peer.name
    print(f"ready    {peer.name}", flush=True)
    return peer


def _take_turn(peer: Peer, number: int) -> None:
    """Round 0 warms up and does not count."""
    if peer.ended:
        return
    peer.pipe.send("compute")
    turn = _receive(peer)
    if not isinstance(turn, Turn):
        return
    peer.n_tokens += turn.n_tokens
    if number:
        peer.turns.append(turn)
    print(f"round {number}  {peer.name:<48} {turn.speed:7.1f} tokens/s, {turn.speed_of_processor:7.1f} a processor second", flush=True)


def _judge(peer: Peer) -> None:
    if peer.ended:
        return
    peer.pipe.send("end")
    loss = _receive(peer)
    peer.loss = loss if isinstance(loss, float) else None
    peer.process.join()


def _receive(peer: Peer) -> object:
    """What a peer sends, or None if its process has ended instead: then its last words are printed, and it takes no more turns."""
    try:
        return peer.pipe.recv()
    except EOFError:
        peer.process.join()
        words = peer.log.read_text("utf-8", "replace").strip().splitlines() or ["it said nothing: killed, most often for want of memory"]
        peer.ended = f"ended with {peer.process.exitcode}: {words[-1][:200]}"
        print(f"{peer.name} {peer.ended}", flush=True)
        return None


def _print(peers: Sequence[Peer], out: Path | None) -> None:
    print(f"\n{'peer':<48} {'tokens/s':>9} {'rounds':>12} {'ours is':>8} {'by processor':>13} {'tokens seen':>12} {'held-out loss':>14}")
    results = []
    for peer in peers:
        speeds, ratios, by_processor = _figures(peers[0], peer)
        figures = {"speeds": speeds, "ratios": ratios, "ratios_of_processor_time": by_processor}
        results.append({"peer": peer.name, **figures, "tokens": peer.n_tokens, "held_out_loss": peer.loss, "ended": peer.ended})
        if peer.loss is None or not speeds:
            print(f"{peer.name:<48} {peer.ended}")
            continue
        speed, ratio, of_processor = (statistics.median(values) for values in (speeds, ratios, by_processor))
        spread = f"{min(speeds):.0f} to {max(speeds):.0f}"
        print(f"{peer.name:<48} {speed:>9.1f} {spread:>12} {ratio:>7.2f}× {of_processor:>12.2f}× {peer.n_tokens:>12,} {peer.loss:>14.4f}")
    if out is not None:
        out.write_text(json.dumps(results, indent=1), "utf-8")


def _figures(ours: Peer, peer: Peer) -> tuple[list[float], list[float], list[float]]:
    """Tokens a second of each round; how many times as fast ours was in the same round, by the clock and by processor time."""
    pairs = list(zip(ours.turns, peer.turns, strict=False))
    ratios = [mine.speed / theirs.speed for mine, theirs in pairs]
    by_processor = [mine.speed_of_processor / theirs.speed_of_processor for mine, theirs in pairs]
    return [turn.speed for turn in peer.turns], ratios, by_processor


if __name__ == "__main__":
    main()
