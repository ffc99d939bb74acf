"""A copy of a small model in Q8_0, from which processors read prompts sooner (IO: written once, in the user's cache folder).

llama.cpp has no fast kernels for the types Q4_1, Q5_0 and Q5_1 where many tokens are computed at once: a prompt of 300 tokens takes one and
a half times as long as in Q8_0 (`make bench-generate` measures both). Eight bits hold what four or five said, so that the answers stay.
"""

from __future__ import annotations

import sys
from pathlib import Path

from filelock import FileLock

from dataset_core.user_cache import place_for
from server.gguf.header import GgufError, GgufHeader

_SLOWLY_READ = frozenset({3, 8, 9})  # llama.cpp's `llama_ftype` of Q4_1, Q5_0 and Q5_1.
# Answers are written a token at a time, which reads the whole model each time: a large one would write them later for being larger.
_LARGEST_BYTES = 300_000_000
_VERSION = 1


def read_sooner(model: Path, header: GgufHeader) -> Path:
    """The file to load for a model: a copy of it in Q8_0 where that is read sooner, made if there is none, else the model's own.

    Where the copy cannot be written, the log (standard error) says so, and prompts are read from the model itself.

    Args:
        model: A GGUF file.
        header: Its header.
    """
    if header.values.get("general.file_type") not in _SLOWLY_READ or model.stat().st_size > _LARGEST_BYTES:
        return model
    copy = place_for(model, "read-sooner", _VERSION).with_suffix(".gguf")
    try:
        if not copy.is_file():
            _write(model, copy)
    except (OSError, GgufError) as error:
        sys.stderr.write(f"{model.name} is read as it is, which takes longer: {error}\n")
        return model
    return copy


def _write(model: Path, copy: Path) -> None:
    # Not loaded where the copy is there: it takes longer than to load the model.
    from gguf import LlamaFileType

    from server.gguf.merged import quantise_by_llama_cpp
    from server.gguf.writing import renamed_into_place

    copy.parent.mkdir(parents=True, exist_ok=True)
    # Whoever else wants it meanwhile waits, and finds it.
    with FileLock(copy.with_suffix(".lock")):
        if not copy.is_file():
            with renamed_into_place(copy) as partial:
                quantise_by_llama_cpp(model, partial, LlamaFileType.MOSTLY_Q8_0)
