"""Certificates as files: exact numbers, trees, digests, atomic writing, and what a reader refuses."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric.enclosure import Enclosure
from numeric.tree import CutTree, TreeRecorder
from proofs.certificates import (
    FORMAT,
    CertificateError,
    decode_box,
    decode_enclosure,
    decode_float,
    decode_fraction,
    decode_tree,
    digest,
    encode_box,
    encode_enclosure,
    encode_fraction,
    encode_tree,
    read_certificate,
    write_atomically,
    write_certificate,
)

F = Fraction


# -- numbers -------------------------------------------------------------------------------------------------
@given(st.fractions())
def test_fractions_round_trip(x: Fraction) -> None:
    assert decode_fraction(encode_fraction(x)) == x


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_round_trip(x: float) -> None:
    decoded = decode_float(x.hex())
    assert decoded == x
    assert math.copysign(1, decoded) == math.copysign(1, x)


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "/", "/2", "1/0", "0/0", "1/-2", "--1", "+1", "1.5", "1e3", " 1", "1 ", "1/2/3", "nan", "inf", "1_0",
        "٣", "１", "0x10", "1/2\n", "9" * 5000, "1/" + "9" * 5000, "9" * 20_000, None, 1, 1.5, True, [], {}, ["1"],
    ],
)  # fmt: skip
def test_what_is_no_exact_number(text: Any) -> None:
    with pytest.raises(CertificateError):
        decode_fraction(text)


@pytest.mark.parametrize(
    "text",
    ["", "nan", "inf", "-inf", "0x1p2000", "xyz", "0x1.8p+1 garbage", "1" * 50, None, 1.5, 1, [], "0x", "0x1p-1.5"],
)
def test_what_is_no_float(text: Any) -> None:
    with pytest.raises(CertificateError):
        decode_float(text)


@pytest.mark.parametrize(
    "value", [["2", "1"], ["1"], ["1", "2", "3"], [], None, "1", {"lo": "1"}, [1, 2], ["1", "inf"]]
)
def test_what_is_no_interval(value: Any) -> None:
    with pytest.raises(CertificateError):
        decode_enclosure(value)


def test_intervals_and_boxes_round_trip() -> None:
    box = [Enclosure(F(-1, 3), F(2, 7)), Enclosure.exact(5)]
    assert encode_enclosure(box[0]) == ["-1/3", "2/7"]
    assert decode_box(encode_box(["a", "b"], box), ["a", "b"]) == box


@pytest.mark.parametrize(
    "value", [{"a": ["0", "1"]}, {"a": ["0", "1"], "c": ["0", "1"]}, [], None, {}, {"a": ["0", "1"], "b": 0}]
)
def test_a_box_has_exactly_its_variables(value: Any) -> None:
    with pytest.raises(CertificateError):
        decode_box(value, ["a", "b"])


# -- trees ---------------------------------------------------------------------------------------------------
def small_tree() -> CutTree:
    """A root cut along axis 1 at 1/2; its upper part cut along axis 0 at -1/4; leaves of kinds 1, 2, 3."""
    recorder = TreeRecorder()
    children = recorder.split(recorder.root(), np.array([1], dtype=np.int8), np.array([0.5]))
    recorder.close(children[:1], 1)
    leaves = recorder.split(children[1:], np.array([0], dtype=np.int8), np.array([-0.25]))
    recorder.close(leaves, np.array([2, 3], dtype=np.int8))
    recorder.mark(leaves[1:], 7)
    return recorder.tree()


def test_trees_round_trip() -> None:
    tree = small_tree()
    encoded = json.loads(json.dumps(encode_tree(tree)))
    assert encoded == {
        "kinds": "01023", "axes": [1, 0], "cuts": [(0.5).hex(), (-0.25).hex()], "children": [1, 3], "marks": [[4, 7]]
    }  # fmt: skip
    decoded = decode_tree(encoded, 2)
    for name in ("kind", "axis", "mark"):
        assert getattr(decoded, name).tolist() == getattr(tree, name).tolist()
    split = tree.kind == 0
    assert decoded.cut[split].tolist() == tree.cut[split].tolist()
    assert decoded.child[split].tolist() == tree.child[split].tolist()


@pytest.mark.parametrize(
    "change",
    [
        {"kinds": ""}, {"kinds": "0102"}, {"kinds": "010234"}, {"kinds": "11023"}, {"kinds": "0a023"}, {"kinds": 1023},
        {"kinds": "٠١٠٢٣"}, {"kinds": None}, {"axes": [1]}, {"axes": [1, 2]}, {"axes": [1, -1]}, {"axes": [1, 0.0]},
        {"axes": [1, "0"]}, {"axes": None}, {"cuts": ["0x1p-1"]}, {"cuts": ["nan", "0x1p-1"]}, {"cuts": [0.5, 0.25]},
        {"cuts": "0x1p-1"}, {"children": [1, 1]}, {"children": [3, 1]}, {"children": [1, 4]}, {"children": [0, 3]},
        {"children": [1]}, {"children": [1, 3.0]}, {"children": [1, 10**30]}, {"children": [-1, 3]}, {"children": [1, 0]},
        {"marks": None}, {"marks": [7]}, {"marks": [[4]]}, {"marks": [[4, 7, 1]]}, {"marks": [[5, 7]]}, {"marks": [[-1, 7]]},
        {"marks": [[4, -3]]}, {"marks": [[4, 2**15]]}, {"marks": [["4", 7]]}, {"marks": [[4, 1.5]]},
    ],
)  # fmt: skip
def test_malformed_trees_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(CertificateError):
        decode_tree({**encode_tree(small_tree()), **change}, 2)


@pytest.mark.parametrize("value", [None, [], "0", 3, {}])
def test_what_is_no_tree(value: Any) -> None:
    with pytest.raises(CertificateError):
        decode_tree(value, 2)


# -- digests and files ---------------------------------------------------------------------------------------
def test_the_digest_covers_everything_but_itself() -> None:
    body = {"format": FORMAT, "claims": [{"kind": "x"}], "note": "a"}
    first = digest(body)
    assert digest({**body, "digest": "whatever"}) == first
    assert digest(dict(reversed(body.items()))) == first
    assert digest({**body, "note": "b"}) != first
    assert digest({**body, "claims": []}) != first


def test_written_certificates_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    value = write_certificate(path, [{"kind": "x"}], lemma="L0")
    assert read_certificate(path) == {"format": FORMAT, "lemma": "L0", "claims": [{"kind": "x"}], "digest": value}
    assert value == digest(read_certificate(path))
    assert path.stat().st_mode & 0o777 == 0o644


def test_writing_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    write_atomically(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \ud800")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["c.txt"]


def test_writing_where_there_is_no_directory(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_atomically(tmp_path / "missing" / "c.txt", "text")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"[]", FORMAT),
        (b"null", FORMAT),
        (b'{"format": "separatrix-certificate/2", "claims": [{}]}', FORMAT),
        (b'{"format": "separatrix-certificate/1"}', "no claims"),
        (b'{"format": "separatrix-certificate/1", "claims": []}', "no claims"),
        (b'{"format": "separatrix-certificate/1", "claims": [1]}', "no claims"),
        (b'{"format": "separatrix-certificate/1", "claims": {"a": 1}}', "no claims"),
        (b"[" * 100_000, "nested"),
        (b'{"format": ' + b"9" * 10_000 + b"}", "not JSON"),
    ],
)
def test_files_that_are_no_certificates(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(content)
    with pytest.raises(CertificateError, match=message):
        read_certificate(path)


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="no such file"):
        read_certificate(tmp_path / "missing.json")
    with pytest.raises(CertificateError, match="not a regular file"):
        read_certificate(tmp_path)
    with pytest.raises(CertificateError, match="not a regular file"):
        read_certificate(Path("/dev/zero"))
