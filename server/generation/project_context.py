"""What of the project a model is shown with a request (IO: reads the store)."""

from __future__ import annotations

from pathlib import Path

from dataset_core.retrieval import RetrievalError, blocks, retrieve
from dataset_core.store import FOLDER_NAME, Store


def context_for(root: Path, request: str) -> str:
    """Blocks of the project's code that a request is about; empty where the project is not built, or has nothing on it.

    Raises:
        StoreError: The store is damaged.
    """
    folder = root / FOLDER_NAME
    if not (folder / "store.sqlite3").is_file():
        return ""
    with Store(folder, read_only=True) as store:
        try:
            return blocks(retrieve(store, request))
        except RetrievalError:
            # A model answers without context too: the command says with how much it was asked.
            return ""
