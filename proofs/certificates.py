"""Certificates: claims with the evidence for them, as exact numbers in JSON.

A certificate is ``{"format", "claims": [{"kind", "statement", "evidence"}, ...], "digest", ...}``.
Numbers are strings: rationals ``p/q``, or hexadecimal floats (dyadic, exact).  The digest guards
against accidents; what makes a certificate valid is that the checker proves every claim again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from numeric.enclosure import Enclosure
from numeric.tree import CutTree
from proofs.theorems.exhaustiveness import leaves_cover

__all__ = [
    "FORMAT",
    "CertificateError",
    "decode_box",
    "decode_enclosure",
    "decode_fraction",
    "decode_tree",
    "digest",
    "encode_box",
    "encode_enclosure",
    "encode_fraction",
    "encode_tree",
    "read_certificate",
    "write_atomically",
    "write_certificate",
]

FORMAT = "separatrix-certificate/1"
MAX_BYTES = 256 * 2**20
MAX_DIGITS = 6000


class CertificateError(ValueError):
    """The file is not a readable certificate (as opposed to one that is wrong)."""


# -- numbers ----------------------------------------------------------------------------------
def encode_fraction(x: Fraction) -> str:
    return str(x)


def decode_fraction(text: Any) -> Fraction:
    """Exact rational from ``p/q`` or ``p``; raises CertificateError for anything else."""
    if not isinstance(text, str) or len(text) > 2 * MAX_DIGITS:
        raise CertificateError("a number is not a string p/q")
    numerator, _, denominator = text.partition("/")
    try:
        if not (numerator.lstrip("-").isascii() and numerator.lstrip("-").isdigit()):
            raise ValueError
        if denominator and not (denominator.isascii() and denominator.isdigit()):
            raise ValueError
        return Fraction(int(numerator), int(denominator or 1))
    except (ValueError, ZeroDivisionError) as error:
        raise CertificateError(f"not an exact number: {text[:40]!r}") from error


def decode_float(text: Any) -> float:
    if not isinstance(text, str) or len(text) > 40:
        raise CertificateError("a float is not a hexadecimal string")
    try:
        value = float.fromhex(text)
    except (ValueError, OverflowError) as error:
        raise CertificateError(f"not a hexadecimal float: {text!r}") from error
    if not np.isfinite(value):
        raise CertificateError("a float is not finite")
    return value


def encode_enclosure(x: Enclosure) -> list[str]:
    return [encode_fraction(x.lo), encode_fraction(x.hi)]


def decode_enclosure(value: Any) -> Enclosure:
    if not isinstance(value, list) or len(value) != 2:
        raise CertificateError("an interval is not a pair")
    lo, hi = decode_fraction(value[0]), decode_fraction(value[1])
    if lo > hi:
        raise CertificateError("an interval is reversed")
    return Enclosure(lo, hi)


def encode_box(names: Sequence[str], box: Sequence[Enclosure]) -> dict[str, list[str]]:
    return {name: encode_enclosure(x) for name, x in zip(names, box, strict=True)}


def decode_box(value: Any, names: Sequence[str]) -> list[Enclosure]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise CertificateError(f"a box does not have exactly the variables {', '.join(names)}")
    return [decode_enclosure(value[name]) for name in names]


# -- trees ------------------------------------------------------------------------------------
def encode_tree(tree: CutTree) -> dict[str, Any]:
    """Kinds as one string of digits; axis, cut and child for split nodes, marks where there are any."""
    split = np.flatnonzero(tree.kind == 0)
    marked = np.flatnonzero(tree.mark != -1)
    return {
        "kinds": "".join(map(str, tree.kind.tolist())),
        "axes": tree.axis[split].tolist(),
        "cuts": [c.hex() for c in tree.cut[split].tolist()],
        "children": tree.child[split].tolist(),
        "marks": [[int(k), int(tree.mark[k])] for k in marked],
    }


def decode_tree(value: Any, dimension: int) -> CutTree:
    """Read a tree and check its shape: every node but the root is the child of one node before it."""
    if not isinstance(value, dict) or not isinstance(value.get("kinds"), str):
        raise CertificateError("a tree is malformed")
    kinds_text = value["kinds"]
    if not kinds_text or not kinds_text.isascii() or not kinds_text.isdigit():
        raise CertificateError("the kinds of a tree are malformed")
    kind = np.frombuffer(kinds_text.encode(), dtype=np.uint8).astype(np.int8) - ord("0")
    split = np.flatnonzero(kind == 0)
    axes, cuts, children, marks = (value.get(k) for k in ("axes", "cuts", "children", "marks"))
    for part in (axes, cuts, children):
        if not isinstance(part, list) or len(part) != len(split):
            raise CertificateError("a tree has the wrong number of cuts")
    assert isinstance(axes, list)
    assert isinstance(cuts, list)
    assert isinstance(children, list)
    if not all(isinstance(a, int) and 0 <= a < dimension for a in axes):
        raise CertificateError("a tree is cut along an unknown axis")
    size = len(kind)
    if not all(isinstance(c, int) and k < c < size - 1 for k, c in zip(split.tolist(), children, strict=True)):
        raise CertificateError("a tree has a child out of range")
    if not leaves_cover(children, size):
        raise CertificateError("the leaves of a tree do not cover its root")
    tree = CutTree(
        kind,
        np.zeros(size, dtype=np.int8),
        np.zeros(size),
        np.full(size, -1, dtype=np.int32),
        np.full(size, -1, dtype=np.int32),
    )
    tree.axis[split] = axes
    tree.cut[split] = [decode_float(c) for c in cuts]
    tree.child[split] = children
    if not isinstance(marks, list):
        raise CertificateError("the marks of a tree are malformed")
    for entry in marks:
        if not (isinstance(entry, list) and len(entry) == 2 and all(isinstance(v, int) for v in entry)):
            raise CertificateError("the marks of a tree are malformed")
        if not (0 <= entry[0] < size and -2 <= entry[1] < 2**15):
            raise CertificateError("a mark of a tree is out of range")
        tree.mark[entry[0]] = entry[1]
    return tree


# -- files ------------------------------------------------------------------------------------
def digest(certificate: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON text without the digest itself."""
    body = {k: v for k, v in certificate.items() if k != "digest"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write so that a reader sees the old file or the whole new one.  Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def write_certificate(path: Path, claims: list[dict[str, Any]], **about: Any) -> str:
    """Write a certificate; returns its digest."""
    certificate: dict[str, Any] = {"format": FORMAT, **about, "claims": claims}
    certificate["digest"] = digest(certificate)
    write_atomically(path, json.dumps(certificate, indent=None, separators=(",", ":")) + "\n")
    return str(certificate["digest"])


def read_certificate(path: Path) -> dict[str, Any]:
    """Parse a certificate file.  Raises CertificateError with one clear line, OSError for the file."""
    if not path.is_file():
        raise CertificateError(f"{path}: no such file" if not path.exists() else f"{path}: not a regular file")
    if path.stat().st_size > MAX_BYTES:
        raise CertificateError(f"{path}: larger than {MAX_BYTES >> 20} MiB")
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise CertificateError(f"{path}: not UTF-8 text") from error
    except RecursionError as error:
        raise CertificateError(f"{path}: nested too deeply") from error
    except ValueError as error:
        raise CertificateError(f"{path}: not JSON ({str(error)[:100]})") from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise CertificateError(f"{path}: not a {FORMAT} file")
    claims = value.get("claims")
    if not isinstance(claims, list) or not claims or not all(isinstance(c, dict) for c in claims):
        raise CertificateError(f"{path}: no claims")
    return value
