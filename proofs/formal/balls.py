"""What files about balls share: the setting with its centre, the data of each ball, and what is shown on it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from numeric import balls
from proofs.formal.covers import BITS, Ball, offset
from proofs.formal.decimals import Decimal
from proofs.formal.expression import Formal
from proofs.formal.listing import zero_definition
from proofs.formal.points import Hints, System
from proofs.formal.text import comment, ratio, vector

__all__ = ["SPACE", "ball_text", "head", "lemma", "setting"]

CENTRE_BITS = 140
# Definitions of a page about balls in R^m; ``inside`` and the functions differ.
SPACE = """Fixpoint sum (m : nat) (f : nat -> R) : R := match m with O => 0 | S k => sum k f + f k end.
Definition norm (m : nat) (v : point) := sqrt (sum m (fun i => v i ^ 2)).
Definition distance (m : nat) (x y : point) := norm m (fun i => x i - y i).
Definition set (x : point) (j : nat) (t : R) : point := fun i => if Nat.eqb i j then t else x i.
Definition stationary (m : nat) (f : point -> R) (x : point) :=
  forall j, (j < m)%nat -> is_derive (fun t => f (set x j t)) (x j) 0.
"""


def head(title: str) -> str:
    return (
        f"(** {comment(title)}: numbers and proof.  Emitted from a certificate. *)\n"
        "From Coq Require Import Reals Lra Lia List ZArith Bool.\n"
        "From Coquelicot Require Import Rcomplements.\n"
        "From Separatrix Require Import Statements Calculus InverseFunction Expressions Checkers Radii.\n"
        "From Separatrix Require Import PerturbationCheckers.\n"
        "Import ListNotations.\nLocal Open Scope R_scope.\n\n"
    )


def lemma(name: str, check: str) -> str:
    return f"Lemma {name} : {check} = true.\nProof. vm_cast_no_check (eq_refl true). Qed.\n"


def setting(function: Formal, h: Hints, ridge: Fraction) -> str:
    """The function ``e`` of ``size`` unknowns, ``rho``, the ``box`` and the zero in it."""
    box = "; ".join(f"({ratio(lo, h.decimals)}, {ratio(hi, h.decimals)})" for lo, hi in h.box)
    return (
        f"Definition size := {len(h.centre)}%nat.\nDefinition e : expr := {function.tree()}.\n"
        f"Definition rho := {ratio(ridge)}.\nDefinition box : qbox := [{box}].\n"
        + zero_definition("zero0", h)
        + lemma("centre_checked", f"IntegerRadii.check_centre {CENTRE_BITS}%Z size e zero0 box")
    )


def ball_text(name: str, h: Hints, system: System, ball: Ball, image: Decimal | None) -> str:
    """The data of a ball around the rational centre that holds the one around the stationary point; and the lemma
    ``name_shown``."""
    fields = {
        "bbox": "box",
        "bcentre": "zc zero0",
        "boffset": ratio(offset(h)),
        "bouter": ratio(ball.radius.value + 2 * offset(h)),
        "bweights": vector(_weights(system, h.centre, ball.radius.value / 2)),
        "bradius": ball.radius.data(),
        "bimage": "IntegerRadii.nothing" if image is None else image.data(),
    }
    inner = ";\n  ".join(f"IntegerRadii.{key} := {value}" for key, value in fields.items())
    return f"Definition {name} : IntegerRadii.ball_data := {{| {inner} |}}.\n" + lemma(
        f"{name}_shown", ball.check.replace("@BALL", name)
    )


def _weights(system: System, centre: Sequence[Fraction], radius: Fraction) -> list[Fraction]:
    """How much the Hessian changes along each coordinate: which side of a box is worth cutting."""
    changes = []
    with balls.precision(BITS):
        for k in range(len(centre)):
            ends = []
            for sign in (-1, 1):
                moved = [x + sign * radius * (i == k) for i, x in enumerate(centre)]
                _, hessian = system.evaluate([balls.ball(x) for x in moved])
                ends.append(np.array([[float(t.mid()) for t in row] for row in hessian]))
            changes.append(float(np.linalg.norm(ends[1] - ends[0])))
    most = max(changes) or 1.0
    return [Fraction(max(round(100 * c / most), 2), 100) for c in changes]
