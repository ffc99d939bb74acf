"""Several processes that train together, on the processor: the same steps as one process takes."""

from __future__ import annotations

import socket
import subprocess

import pytest

from server.training import runs
from server.training.ranks import Ranks
from server.training.run_folder import CHECKPOINT, RunFolder
from tests.server.training.forked import start_training
from tests.server.training.tiny import make_run


def _train(run: RunFolder) -> None:
    """As `torchrun` starts its processes, without its own and theirs loading torch."""
    count = run.settings().processes
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(count)}
    processes = [start_training(run, **place, RANK=str(rank), LOCAL_RANK=str(rank)) for rank in range(count)]
    for process in processes:
        process.join(300)
    assert [process.exitcode for process in processes] == [0] * count


def _of(run: RunFolder, kind: str, name: str) -> list[float]:
    return [event[name] for event in run.events() if event["event"] == kind]


def test_two_processes_take_the_steps_of_one(tmp_path, tiny_base):
    alone, together = (make_run(tmp_path / str(count), tiny_base, processes=count, threads=1, rows_per_step=5) for count in (1, 2))
    _train(alone)
    subprocess.run(runs._command(together), check=True, env=runs.environment(), capture_output=True, timeout=300)
    assert together.state().status == "finished"
    assert _of(together, "step", "step") == _of(alone, "step", "step")
    assert _of(together, "step", "loss") == pytest.approx(_of(alone, "step", "loss"), rel=1e-4)
    assert _of(together, "validation", "validation_loss") == pytest.approx(_of(alone, "validation", "validation_loss"), rel=1e-4)
    assert (together.path / CHECKPOINT).exists()


def test_every_row_is_in_one_share():
    rows = list(range(7))
    shares = [Ranks(rank, 3).share(rows) for rank in range(3)]
    assert sorted(row for share in shares for row in share) == rows
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_all_processes_stop_when_asked_and_go_on_also_where_a_step_has_fewer_rows(tmp_path, tiny_base):
    run = make_run(tmp_path / "run", tiny_base, processes=2, threads=1, rows_per_step=1)
    run.request_stop()
    _train(run)
    assert (run.state().status, run.state().step) == ("cancelled", 1)
    run.withdraw_stop()
    _train(run)
    assert (run.state().status, run.state().step) == ("finished", 12)
    assert _of(run, "step", "step") == list(range(1, 13))
