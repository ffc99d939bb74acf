"""Writes wheels with hardly anything in them, under the names that a model environment asks for: `small_wheels.py FOLDER NAME...`.

What pip does with them is real: only the downloads of gigabytes are spared.
"""

import sys
import zipfile
from pathlib import Path

MODULES = {"llama-cpp-python": "llama_cpp"}
SOURCES = {"torch": "class version:\n    cuda = None\n"}
VERSION = "99.0"


def main(folder: Path, names: list[str]) -> None:
    """Write them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        distribution, module = name.replace("-", "_"), MODULES.get(name, name.replace("-", "_"))
        files = {
            f"{module}/__init__.py": f"__version__ = '{VERSION}'\n{SOURCES.get(name, '')}",
            f"{distribution}-{VERSION}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {VERSION}\n",
            f"{distribution}-{VERSION}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = f"{distribution}-{VERSION}.dist-info/RECORD"
        with zipfile.ZipFile(folder / f"{distribution}-{VERSION}-py3-none-any.whl", "w") as wheel:
            for path, text in files.items():
                wheel.writestr(path, text)
            wheel.writestr(record, "".join(f"{path},,\n" for path in (*files, record)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
