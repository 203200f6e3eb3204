"""The expression that Python and Coq share: both printed forms are the function that was read."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import pytest
import sympy as sp

from proofs.formal.expression import NotFormal, conditions, formal_expression, total
from proofs.formal.text import coq_names, literal, ratio
from symbolic.activations import sigmoid, softplus
from symbolic.objectives import build_objective
from symbolic.reader import parse_expression, real_symbols

NAMES = ["u", "v", "w"]
VARIABLES = [sp.Symbol(name, real=True) for name in NAMES]
POINTS = [(0.3, 1.7, 0.9), (1.25, 0.4, 2.5), (0.7, 0.9, 0.05)]
EXPRESSIONS = [
    "u + 2*v - 3*w",
    "-u^2 + v/3 - 5/7",
    "u*v*w - (u - v)*(v - w)",
    "(u + v)/(1 + w^2) - 1/v",
    "sigmoid(u)*(1 - sigmoid(u)) - 1/4",
    "softplus(u + 2*v) - u*sigmoid(-w)",
    "exp(-u^2/2) + E*v",
    "log(1 + exp(u)) - sqrt(v)/w",
    "tanh(u*v) - sinh(w)*cosh(u)",
    "sin(u) + cos(v)^3 - atan(-w)",
    "-(u + v)^4/8 + 1/sqrt(w)",
    "1 - u - v",
    "u^(-3) * v^5",
]


def tree_value(text: str, x: tuple[float, ...]) -> float:
    """An evaluator of the syntax tree of its own, from the meaning in Expressions.v."""
    tokens = re.findall(r"[()]|[^\s()]+", text)

    def read(k: int) -> tuple[object, int]:
        if tokens[k] != "(":
            return tokens[k], k + 1
        items, k = [], k + 1
        while tokens[k] != ")":
            item, k = read(k)
            items.append(item)
        return items, k + 1

    def number(item: object) -> int:
        return int(item[0]) if isinstance(item, list) else int(str(item))

    unary = {
        "Sigmoid": lambda z: 1 / (1 + math.exp(-z)),
        "Softplus": lambda z: math.log(1 + math.exp(z)),
        "Exp": math.exp,
        "Ln": math.log,
        "Inv": lambda z: 1 / z,
        "Sqrt": math.sqrt,
        "Tanh": math.tanh,
        "Sinh": math.sinh,
        "Cosh": math.cosh,
        "Sin": math.sin,
        "Cos": math.cos,
        "Atan": math.atan,
    }

    def value(item: object) -> float:
        assert isinstance(item, list)
        head = item[0]
        if head == "Cst":
            return number(item[1]) / number(item[2])
        if head == "Var":
            return x[number(item[1])]
        if head == "Scal":
            return number(item[1]) / number(item[2]) * value(item[3])
        if head == "Neg":
            return -value(item[1])
        if head == "Add":
            return value(item[1]) + value(item[2])
        if head == "Mul":
            return value(item[1]) * value(item[2])
        assert head == "Un"
        inner = value(item[2])
        return inner ** number(item[1][1]) if isinstance(item[1], list) else unary[item[1]](inner)

    return value(read(0)[0])


def formula_value(text: str, x: tuple[float, ...]) -> float:
    """The formula as Coq reads it: a name before an atom is an application, / before a term an inverse."""
    python = re.sub(r"(?<![\w)\]] )/ ", "1 / ", text).replace("^", "**")
    python = re.sub(r"\b(sigmoid|softplus|exp|ln|sqrt|tanh|sinh|cosh|sin|cos|atan) (\w+)", r"\1(\2)", python)
    scope = {name: getattr(math, name) for name in ("exp", "sqrt", "tanh", "sinh", "cosh", "sin", "cos", "atan")}
    scope |= {
        "ln": math.log,
        "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
        "softplus": lambda z: math.log(1 + math.exp(z)),
    }
    return float(eval(python, {"__builtins__": {}}, scope | dict(zip(NAMES, x, strict=True))))


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_formula_and_tree_are_the_function_that_was_read(text: str) -> None:
    expr = parse_expression(text, real_symbols(NAMES)).expr
    formal = formal_expression(expr, VARIABLES)
    for x in POINTS:
        known = expr.replace(softplus, lambda z: sp.log(1 + sp.exp(z)))
        exact = float(known.subs(dict(zip(VARIABLES, map(sp.Float, x), strict=True))).evalf(30))
        assert tree_value(formal.tree(), x) == pytest.approx(exact, rel=1e-12)
        assert formula_value(formal.formula(NAMES), x) == pytest.approx(exact, rel=1e-12)
    assert sp.simplify(formal.sympy(VARIABLES) - expr) == 0


@pytest.mark.parametrize(("name", "neurons"), [("ssl", 1), ("ssl", 2), ("sl", 1), ("sl", 2)])
def test_objectives_come_back_from_the_tree(name: str, neurons: int) -> None:
    objective = build_objective(name, neurons=neurons)
    formal = formal_expression(objective.numeric_loss, objective.variables)
    assert sp.expand(formal.sympy(objective.variables) - objective.numeric_loss) == 0


def test_a_wrong_coefficient_is_seen() -> None:
    u = VARIABLES[0]
    formal = formal_expression(3 * u**2 - u / 7, VARIABLES)
    assert formal.formula(NAMES) == "3 * u ^ 2 - (1/7) * u"
    assert tree_value(formal.tree().replace("Scal 3 1", "Scal 4 1"), POINTS[0]) != pytest.approx(
        formula_value(formal.formula(NAMES), POINTS[0])
    )


def test_derivatives_of_activations_are_polynomials_in_them() -> None:
    u = VARIABLES[0]
    formal = formal_expression(sp.diff(sigmoid(u), u), VARIABLES)
    for x in POINTS:
        s = 1 / (1 + math.exp(-x[0]))
        assert tree_value(formal.tree(), x) == pytest.approx(s * (1 - s), rel=1e-12)


@pytest.mark.parametrize("text", ["erf(u)", "abs(u)", "pi*u", "u^v", "max(u, v)", "u^(1/3)", "asin(u)", "u^100"])
def test_what_coq_has_no_words_for_is_refused(text: str) -> None:
    with pytest.raises(NotFormal, match="not in the language"):
        formal_expression(parse_expression(text, real_symbols(NAMES)).expr, VARIABLES)


def test_floats_and_unknown_symbols_are_refused() -> None:
    with pytest.raises(NotFormal, match="float"):
        formal_expression(sp.Float(0.5) * VARIABLES[0], VARIABLES)
    with pytest.raises(NotFormal, match="q is not"):
        formal_expression(sp.Symbol("q", real=True) + VARIABLES[0], VARIABLES)


def test_domain_of_partial_functions() -> None:
    u, v, w = VARIABLES
    formal = formal_expression(u / (v - w) + sp.log(u) + sp.sqrt(w), VARIABLES)
    assert not total(formal)
    assert sorted(conditions(formal, NAMES)) == ["(v - w) <> 0", "0 < u", "0 < w"]
    assert total(formal_expression(sp.exp(u) - v**2, VARIABLES))


def test_names_that_coq_would_misread_are_replaced() -> None:
    assert coq_names(["a", "b1"]) == ["a", "b1"]
    for names in (["x", "in"], ["n", "a"], ["é"], ["a", "a_b"], ["sin"], ["A"], ["a", "a"]):
        assert coq_names(names) == [f"v{k + 1}" for k in range(len(names))]


def test_numbers_are_written_exactly() -> None:
    assert literal(Fraction(-7, 3)) == "(-7/3)"
    assert literal(Fraction(-7)) == "(-7)"
    assert literal(Fraction(5)) == "5"
    assert literal(Fraction(-12345, 10000), 4) == "(-1.2345)"
    assert literal(Fraction(1, 1000), 3) == "0.001"
    assert ratio(Fraction(-12345, 10000), 4) == "dec (-12345) 10000"
    assert ratio(Fraction(1, 4)) == "dec 1 4"
