"""Derivations: hand-worked formulas, refusal of false equations, an independent reader, and corrupted documents."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import sympy as sp
from hidden_features import objective as with_hidden_features

from symbolic.activations import sigmoid, softplus
from symbolic.derivation.bounds import extreme
from symbolic.derivation.check import DerivationError, check_equation, equal, places, representatives
from symbolic.derivation.engine import class_depth, derive, step_names
from symbolic.derivation.equation import Derivation, Equation, Side
from symbolic.derivation.formula import Rule
from symbolic.derivation.instance import Instance, generic_instance
from symbolic.derivation.latex import LatexPrinter, name_parts, number_latex
from symbolic.derivation.layout import rows, width
from symbolic.derivation.monomials import collect
from symbolic.derivation.reader import DisplayError, displays, read_display
from symbolic.derivation.reread import reread
from symbolic.derivation.tree import (
    Add,
    Delta,
    Derivative,
    Index,
    Mul,
    Node,
    Power,
    Quantity,
    Sum,
    add,
    mul,
    number,
)
from symbolic.objectives import build_objective

J, I2, K = Index("neuron", "j"), Index("neuron", "i"), Index("feature", "k")


@cache
def derivation(name: str, neurons: int) -> Derivation:
    return derive(build_objective(name, neurons=neurons))


def displayed(found: Derivation) -> str:
    printer = LatexPrinter.of(found.formula)
    blocks = []
    for e in found.equations:
        body = " \\\\\n".join(line for side in rows(e, printer, 400.0) for line in side)
        blocks.append(f"\\begin{{align}}\n{body}\n\\end{{align}}\n")
    return "".join(blocks)


def printed(found: Derivation, name: str) -> list[str]:
    printer = LatexPrinter.of(found.formula)
    return [printer.print(n) for e in found.equations if e.name == name for n in e.nodes]


# -- formulas against hand calculation ---------------------------------------------------------------------
def test_gradient_and_hessian_of_one_ssl_neuron_are_the_ones_worked_out_by_hand() -> None:
    # l = -sum p s(z)^2 + alpha |w|^2, z = w.x: dl/dw_k = 2 alpha w_k - 2 sum p s s' x_k with s' = s(1 - s);
    # d2l = 2 alpha delta - 2 sum p (s'^2 + s s'') x x, and s'^2 + s s'' = s^2 (1 - s)(2 - 3 s).
    found = derivation("ssl", 1)
    assert printed(found, "gradient in w") == [
        r"\frac{\partial L}{\partial w_{k}}",
        r"2 \alpha w_{k} - 2 \sum_{c} p_{c} \sigma(z_{c}) \sigma'(z_{c}) x_{ck}",
        r"2 \alpha w_{k} - 2 \sum_{c} p_{c} \sigma(z_{c})^{2} \bigl(1 - \sigma(z_{c})\bigr) x_{ck}",
    ]
    assert printed(found, "Hessian in w, w")[2] == (
        r"2 \alpha \delta_{kl} - 2 \sum_{c} p_{c} \sigma(z_{c})^{2} \bigl(1 - \sigma(z_{c})\bigr) "
        r"\bigl(2 - 3 \sigma(z_{c})\bigr) x_{ck} x_{cl}"
    )


def test_sums_stay_sums_and_neurons_meet_only_through_the_margin() -> None:
    found = derivation("sl", 2)
    assert printed(found, "Hessian in w, w")[1] == (
        r"2 \beta \delta_{ij} \delta_{kl} + \delta_{ij} f_{j} \sum_{c} p_{c} y_{c} \sigma(m_{c}) \sigma''(z_{cj}) "
        r"x_{ck} x_{cl} + f_{i} f_{j} \sum_{c} p_{c} \sigma'(m_{c}) \sigma'(z_{ci}) \sigma'(z_{cj}) x_{ck} x_{cl}"
    )
    # sum_j f_j dL/df_j = 2 gamma |f|^2 + sum_c p_c m_c s(m_c), the energy identity behind the a-priori box.
    assert printed(found, "energy in f")[1] == r"2 \gamma \sum_{j} f_{j}^{2} + \sum_{c} p_{c} m_{c} \sigma(m_{c})"


@pytest.mark.parametrize(("name", "neurons"), [("ssl", 1), ("ssl", 2), ("sl", 1), ("sl", 2)])
def test_formula_is_the_loss_and_its_derivatives_are_those_of_sympy(name: str, neurons: int) -> None:
    """The whole gradient on the objective's own table, not on a generic one."""
    objective = build_objective(name, neurons=neurons)
    found = derivation(name, neurons)
    assert equal(found.actual.loss, objective.loss)
    for family in found.formula.families:
        (equation,) = [e for e in found.equations if e.name == f"gradient in {family.name}"]
        for at in found.actual.assignments(equation.free):
            value = found.actual.value(equation.sides[-1].body, at)
            (by,) = equation.left.by  # type: ignore[attr-defined]
            symbol = found.actual.value(by, at)
            assert symbol in objective.variables
            assert equal(value, sp.diff(objective.loss, symbol))


@pytest.mark.parametrize(
    # sup s' = 1/4 at s = 1/2; s'' = s(1-s)(1-2s) is largest at s = (1 - 1/sqrt 3)/2; s''' is -1/8 at s = 1/2.
    ("order", "value"),
    [(0, sp.Integer(1)), (1, sp.Rational(1, 4)), (2, sp.sqrt(3) / 18), (3, sp.Rational(1, 8))],
)
def test_extreme_values_of_the_sigmoid(order: int, value: sp.Expr) -> None:
    found = extreme("sigmoid", order, "M")
    assert found is not None
    assert sp.simplify(found.value - value) == 0


def test_no_extreme_value_of_a_function_that_is_not_bounded() -> None:
    assert extreme("softplus", 1, "M") is None
    assert extreme("log", 0, "M") is None


def test_steps_can_be_chosen_and_unknown_ones_are_an_error() -> None:
    found = derive(build_objective("ssl"), ["hessian"])
    assert [s.key for s in found.sections] == ["hessian"]
    assert len(step_names()) == 7
    with pytest.raises(KeyError):
        derive(build_objective("ssl"), ["integral"])


def test_three_hidden_features_and_three_neurons_keep_their_sums() -> None:
    found = derive(with_hidden_features("ssl", 3, 3))
    assert len(found.formula.data.atoms) == 16
    text = displayed(found)
    assert max(len(line) for line in text.splitlines()) < 260
    assert reread(text, found).equations == len(found.equations)


def test_an_objective_without_a_formula_is_written_as_it_is() -> None:
    objective = replace(build_objective("ssl", neurons=1), formula=None)
    found = derive(objective)
    assert equal(found.actual.loss, objective.loss)
    assert reread(displayed(found), found).equations == len(found.equations)
    # z1 and its like are the scores of the classes.
    assert {found.actual.value(d.body) for d in found.formula.definitions} >= {sp.Symbol("a", real=True)}


# -- a false equation is not printed -----------------------------------------------------------------------------
def _changed(equation: Equation, body: Node) -> Equation:
    return replace(equation, sides=(*equation.sides[:-1], Side(body, equation.sides[-1].rule)))


def test_a_false_equation_is_refused() -> None:
    found = derivation("sl", 2)
    positive = frozenset({"beta", "gamma"})
    for equation in found.equations:
        if equation.bounded is not None or equation.condition is not None:
            continue
        last = equation.sides[-1].body
        for wrong in (mul(number(-1), last), add(last, number(1)), mul(number(2), last)):
            with pytest.raises(DerivationError):
                check_equation(_changed(equation, wrong), found.actual, found.generic, positive)


def test_a_false_condition_and_a_false_bound_are_refused() -> None:
    found = derivation("ssl", 2)
    positive = frozenset({"alpha"})
    condition = next(e for e in found.equations if e.condition is not None)
    wrong = replace(condition, sides=(Side(mul(number(2), condition.sides[0].body), Rule.STATIONARITY),))
    with pytest.raises(DerivationError):
        check_equation(wrong, found.actual, found.generic, positive)
    bound = next(e for e in found.equations if e.bounded is not None)
    smaller = replace(bound, sides=(Side(mul(number(sp.Rational(1, 2)), bound.sides[0].body), Rule.TRIANGLE, "<="),))
    with pytest.raises(DerivationError, match="bound"):
        check_equation(smaller, found.actual, found.generic, positive)
    other = replace(bound, bounded=mul(number(2), bound.bounded or number(1)))
    with pytest.raises(DerivationError):
        check_equation(other, found.actual, found.generic, positive)


def test_a_formula_that_is_not_the_loss_is_refused() -> None:
    objective = build_objective("ssl", neurons=2)
    assert objective.formula is not None
    stage = objective.formula.stages[-1]
    wrong = replace(objective.formula, stages=(replace(stage, body=mul(number(2), stage.body)),))
    with pytest.raises(DerivationError, match="formula"):
        derive(replace(objective, formula=wrong))


def test_an_identity_of_one_table_only_is_not_shown_for_all() -> None:
    # On this table the weights are all 1/4, which a generic table does not say.
    found = derivation("ssl", 1)
    c = Index("class", "c")
    claim = Equation("weights", Quantity("p", (c,)), (Side(number(sp.Rational(1, 4)), Rule.TABLE),))
    with pytest.raises(DerivationError):
        check_equation(claim, found.actual, found.generic, frozenset())
    assert check_equation(replace(claim, generic=False), found.actual, found.generic, frozenset()) == 4


# -- the algebra of indexed sums ----------------------------------------------------------------------------------------
def w(*indices: Index) -> Quantity:
    return Quantity("w", indices)


def test_deltas_are_used_up() -> None:
    # sum_i delta_ij w_ik = w_jk
    assert collect(Sum(I2, Mul((Delta(I2, J), w(I2, K))))) == w(J, K)
    # delta_ij (w_ik - w_jk) = 0
    assert collect(Mul((Delta(I2, J), Add((w(I2, K), mul(number(-1), w(J, K))))))) == number(0)


def test_signs_square_to_one_and_like_terms_merge() -> None:
    c = Index("class", "c")
    y = Quantity("y", (c,))
    assert collect(Mul((y, y))) == number(1)
    # sum_i w_ik + sum_j w_jk = 2 sum_j w_jk, whatever the index is called
    assert collect(Add((Sum(I2, w(I2, K)), Sum(J, w(J, K))))) == mul(number(2), Sum(J, w(J, K)))


def test_representatives_are_the_patterns_of_equal_indices() -> None:
    found = derivation("ssl", 2)
    i, j, k, n = I2, J, K, Index("feature", "l")
    # two patterns of neurons (equal, different) times two of features
    assert len(list(representatives((i, j, k, n), found.generic))) == 4


def test_an_equation_with_a_numbered_index_is_checked_everywhere() -> None:
    # w_j1 = w_jk is true at the first value of k, the only representative, and false at the second.
    found = derivation("ssl", 2)
    claim = Equation("numbered", w(J, K), (Side(Quantity("w", (J, 0)), Rule.TABLE),))
    instance, at = places(claim, found.actual, found.generic)
    assert (instance is found.actual, len(at)) == (True, 4)
    with pytest.raises(DerivationError):
        check_equation(claim, found.actual, found.generic, frozenset())


def test_depth_of_sums_over_classes() -> None:
    formula = derivation("ssl", 2).formula
    assert class_depth(formula) == 1
    stage = formula.stages[-1]
    squared = replace(formula, stages=(replace(stage, body=Power(stage.body, 2)),))
    assert class_depth(squared) == 2
    assert len(generic_instance(Instance(squared, squared.data), 2).data.atoms) == 2


# -- printing ---------------------------------------------------------------------------------------------------------------
def test_names_and_numbers() -> None:
    assert name_parts("a1") == ("a", "1")
    assert name_parts("w2_3") == ("w", "2,3")
    assert number_latex(sp.sqrt(3) / 18) == r"\tfrac{\sqrt{3}}{18}"
    with pytest.raises(ValueError, match="not printed"):
        number_latex(sp.pi)


def test_product_of_derivatives_and_derivative_of_a_product_look_different() -> None:
    """The ambiguity of sympy 18349: f' g and (f g)' must never be the same string."""
    printer = LatexPrinter()
    f, g, x = Quantity("f"), Quantity("g"), Quantity("x")
    product = mul(Derivative(f, (x,)), g)
    assert printer.print(product) == r"\frac{\partial f}{\partial x} g"
    with pytest.raises(AttributeError):
        printer.print(Derivative(mul(f, g), (x,)))  # type: ignore[arg-type]


def test_a_sum_that_is_not_last_is_bracketed() -> None:
    printer = LatexPrinter()
    text = printer.print(Mul((Sum(J, w(J, K)), Quantity("a"))))
    assert text == r"\Bigl(\sum_{j} w_{jk}\Bigr) a"


def test_estimated_widths_are_additive_and_fractions_take_the_wider_part() -> None:
    assert width("a b") == pytest.approx(width("a") + width("b"))
    assert width(r"\frac{a}{a + b}") == pytest.approx(width("a + b") + 2.4)


# -- the independent reader ----------------------------------------------------------------------------------------------------
def value_of(text: str, found: Derivation, **at: int) -> sp.Expr:
    (equation,) = read_display(f"L = {text}")
    return equation.sides[1](found.actual, at)


def test_reader_reads_what_an_author_writes() -> None:
    found = derivation("ssl", 1)
    a, b, tau, alpha = sp.symbols("a b tau alpha", real=True)
    scores = [a, a + tau * b, -a, -a + tau * b]
    loss = -sp.Rational(1, 4) * sum(sigmoid(z) ** 2 for z in scores) + alpha * (a**2 + b**2)
    assert equal(value_of(r"-\sum_c p_c \sigma(z_c)^2 + \alpha (a^2 + b^2)", found), loss)
    assert equal(value_of(r"-\frac14 \sum_{c} \sigma(z_{c})^{2} + \alpha\lVert w\rVert^2", found), loss)
    assert equal(
        value_of(r"\mathbb{E}_{c}\left[-\sigma\left(z_{c}\right)^{2}\right] + \alpha \sum_{k} w_{k}^{2}", found), loss
    )
    assert value_of(r"x_{ck}", found, c=1, k=1) == tau
    assert value_of(r"\delta_{kl} w_{2}", found, k=1, l=1) == b
    assert equal(value_of(r"\log(1+e^{a})", found), softplus(a))
    assert value_of(r"\sigma'''(a) - \sigma^{(4)}(b)", found) == sigmoid.order(3)(a) - sigmoid.order(4)(b)
    assert value_of(r"\frac{\partial z_{c}}{\partial w_{k}}", found, c=3, k=0) == -1


@pytest.mark.parametrize(
    "text",
    [
        r"x_{cq}", r"w_{kl}", r"\sum_{a} p_{a}", r"\sigma a", r"(a", r"\frac{\partial^{2} z_{c}}{\partial w_{k}}",
        r"\lVert V \rVert^{2}", r"\unknown{a}", r"\lVert w \rVert^{3}", r"\mathbb{E}_{k}[w_{k}]", r"\delta_{k}", "a ]",
        r"x_{c}", r"\sum_{c} p_{c",
    ],
)  # fmt: skip
def test_reader_refuses(text: str) -> None:
    found = derivation("ssl", 1)
    with pytest.raises((DisplayError, KeyError)):
        value_of(text, found, c=0, k=0, l=0)


def test_every_kind_of_display_is_found() -> None:
    document = (
        r"text \begin{align} a &= b \end{align} $x = 1$ \[ c = d \] $$ e = f $$ \begin{equation*} g = h \end{equation*}"
    )
    assert len(displays(document)) == 4


# -- corrupted documents -----------------------------------------------------------------------------------------------------------
CORRUPTIONS = [
    # (neurons of sl, what is printed, what is put in its place): a sign, an index, a factor, an exponent, a prime
    (r"2 \beta w_{jk} + f_{j} \sum", r"2 \beta w_{jk} - f_{j} \sum"),
    (r"2 \gamma f_{j} + \sum_{c}", r"2 \gamma f_{j} - \sum_{c}"),
    (r"\bigl(1 - \sigma(z_{cj})\bigr)", r"\bigl(1 + \sigma(z_{cj})\bigr)"),
    (r"e^{m_{c}}", r"e^{-m_{c}}"),
    (r"y_{c} f_{j} \sigma'(z_{cj}) x_{ck}", r"y_{c} f_{j} \sigma'(z_{cj}) x_{cj}"),
    (r"\sigma'(z_{ci}) \sigma'(z_{cj}) x_{ck} x_{cl}", r"\sigma'(z_{cj}) \sigma'(z_{cj}) x_{ck} x_{cl}"),
    (r"\delta_{ij} x_{cl}", r"\delta_{ij} x_{cj}"),
    (r"\delta_{ij} \delta_{kl}", r"\delta_{ij} \delta_{jl}"),
    (r"f_{i} f_{j} \sum_{c}", r"f_{j} f_{j} \sum_{c}"),
    (r"+ f_{i} f_{j} f_{r} \sum", r"+ f_{i} f_{j} f_{i} \sum"),
    (r"2 \beta w_{jk} +", r"\beta w_{jk} +"),
    (r"\sum_{c} p_{c} y_{c} \sigma(m_{c}) \sigma(z_{cj})", r"\sum_{c} y_{c} \sigma(m_{c}) \sigma(z_{cj})"),
    (r"-\tfrac{1}{2} f_{j}", r"-\tfrac{1}{4} f_{j}"),
    (r"M_{1}^{3} M_{2}", r"M_{1}^{2} M_{2}"),
    (r"\gamma \sum_{j} f_{j}^{2}", r"\gamma \sum_{j} f_{j}^{3}"),
    (r"\beta \sum_{j} \sum_{k} w_{jk}^{2}", r"\beta \sum_{j} \sum_{k} w_{jk}"),
    (r"\frac{\partial^{2} L}{\partial f_{j}\,\partial f_{i}}", r"\frac{\partial^{3} L}{\partial f_{j}\,\partial f_{i}}"),
    (r"\sigma(m_{c}) \sigma''(z_{cj})", r"\sigma(m_{c}) \sigma'(z_{cj})"),
    (r"\sigma'(m_{c}) \sigma(z_{ci}) \sigma(z_{cj})", r"\sigma''(m_{c}) \sigma(z_{ci}) \sigma(z_{cj})"),
    (r"y_{c} \sigma''(m_{c}) \sigma(z_{ci})", r"y_{c} \sigma'(m_{c}) \sigma(z_{ci})"),
    (r"\sigma(m_{c}) \sigma'''(z_{cj})", r"\sigma(m_{c}) \sigma''(z_{cj})"),
    (r"M_{2} &= \tfrac{\sqrt{3}}{18}", r"M_{2} &= \tfrac{\sqrt{3}}{16}"),
    (r"\log(q_{c}) - (1 - t_{c})", r"\log(q_{c}) + (1 - t_{c})"),
    (r"&\le M_{2}", r"&= M_{2}"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), CORRUPTIONS, ids=[f"corruption-{k}" for k in range(1, len(CORRUPTIONS) + 1)])
def test_corrupted_equations_are_caught(old: str, new: str) -> None:
    found = derivation("sl", 2)
    text = displayed(found)
    assert old in text
    with pytest.raises(DisplayError):
        reread(text.replace(old, new, 1), found)


def test_a_missing_and_an_additional_equation_are_caught() -> None:
    found = derivation("ssl", 1)
    text = displayed(found)
    assert reread(text, found).equations == len(found.equations)
    with pytest.raises(DisplayError, match="were shown"):
        reread(text + r"\[ a = b \]", found)
    with pytest.raises(DisplayError, match="were shown"):
        reread(text[text.index(r"\end{align}") + 11 :], found)
