r"""The lemmas of the separation study in mathematics: statement and idea of the proof, for documents.

Prose with LaTeX between dollar signs.  The theorems with all details are in docs/theory/separation.md.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

__all__ = ["separation_words"]

_STATEMENTS = {
    1: r"Let $v$ be a row $w$ of $W$, or the output weights $F$ of SL. If $v \cdot \nabla_{v} L = \rho |v|^{2} + "
    r"\sum_{k} \omega_{k} M_{k} z_{k} p_{k}(\sigma(z_{k}))$ identically with $\rho > 0$, then at every "
    r"stationary point $|v|^{2} \le \rho^{-1} \sum_{k} |\omega_{k}| \sup |M_{k}| \, \sup_{z} |z \, "
    r"p_{k}(\sigma(z))|$.",
    2: r"In $\mathbb{R}^{d}$ a coordinate $w_{k}$ of a row that is orthogonal to $e_{1}$ and $e_{2}$ enters the "
    r"loss as $\rho w_{k}^{2}$ only. Hence $w_{k} = 0$ at every stationary point, and the Hessian is $H \oplus "
    r"2 \rho I$ with $H$ the Hessian in the feature coordinates.",
    3: r"For @values@ the function $\ell(a, b) = -\frac{1}{4} \sum_{z} \sigma(z)^{2} + \alpha (a^{2} + b^{2})$, "
    r"$z \in \{a, a + \tau b, -a, -a + \tau b\}$, has exactly three stationary points: two minima with "
    r"opposite signs of $a$, and a saddle with $a = 0$.",
    4: r"With two neurons SSL has exactly nine stationary points, the pairs of those of one neuron; four are "
    r"minima. The rows of two of them, with opposite signs of $a$, span $e_{1}$ and $e_{2}$; in the other two "
    r"both rows are the same vector.",
    5: r"With two neurons SL has exactly nine stationary points: four minima, four saddles of index $1$, and the "
    r"origin, of index $2$. The two global minima have $b_{1} = b_{2} = 0$ exactly; the two others have "
    r"$b_{1}, b_{2} \ne 0$.",
    6: r"Let $F$ be the gradient, $x_{0}$ a minimum, $\|DF(x_{0})^{-1}\| \le 1 / \lambda$ and $\|DF(x) - "
    r"DF(x_{0})\| \le \lambda / 2$ for $|x - x_{0}| \le r$. Then $F$ is injective on that ball and its image "
    r"contains the ball of radius $\lambda r / 2$ around $F(x_{0})$. The radii below are the largest certified "
    r"ones, in $\mathbb{R}^{d}$, in the feature block, after preconditioning with the inverse Hessian, and for "
    r"convexity.",
    7: r"Let $0 < \varepsilon < m R$ and let $P$ be $C^{1}$ with $|\nabla P| \le \varepsilon$ on the balls of "
    r"radius $R$ around a spanning SSL minimum and a global SL minimum, where the losses are $m$-strongly "
    r"convex. Then each perturbed loss has a minimum within $\varepsilon / m$; every SSL row keeps $|a| \ge "
    r"a_{-}$ and $|b| \ge b_{-}$, every SL row has $|b| \le b_{+} < b_{-}$ with the constants below, and the "
    r"balls are disjoint.",
    8: r"Let $L$ bound the curvature of $\ell$. For every step $0 < \eta < 1 / L$ and every start with $a > 0$ "
    r"gradient descent on $\ell$ stays in $a > 0$ and converges to the minimum with $a > 0$, at the rate $1 - "
    r"\eta m$ near it.",
}
_PROOFS = {
    1: r"The left side vanishes at a stationary point. The identities are checked by exact algebra for symbolic "
    r"parameters; the suprema are bounded in ball arithmetic.",
    2: r"The identity is checked by exact algebra on the loss built with one such coordinate in every row.",
    3: r"The a-priori ball is covered by boxes; each box is discarded because a component of the gradient has no "
    r"zero in it, or lies in a box on which Krawczyk's theorem shows a unique zero. The gradient maps the line "
    r"$a = 0$ into itself, so the saddle has $a = 0$ exactly. Indices are those of Gershgorin's theorem in an "
    r"approximate eigenbasis.",
    4: r"Gradient and Hessian of a sum over rows split, so stationary points are pairs. The determinant of the "
    r"two rows is certainly not $0$ where the signs differ.",
    5: r"As for one SSL neuron, with the signed permutations of the neurons used up. The gradient maps the "
    r"subspace $b = 0$, $a_{2} = -a_{1}$, $f_{2} = -f_{1}$ into itself. The loss is coercive, so its minimum "
    r"is on the list, and the enclosures of the values tell which points attain it.",
    6: r"Hypotheses are shown on whole balls by subdivision; an upper end is a point at which the hypothesis was "
    r"shown to fail.",
    7: r"On the ball $H \ge m I$ is shown in the feature coordinates and $m \le 2 \rho$ covers the others. On the "
    r"sphere of radius $R$ the perturbed gradient points outward because $m R > \varepsilon$, so there is a "
    r"minimum inside, and at each stationary point $m |x - x_{0}| \le |\nabla P| \le \varepsilon$.",
    8: r"$\partial_{a} \ell(0, b) = 0$ by evenness, so $a_{k + 1} \ge (1 - \eta L) a_{k} > 0$. The descent lemma "
    r"and coercivity make the limit points a connected set of stationary points with $a \ge 0$, which are "
    r"finitely many; $\partial_{a}^{2} \ell < 0$ at those on $a = 0$ excludes them.",
}


def separation_words(number: int, parameters: Mapping[str, sp.Rational]) -> tuple[str, str]:
    """Statement and proof of lemma ``number`` at the given parameters."""
    values = ", ".join(rf"$\{name} = {parameters[name]}$" for name in ("tau", "alpha"))
    return _STATEMENTS[number].replace("@values@", values), _PROOFS[number]
