"""Independent rows: determinants by hand, touching zero, and no false claim on random boxes."""

from __future__ import annotations

import random
from fractions import Fraction

from numeric.enclosure import Enclosure
from proofs.theorems.rank import rows_independent

F = Fraction
E = Enclosure.exact


def box(*ends: tuple[int, int]) -> list[Enclosure]:
    return [Enclosure(F(a), F(b)) for a, b in ends]


def test_exact_rows() -> None:
    assert rows_independent([E(1), E(0)], [E(0), E(1)])  # determinant 1
    assert rows_independent([E(0), E(1)], [E(1), E(0)])  # determinant -1
    assert not rows_independent([E(1), E(2)], [E(2), E(4)])  # determinant 0
    assert not rows_independent([E(0), E(0)], [E(1), E(2)])  # the zero row


def test_mirrored_rows_with_a_common_second_coordinate() -> None:
    # (a, b) and (-a, b): determinant 2ab, the case of the two SSL neurons.
    assert rows_independent([E(F(38, 10)), E(F(15, 10))], [E(F(-38, 10)), E(F(15, 10))])
    assert not rows_independent([E(F(38, 10)), E(0)], [E(F(-38, 10)), E(0)])


def test_boxes_by_hand() -> None:
    # x in [1, 2] x [0, 1], y in [0, 1] x [3, 4]: x1 y2 in [3, 8], x2 y1 in [0, 1], so the determinant is >= 2.
    assert rows_independent(box((1, 2), (0, 1)), box((0, 1), (3, 4)))
    # x2 y1 in [0, 3] touches x1 y2 in [3, 8]: (1, 1) and (3, 3) are dependent.
    assert not rows_independent(box((1, 2), (0, 1)), box((0, 3), (3, 4)))
    # Intervals on both sides of zero: products of the wrong corners would miss the dependence.
    assert not rows_independent(box((-2, 1), (-1, 1)), box((-1, 1), (-3, 2)))


def test_no_random_box_with_a_dependent_pair_is_called_independent() -> None:
    generator = random.Random(5)

    def around(x: Fraction) -> Enclosure:
        return Enclosure(x - F(generator.randint(0, 3), 8), x + F(generator.randint(0, 3), 8))

    proved = 0
    for _ in range(3000):
        x = [F(generator.randint(-6, 6), 2) for _ in range(2)]
        factor = F(generator.randint(-4, 4), generator.randint(1, 4))
        dependent = [factor * v for v in x]
        assert not rows_independent([around(v) for v in x], [around(v) for v in dependent])
        other = [F(generator.randint(-6, 6), 2) for _ in range(2)]
        first, second = [around(v) for v in x], [around(v) for v in other]
        if rows_independent(first, second):
            proved += 1
            for a in first[0].lo, first[0].hi:
                for d in second[1].lo, second[1].hi:
                    assert a * d != first[1].lo * second[0].hi
    assert proved > 300
