"""Gathers what the language server needs into `bundled/`: the product's own packages and their libraries, for one platform.

    python bundle_libraries.py linux-x64

Wheels of several Python versions are laid over each other: their Python files are the same, and each interpreter picks the compiled
modules that bear its own tag. Of libraries that have no current release for Python 3.10, an older one lies in a folder of its own, which
only that Python looks into.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXTENSION = Path(__file__).resolve().parents[1]
REPOSITORY = EXTENSION.parent
BUNDLED = EXTENSION / "bundled"

# What wheels of a platform are called; the oldest that all libraries are made for.
PLATFORMS = {
    "linux-x64": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux-arm64": ("manylinux_2_28_aarch64", "manylinux_2_27_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "darwin-x64": ("macosx_14_0_x86_64", "macosx_11_0_x86_64", "macosx_10_13_x86_64", "macosx_10_12_x86_64", "macosx_10_9_x86_64"),
    "darwin-arm64": ("macosx_14_0_arm64", "macosx_11_0_arm64"),
    "win32-x64": ("win_amd64",),
}
NEWEST_FIRST = ("3.14", "3.13", "3.12", "3.11")
OLDEST = "3.10"

# Not needed to run: tests and the modules only they use, type stubs, headers, bills of materials, compilers' and packagers' parts of numpy,
# commands; and the compiled halves of PyYAML and charset-normalizer, which do without.
NEEDLESS_FOLDERS = frozenset({"tests", "__pycache__", "bin", "include", "sboms", "f2py", "_pyinstaller", "distutils"})
# Of the command line, for terminals alone.
NEEDLESS_LIBRARIES = ("pygments", "rich")
NEEDLESS_FILES = re.compile(
    r"(\.pyi|\.pyc|\.pxd|\.h|\.a|\.lib)$|_tests\.|_simd\.|^_yaml\.|^(cd|md)\.(cpython|cp3)\S*\.(so|pyd)$|^[0-9a-f]+__mypyc\."
)


def main() -> None:
    """Make `bundled/` anew."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("platform", choices=PLATFORMS)
    platform = options.parse_args().platform
    shutil.rmtree(BUNDLED, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
        wheel = _build_wheel(made)
        for version in (*NEWEST_FIRST, OLDEST):
            print(f"Libraries for Python {version} on {platform}", flush=True)
            _install(wheel, made / version, platform, version)
            _prune(made / version)
            _lay_over(made / version, BUNDLED / "libs", BUNDLED / "libs-3.10" if version == OLDEST else BUNDLED / "libs")
    shutil.copy(EXTENSION / "python" / "launch.py", BUNDLED)
    shutil.copytree(EXTENSION / "dist" / "mermaid", BUNDLED / "libs" / "dataset_core" / "mermaid", dirs_exist_ok=True)
    (BUNDLED / "model-requirements.txt").write_text("\n".join(_model_requirements()) + "\n", encoding="utf-8")
    print(f"{sum(file.stat().st_size for file in BUNDLED.rglob('*')) / 1e6:.0f} MB in {BUNDLED}")


def _build_wheel(folder: Path) -> Path:
    _pip("wheel", "--no-deps", "--wheel-dir", folder, REPOSITORY)
    return next(folder.glob("mothertongue-*.whl"))


def _install(wheel: Path, target: Path, platform: str, version: str) -> None:
    """Install for a Python that need not be here, in the versions that the tests use; for 3.10, in the newest that there are for it.

    Markers are evaluated by the Python that runs this, so what 3.10 needs beside is named.
    """
    beside = ("tomli", "typing_extensions", "exceptiongroup") if version == OLDEST else ("--constraint", REPOSITORY / "constraints.txt")
    tags = [argument for tag in PLATFORMS[platform] for argument in ("--platform", tag)]
    _pip(
        "install", "--target", target, "--python-version", version, *tags, "--implementation", "cp", "--only-binary", ":all:",
        "--no-compile", wheel, *beside,
    )  # fmt: skip


def _lay_over(made: Path, shared: Path, own: Path) -> None:
    """Copy each library into the shared folder if its version is the one that lies there, else into the Python's own."""
    for information in sorted(made.glob("*.dist-info")):
        target = shared if (shared / information.name).is_dir() else own
        for line in (information / "RECORD").read_text(encoding="utf-8").splitlines():
            file = line.partition(",")[0].strip('"')
            if not file.startswith("..") and (made / file).is_file():
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(made / file, target / file)


def _prune(libraries: Path) -> None:
    for folder in [path for path in libraries.rglob("*") if path.is_dir() and path.name in NEEDLESS_FOLDERS]:
        shutil.rmtree(folder, ignore_errors=True)
    for library in NEEDLESS_LIBRARIES:
        shutil.rmtree(libraries / library)
    for file in [path for path in libraries.rglob("*") if path.is_file() and NEEDLESS_FILES.search(path.name)]:
        file.unlink()
    used = _grammars(libraries)
    for grammar in (libraries / "tree_sitter_language_pack" / "bindings").iterdir():
        if grammar.name.partition(".")[0] not in used and grammar.suffix in {".so", ".pyd", ".dylib"}:
            grammar.unlink()


def _grammars(libraries: Path) -> set[str]:
    """The grammars that the product's languages name; the pack has a hundred and fifty others."""
    texts = [file.read_text(encoding="utf-8") for file in (libraries / "dataset_core" / "languages").rglob("language.toml")]
    return {found.group(1) for text in texts if (found := re.search(r'^grammar = "(\w+)"', text, re.MULTILINE))}


def _model_requirements() -> list[str]:
    """What training and inference need, by the product's own metadata: the embedded model too, but of torch there are several builds."""
    metadata = next((BUNDLED / "libs").glob("mothertongue-*.dist-info")) / "METADATA"
    pattern = re.compile(r"^Requires-Dist: ([^;\n]+); extra == '(?:train|inference|embedded-model)'", re.MULTILINE)
    wanted = pattern.findall(metadata.read_text(encoding="utf-8"))
    return sorted({requirement for requirement in wanted if not requirement.startswith("torch")})


def _pip(*arguments: object) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)], check=True)


if __name__ == "__main__":
    main()
