"""Boxes that the mirror maps to themselves."""

from __future__ import annotations

from fractions import Fraction

import pytest

from numeric.enclosure import Enclosure
from proofs.theorems.mirror import mirrored_box


def box(**changes: tuple[float, float]) -> dict[str, Enclosure]:
    sides = {"a1": (2, 3), "a2": (-3, -2), "b1": (-1, 1), "b2": (-1, 1), "f1": (-5, -4), "f2": (4, 5)} | changes
    return {k: Enclosure(Fraction(lo), Fraction(hi)) for k, (lo, hi) in sides.items()}


def test_a_symmetric_box() -> None:
    assert mirrored_box(box())


@pytest.mark.parametrize(
    "changes",
    [
        {"a2": (-3, -2.5)},
        {"a2": (2, 3)},
        {"b2": (-1, 0.5)},
        {"b1": (-1, 2), "b2": (-1, 2)},
        {"f2": (4, 5.0000001)},
        {"f1": (4, 5)},
    ],
)
def test_boxes_that_are_not(changes: dict[str, tuple[float, float]]) -> None:
    assert not mirrored_box(box(**changes))


def test_other_variables() -> None:
    sides = box()
    del sides["f2"]
    assert not mirrored_box(sides)
    assert not mirrored_box({"a": sides["a1"], "b": sides["b1"]})
