"""Reading the header of a GGUF file that nobody vouches for: bounded, so that hostile counts are refused, not followed (IO).

Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

MAGIC = b"GGUF"
_MAX_KEYS, _MAX_TENSORS, _MAX_DIMENSIONS = 10_000, 100_000, 4
_STRING, _ARRAY = 8, 9
_NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}


class GgufError(ValueError):
    """The file is no whole GGUF file; the message says what is wrong with it."""


@dataclass(frozen=True)
class Tensor:
    """A tensor's name, its dimensions (fastest first, as in the file), its number of the type, and where its data starts."""

    name: str
    shape: tuple[int, ...]
    type_number: int
    offset: int


@dataclass(frozen=True)
class GgufHeader:
    """What a GGUF file says of itself."""

    values: dict[str, Any]
    tensors: tuple[Tensor, ...]

    @property
    def architecture(self) -> str:
        """Of the network, such as `llama`; empty if the file does not say."""
        return str(self.values.get("general.architecture", ""))

    @property
    def n_parameters(self) -> int:
        """Numbers in all tensors together."""
        return sum(prod(tensor.shape) for tensor in self.tensors)


def read_gguf_header(path: Path) -> GgufHeader:
    """Read all keys and the list of tensors.

    Raises:
        GgufError: Not a GGUF file, cut off, or with counts that the file cannot hold.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return _Reader(file, path).header()


class _Reader:
    """A position in a file, and its size, which no count may exceed."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file, self._path = file, path
        self._size = path.stat().st_size

    def header(self) -> GgufHeader:
        if self._bytes(4) != MAGIC:
            raise GgufError(f"{self._path} is not a GGUF file: it does not begin with {MAGIC.decode()}")
        version = self._number("<I")
        if version not in {2, 3}:
            raise GgufError(
                f"{self._path} has version {version} of GGUF (or is of a machine with the other byte order); 2 and 3 can be read"
            )
        n_tensors = self._count(_MAX_TENSORS, "tensors")
        n_keys = self._count(_MAX_KEYS, "keys")
        values = dict(self._key() for _ in range(n_keys))
        tensors = tuple(self._tensor() for _ in range(n_tensors))
        return GgufHeader(values, self._checked(tensors, int(values.get("general.alignment", 32))))

    def _key(self) -> tuple[str, Any]:
        name = self._string()
        return name, self._value(self._number("<I"))

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            inner, count = self._number("<I"), self._number("<Q")
            if inner == _ARRAY or count > self._size - self._file.tell():
                raise self._broken(f"an array of {count:,} values, which the file cannot hold")
            return self._array(inner, count)
        if kind not in _NUMBERS:
            raise self._broken(f"a value of type {kind}, which does not exist")
        return self._number(_NUMBERS[kind])

    def _array(self, inner: int, count: int) -> list[Any]:
        if inner == _STRING:
            return [self._string() for _ in range(count)]
        if inner not in _NUMBERS:
            raise self._broken(f"an array of type {inner}, which does not exist")
        letter = _NUMBERS[inner][1]
        return list(struct.unpack(f"<{count}{letter}", self._bytes(count * struct.calcsize(_NUMBERS[inner]))))

    def _tensor(self) -> Tensor:
        name, n_dimensions = self._string(), self._number("<I")
        if n_dimensions > _MAX_DIMENSIONS:
            raise self._broken(f"a tensor of {n_dimensions:,} dimensions")
        shape = tuple(self._number("<Q") for _ in range(n_dimensions))
        return Tensor(name, shape, self._number("<I"), self._number("<Q"))

    def _checked(self, tensors: tuple[Tensor, ...], alignment: int) -> tuple[Tensor, ...]:
        """Refuse tensors whose data does not lie within the file, or is of a type that does not exist."""
        if not 0 < alignment <= self._size:
            raise self._broken(f"an alignment of {alignment:,}")
        start = -(-self._file.tell() // alignment) * alignment
        for tensor in tensors:
            if start + tensor.offset + self._n_bytes(tensor) > self._size:
                raise GgufError(f"{self._path} is cut off: the data of {tensor.name!r} lies behind its end. Download or copy it again")
        return tensors

    def _n_bytes(self, tensor: Tensor) -> int:
        from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

        if tensor.type_number not in set(GGMLQuantizationType):
            raise self._broken(f"a tensor of type {tensor.type_number}, which does not exist")
        n_values, n_bytes = GGML_QUANT_SIZES[GGMLQuantizationType(tensor.type_number)]
        return prod(tensor.shape) // n_values * n_bytes

    def _count(self, limit: int, what: str) -> int:
        count = int(self._number("<Q"))
        if count > limit:
            raise self._broken(f"{count:,} {what}, more than any model has")
        return count

    def _string(self) -> str:
        length = self._number("<Q")
        if length > self._size - self._file.tell():
            raise self._broken(f"a text of {length:,} bytes, which the file cannot hold")
        return self._bytes(length).decode("utf-8", errors="replace")

    def _number(self, layout: str) -> Any:
        return struct.unpack(layout, self._bytes(struct.calcsize(layout)))[0]

    def _bytes(self, count: int) -> bytes:
        data = self._file.read(count) if count <= self._size else b""
        if len(data) != count:
            raise GgufError(f"{self._path} is cut off after {self._size:,} bytes: download or copy it again")
        return data

    def _broken(self, what: str) -> GgufError:
        return GgufError(f"{self._path} is damaged or made to do harm: it announces {what}")
