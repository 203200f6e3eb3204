"""The checker: every lemma's certificate is proved again, and each kind of claim says why it is not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from study_run import certificate, signed

from numeric.enclosure import Enclosure
from numeric.system import build_system
from proofs.certificates import FORMAT, CertificateError
from proofs.checks import Invalid, check_claim, claim_kinds
from proofs.checks.base import objective_from
from proofs.checks.points import check_unique, contains, enough_bits, fattened, zero_in
from symbolic.objectives import build_objective

F = Fraction
SSL = {"objective": "ssl", "neurons": 1, "parameters": {"tau": "7", "alpha": "1/800"}}


@pytest.mark.parametrize("lemma", ["L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8"])
def test_every_certificate_is_valid(lemma: str, verdict_of: Callable[..., str]) -> None:
    assert verdict_of(certificate(lemma), sign=False) == "VALID"


def test_every_kind_of_the_study_is_registered() -> None:
    kinds = {claim["kind"] for k in range(1, 9) for claim in certificate(f"L{k}")["claims"]}
    assert kinds == {
        "a-priori-bounds", "reduction", "stationary-points", "spanning", "radius-ladder", "separation", "descent"
    }  # fmt: skip
    assert kinds <= set(claim_kinds())


# -- the loop over claims ------------------------------------------------------------------------------------
def test_one_bad_claim_spoils_a_certificate(verdict_of: Callable[..., str]) -> None:
    good, bad = certificate("L2")["claims"]
    bad["statement"]["ridge"] = "1/900"
    assert (
        verdict_of({"format": FORMAT, "claims": [good, bad]})
        == "INVALID: claim 2 (reduction sl): the ridge is another one"
    )
    assert verdict_of({"format": FORMAT, "claims": [bad, good]}).startswith("INVALID: claim 1")


def test_claims_stand_alone(verdict_of: Callable[..., str]) -> None:
    # Fewer claims, or the same ones in another order, are true as well.
    one, two = certificate("L2")["claims"]
    for claims in ([one], [two], [two, one], [one, one]):
        assert verdict_of({"format": FORMAT, "claims": claims}) == "VALID"


@pytest.mark.parametrize(
    ("claim", "error", "message"),
    [
        ({}, Invalid, "unknown kind"),
        ({"kind": "Reduction", "statement": {}, "evidence": {}}, Invalid, "unknown kind"),
        ({"kind": None, "statement": {}, "evidence": {}}, Invalid, "unknown kind"),
        ({"kind": 7, "statement": {}, "evidence": {}}, Invalid, "unknown kind"),
        ({"kind": "reduction"}, CertificateError, "needs a statement"),
        ({"kind": "reduction", "statement": SSL}, CertificateError, "needs a statement"),
        ({"kind": "reduction", "statement": [], "evidence": {}}, CertificateError, "needs a statement"),
        ({"kind": "reduction", "statement": SSL, "evidence": None}, CertificateError, "needs a statement"),
        ({"kind": "reduction", "statement": {}, "evidence": {}}, CertificateError, "objective"),
    ],
)
def test_claims_that_are_none(claim: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        check_claim(claim)


# -- objectives ----------------------------------------------------------------------------------------------
def test_the_objective_of_a_statement() -> None:
    objective = objective_from(SSL)
    assert (objective.name, objective.neurons) == ("ssl", 1)
    assert objective.parameter_values["alpha"] == F(1, 800)
    same = {**SSL, "parameters": {"alpha": "2/1600", "tau": "7"}}
    assert objective_from(same).parameter_values == objective.parameter_values


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"objective": "sll"}, Invalid),
        ({"objective": None}, CertificateError),
        ({"objective": ["ssl"]}, CertificateError),
        ({"neurons": 0}, Invalid),
        ({"neurons": -1}, Invalid),
        ({"neurons": 10**9}, Invalid),
        ({"neurons": True}, CertificateError),
        ({"neurons": 1.0}, CertificateError),
        ({"neurons": "1"}, CertificateError),
        ({"parameters": None}, CertificateError),
        ({"parameters": {}}, Invalid),
        ({"parameters": {"tau": "7"}}, Invalid),
        ({"parameters": {"tau": "7", "alpha": "0"}}, Invalid),
        ({"parameters": {"tau": "7", "alpha": "-1/800"}}, Invalid),
        ({"parameters": {"tau": "7", "alpha": "0.00125"}}, CertificateError),
        ({"parameters": {"tau": "7", "alpha": 0.00125}}, CertificateError),
        ({"parameters": {"tau": "7", "alpha": "1/800", "beta": "1/800"}}, Invalid),
        ({"parameters": {"tau": "nan", "alpha": "1/800"}}, CertificateError),
    ],
)
def test_statements_without_an_objective(change: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        objective_from({**SSL, **change})


# -- points --------------------------------------------------------------------------------------------------
def around(*centre: str, radius: str) -> list[Enclosure]:
    return [Enclosure(F(c) - F(radius), F(c) + F(radius)) for c in centre]


def test_boxes_with_exactly_one_stationary_point() -> None:
    objective = build_objective("ssl")
    system = build_system(objective.gradient, objective.variables, derivatives=objective.hessian)
    check_unique(system, around("3.8162037", "1.5198619", radius="1/100"))
    for box in (
        around("3.8162037", "1.5198619", radius="10"),  # three of them
        around("2", "1.5198619", radius="1/100"),  # none
        around("3.9", "1.5", radius="1/1000"),  # none, near one
        around("0", "0", radius="1/1000"),
    ):
        with pytest.raises(Invalid, match="exactly one"):
            check_unique(system, box)


def test_tight_enclosures_of_zeros() -> None:
    objective = build_objective("ssl")
    system = build_system(objective.gradient, objective.variables, derivatives=objective.hessian)
    box = around("3.8162036966673661879", "1.5198619344470581540", radius="1/1000000000000")
    zero = zero_in(system, box, enough_bits(box))
    assert zero is not None
    assert contains(box, zero)
    assert max(x.width for x in zero) < F(1, 10**20)
    assert zero_in(system, around("2", "1", radius="1/1000"), 128) is None


def test_helpers_on_boxes() -> None:
    box = [Enclosure(F(0), F(1)), Enclosure.exact(5)]
    assert fattened(box) == [Enclosure(F(-2), F(3)), Enclosure(F(3), F(7))]
    assert contains(fattened(box), box)
    assert not contains(box, fattened(box))
    exact = [Enclosure.exact(1)]
    assert contains(fattened(exact), exact)
    assert enough_bits(exact) > 2 * 66
    assert enough_bits([Enclosure(F(0), F(1, 10**5000))]) == 20_000


# -- one failing hypothesis for each branch ------------------------------------------------------------------
def node(value: Any, path: list[Any]) -> Any:
    for key in path:
        value = value[key]
    return value


def changed(lemma: str, number: int, path: list[Any], value: Any) -> dict[str, Any]:
    claim = copy.deepcopy(certificate(lemma)["claims"][number])
    node(claim, path[:-1])[path[-1]] = value(node(claim, path)) if callable(value) else value
    return signed({"format": FORMAT, "claims": [claim]})


def smaller(text: str) -> str:
    """One unit in the 40th digit below."""
    return str(F(text) - abs(F(text)) / 10**40)


def larger(text: str) -> str:
    return str(F(text) + abs(F(text)) / 10**40)


S, B = "statement", "evidence"
FAILURES: list[tuple[str, int, list[Any], Any, str]] = [
    ("L1", 0, [S, "bounds", 0, "radius"], smaller, "smaller than what was proved"),
    ("L1", 1, [S, "bounds", 2, "radius"], smaller, "smaller than what was proved"),
    ("L1", 0, [S, "bounds"], [], "do not cover"),
    ("L1", 1, [S, "bounds"], lambda v: v[:2], "do not cover"),
    ("L1", 0, [S, "bounds", 0, "variables"], ["a"], "no bound for a"),
    ("L1", 0, [S, "bounds", 0, "variables"], ["b", "a"], "no bound for b, a"),
    ("L1", 0, [S, "bounds", 0], None, "malformed"),
    ("L1", 0, [S, "bounds"], "many", "malformed"),
    ("L1", 0, [S, "parameters", "alpha"], "1/900", "smaller than what was proved"),
    ("L2", 0, [S, "ridge"], larger, "the ridge is another one"),
    ("L2", 0, [S, "ridge"], "-1/800", "the ridge is another one"),
    ("L2", 0, [S, "ridge"], None, "not a string"),
    ("L4", 1, [S, "objective"], "sl", "leaves|no such objective"),
    ("L4", 1, [S, "neurons"], 1, "two SSL neurons"),
    ("L4", 1, [S, "minima"], [], "malformed"),
    ("L4", 1, [S, "minima", 0, "rank"], 2, "independent"),
    ("L4", 1, [S, "minima", 1, "rank"], 1, "same nonzero vector"),
    ("L4", 1, [S, "minima", 0, "rank"], 0, "1 or 2"),
    ("L4", 1, [S, "minima", 0, "rank"], "2", "1 or 2"),
    ("L4", 1, [S, "minima", 0, "rows"], lambda v: v[:1], "two rows"),
    ("L4", 1, [S, "minima", 0, "unique_in"], lambda v: [*v, v[0]], "two rows"),
    ("L4", 1, [S, "minima", 0, "rows"], None, "malformed"),
    ("L4", 1, [S, "minima", 0, "unique_in", 0, "a"], ["-13", "13"], "exactly one"),
    ("L4", 1, [S, "minima", 0, "rows", 0, "a"], lambda v: [v[1], larger(v[1])], "not shown to be a stationary point"),
    ("L8", 0, [S, "smoothness"], smaller, "smaller than what was proved"),
    ("L8", 0, [S, "local_radius"], larger, "local rate"),
    ("L8", 0, [S, "local_radius"], "0", "local rate"),
    ("L8", 0, [S, "local_m"], larger, "local rate"),
    ("L8", 0, [S, "local_m"], "0", "local rate"),
    ("L8", 0, [S, "point", "box", "a"], lambda v: [smaller(v[0]), v[1]], "limit is not"),
    ("L8", 0, [S, "point"], None, "limit is not"),
    ("L8", 0, [S, "parameters", "alpha"], "1/900", "another objective"),
    ("L8", 0, [S, "parameters", "tau"], "8", "smaller than what was proved|another objective"),
    ("L8", 0, [B, "landscape"], None, "malformed"),
    ("L8", 0, [B, "landscape", "statement"], [], "malformed"),
    ("L8", 0, [B, "landscape", "statement", "count"], 2, "stationary points"),
    ("L8", 0, [B, "landscape", "evidence", "blocks"], [], "blocks"),
    ("L8", 0, [B, "ball"], None, "malformed"),
    ("L8", 0, [B, "ball", "family"], "variation", "definite|local rate"),
    ("L8", 0, [B, "ball", "family"], "concavity", "unknown family"),
]


@pytest.mark.parametrize(
    ("lemma", "number", "path", "value", "message"), FAILURES, ids=lambda v: getattr(v, "__name__", str(v)[:40])
)
def test_each_failing_hypothesis_is_named(
    lemma: str, number: int, path: list[Any], value: Any, message: str, verdict_of: Callable[..., str]
) -> None:
    outcome = verdict_of(changed(lemma, number, path, value))
    assert outcome.startswith("INVALID")
    assert any(part in outcome for part in message.split("|")), outcome


@pytest.mark.parametrize(
    ("lemma", "number", "path", "value"),
    [
        # Weaker claims follow from stronger ones.
        ("L1", 0, [S, "bounds", 0, "radius"], "13"),
        ("L8", 0, [S, "smoothness"], "4"),
        ("L8", 0, [S, "local_radius"], "1/10"),
        ("L8", 0, [S, "local_m"], "1/1000"),
        ("L4", 1, [S, "minima"], lambda v: v[1:3]),
    ],
)
def test_weaker_claims_are_valid(
    lemma: str, number: int, path: list[Any], value: Any, verdict_of: Callable[..., str]
) -> None:
    assert verdict_of(changed(lemma, number, path, value)) == "VALID"
