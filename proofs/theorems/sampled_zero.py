"""A stationary point of the noise-free objective survives sampling when the sample's gradient fits in an image ball.

Theorem.  Let L_0(y, u) = l(y) + rho |u|^2 and let grad l be injective on the closed ball B of radius r around y_0
with an image that contains the ball of radius epsilon around 0.  Let P be C^1 with |grad_y P| <= epsilon and |grad_u
P| <= 2 rho R on B x {|u| <= R}.  Then L_0 + P has a stationary point there.
Proof.  (y, u) -> ((grad l)^-1 (-grad_y P), -grad_u P/(2 rho)) is continuous (B is compact, so the inverse is) and
maps the compact convex product into itself; Brouwer's fixed point theorem.  In R^d as a whole: one ball and |grad P|
<= epsilon.

Here L_0 is the noise-free population, P the difference to the empirical objective of a sample whose class fractions
are within WIDTH/d of 1/4 and whose noise is typical at level LEVEL.  Every bound of grad P decreases in d, and so
does the probability of other samples (narrow_failure): what fits in dimension d fits in every larger one.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from numeric.balls import ball
from numeric.enclosure import Enclosure
from proofs.theorems.ball_norms import length
from proofs.theorems.sl_deviation import SlAt, SlData
from proofs.theorems.ssl_deviation import SslAt, SslData
from proofs.theorems.typical_noise import typical_noise
from proofs.theorems.typical_sample import narrow_failure

__all__ = ["FAILURE", "LEVEL", "WIDTH", "fits", "fits_whole", "gradient_of_sample", "survives_sampling"]

WIDTH, LEVEL = Fraction(9, 5), Fraction(9)
FAILURE = Fraction(1, 100)
RADII = (Fraction(1, 64), Fraction(1, 16), Fraction(1, 4), Fraction(1))  # tried for R


def fits(gradient: arb, radial: arb, epsilon: arb, ridge: arb, nuisance_radius: arb) -> bool:
    """The product form; ``ridge`` is 2 rho.  False where anything is not certain."""
    if not (epsilon > 0 and ridge > 0 and nuisance_radius > 0):
        return False
    return bool(gradient <= epsilon and radial <= ridge * nuisance_radius)


def fits_whole(gradient: arb, radial: arb, epsilon: arb) -> bool:
    """The form in R^d: |grad P|^2 = |grad_y P|^2 + |grad_u P|^2."""
    return bool(epsilon > 0 and gradient**2 + radial**2 <= epsilon**2)


def gradient_of_sample(
    data: SslData | SlData, box: Sequence[Enclosure], d: int, r: Fraction, R: Fraction
) -> tuple[arb, arb]:
    """Upper bounds of |grad_y P| and |grad_u P| on the r-ball around the point in ``box``, |u| <= R."""
    noise, width = typical_noise(d, ball(LEVEL)), Fraction(WIDTH, d)
    fractions = [Enclosure(Fraction(1, 4) - width, Fraction(1, 4) + width).ball()] * 4
    if isinstance(data, SslData):
        a, b = (Enclosure(x.lo - r, x.hi + r).ball() for x in box)
        ssl = SslAt(data, noise, fractions, a, b - a / ball(data.tau), ball(R))
        first, second = (ssl.perturbation(j, ball(width)) for j in (0, 1))
        # e_1 = q_1 - q_2/tau and e_2 = q_2
        return ((first + second / ball(data.tau)) ** 2 + second**2).sqrt().upper(), ssl.radial_error()
    sl = SlAt(data, noise, fractions, [x.ball() for x in box], lambda v: ball(r) * length(v), ball(R))
    return sl.perturbation(ball(width)), sl.radial_error()


def survives_sampling(
    data: SslData | SlData, box: Sequence[Enclosure], d: int, r: Fraction, epsilon: Fraction, whole: bool
) -> bool:
    """Whether in dimension d, hence in all larger ones, the theorem applies with probability at least 0.99.

    ``whole``: the form in R^d instead of the product.
    """
    if d <= 4 * WIDTH or not narrow_failure(d, WIDTH, ball(LEVEL)) <= ball(FAILURE):
        return False
    if whole:
        return fits_whole(*gradient_of_sample(data, box, d, r, r), ball(epsilon))
    ridge = 2 * ball(data.alpha if isinstance(data, SslData) else data.beta)
    return any(fits(*gradient_of_sample(data, box, d, r, R), ball(epsilon), ridge, ball(R)) for R in RADII)
