"""A file of the mother project, as the rest of the data set sees it: decoded, redacted, identified by its content.

Knows nothing of disks; `workspace` reads files and makes these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b


@dataclass(frozen=True)
class SourceFile:
    r"""One text file of the project.

    Attributes:
        path: Relative to the project, with forward slashes on every system.
        language: Name of a folder in `languages/`, such as `csharp`.
        text: Decoded, with `\n` line ends, secrets and personal data already replaced by `<KEY>` and the like.
        content_hash: Hex digest of the bytes on disk, before redaction.
        licence: SPDX identifier, or `unlicensed` where the project states none.
    """

    path: str
    language: str
    text: str
    content_hash: str
    licence: str = "unlicensed"

    @cached_property
    def data(self) -> bytes:
        """The text in UTF-8: what offsets of syntax trees count in."""
        return self.text.encode("utf-8")

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The path without its last part; empty for a file at the top."""
        return self.path.rpartition("/")[0]


def content_hash(data: bytes) -> str:
    """Identify a file by its bytes: 128 bits of BLAKE2b, in hex."""
    return blake2b(data, digest_size=16).hexdigest()
