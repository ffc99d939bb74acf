"""Finds artifacts: those of the product, and those in a person's own folder (IO: reads the files)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from dataset_core.library.artifact import Artifact, kinds, read_artifact

FOLDER = Path(__file__).parent / "artifacts"
LICENCE = "Apache-2.0"
_MAX_BYTES = 200_000
_MAX_OWN_FILES = 5_000


class UnknownArtifactError(LookupError):
    """No artifact has the name that was asked for, or several have; the message names some that come near."""


@cache
def load_library() -> tuple[Artifact, ...]:
    """All artifacts of the product, sorted by path."""
    return tuple(sorted((load_file(path) for path in _files(FOLDER)), key=lambda artifact: artifact.path))


def load_folder(folder: Path, *, root: Path | None = None, licence: str = "unlicensed") -> tuple[Artifact, ...]:
    """A person's own artifacts: every file in a folder and its sub-folders, whole or not, sorted by path.

    Hidden files, files named README, links that lead out of the folder, and files beyond 200 kB are passed over.

    Args:
        folder: Laid out as the product's own (`erd/`, `basics/class/`, ...) or flat.
        root: What paths are given relative to; by default the folder that holds `folder`.
        licence: SPDX identifier of the files.

    Raises:
        NotADirectoryError: There is no such folder.
    """
    if not folder.is_dir():
        message = f"{folder} is no folder: name the folder with your own artifacts in the setting library_folder, or empty it"
        raise NotADirectoryError(message)
    top = folder.resolve()
    base = root.resolve() if root else top.parent
    own = (_own_file(path, base, licence) for path in _files(top)[:_MAX_OWN_FILES])
    return tuple(sorted(own, key=lambda artifact: artifact.path))


def load_file(path: Path, *, licence: str = "unlicensed") -> Artifact:
    """One artifact: the product's where the file lies in its library, a person's own elsewhere.

    Raises:
        OSError: The file cannot be read.
    """
    full = path.resolve()
    if full.is_relative_to(FOLDER):
        return read_artifact(full.read_bytes(), f"library/{full.relative_to(FOLDER).as_posix()}", licence=LICENCE)
    return _own_file(full, Path(full.anchor), licence, shown=path.as_posix())


def list_rows(artifacts: Sequence[Artifact], *, family: str = "", domain: str = "") -> list[tuple[str, str, str, str]]:
    """What `library list` prints: kind, domain, name and title of each artifact, of all or of one family, kind or domain."""
    return [
        (artifact.kind, artifact.domain, artifact.name, artifact.title)
        for artifact in artifacts
        if family in ("", artifact.family, artifact.kind) and domain in ("", artifact.domain)
    ]


def show(name: str, artifacts: Sequence[Artifact]) -> Artifact:
    """The artifact of a name: of its file with or without the suffix, and with as much of its folder as makes it the only one.

    Raises:
        UnknownArtifactError: None, or more than one, is called so.
    """
    wanted = f"/{name.strip('/')}"
    found = [one for one in artifacts if f"/{one.path}".endswith(wanted)]
    found = found or [one for one in artifacts if f"/{one.path.rpartition('.')[0]}".endswith(wanted)]
    if len(found) == 1:
        return found[0]
    near = found or [one for one in artifacts if name.lower() in f"{one.path} {one.title}".lower()]
    hint = ", ".join(one.path for one in near[:5]) or "see `mothertongue library list`"
    message = f"{'several artifacts are' if found else 'no artifact is'} called {name!r}: {hint}"
    raise UnknownArtifactError(message)


def _own_file(path: Path, base: Path, licence: str, shown: str = "") -> Artifact:
    name = shown or (path.relative_to(base) if path.is_relative_to(base) else path).as_posix()
    return read_artifact(path.read_bytes(), name, licence=licence, is_own=True)


def _files(folder: Path) -> list[Path]:
    """Files of a folder that can be artifacts, in the order of their paths."""
    return sorted(path for path in _walk(folder, folder.resolve()) if path.stem.lower() != "readme")


def _walk(folder: Path, top: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        is_link = path.is_symlink()
        if path.name.startswith(".") or (is_link and not path.resolve().is_relative_to(top)):
            continue
        if path.is_dir() and not is_link:
            yield from _walk(path, top)
        elif path.is_file() and path.stat().st_size <= _MAX_BYTES and _has_known_suffix(path):
            yield path


def _has_known_suffix(path: Path) -> bool:
    from dataset_core import language

    suffixes = {suffix for kind in kinds().values() for suffix in kind.suffixes}
    return path.suffix.lower() in suffixes or language.language_of(path.name) is not None
