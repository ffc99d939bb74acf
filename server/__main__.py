"""`python -m server`: the language server on standard input and output."""

from __future__ import annotations

import logging
import os
import sys
from typing import BinaryIO


def main() -> None:
    """Serve one editor until it leaves."""
    output, inputs = _own_streams()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    from server.language_server import make_server

    server, _ = make_server()
    server.start_io(inputs, output)


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Output and input for messages alone: whatever prints, prints to standard error."""
    output, inputs = os.fdopen(os.dup(1), "wb"), os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)
    return output, inputs


if __name__ == "__main__":
    main()
