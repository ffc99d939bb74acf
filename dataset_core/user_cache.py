"""Where what is made of large files is kept between runs: in the user's cache folder, by file, kind and version (IO: looks at the file)."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import platformdirs


def place_for(file: Path, kind: str, version: int) -> Path:
    """Where what is made of a file is kept; another place once the file has changed. Its name has no suffix, its folder may not exist.

    Args:
        file: What it is made of.
        kind: What is made, which names the folder in the cache.
        version: Of the way it is made.

    Raises:
        OSError: The file cannot be looked at.
    """
    stat = file.stat()
    key = f"{version}:{file.resolve()}:{stat.st_size}:{stat.st_mtime_ns}"
    return Path(platformdirs.user_cache_dir("mothertongue")) / kind / blake2b(key.encode(), digest_size=8).hexdigest()
