"""``separatrix certify``: a theorem about a trained network and its data set."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from proofs.certificates import write_certificate
from proofs.claims.empirical import empirical_claim
from proofs.cli.options import json_option, parameters_option, parse_assignments, resolve_objective
from proofs.cli.output import check_writable, emit, progress
from proofs.empirical.certify import SECONDS, certify_problem
from proofs.empirical.data import DataError, read_data
from proofs.empirical.display import certified_json, certified_text
from proofs.empirical.problem import AUGMENTATIONS, build_problem
from proofs.verdict import Verdict
from symbolic.reader import ReadError, parse_number

__all__ = ["command"]

MOST_STEPS = MOST = 10**12
LEAST_INVERSE = 10**30


@click.command("certify")
@click.argument("data", metavar="DATA.npz")
@click.option("--objective", metavar="ssl|sl|MODEL.toml", help="Default: sl when y is there, else ssl.")
@click.option("--augment", type=click.Choice(AUGMENTATIONS), help="Default: expected for ssl (views with X1, X2).")
@parameters_option
@click.option("--within", metavar="R", help="How far from the weights to look (default: half of their norm).")
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(0, min_open=True),
    default=SECONDS,
    show_default=True,
    help="Seconds the search may take.",
)
@click.option("--step", metavar="ETA", help="Tell how gradient descent with this step (on the mean) converges.")
@click.option("--steps", type=click.IntRange(0, MOST_STEPS), help="With --step: what so many steps leave.")
@click.option("--tolerance", metavar="T", help="With --step: steps to this distance from the minimum.")
@click.option("--certificate", metavar="FILE", help="Write a certificate for `recheck`.")
@json_option
def command(
    data: str,
    objective: str | None,
    augment: str | None,
    settings: tuple[str, ...],
    within: str | None,
    seconds: float,
    step: str | None,
    steps: int | None,
    tolerance: str | None,
    certificate: str | None,
    json_path: str | None,
) -> int:
    """Prove that the empirical objective of a data set has a local minimum near trained weights.

    DATA.npz holds X (n x d), W (m x d), for sl y (n) in {0, 1} and F (m), or pairs of views X1, X2 (n x d); for a model
    file also b (m) and V (units x m) where its network has them.

    Exit codes: 0 proved, 1 refuted (a saddle or maximum, alone near the weights), 2 bad input, 3 undecided.
    """
    check_writable(json_path)
    if not seconds < float("inf"):
        raise click.UsageError("--time must be a finite number of seconds")
    values = parse_assignments("--set", settings)
    limit, eta, goal = (
        _positive(o, t) for o, t in (("--within", within), ("--step", step), ("--tolerance", tolerance))
    )
    if eta is None and (steps is not None or goal is not None):
        raise click.UsageError("--steps and --tolerance need --step")
    named = objective
    if objective is not None and objective.endswith(".toml"):
        named = resolve_objective(objective, None, files=True).name
    elif objective not in (None, "ssl", "sl"):
        raise click.UsageError(f"--objective {objective[:40]!r}: neither ssl, sl nor a model file (NAME.toml)")
    with progress(f"certify {data}"):
        try:
            problem = build_problem(read_data(Path(data)), named, augment, values)
            result = certify_problem(
                problem,
                within=None if limit is None else float(limit),
                seconds=seconds,
                step=eta,
                steps=steps,
                tolerance=goal,
            )
        except DataError as error:
            raise click.UsageError(str(error)) from error
    if certificate and result.verdict is not Verdict.UNDECIDED:
        try:
            write_certificate(Path(certificate), [empirical_claim(result)], verdict=result.verdict.value)
        except OSError as error:
            raise click.UsageError(f"--certificate {certificate}: cannot write ({error.strerror or error})") from error
    emit(certified_text(result), certified_json(result), json_path)
    return result.verdict.exit_code


def _positive(option: str, text: str | None) -> Fraction | None:
    if text is None:
        return None
    try:
        value = parse_number(text)
    except ReadError as error:
        raise click.UsageError(f"{option} {text[:40]!r}: {error}") from error
    if not 0 < value <= MOST or value * LEAST_INVERSE < 1:
        raise click.UsageError(f"{option} {text[:40]}: must be a number between 10^-30 and 10^12")
    return Fraction(int(value.p), int(value.q))
