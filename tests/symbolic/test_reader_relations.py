"""Relations and chains."""

from __future__ import annotations

import pytest
import sympy as sp

from symbolic.reader import ConditionKind, ReadError, parse_relation, real_symbols

x, y = sp.symbols("x y", real=True)
SCOPE = real_symbols(["x", "y"])


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "=="])
def test_each_operator(operator: str) -> None:
    relation = parse_relation(f"x^2 {operator} y + 1", SCOPE)
    assert [side.expr for side in relation.sides] == [x**2, y + 1]
    assert relation.operators == (operator,)
    assert relation.text == f"x^2 {operator} y + 1"


def test_equality_may_be_written_with_one_sign() -> None:
    assert parse_relation("x=y", SCOPE) == parse_relation("x == y", SCOPE)


def test_chains() -> None:
    relation = parse_relation("0 <= x < y^2 == 4", SCOPE)
    assert [side.expr for side in relation.sides] == [0, x, y**2, 4]
    assert relation.operators == ("<=", "<", "==")
    assert parse_relation("1 >= x > -1", SCOPE).operators == (">=", ">")
    assert parse_relation("x<-1", SCOPE).sides[1].expr == -1


def test_conditions_of_all_sides() -> None:
    relation = parse_relation("log(x) <= sqrt(y) <= log(x) + 1/y", SCOPE)
    assert [(c.expr, c.kind) for c in relation.conditions] == [
        (x, ConditionKind.POSITIVE),
        (y, ConditionKind.NONNEGATIVE),
        (y, ConditionKind.NONZERO),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "column 2: there is no relation; expected one of < <= > >= =="),
        ("", "column 1: expected a number, a name or '(' but found the end of the text"),
        ("x <", "column 4: expected a number, a name or '(' but found the end of the text"),
        ("< x", "column 1: expected a number, a name or '(' but found '<'"),
        ("x != y", "column 3: '!=' cannot be claimed; use < <= > >= or =="),
        ("x <> y", "column 3: '<>' cannot be claimed; use < <= > >= or =="),
        ("x =< y", "column 3: '=<' is written <="),
        ("x => y", "column 3: '=>' is written >="),
        ("0 < x > 1", "column 7: a chain cannot turn round: write two claims"),
        ("0 <= x == y >= 1", "column 13: a chain cannot turn round: write two claims"),
        ("(x < 1)", "column 4: expected an operator or ')' but found '<'"),
        (
            "x < 1 and y < 1",
            "column 7: expected an operator, a relation or the end of the text but found 'and'",
        ),
        ("x \u2264 1", "column 3: the character U+2264 is not allowed; write <="),
        ("<".join("x" * 17), "column 32: a chain has at most 16 sides"),
        ("1/0 < x", "column 2: division by zero"),
    ],
)
def test_other_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_relation(text, SCOPE)
    assert str(caught.value).startswith(message)
