"""`make bench-server`: how soon the server answers at its start, and while a large workspace builds.

A ping is `mothertongue/resume`, which the server answers by itself; `status` is answered by the index process, which builds meanwhile.
Standard input and output are used as an editor does, with nothing of pygls on this side.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Queue

COMMAND = (sys.executable, "-m", "server")
SECONDS_BETWEEN_PINGS = 0.02


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=5_000)
    options.add_argument("--starts", type=int, default=5)
    arguments = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mothertongue-bench-"))
    try:
        _make_workspace(folder, arguments.files)
        starts = [_time_of_start(folder) for _ in range(arguments.starts)]
        _print("initialize, from the start of the process", [first for first, _ in starts])
        _print("first request after it", [second for _, second in starts])
        _while_building(folder)
    finally:
        shutil.rmtree(folder)


class _Client:
    """A bare client: sends, and notes when each response came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.as_uri()
        self.started = time.perf_counter()
        self.process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._responses: dict[int, Queue] = {}
        self._next_id = 0
        threading.Thread(target=self._read, daemon=True).start()

    def initialize(self) -> None:
        folders = [{"uri": self.folder, "name": "bench"}]
        self.request("initialize", processId=None, capabilities={}, rootUri=None, workspaceFolders=folders)
        self._send({"jsonrpc": "2.0", "method": "initialized", "params": {}})

    def start(self, method: str, **params) -> Queue:
        self._next_id += 1
        self._responses[self._next_id] = Queue()
        self._send({"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": params})
        return self._responses[self._next_id]

    def request(self, method: str, **params) -> float:
        """Seconds until the response."""
        start = time.perf_counter()
        message, received = self.start(method, **params).get(timeout=600)
        if "error" in message:
            raise RuntimeError(message["error"]["message"])
        return received - start

    def close(self) -> None:
        self.request("shutdown")
        self._send({"jsonrpc": "2.0", "method": "exit"})
        self.process.wait(10)

    def _send(self, message: dict) -> None:
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> None:
        while line := self.process.stdout.readline():
            length = int(line.partition(b":")[2]) if line.startswith(b"Content-Length") else 0
            while line.strip():
                line = self.process.stdout.readline()
                length = int(line.partition(b":")[2]) if line.startswith(b"Content-Length") else length
            message = json.loads(self.process.stdout.read(length))
            if "id" in message and "method" not in message:
                self._responses[message["id"]].put((message, time.perf_counter()))


def _time_of_start(folder: Path) -> tuple[float, float]:
    client = _Client(folder)
    client.initialize()
    answered = time.perf_counter() - client.started
    first = client.request("mothertongue/resume", reason="battery")
    client.close()
    return answered, first


def _while_building(folder: Path) -> None:
    client = _Client(folder)
    client.initialize()
    client.request("mothertongue/status")
    start = time.perf_counter()
    build = client.start("mothertongue/build", folder=client.folder)
    pings, statuses = [], []
    while build.empty():
        pings.append(client.request("mothertongue/resume", reason="battery"))
        if len(pings) % 50 == 0:
            statuses.append(client.request("mothertongue/status"))
        time.sleep(SECONDS_BETWEEN_PINGS)
    message, ended = build.get()
    print(f"build of {message['result']['changed']:,} files: {ended - start:.1f} s, {message['result']['status']['examples']:,} examples")
    _print("ping while it builds", pings)
    _print("status while it builds", statuses)
    client.close()


def _print(what: str, seconds: list[float]) -> None:
    if not seconds:
        return
    milliseconds = sorted(1_000 * value for value in seconds)
    p99 = milliseconds[min(len(milliseconds) - 1, int(0.99 * len(milliseconds)))]
    print(
        f"{what}: p50 {statistics.median(milliseconds):.1f} ms, p99 {p99:.1f} ms, most {milliseconds[-1]:.1f} ms, n = {len(milliseconds)}"
    )


def _make_workspace(folder: Path, n_files: int) -> None:
    for number in range(n_files):
        path = folder / f"module{number // 100}" / f"service{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(_source(number), "utf-8")


def _source(number: int) -> str:
    name = f"Service{number}"
    return f'''"""{name} of the shop."""

from module{max(0, number - 1) // 100}.service{max(0, number - 1)} import Service{max(0, number - 1)}


class {name}:
    """Keeps records of kind {number}."""

    def __init__(self, repository, other: Service{max(0, number - 1)}):
        self._repository = repository
        self._other = other

    def place_{number}(self, customer, lines):
        """Place a record for a customer."""
        record = self._repository.create(customer=customer, lines=lines, kind={number})
        self._other.notify(record, customer.email)
        return record

    def cancel_{number}(self, record_id):
        """Cancel a record that was not shipped."""
        record = self._repository.get(record_id)
        if record.shipped or record.kind != {number}:
            raise ValueError("a shipped record cannot be cancelled")
        self._repository.delete(record_id)
'''


if __name__ == "__main__":
    main()
