"""Data sets and weights from an ``.npz`` file or from arrays, read without running anything and refused clearly."""

from __future__ import annotations

import hashlib
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

from numeric.interval_kernels import FloatArray
from numeric.verified_sums import LIMIT
from symbolic.reader import ReadError, parse_number

__all__ = ["ARRAYS", "DataError", "DataSet", "array_digest", "exact_number", "read_data"]

ARRAYS = ("X", "y", "W", "F", "X1", "X2", "b", "V")
PARAMETERS = ("rho", "alpha", "beta", "gamma")
WORDS = ("objective", "augment")
MOST_BYTES = 8 * 2**30
SMALL_BYTES = 256 * 2**20
MOST_RATIO = 200
MOST_WEIGHTS = 2048


class DataError(ValueError):
    """The data cannot be read or does not fit together; the message is one clear line."""


@dataclass(frozen=True)
class DataSet:
    """Finite float64 arrays: ``X`` (n, d) or views ``X1``, ``X2`` (n, d), ``W`` (m, d), y (n), F (m) where given.

    Networks of model files may have biases b (m) and a second layer V (units, m), with F (units).
    """

    arrays: dict[str, FloatArray]
    parameters: dict[str, sp.Rational]
    words: dict[str, str]
    path: Path | None

    def digests(self) -> dict[str, dict[str, Any]]:
        return {name: {"shape": list(a.shape), "sha256": array_digest(a)} for name, a in sorted(self.arrays.items())}


def array_digest(array: FloatArray) -> str:
    """SHA-256 of the values as little-endian float64 in C order (the shape is stated apart from it)."""
    return hashlib.sha256(np.ascontiguousarray(array, dtype="<f8").tobytes()).hexdigest()


def read_data(source: str | Path | Mapping[str, Any]) -> DataSet:
    """Read and check; raises DataError with one line that names the file and the array."""
    if isinstance(source, Mapping):
        raw: dict[str, np.ndarray] = {}
        for k, v in source.items():
            if k in (*ARRAYS, *PARAMETERS, *WORDS):
                raw[k] = np.asarray(v)
        path, label = None, "data"
    else:
        path = Path(source)
        raw, label = _read_file(path), str(path)
    try:
        return _checked(raw, path)
    except DataError as error:
        raise DataError(f"{label}: {error}") from error


def _read_file(path: Path) -> dict[str, np.ndarray]:
    if not path.is_file():
        raise DataError(f"{path}: no such file" if not path.exists() else f"{path}: not a regular file")
    try:
        with zipfile.ZipFile(path) as archive:
            found = {}
            for info in archive.infolist():
                name = info.filename.removesuffix(".npy")
                if name not in (*ARRAYS, *PARAMETERS, *WORDS) or info.filename != f"{name}.npy":
                    continue
                if name in found:
                    raise DataError(f"{path}: array {name} is there twice")
                found[name] = _member(archive, info, path, name)
            return found
    except DataError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise DataError(f"{path}: not a readable npz file ({str(error)[:100] or type(error).__name__})") from error


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, name: str) -> np.ndarray:
    """One array; its header is compared with the size of the member before anything is allocated."""
    size = info.file_size
    if size > MOST_BYTES or (size > SMALL_BYTES and size > MOST_RATIO * max(info.compress_size, 1)):
        raise DataError(f"{path}: array {name} is too large ({size} bytes from {info.compress_size})")
    try:
        with archive.open(info) as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of headers that Python 2 wrote
            version = np.lib.format.read_magic(stream)
            if version == (1, 0):
                shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
            elif version == (2, 0):
                shape, fortran, dtype = np.lib.format.read_array_header_2_0(stream)
            else:
                raise ValueError(f"npy format {version[0]}.{version[1]} is not supported")
            if dtype.hasobject:
                raise ValueError("it holds Python objects (a pickle), which are never loaded")
            count = 1
            for side in shape:
                count *= side
            if min(shape, default=0) < 0 or count * dtype.itemsize != size - stream.tell():
                raise ValueError("its header does not match its size")
            values = np.frombuffer(stream.read(), dtype=dtype, count=count)
            return values.reshape(shape, order="F" if fortran else "C")
    except (ValueError, SyntaxError, TypeError, MemoryError, OverflowError, RecursionError) as error:
        raise DataError(f"{path}: array {name} cannot be read: {str(error).splitlines()[0][:200]}") from error


def _checked(raw: dict[str, np.ndarray], path: Path | None) -> DataSet:
    arrays = {name: _real(name, raw[name]) for name in ARRAYS if name in raw}
    parameters = {name: exact_number(name, raw[name]) for name in PARAMETERS if name in raw}
    words = {name: _word(name, raw[name]) for name in WORDS if name in raw}
    views = "X1" in arrays or "X2" in arrays
    needed = ("X1", "X2", "W") if views and "X" not in arrays else ("X", "W")
    for name in needed:
        if name not in arrays:
            raise DataError(f"array {name} is missing")
    data = arrays[needed[0]]
    for name in (n for n in ("X", "X1", "X2", "W") if n in arrays):
        a = arrays[name]
        if a.ndim != 2 or 0 in a.shape:
            raise DataError(f"array {name} must have two dimensions and no empty one, not shape {a.shape}")
        if a.shape[1] != data.shape[1]:
            raise DataError(f"array {name} has {a.shape[1]} columns, but {needed[0]} has {data.shape[1]}")
    if views and ("X1" not in arrays or "X2" not in arrays or arrays["X1"].shape != arrays["X2"].shape):
        raise DataError("the views X1 and X2 must both be there, in the same shape")
    m = arrays["W"].shape[0]
    if "V" in arrays and (arrays["V"].ndim != 2 or arrays["V"].shape[1] != m or 0 in arrays["V"].shape):
        raise DataError(f"array V must have two dimensions and {m} columns, one for each row of W")
    last, of = (arrays["V"].shape[0], "rows of V") if "V" in arrays else (m, "rows of W")
    for name, length, what in (
        ("y", data.shape[0], f"rows of {needed[0]}"),
        ("F", last, of),
        ("b", m, "rows of W"),
    ):
        if name in arrays and arrays[name].shape != (length,):
            raise DataError(f"array {name} has shape {arrays[name].shape}, but there are {length} {what}")
    if "y" in arrays and not np.isin(arrays["y"], (0.0, 1.0)).all():
        raise DataError("the labels y must be 0 or 1")
    if m * (data.shape[1] + 1) > MOST_WEIGHTS:
        raise DataError(f"{m * (data.shape[1] + 1)} weights; at most {MOST_WEIGHTS} are supported")
    return DataSet(arrays, parameters, words, path)


def _real(name: str, a: np.ndarray) -> FloatArray:
    """Exactly the same numbers as float64, C-contiguous."""
    if a.dtype.kind not in "fiub" or a.dtype.itemsize > 8 or (a.dtype.kind == "b" and name != "y"):
        raise DataError(f"array {name} has type {a.dtype}; real numbers of at most 64 bits are needed")
    if a.dtype.kind in "iu" and a.size and (int(a.max()) > 2**53 or int(a.min()) < -(2**53)):
        raise DataError(f"array {name} has integers beyond 2^53")
    found = np.ascontiguousarray(a, dtype=np.float64)
    if not np.isfinite(found).all():
        raise DataError(f"array {name} holds a NaN or an infinity")
    if found.size and np.abs(found).max() > LIMIT:
        raise DataError(f"array {name} holds numbers beyond 2^200")
    return found


def exact_number(name: str, a: np.ndarray) -> sp.Rational:
    """A parameter: a string as on the command line, or a number, which counts as exactly what it is."""
    if a.ndim == 0 and a.dtype.kind == "U":
        try:
            return parse_number(str(a[()]))
        except ReadError as error:
            raise DataError(f"parameter {name}: {error}") from error
    if a.ndim == 0 and a.dtype.kind in "fiu" and a.dtype.itemsize <= 8 and np.isfinite(a):
        return sp.Rational(*float(a[()]).as_integer_ratio())
    raise DataError(f"parameter {name} must be one finite number, or a string such as 1/800")


def _word(name: str, a: np.ndarray) -> str:
    if a.ndim == 0 and a.dtype.kind == "U" and a.dtype.itemsize <= 256:
        return str(a[()])
    raise DataError(f"{name} must be one short string")
