"""`python -m server`: the language server on standard input and output."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO, cast

from server.lsp.early_answer import answer_initialize


def main() -> None:
    """Serve one editor until it leaves."""
    output, inputs = _own_streams()
    replayed, answered = answer_initialize(inputs, output)
    import gc
    import logging

    from server.lsp.language_server import make_server

    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    server, _ = make_server(answered_early=answered)
    # What the libraries have made stays until the end: looking through it again and again would keep the editor waiting, 35 ms each time.
    gc.freeze()
    server.start_io(cast("BinaryIO", replayed), output)


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Output and input for messages alone: whatever prints, prints to standard error."""
    output, inputs = os.fdopen(os.dup(1), "wb"), os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)
    return output, inputs


if __name__ == "__main__":
    main()
