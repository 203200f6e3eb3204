"""What an experiment is: objective, data, start, step and noise, with the published values as defaults.

Arithmetic: heuristic.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

__all__ = ["AUGMENTS", "NOISES", "PUBLISHED_STEPS", "STARTS", "STREAMS", "Setup"]

STARTS = ("near", "sign")
NOISES = ("scalar", "vector")
STREAMS = ("published", "independent")
AUGMENTS = ("fresh", "literal", "expected", "none")
PUBLISHED_STEPS = {"ssl": 4000, "sl": 8000}
EQUAL = (Fraction(1, 4),) * 4


@dataclass(frozen=True)
class Setup:
    """One experiment.  Everything but the number of steps and the seeds; exact numbers are fractions.

    ``ridge`` is alpha (SSL) or beta (SL), ``output_ridge`` is gamma (SL only); ``step`` multiplies the gradient of
    the SUM over the n samples, as in the published code.  ``rho`` is d^(-3/2) when None.  ``classes`` are the
    probabilities of (e1, e1 + tau e2, -e1, -e1 + tau e2).  Raises ValueError for what makes no sense.
    """

    objective: str = "ssl"
    d: int = 10
    n: int = 100
    neurons: int = 2
    tau: Fraction = Fraction(7)
    ridge: Fraction = Fraction(1, 800)
    output_ridge: Fraction = Fraction(1, 800)
    rho: Fraction | None = None
    step: Fraction = Fraction(1, 1000)
    start: str = "near"
    noise: str = "scalar"
    stream: str = "published"
    augment: str = "fresh"
    classes: tuple[Fraction, ...] = EQUAL

    def __post_init__(self) -> None:
        for name, known in (
            ("objective", tuple(PUBLISHED_STEPS)),
            ("start", STARTS),
            ("noise", NOISES),
            ("stream", STREAMS),
            ("augment", AUGMENTS),
        ):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}")
        if self.d < 2 or self.n < 1 or self.neurons < 1:
            raise ValueError("d must be at least 2, n and the number of neurons at least 1")
        if self.ridge < 0 or self.output_ridge < 0 or self.step <= 0 or (self.rho is not None and self.rho < 0):
            raise ValueError("ridges and rho must not be negative, and the step must be positive")
        if len(self.classes) != 4 or min(self.classes) < 0 or sum(self.classes) != 1:
            raise ValueError("the probabilities of the four classes must add up to 1")
        if self.objective == "ssl" and self.start == "near" and self.tau == 0:
            raise ValueError("the start near the minimum divides by tau")
        if self.objective == "sl" and (self.start, self.augment) != ("sign", "none"):
            raise ValueError("sl starts with the signs of the first coordinates and has no augmentation")
        if self.stream == "published" and (self.noise, self.neurons, self.classes) != ("scalar", 2, EQUAL):
            raise ValueError("the published stream has two neurons, scalar noise and equal classes")

    @property
    def noise_level(self) -> float:
        return float(self.rho) if self.rho is not None else 1 / self.d**1.5

    def record(self) -> dict[str, Any]:
        """The set-up as JSON values: fractions as strings."""
        plain = asdict(self)
        plain["rho"] = None if self.rho is None else str(self.rho)
        plain["classes"] = [str(p) for p in self.classes]
        return {k: str(v) if isinstance(v, Fraction) else v for k, v in plain.items()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Setup:
        """The set-up that :meth:`record` wrote.  Raises ValueError, TypeError or KeyError for anything else."""
        values = dict(record)
        for name in ("tau", "ridge", "output_ridge", "step"):
            values[name] = Fraction(values[name])
        values["rho"] = None if values["rho"] is None else Fraction(values["rho"])
        values["classes"] = tuple(Fraction(p) for p in values["classes"])
        return cls(**values)
