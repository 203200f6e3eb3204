"""Bifurcations: the critical parameters by a second library, completeness, certificates, and refusals."""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction as Q
from functools import cache
from itertools import pairwise
from typing import Any

import mpmath
import pytest
import sympy as sp

from numeric.enclosure import truncated_digits
from proofs.bifurcation import BifurcationDiagram, BifurcationPoint, constant_stretches, prove_bifurcations
from proofs.certificates import FORMAT
from proofs.claims.bifurcation import bifurcation_claim
from proofs.verdict import Verdict
from symbolic.objectives import build_objective


@cache
def diagram(lo: Q = Q(282, 10000), hi: Q = Q(285, 10000), neurons: int = 1) -> BifurcationDiagram:
    return prove_bifurcations(build_objective("ssl", neurons=neurons).freed(["alpha"]), (lo, hi))


def critical_alpha(tau: int) -> tuple[mpmath.mpf, mpmath.mpf]:
    """l_b = 0 and l_aa = 0 at a = 0, derivatives taken by mpmath of the loss written out by hand."""
    s = lambda z: 1 / (1 + mpmath.exp(-z))  # noqa: E731
    with mpmath.workdps(50):
        # At a = 0: l = -(s(0)^2 + s(tau b)^2)/2 + alpha b^2, and with h = s^2
        # l_aa = -(h''(0) + h''(tau b))/2 + 2 alpha.
        h = lambda z: s(z) ** 2  # noqa: E731

        def equations(b: mpmath.mpf, alpha: mpmath.mpf) -> list[mpmath.mpf]:
            first = -tau * mpmath.diff(h, tau * b) / 2 + 2 * alpha * b
            second = -(mpmath.diff(h, 0, 2) + mpmath.diff(h, tau * b, 2)) / 2 + 2 * alpha
            return [first, second]

        b, alpha = mpmath.findroot(equations, (0.73, 0.0283), tol=1e-80)
        return +b, +alpha


def test_the_pitchfork_to_thirty_digits() -> None:
    b, alpha = critical_alpha(7)
    result = diagram()
    assert result.verdict is Verdict.PROVED
    (point,) = result.points
    assert (point.kind, point.below, point.above) == ("pitchfork", 3, 1)
    assert truncated_digits(point.parameter, 30) == mpmath.nstr(alpha, 45)[: len("0.0283457301712410861002455854151")]
    assert mpmath.mpf(point.parameter.lo.numerator) / point.parameter.lo.denominator <= alpha + mpmath.mpf(10) ** -32
    assert abs(float(point.point[1].middle) - float(b)) < 1e-14
    assert point.point[0].is_exact


def test_pieces_cover_the_range_without_gaps() -> None:
    pieces = diagram().pieces
    assert pieces[0].side[0] == Q(282, 10000)
    assert pieces[-1].side[1] == Q(285, 10000)
    assert all(p.side[1] == q.side[0] for p, q in pairwise(pieces))
    assert [count for _, count in constant_stretches(diagram())] == [3, 1]


def test_without_a_bifurcation_the_number_is_constant() -> None:
    result = diagram(Q(1, 25), Q(1, 20))
    assert (result.verdict, result.points) == (Verdict.PROVED, [])
    assert "no bifurcation" in result.reason


def test_two_neurons_go_from_nine_to_one() -> None:
    (point,) = diagram(neurons=2).points
    assert (point.below, point.above) == (9, 1)


def test_a_range_that_ends_at_the_bifurcation_is_undecided() -> None:
    # 0.0283457301712410861... is the pitchfork: a float next to it as the end of the range.
    end = Q(0.02834573017124108610)
    objective = build_objective("ssl").freed(["alpha"])
    result = prove_bifurcations(objective, (Q(283, 10000), end), seconds=2.0)
    assert result.verdict is Verdict.UNDECIDED
    assert result.undecided
    with pytest.raises(ValueError, match="only a proved diagram"):
        bifurcation_claim(result)


@pytest.mark.slow
def test_a_bifurcation_in_tau() -> None:
    objective = build_objective("ssl", values={"alpha": sp.Rational(1, 50)}).freed(["tau"])
    result = prove_bifurcations(objective, (Q(122, 50), Q(49, 20)), seconds=300.0)
    assert result.verdict is Verdict.PROVED
    (point,) = result.points
    assert (point.below, point.above) == (1, 3)
    tau = float(point.parameter.middle)
    # Second way: at the tau found, l_aa at the point a = 0 with l_b = 0 vanishes.
    s = lambda z: 1 / (1 + mpmath.exp(-z))  # noqa: E731
    h = lambda z: s(z) ** 2  # noqa: E731
    b = mpmath.findroot(lambda v: -tau * mpmath.diff(h, tau * v) / 2 + v / 25, 0.61)
    assert abs(-(mpmath.diff(h, 0, 2) + mpmath.diff(h, tau * b, 2)) / 2 + mpmath.mpf(1) / 25) < 1e-10


@pytest.mark.slow
def test_a_fold_of_weak_features() -> None:
    """At tau = 1 two pairs of points meet, on either side of a = 0: seven points become three."""
    objective = build_objective("ssl", values={"tau": sp.Rational(1)}).freed(["alpha"])
    result = prove_bifurcations(objective, (Q(2740, 10**7), Q(2755, 10**7)), seconds=400.0)
    assert result.verdict is Verdict.PROVED
    (point,) = result.points
    assert (point.kind, point.below, point.above, point.copies) == ("fold", 7, 3, 2)
    # Second way: gradient and determinant of the Hessian written out by hand, solved by mpmath.
    s = lambda z: 1 / (1 + mpmath.exp(-z))  # noqa: E731
    p = lambda z: 2 * s(z) ** 2 * (1 - s(z))  # noqa: E731
    d = lambda z: mpmath.diff(p, z)  # noqa: E731

    def equations(a: mpmath.mpf, b: mpmath.mpf, alpha: mpmath.mpf) -> list[mpmath.mpf]:
        first = 2 * alpha * a - (p(a) + p(a + b) - p(-a) - p(-a + b)) / 4
        second = 2 * alpha * b - (p(a + b) + p(-a + b)) / 4
        faa = 2 * alpha - (d(a) + d(a + b) + d(-a) + d(-a + b)) / 4
        fab, fbb = -(d(a + b) - d(-a + b)) / 4, 2 * alpha - (d(a + b) + d(-a + b)) / 4
        return [first, second, faa * fbb - fab**2]

    with mpmath.workdps(30):
        _, _, alpha = mpmath.findroot(equations, (5.2, 1.6, 0.00027))
    assert abs(alpha - mpmath.mpf(point.parameter.middle.numerator) / point.parameter.middle.denominator) < 1e-18


@pytest.mark.parametrize("side", [(Q(1), Q(1)), (Q(2), Q(1)), (Q(0), Q(1))])
def test_ranges_that_are_none(side: tuple[Q, Q]) -> None:
    with pytest.raises(ValueError, match=r"range|positive|empty"):
        prove_bifurcations(build_objective("ssl").freed(["alpha"]), side)


# -- certificates --------------------------------------------------------------------------------
def whole() -> dict[str, Any]:
    return {"format": FORMAT, "claims": [copy.deepcopy(bifurcation_claim(diagram()))]}


def certificate() -> dict[str, Any]:
    """The same for the span of the pitchfork alone: one piece, so that forging it is cheap to check."""
    body = whole()
    claim = body["claims"][0]
    claim["evidence"]["pieces"] = [pitchfork_piece(body)]
    claim["statement"]["region"] = {"alpha": pitchfork_piece(body)["side"]}
    return body


def test_certificate_is_valid(verdict_of: Callable[..., str]) -> None:
    assert verdict_of(certificate()) == "VALID"
    assert verdict_of(whole()) == "VALID"


STATEMENTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "count": lambda s: s.update(count=1),
    "no points": lambda s: s.update(points=[]),
    "kind": lambda s: s["points"][0].update(kind="fold"),
    "below": lambda s: s["points"][0].update(below=1),
    "above": lambda s: s["points"][0].update(above=True),
    "copies": lambda s: s["points"][0].update(copies=2),
    "parameter": lambda s: s["points"][0].update(parameter=["28/1000", "283/10000"]),
    "point": lambda s: s["points"][0].update(point={"a": ["0", "0"], "b": ["1", "2"]}),
    "range": lambda s: s.update(region={"alpha": ["1/50", "285/10000"]}),
    "other tau": lambda s: s.update(parameters={"tau": "8"}),
    "wider": lambda s: s.update(region={"alpha": ["282/10000", "1/30"]}),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_changed_statement_is_rejected(name: str, verdict_of: Callable[..., str]) -> None:
    body = certificate()
    STATEMENTS[name](body["claims"][0]["statement"])
    assert verdict_of(body).startswith("INVALID")


def pitchfork_piece(body: dict[str, Any]) -> dict[str, Any]:
    (piece,) = [p for p in body["claims"][0]["evidence"]["pieces"] if "point" in p]
    return piece  # type: ignore[no-any-return]


EVIDENCE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "axis": lambda p: p.update(axis=1),
    "along": lambda p: p.update(along=["0", "4"]),
    "box": lambda p: p.update(box=[["0", "1"], ["1/100", "1/10"]]),
    "extended": lambda p: p.update(extended=[["1", "1"], ["1/40", "1/40"]]),
    "tree": lambda p: p.update(tree={"kinds": "4", "axes": [], "cuts": [], "children": [], "marks": []}),
    "regular": lambda p: p.update(regular=[[["0x0p+0", "0x1p+0"], ["0x0p+0", "0x1p+0"]]]),
    "side": lambda p: p.update(side=["282/10000", "285/10000"]),
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_changed_evidence_is_rejected(name: str, verdict_of: Callable[..., str]) -> None:
    body = certificate()
    EVIDENCE[name](pitchfork_piece(body))
    assert verdict_of(body).startswith("INVALID")


@pytest.mark.parametrize("value", [None, [], "x", [["1"]], {"a": 1}])
@pytest.mark.parametrize("key", ["along", "box", "extended", "regular", "side", "axis"])
def test_malformed_evidence_gives_one_line(key: str, value: Any, verdict_of: Callable[..., str]) -> None:
    body = certificate()
    pitchfork_piece(body)[key] = value
    if key == "regular" and value == []:
        assert verdict_of(body) == "VALID"  # that is what it was
    else:
        assert verdict_of(body).startswith("INVALID")


def test_a_missing_piece_is_noticed(verdict_of: Callable[..., str]) -> None:
    body = whole()
    del body["claims"][0]["evidence"]["pieces"][1]
    assert "does not begin where" in verdict_of(body)


def test_the_point_knows_its_neighbourhood() -> None:
    (point,) = diagram().points
    assert isinstance(point, BifurcationPoint)
    assert point.place.span.lo < point.parameter.lo <= point.parameter.hi < point.place.span.hi
