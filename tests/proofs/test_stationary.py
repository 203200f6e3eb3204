"""One stationary point: digits, exact relations, zeros in subspaces, eigenvalues and kind."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb

from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.system import System, build_system
from proofs import stationary
from proofs.stationary import (
    Classification,
    bits_for,
    classify,
    exact_subspace,
    float_inverse,
    kind_of,
    refine,
    relations,
    square,
    zero_in_subspace,
)
from symbolic.objectives import build_objective
from symbolic.symmetry import LinearSubspace

x, y, z = sp.symbols("x y z", real=True)
F = Fraction


def around(*values: float, radius: Fraction = F(1, 10**15)) -> list[Enclosure]:
    return [Enclosure(F(v) - radius, F(v) + radius) for v in values]


def holds(e: Enclosure, truth: mpmath.mpf, slack: int) -> bool:
    """Whether a high-precision number lies in the enclosure, up to 10^-slack."""
    value = F(mpmath.nstr(truth, slack + 10))
    return e.lo - F(1, 10**slack) <= value <= e.hi + F(1, 10**slack)


# -- refining ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("digits", [5, 25, 60, 300])
def test_many_digits_of_the_square_root_of_two(digits: int) -> None:
    found = refine(build_system([x**2 - 2], [x]), [1.4], digits)
    assert found is not None
    (e,) = found
    # lo^2 <= 2 <= hi^2 exactly
    assert e.lo > 0
    assert e.lo**2 <= 2 <= e.hi**2
    assert e.width < F(2, 10**digits)


@pytest.mark.parametrize("digits", [20, 60])
def test_negative_zeros_keep_their_sign(digits: int) -> None:
    found = refine(build_system([x**2 - 2], [x]), [-1.4], digits)
    assert found is not None
    assert found[0].hi < 0
    assert found[0].hi ** 2 <= 2 <= found[0].lo ** 2
    assert found[0].width < F(2, 10**digits)
    found = refine(build_system([x**2 - 2, y + x / 3, z - x * y], [x, y, z]), [1.4, -0.47, -0.66], digits)
    assert found is not None
    assert [e.lo > 0 for e in found] == [True, False, False]
    # z = -x^2/3 = -2/3
    assert found[2].contains(Enclosure.exact(F(-2, 3)))


def test_a_stationary_point_with_a_negative_coordinate() -> None:
    ssl = build_objective("ssl", values={"tau": -7})
    system = build_system(ssl.gradient, ssl.variables, derivatives=ssl.hessian)
    found = refine(system, [3.816, -1.52], 40)
    assert found is not None
    assert found[1].hi < 0
    assert max(e.width for e in found) < F(1, 10**38)


@pytest.mark.parametrize(
    ("e", "start"),
    [
        (x**2, 0.1),
        (x**2 + 1, 0.5),
        (x - sp.tanh(x), 0.2),
        (sp.log(x) + 3, -1.0),
        (1 / x, 0.0),
        (sp.sqrt(x) - x / 2 - 1, -1.0),
    ],
)
def test_what_cannot_be_confirmed_is_none(e: sp.Expr, start: float) -> None:
    """Double and triple zeros, no zero, starts outside the domain, a complex solution."""
    assert refine(build_system([e], [x]), [start], 20) is None


def test_a_wrong_proposal_is_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newton only proposes; a point that is not close to a zero gives no box."""
    system = build_system([x**2 - 2], [x])
    for proposal in ("1.5", "1.4142135623", "-3", "1e-40"):
        monkeypatch.setattr(stationary, "_newton_in_balls", lambda *_, p=proposal: [arb(p).mid()])
        monkeypatch.setattr(stationary, "newton_multiprecision", lambda *_, p=proposal: [mpmath.mpf(p)])
        assert refine(system, [1.4], 30) is None


def test_refined_boxes_hold_the_zero_of_another_root_finder() -> None:
    system = build_system([x - 4 * sp.tanh(y / 2), y - sp.sin(x) - 1], [x, y])
    found = refine(system, [2.4, 1.6], 50)
    assert found is not None
    with mpmath.workdps(70):
        a, b = mpmath.findroot(lambda u, v: (u - 4 * mpmath.tanh(v / 2), v - mpmath.sin(u) - 1), (2.4, 1.6))
        assert holds(found[0], a, 60)
        assert holds(found[1], b, 60)


def test_precision_grows_with_the_digits() -> None:
    assert bits_for(10) < bits_for(100)
    # log2(10) = 3.32 bits for each digit, and some to spare.
    assert bits_for(100) > 333 + 30


# -- exact relations ---------------------------------------------------------------------------------------
def test_relations_in_words() -> None:
    names = ["a", "b", "c", "d"]
    assert relations(None, names) == ()
    assert relations(LinearSubspace((0, -1, 0, 0), (1, 0, -1, 1)), names) == ("b = 0", "c = -a", "d = a")
    assert relations(LinearSubspace((-1,) * 4, (0,) * 4), names) == ("a = 0", "b = 0", "c = 0", "d = 0")


def test_a_suggested_subspace_is_checked_by_algebra() -> None:
    # The flow (x (1 + y), y - x^2 - 1) keeps x = 0.
    flow = [x * (1 + y), y - x**2 - 1]
    found = exact_subspace(flow, [x, y], around(0.0, 1.0))
    assert found == LinearSubspace((-1, 0), (0, 1))
    # A tiny constant destroys the invariance, although the zero still looks like 0.
    assert exact_subspace([flow[0] + sp.Rational(1, 10**40), flow[1]], [x, y], around(0.0, 1.0)) is None
    # Looks alike but is not: x = y at the zero only by chance.
    assert exact_subspace([x - 1, y**3 - 1], [x, y], around(1.0, 1.0)) is None
    # Nothing to suggest.
    assert exact_subspace(flow, [x, y], around(0.5, 1.0)) is None


def test_opposite_coordinates_are_recognised() -> None:
    # d/dx and d/dy of (x y + 1)^2 + (x + y)^2 map y = -x into itself.
    flow = [sp.diff((x * y + 1) ** 2 + (x + y) ** 2, v) for v in (x, y)]
    assert exact_subspace(flow, [x, y], around(1.0, -1.0)) == LinearSubspace((0, 0), (1, -1))


def test_relations_of_the_supervised_model() -> None:
    sl = build_objective("sl")
    point = around(2.6279057, 0.0, -2.6279057, 0.0, -4.2539906, 4.2539906)
    found = exact_subspace(sl.gradient, sl.variables, point)
    assert relations(found, [v.name for v in sl.variables]) == ("b1 = 0", "a2 = -a1", "b2 = 0", "f2 = -f1")


def tapes(flow: list[sp.Expr], variables: list[sp.Symbol]) -> System:
    return build_system(flow, variables)


def test_a_zero_inside_a_subspace() -> None:
    # On x = 0 the flow is y - 1 - x^2 = y - 1.
    system = tapes([x * (1 + y), y - x**2 - 1], [x, y])
    subspace = LinearSubspace((-1, 0), (0, 1))
    found = zero_in_subspace(system.function, system.jacobian, subspace, around(0.0, 1.0, radius=F(1, 100)), bits=120)
    assert found is not None
    assert found[0] == Enclosure.exact(0)
    assert found[1].contains(Enclosure.exact(1))
    assert found[1].width < F(1, 10**4)
    # No zero in this box.
    far = [Enclosure(F(-1, 100), F(1, 100)), Enclosure(F(2), F(3))]
    assert zero_in_subspace(system.function, system.jacobian, subspace, far, bits=120) is None


def test_signs_inside_a_subspace() -> None:
    # On y = -x the gradient of (x - y - 2)^2 + x^2 y^2 is +-(4 x - 4 + 2 x^3), with slope 4 + 6 x^2 along u -> (u, -u).
    f = (x - y - 2) ** 2 + x**2 * y**2
    system = tapes([sp.diff(f, v) for v in (x, y)], [x, y])
    subspace = LinearSubspace((0, 0), (1, -1))
    root = float(mpmath.findroot(lambda t: t**3 + 2 * t - 2, 0.77))
    # Off the centre, so that a wrong slope would send Newton's step out of the box.
    box = around(root + 0.005, -root - 0.005, radius=F(1, 100))
    found = zero_in_subspace(system.function, system.jacobian, subspace, box, bits=120)
    assert found is not None
    assert found[0] == -found[1]
    # t^3 + 2 t - 2 changes sign between the ends.
    low, high = (t**3 + 2 * t - 2 for t in (found[0].lo, found[0].hi))
    assert low < 0 < high


def test_the_origin_needs_no_free_coordinate() -> None:
    system = tapes([sp.sin(x) * y, sp.tanh(y) + x], [x, y])
    nothing = LinearSubspace((-1, -1), (0, 0))
    found = zero_in_subspace(system.function, system.jacobian, nothing, around(0.0, 0.0), bits=80)
    assert found == [Enclosure.exact(0)] * 2
    system = tapes([x + 1, y], [x, y])
    assert zero_in_subspace(system.function, system.jacobian, nothing, around(0.0, 0.0), bits=80) is None


def test_a_singular_restriction_is_not_confirmed() -> None:
    system = tapes([x * y, y**2], [x, y])
    subspace = LinearSubspace((-1, 0), (0, 1))
    assert zero_in_subspace(system.function, system.jacobian, subspace, around(0.0, 0.0), bits=80) is None


# -- kinds -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("index", "dimension", "kind"),
    [
        (0, 2, "minimum"),
        (1, 2, "saddle"),
        (2, 2, "maximum"),
        (None, 2, "degenerate"),
        (0, 1, "minimum"),
        (1, 1, "maximum"),
    ],
)
def test_kinds(index: int | None, dimension: int, kind: str) -> None:
    assert kind_of(index, dimension) == kind
    assert Classification((Enclosure.exact(1),) * dimension, index).kind == kind


@pytest.mark.parametrize(
    ("f", "point", "eigenvalues", "index"),
    [
        (x**2 + 2 * y**2, (0.0, 0.0), (2, 4), 0),
        (-(x**2) - 2 * y**2, (0.0, 0.0), (-4, -2), 2),
        (x * y, (0.0, 0.0), (-1, 1), 1),
        (x**2 + y**4, (0.0, 0.0), (0, 2), None),
        # Hessian (2 1; 1 2) and (6x 0; 0 2) at x = -1
        (x**2 + x * y + y**2, (0.0, 0.0), (1, 3), 0),
        (x**3 + y**2, (-1.0, 0.0), (-6, 2), 1),
    ],
)
def test_classification_by_hand(
    f: sp.Expr, point: tuple[float, ...], eigenvalues: tuple[int, ...], index: int | None
) -> None:
    hessian = compile_tape([sp.diff(f, u, v) for u in (x, y) for v in (x, y)], [x, y])
    found = classify(hessian, around(*point), bits=120)
    assert found.index == index
    assert [e.overlaps(Enclosure.exact(v)) for e, v in zip(found.eigenvalues, eigenvalues, strict=True)] == [True, True]
    assert all(e.width < F(1, 10**8) for e in found.eigenvalues)


def test_a_wide_box_has_no_certain_index() -> None:
    # The second derivative 6 x changes sign in [-1, 1].
    found = classify(compile_tape([6 * x], [x]), [Enclosure(F(-1), F(1))], bits=80)
    assert found.index is None
    assert found.kind == "degenerate"


def test_an_undefined_hessian_is_degenerate() -> None:
    found = classify(compile_tape([1 / x], [x]), [Enclosure(F(-1), F(1))], bits=80)
    assert found == Classification((), None)


# -- small helpers -----------------------------------------------------------------------------------------
def test_square_and_float_inverse() -> None:
    rows = square([arb(2), arb(0), arb(0), arb(4)], 2)
    assert [[float(e) for e in row] for row in rows] == [[2.0, 0.0], [0.0, 4.0]]
    assert np.allclose(float_inverse(rows), [[0.5, 0.0], [0.0, 0.25]])
    # A singular matrix and one without numbers still give some matrix.
    assert np.isfinite(float_inverse(square([arb(1), arb(1), arb(1), arb(1)], 2))).all()
    assert float_inverse(square([arb("nan"), arb(1), arb(1), arb(1)], 2)) == [[1.0, 0.0], [0.0, 1.0]]
