"""The real Mermaid parser, started while the model still writes: it takes about half a second, which nobody then waits for (IO)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from dataset_core.mermaid.parser import MermaidParser

if TYPE_CHECKING:
    from typing_extensions import Self


class DiagramCheck:
    """A parser that is being started, or runs. Not for several threads."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1)
        self._started: Future[MermaidParser] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Begin to start the parser, once; what goes wrong is raised by `check`."""
        if self._started is None:
            self._started = self._executor.submit(MermaidParser().__enter__)

    def check(self, texts: Sequence[str]) -> list[str | None]:
        """What is wrong with each diagram; None for a valid one.

        Raises:
            MermaidUnavailableError: The parser cannot be run here.
        """
        self.start()
        assert self._started is not None  # noqa: S101 - started above
        return self._started.result().check(texts)

    def close(self) -> None:
        """End the parser."""
        self._executor.shutdown()
        if self._started is not None and self._started.exception() is None:
            self._started.result().__exit__()
        self._started = None
