"""What of the project a model is shown with a request (IO: reads the store)."""

from __future__ import annotations

from pathlib import Path


def context_for(root: Path, request: str) -> str:
    """Blocks of the project's code that a request is about; empty where the project is not built or has nothing on it."""
    del root, request
    return ""
