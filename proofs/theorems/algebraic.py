"""Signs of polynomials in atoms by exact algebra.

The atoms are functions of the variables (see :mod:`symbolic.atoms`); each theorem here is about real
numbers at one point, so no relation between atoms is assumed.  The functions take a goal and return the goals
from which it follows; they raise Inapplicable when their hypotheses do not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from proofs.theorems.factoring import factor_list
from proofs.theorems.goal import Goal, Inapplicable, constant_sign
from proofs.theorems.signs import Signs
from symbolic.activations import softplus
from symbolic.atoms import MAX_TERMS, NormalForm, TooLarge, normal_quotient

__all__ = [
    "Factored",
    "Shift",
    "by_coefficients",
    "by_discriminant",
    "by_exponential",
    "by_factors",
    "by_square_root",
    "factored",
    "quotient",
]

MAX_LOGS = 6


def quotient(goal: Goal) -> NormalForm:
    """The normal form of the goal's expression over its region."""
    signs = Signs(goal.region, enclose=False)
    try:
        return normal_quotient(goal.expr, lambda e: e.is_Symbol and signs.of(e) <= {0, 1})
    except (TooLarge, sp.PolynomialError, NotImplementedError, RecursionError) as error:
        raise Inapplicable(str(error)) from error


@dataclass(frozen=True)
class Factored:
    """g = constant * prod odd * prod even^2 / (a product of squares), in the variables.

    ``odd`` are factors that occur to an odd power above or below, ``even`` those to an even power
    above, ``positive`` symbols left out.
    """

    sign: int
    odd: tuple[sp.Expr, ...]
    even: tuple[sp.Expr, ...]
    polynomials: tuple[sp.Expr, ...]
    form: NormalForm


def factored(goal: Goal) -> Factored:
    """The exact factorisation of numerator and denominator, checked by multiplication."""
    form = quotient(goal)
    sign, odd, even, polynomials = 1, [], [], []
    for part, below in ((form.numerator, False), (form.denominator, True)):
        try:
            constant, factors = factor_list(part)
        except (sp.PolynomialError, ArithmeticError) as error:
            raise Inapplicable(str(error)) from error
        s = constant_sign(constant)
        if not s:
            raise Inapplicable("the expression vanishes identically")
        sign *= s
        for f, k in factors:
            if f in form.positive:
                continue
            if k % 2:
                odd.append(f)
            elif not below:
                even.append(form.back(f))
    # The same factor above and below makes a square.
    kept = [f for f in dict.fromkeys(odd) if odd.count(f) % 2]
    if len(kept) != len(odd):
        raise Inapplicable("numerator and denominator have a common factor")
    polynomials = kept
    return Factored(sign, tuple(form.back(f) for f in kept), tuple(even), tuple(polynomials), form)


def by_factors(goal: Goal, signs: Sequence[int]) -> list[Goal]:
    """A product is positive when its factors of odd power have signs whose product is positive.

    Squares are not negative; for a strict goal they must not vanish.  A denominator does not
    vanish where the quotient is defined.
    """
    f = factored(goal)
    if len(signs) != len(f.odd) or not all(s in (1, -1) for s in signs):
        raise Inapplicable("the signs do not match the factors")
    product = f.sign
    for s in signs:
        product *= s
    if product != 1:
        raise Inapplicable("the product of the signs is negative")
    found = [Goal(s * e, goal.strict, goal.region) for s, e in zip(signs, f.odd, strict=True)]
    if goal.strict:
        found += [Goal(e**2, True, goal.region) for e in f.even]
    return found


# How an atom a is written with t >= 0: "+": a = shift + t, "-": a = shift - t, "": a has any sign.
Shift = tuple[str, sp.Expr]


def by_coefficients(goal: Goal, shifts: Sequence[Shift]) -> list[Goal]:
    """A polynomial with non-negative coefficients is non-negative where its arguments are.

    Monomials may hold even powers of atoms of any sign.  For a strict goal some monomial is a
    positive constant times a power product of positive atoms (possibly empty).
    """
    form = quotient(goal)
    polynomial = sp.expand(form.numerator / form.denominator) if form.denominator.is_number else None
    if polynomial is None:
        raise Inapplicable("there is a denominator")
    symbols = sorted(polynomial.free_symbols, key=lambda s: s.name)
    if len(shifts) != len(symbols):
        raise Inapplicable("the shifts do not match the atoms")
    found: list[Goal] = []
    substitution = {}
    for s, (direction, shift) in zip(symbols, shifts, strict=True):
        if direction == "":
            continue
        if direction not in ("+", "-") or not shift.is_Rational:
            raise Inapplicable("a shift is malformed")
        up = direction == "+"
        substitution[s] = shift + s if up else shift - s
        known = up and shift == 0 and (s in form.positive or s in form.nonnegative)
        if not known:
            found.append(Goal((1 if up else -1) * (form.atoms[s] - shift), False, goal.region))
    terms = sp.Poly(polynomial.subs(substitution, simultaneous=True), *symbols).terms() if symbols else []
    if not symbols or len(terms) > MAX_TERMS:
        raise Inapplicable("nothing to compare")
    free = [k for k, (direction, _) in enumerate(shifts) if direction == ""]
    positive = [shift == 0 and direction == "+" and s in form.positive
                for s, (direction, shift) in zip(symbols, shifts, strict=True)]  # fmt: skip
    strict = False
    for powers, c in terms:
        if not c.is_Rational or c < 0 or any(powers[k] % 2 for k in free):
            raise Inapplicable("a coefficient has the wrong sign")
        strict |= c > 0 and all(k == 0 or p for k, p in zip(powers, positive, strict=True))
    if goal.strict and not strict:
        raise Inapplicable("no monomial is certainly positive")
    return found


def by_discriminant(goal: Goal, atom: int) -> list[Goal]:
    """a*s^2 + b*s + c >= 0 for every real s if a >= 0, c >= 0 and 4*a*c - b^2 >= 0.

    For a > 0 complete the square; for a = 0 the last hypothesis makes b = 0.  With 4*a*c - b^2 > 0
    and a >= 0 the value is positive.
    """
    form = quotient(goal)
    if not form.denominator.is_number or constant_sign(form.denominator) != 1:
        raise Inapplicable("there is a denominator")
    symbols = sorted(form.numerator.free_symbols, key=lambda s: s.name)
    if not 0 <= atom < len(symbols):
        raise Inapplicable("no such atom")
    polynomial = sp.Poly(form.numerator, symbols[atom])
    if polynomial.degree() != 2:
        raise Inapplicable("not quadratic in the atom")
    a, b, c = polynomial.all_coeffs()
    discriminant = sp.expand(4 * a * c - b**2)
    if len(sp.Add.make_args(discriminant)) > MAX_TERMS:
        raise Inapplicable("the discriminant is too large")
    found = [Goal(form.back(a), False, goal.region), Goal(form.back(discriminant), goal.strict, goal.region)]
    return found if goal.strict else [*found, Goal(form.back(c), False, goal.region)]


def by_square_root(goal: Goal, atom: int, rational: bool) -> list[Goal]:
    """P + Q*t >= 0 for t = sqrt(u) >= 0 if P >= 0 and P^2 - Q^2*u >= 0 (``rational``),
    or if Q >= 0 and Q^2*u - P^2 >= 0: compare the absolute values of both terms.
    """
    form = quotient(goal)
    if not form.denominator.is_number or constant_sign(form.denominator) != 1:
        raise Inapplicable("there is a denominator")
    symbols = sorted(form.numerator.free_symbols, key=lambda s: s.name)
    if not 0 <= atom < len(symbols) or symbols[atom] not in form.nonnegative:
        raise Inapplicable("no such root")
    t = symbols[atom]
    root = form.atoms[t]
    polynomial = sp.Poly(form.numerator, t)
    if polynomial.degree() != 1 or root.exp != sp.Rational(1, 2):
        raise Inapplicable("not linear in a square root")
    q, p = (form.back(e) for e in polynomial.all_coeffs())
    first, second = (p, q) if rational else (q, p)
    scales = (1, root.base) if rational else (root.base, 1)
    difference = sp.expand(scales[0] * first**2) - sp.expand(scales[1] * second**2)
    return [Goal(first, False, goal.region), Goal(sp.expand(difference), goal.strict, goal.region)]


def by_exponential(goal: Goal) -> list[Goal]:
    """sum c_i log(A_i) + B >= 0 is prod A_i^(n_i) e^(d*B) >= 1 with n_i = d*c_i (softplus(u) = log(1 + e^u)).

    The factors with negative exponents go to the other side; every A_i is positive where its
    logarithm is defined.
    """
    expr = sp.expand(goal.expr)
    logs: list[tuple[sp.Rational, sp.Expr]] = []
    rest = []
    for term in sp.Add.make_args(expr):
        c, f = term.as_coeff_Mul()
        if isinstance(f, sp.log):
            logs.append((c, f.args[0]))
        elif isinstance(f, softplus):
            logs.append((c, 1 + sp.exp(f.args[0])))
        else:
            rest.append(term)
    variables = set(goal.region.variables)
    if not any(a.free_symbols & variables for _, a in logs) or len(logs) > MAX_LOGS:
        raise Inapplicable("no logarithm to remove")
    d = sp.ilcm(1, *[c.q for c, _ in logs])
    if d * max(abs(c) for c, _ in logs) > MAX_LOGS:
        raise Inapplicable("the coefficients of the logarithms are too large")
    left, right = sp.exp(sp.expand(d * sp.Add(*rest))), sp.S.One
    for c, a in logs:
        if c > 0:
            left *= a ** (d * c)
        else:
            right *= a ** (-d * c)
    return [Goal(left - right, goal.strict, goal.region)]
