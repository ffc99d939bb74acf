"""`make bench`: build, export and save, each as a ratio to a bare tree-sitter parse of the same files on one core, in one run.

Every figure is wall time of what a person runs: the command line in its own process, or `update_file` as the language server calls it.
Beside it stands the processor time of all processes, as a ratio too: that is what other programs on the machine disturb least.
Nothing here is asserted: machines differ, and shared ones are noisy. `--json` prints a line of JSON for each figure.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from dataset_core import language, project
from dataset_core.pipeline import LINKED_FAMILIES
from dataset_core.settings import Settings
from dataset_core.store import FOLDER_NAME, Store
from dataset_core.thinning import N_BUCKETS
from tests.fixtures.mother_project import create_mother_project

N_SAVES = 60
LARGER = 10
MADE_FILES = 1_500
MEMORY_FILES = 5_000
LINES_OF_CHANGED_FILE = 500
CLI = (sys.executable, "-m", "server.cli")
# What the reference project's types are named after.
ENTITIES = re.compile(r"Basket|Guest|Hotel|Housekeeping|Menu|Notification|Order|Rate|Reservation|Room")
CAPITALISED = re.compile(rb"\b[A-Z]\w+")
LENGTHENED = "frontend/src/app/services/reservation.service.ts"


@dataclass(frozen=True)
class Timed:
    """Seconds on the clock, and of the processors in all processes together."""

    wall: float
    processor: float

    def __sub__(self, other: Timed) -> Timed:
        return Timed(self.wall - other.wall, self.processor - other.processor)

    def ratio_to(self, bare: Timed, goal: str) -> str:
        """Both as multiples of the bare parse."""
        return f"{self.wall / bare.wall:.2f} × the bare parse (to reach: {goal}); processor time {self.processor / bare.processor:.2f} ×"


@dataclass(frozen=True)
class Saves:
    """Milliseconds from a saved file to a right store, p50 and p95, on the clock and of the processor; and the lines of that file."""

    wall: tuple[float, float]
    processor: tuple[float, float]
    n_lines: int

    @property
    def on_the_clock(self) -> str:
        """For a column of figures."""
        return f"{self.wall[0]:.1f} / {self.wall[1]:.1f} ms"

    @property
    def computed(self) -> str:
        """For a note."""
        return f"{self.processor[0]:.1f} / {self.processor[1]:.1f} ms"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--project", type=Path, help="a git repository; it is copied, not touched")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="mothertongue-bench-") as folder:
        root = _copy(chosen.project, Path(folder) / "project") if chosen.project else _make(Path(folder) / "project", MADE_FILES)
        for name, (value, note) in _measure(root, Path(folder)):
            line = json.dumps({"figure": name, "value": value, "note": note}) if chosen.json else f"{name:<46} {value:>16}  {note}"
            print(line, flush=True)


def _measure(root: Path, scratch: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    cold, peak = _timed_with_memory((*CLI, "build", "--json", "--project", str(root)), {"max_commits": 0}, root)
    sources = _sources(root)
    bare, side_by_side = _best_bare_parse(sources), _best_bare_parse_side_by_side(sources)
    n_bytes = sum(len(data) for _, data in sources)
    yield "files parsed", (f"{len(sources):,}", f"{n_bytes / 1e6:.1f} MB")
    yield "bare parse, one core", (f"{bare.wall:.2f} s", f"the limit: 1.0 ×; load of the machine {_load()}")
    yield (
        "bare parse, every core at once",
        (f"{side_by_side.wall:.2f} s", f"each parses all files, in {side_by_side.processor / bare.processor:.2f} × the processor time"),
    )
    yield "cold build", (f"{cold.wall:.2f} s", f"{cold.ratio_to(bare, '4')}; peak memory {peak:.0f} MB")
    unchanged = _best(_timed((*CLI, "build", "--json", "--project", str(root))) for _ in range(3))
    start = _best(_timed((*CLI, "status", "--json", "--project", str(root))) for _ in range(3))
    yield (
        "nothing changed",
        (
            f"{unchanged.wall:.2f} s",
            f"{unchanged.ratio_to(bare, '0.5')}; {start.wall:.2f} s of it starts Python and opens the store",
        ),
    )
    exported = _timed((*CLI, "export", "--json", "--project", str(root)))
    n_rows = sum(1 for path in (root / "finetune_datasets").glob("*.metadata.jsonl") for _ in path.open("rb"))
    yield f"export of {n_rows:,} rows", (f"{exported.wall:.2f} s", exported.ratio_to(bare, "4"))
    (root / "mothertongue.toml").unlink()
    mined = _timed((*CLI, "build", "--json", "--project", str(root)))
    yield "history of the newest 1,000 commits", (f"{mined.wall:.2f} s", "with a build in which nothing else changed (to reach: 10 s)")
    small, all_of_small = _saves(root), _saves(root, of_every_family=True)
    large_root = _enlarge(root, scratch / "larger", LARGER)
    subprocess.run((*CLI, "build", "--json", "--project", str(large_root)), check=True, stdout=subprocess.DEVNULL)
    large, all_of_large = _saves(large_root), _saves(large_root, of_every_family=True)
    for saves, where in ((small, f"of one {small.n_lines}-line file"), (large, f"among {len(_sources(large_root)):,} files")):
        yield f"save {where}, p50 / p95", (saves.on_the_clock, f"(to reach: p95 30 ms); processor time {saves.computed}")
    yield (
        "as long, where the file gives to every family",
        (
            " / ".join(f"{late / early:.2f} ×" for late, early in zip(all_of_large.wall, all_of_small.wall, strict=True)),
            f"(to reach: at most 1.2); processor time {all_of_small.computed} and {all_of_large.computed}",
        ),
    )
    shutil.rmtree(large_root)
    memory_root = _enlarge(root, scratch / "memory", math.ceil(MEMORY_FILES / len(sources)))
    _, peak = _timed_with_memory((*CLI, "build", "--json", "--project", str(memory_root)), {"max_commits": 0}, memory_root)
    yield f"peak memory at {len(_sources(memory_root)):,} files", (f"{peak:.0f} MB", "all processes, proportional set size (to reach: 300)")


def _copy(source: Path, target: Path) -> Path:
    subprocess.run(("git", "clone", "--quiet", "--no-hardlinks", str(source.resolve()), str(target)), check=True)
    return target


def _make(target: Path, n_files: int) -> Path:
    """The reference project as often as it takes, each copy under a folder of its own, with one history."""
    create_mother_project(target)
    copies = n_files // 49
    for number in range(1, copies):
        for name in ("backend", "frontend"):
            shutil.copytree(target / name, target / f"module{number:02}" / name)
            _vary(target / f"module{number:02}" / name, number)
    _lengthen(target / LENGTHENED)
    return target


def _vary(folder: Path, number: int) -> None:
    """Other names in every copy: each is a module with types of its own."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".cs", ".ts", ".html", ".scss"}:
            path.write_text(ENTITIES.sub(rf"\g<0>{number}", path.read_text("utf-8")), "utf-8")


def _lengthen(path: Path) -> None:
    """Make a file as long as the one whose saves are timed: its class once more and once more, under other names."""
    text = path.read_text("utf-8")
    body = re.sub(r"(?ms)^import .*?;\n", "", text)
    number = 0
    while text.count("\n") < LINES_OF_CHANGED_FILE:
        number += 1
        text += ENTITIES.sub(rf"\g<0>Variant{number}", body)
    path.write_text(text, "utf-8")


def _enlarge(root: Path, target: Path, times: int) -> Path:
    """The project beside copies of itself, whose types have other names, as the modules of a larger project do; without a history."""
    ignored = shutil.ignore_patterns(".git", FOLDER_NAME, "finetune_datasets")
    with Store(root / FOLDER_NAME, read_only=True) as store:
        paths = [path for path, *_ in store.files_overview()]
        types = frozenset(name.encode() for path in paths for name in _declared_types(store, path))
    for number in range(times):
        copy = target if number == 0 else target / f"copy{number}"
        shutil.copytree(root, copy, ignore=ignored, dirs_exist_ok=True, symlinks=True)
        if number > 0:
            for path in paths:
                _rename(copy / path, types, str(number).encode())
    return target


def _declared_types(store: Store, path: str) -> Iterator[str]:
    view = store.view(path)
    if view is not None:
        yield from (symbol.name for symbol in view.facts.symbols if symbol.is_type and symbol.parent == -1)


def _rename(path: Path, types: Collection[bytes], suffix: bytes) -> None:
    """Put a suffix behind every word that names one of these types; what begins with a small letter may be a word of the language."""
    path.write_bytes(CAPITALISED.sub(lambda word: word[0] + suffix if word[0] in types else word[0], path.read_bytes()))


def _sources(root: Path) -> list[tuple[str, bytes]]:
    """Language and bytes of every file that is in the store."""
    with Store(root / FOLDER_NAME, read_only=True) as store:
        return [(name, (root / path).read_bytes()) for path, name, _, _, _ in store.files_overview()]


def _bare_parse(sources: Sequence[tuple[str, bytes]]) -> Timed:
    parsers = {name: language.parser(name) for name in {name for name, _ in sources}}
    start = Timed(time.perf_counter(), time.process_time())
    for name, data in sources:
        parsers[name].parse(data)
    return Timed(time.perf_counter(), time.process_time()) - start


def _best_bare_parse(sources: Sequence[tuple[str, bytes]]) -> Timed:
    return _best(_bare_parse(sources) for _ in range(5))


def _best_bare_parse_side_by_side(sources: Sequence[tuple[str, bytes]]) -> Timed:
    """The slowest of the cores, each of which parses all: what cores share, such as a cache, makes them slower together than alone."""
    count = os.cpu_count() or 1
    with ProcessPoolExecutor(count) as pool:
        return max(pool.map(_best_bare_parse, [sources] * count), key=lambda timed: timed.processor)


def _best(times: Iterable[Timed]) -> Timed:
    return min(times, key=lambda timed: timed.wall)


def _now() -> Timed:
    """The clock, and the processor time of all children that have ended."""
    times = os.times()
    return Timed(time.perf_counter(), times.children_user + times.children_system)


def _load() -> str:
    """Processes that wanted a core in the last minute, on average; as many as there are cores is a busy machine."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else "unknown"


def _timed(command: Sequence[str]) -> Timed:
    start = _now()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return _now() - start


def _timed_with_memory(command: Sequence[str], settings: dict[str, int], root: Path) -> tuple[Timed, float]:
    """Time of a command under these settings and the most memory, in MB, that it and its children held together."""
    (root / "mothertongue.toml").write_text("".join(f"{key} = {value}\n" for key, value in settings.items()), "utf-8")
    start = _now()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peak))
    watcher.start()
    if process.wait() != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    timed = _now() - start
    watcher.join()
    return timed, peak[0]


def _watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(_proportional_set_size(pid) for pid in _tree(process.pid)))
        time.sleep(0.1)


def _tree(pid: int) -> Iterator[int]:
    """A process and all its descendants; Linux only, elsewhere the memory figures are 0."""
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        for child in children.read_text("utf-8").split():
            yield from _tree(int(child))
    except OSError:
        return


def _proportional_set_size(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1_000 for line in lines if line.startswith("Pss:")), 0.0)


def _saves(root: Path, *, of_every_family: bool = False) -> Saves:
    """Save one file again and again, each time with another comment in its middle.

    The file is the project's whose length is nearest to 500 lines. Which families of examples are made of it depends on where the project
    has enough of them: another place in a larger one. With `of_every_family` all are made, in any project the same.
    """
    with Store(root / FOLDER_NAME, read_only=True) as store:
        lengths = {path: (root / path).read_bytes().count(b"\n") for path, _, _, _, _ in store.files_overview()}
    path = min(lengths, key=lambda name: (abs(lengths[name] - LINES_OF_CHANGED_FILE), name))
    original = (root / path).read_text("utf-8")
    times: list[Timed] = []
    with project.open_project(root, replace(Settings(), max_commits=0)) as opened:
        if of_every_family:
            opened.store.put("cuts", json.dumps(dict.fromkeys(LINKED_FAMILIES, N_BUCKETS)))
        for number in range(N_SAVES):
            (root / path).write_text(_edited(original, number), "utf-8")
            start = Timed(time.perf_counter(), time.process_time())
            if not project.update_file(opened, path):
                raise SystemExit(f"{path}: the save was not noticed")
            times.append(Timed(time.perf_counter(), time.process_time()) - start)
        (root / path).write_text(original, "utf-8")
        project.update_file(opened, path)
    return Saves(_middle_and_late([one.wall for one in times]), _middle_and_late([one.processor for one in times]), lengths[path])


def _middle_and_late(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile, in milliseconds."""
    return statistics.median(seconds) * 1_000, statistics.quantiles(seconds, n=20)[-1] * 1_000


def _edited(text: str, number: int) -> str:
    """The text with a comment behind a line in its middle, another one each time."""
    lines = text.split("\n")
    middle = len(lines) // 2 + number % 20
    comment = "#" if "def " in text and "{" not in text[:200] else "//"
    changed: Callable[[str], str] = lambda line: f"{line} {comment} edit {number}"  # noqa: E731 - one expression
    return "\n".join([*lines[:middle], changed(lines[middle]), *lines[middle + 1 :]])


if __name__ == "__main__":
    main()
