"""`python -m server.gguf RUN_FOLDER QUANTISATION OUT_FOLDER`: merge the adapter of a training run, with Modelfile and card (IO).

Prints `done total` after each tensor. Exits with 1 and one line on standard error where that is not possible.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from server.chat_template import ChatTemplateError, of_gguf
from server.gguf.check import checked_model
from server.gguf.header import GgufError
from server.gguf.merged import write_merged
from server.gguf.package import write_package
from server.gguf.run_card import card_facts, settings_of_run


def main() -> None:
    """Merge, and say how far it is."""
    run, quantisation, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    try:
        _merge(run, quantisation, out)
    except (GgufError, ChatTemplateError) as error:
        sys.exit(str(error))
    except (OSError, msgspec.MsgspecError) as error:
        sys.exit(f"{run} is no training run that can be read: {error}")


def _merge(run: Path, quantisation: str, out: Path) -> None:
    base = Path(settings_of_run(run).base)
    header = checked_model(base)
    write_merged(base, run / "adapter", out / "model.gguf", quantisation, lambda done, total: print(done, total, flush=True))  # noqa: T201 - the protocol
    values = header.values
    context = int(values.get(f"{header.architecture}.context_length", 4096))
    write_package(out, "model.gguf", of_gguf(values), card_facts(run, quantisation), context_tokens=min(context, 8192))


if __name__ == "__main__":
    main()
