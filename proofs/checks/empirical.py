"""Check: the empirical objective of a data set has exactly one stationary point near given weights, of this index.

The derivatives at the stated centres, their bounds over balls, eigenvalues and metrics are computed again in Arb from
the data, whose digests the statement holds.  No hint is needed; the evidence only says where the data are.
"""

from __future__ import annotations

import base64
import binascii
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure
from numeric.interval_kernels import FloatArray
from numeric.verified_sums import LIMIT
from proofs.certificates import CertificateError, decode_enclosure, decode_float, decode_fraction
from proofs.checks.base import Invalid, certificate_folder, register
from proofs.checks.empirical_model import check_model_block, model_of
from proofs.checks.empirical_neuron import NeuronCheck
from proofs.checks.empirical_pairs import PairsCheck
from proofs.checks.empirical_rows import BlockCheck, Matrix, rational
from proofs.checks.empirical_supervised import SupervisedCheck
from proofs.empirical.data import DataError, array_digest, read_data
from proofs.empirical.distances import distance_to, total
from proofs.empirical.metrics import FEATURES, metrics_of
from proofs.empirical.model import arrays_of, start_of
from proofs.theorems.convex_ball import convex_ball
from proofs.theorems.definiteness import has_index
from proofs.theorems.newton_kantorovich import newton_kantorovich
from symbolic.models import PREFIX, ModelError, spec_from_name

__all__ = ["check_empirical"]

BITS = 80
NEEDED = {"expected": ("X", "W"), "none": ("X", "W"), "views": ("X1", "X2", "W")}


@register("empirical-point")
def check_empirical(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    objective, augment = statement.get("objective"), statement.get("augment")
    if isinstance(objective, str) and objective.startswith(PREFIX):
        return _check_model(statement, evidence, objective)
    if objective not in ("ssl", "sl") or augment not in NEEDED or (objective == "sl" and augment != "none"):
        raise Invalid("the statement names no empirical objective")
    parameters = _parameters(statement, objective, augment)
    arrays = _arrays(statement, evidence, (*NEEDED[augment], *(("y", "F") if objective == "sl" else ())))
    blocks = statement.get("blocks")
    w = arrays["W"]
    starts = [np.concatenate([w.ravel(), arrays["F"]])] if objective == "sl" else list(w)
    if not isinstance(blocks, list) or len(blocks) != len(starts):
        raise CertificateError("the blocks are malformed")
    index, size, radii, ends = 0, 0, [], []
    for block, start in zip(blocks, starts, strict=True):
        centre = _centre(block, start.size)
        with balls.precision(BITS):
            checked = _block(objective, augment, parameters, arrays, centre)
            _check_block(block, checked)
        index, size = index + block["index"], size + start.size
        radii.append(decode_fraction(block["radius"]))
        ends.append((centre, decode_fraction(block["distance"])))
    _conclude(statement, index, size, min(radii), starts, ends, w.shape)


def _check_model(statement: dict[str, Any], evidence: dict[str, Any], name: str) -> None:
    """A model file in place of ``ssl`` or ``sl``: one block, all unknowns together."""
    try:
        spec = spec_from_name(name)
    except ModelError as error:
        raise Invalid(f"no such objective: {error}") from error
    stated, blocks = statement.get("parameters"), statement.get("blocks")
    if statement.get("augment") != "none" or not isinstance(stated, dict):
        raise CertificateError("the statement is malformed")
    if not isinstance(blocks, list) or len(blocks) != 1:
        raise CertificateError("the blocks are malformed")
    arrays = _arrays(statement, evidence, arrays_of(spec))
    start = start_of(spec, arrays)
    centre = _centre(blocks[0], start.size)
    with balls.precision(BITS):
        check_model_block(blocks[0], model_of(name, {k: decode_fraction(v) for k, v in stated.items()}, arrays), centre)
    ends = [(centre, decode_fraction(blocks[0]["distance"]))]
    radius = decode_fraction(blocks[0]["radius"])
    _conclude(statement, blocks[0]["index"], start.size, radius, [start], ends, arrays["W"].shape)


def _parameters(statement: dict[str, Any], objective: str, augment: str) -> dict[str, Fraction]:
    stated = statement.get("parameters")
    names = {"ssl": {"alpha"}, "sl": {"beta", "gamma"}}[objective] | (
        {"rho_squared"} if augment == "expected" else set()
    )
    if not isinstance(stated, dict) or set(stated) != names:
        raise CertificateError(f"the parameters are not exactly {', '.join(sorted(names))}")
    values = {k: decode_fraction(v) for k, v in stated.items()}
    if any(v < 0 or (v == 0 and k != "rho_squared") for k, v in values.items()):
        raise Invalid("a parameter is out of range")
    return values


def _arrays(statement: dict[str, Any], evidence: dict[str, Any], needed: tuple[str, ...]) -> dict[str, FloatArray]:
    """The data with the stated digests, from the certificate itself or from the file it names."""
    stated = statement.get("data")
    if not isinstance(stated, dict) or set(stated) != set(needed):
        raise CertificateError(f"the data are not exactly {', '.join(needed)}")
    inline = evidence.get("arrays")
    source: dict[str, Any] = {}
    if isinstance(inline, dict):
        for name in needed:
            try:
                raw = base64.b64decode(inline[name], validate=True)
                values = np.frombuffer(raw, dtype="<f8")
                source[name] = values.reshape(stated[name]["shape"]) if values.size else values
            except (KeyError, TypeError, ValueError, binascii.Error, OverflowError) as error:
                raise CertificateError(f"array {name} is malformed") from error
    found = _read(source if source else _file(evidence))
    for name in needed:
        if name not in found or not isinstance(stated[name], dict):
            raise CertificateError(f"array {name} is missing")
        array = found[name]
        if list(array.shape) != stated[name].get("shape") or array_digest(array) != stated[name].get("sha256"):
            raise Invalid(f"array {name} is not the one that the statement is about")
        if not np.isfinite(array).all() or (array.size and np.abs(array).max() > LIMIT):
            raise Invalid(f"array {name} holds a number out of range")
    return found


def _read(source: Any) -> dict[str, FloatArray]:
    try:
        return read_data(source).arrays
    except DataError as error:
        raise Invalid(str(error)) from error


def _file(evidence: dict[str, Any]) -> Path:
    """The data file where it was, or beside the certificate under its name."""
    path, name = evidence.get("file"), evidence.get("name")
    if not isinstance(path, str) or not isinstance(name, str) or "\0" in path + name or Path(name).name != name:
        raise CertificateError("the certificate does not say where the data are")
    beside = certificate_folder() / name
    for candidate in (beside, Path(path)):
        if candidate.is_file():
            return candidate
    raise Invalid(f"the data file {name} was not found where it was, nor beside the certificate")


def _centre(block: Any, size: int) -> FloatArray:
    if not isinstance(block, dict) or not isinstance(block.get("centre"), list) or len(block["centre"]) != size:
        raise CertificateError("a block is malformed")
    values = np.array([decode_float(v) for v in block["centre"]])
    index = block.get("index")
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index <= size or np.abs(values).max() > LIMIT:
        raise CertificateError("a block is malformed")
    return values


def _block(
    objective: str, augment: str, parameters: dict[str, Fraction], arrays: dict[str, FloatArray], centre: FloatArray
) -> BlockCheck:
    if objective == "sl":
        ridges = (parameters["beta"], parameters["gamma"])
        return SupervisedCheck(arrays["X"], arrays["y"], arrays["W"].shape[0], ridges, centre)
    if augment == "views":
        return PairsCheck((arrays["X1"], arrays["X2"]), parameters["alpha"], centre)
    try:
        return NeuronCheck(arrays["X"], parameters.get("rho_squared", Fraction(0)), parameters["alpha"], centre)
    except ValueError as error:
        raise Invalid(f"the noise is too large for the quadrature: {error}") from error


def _check_block(block: dict[str, Any], at: BlockCheck) -> None:
    """One stationary point in the ball, close to the centre, with these eigenvalues."""
    radius, distance, gap = (decode_fraction(block.get(k)) for k in ("radius", "distance", "gap"))
    lowest, highest = (decode_fraction(v) for v in _pair(block.get("eigenvalues")))
    index = block["index"]
    if not (gap > 0 and 0 <= distance <= radius):
        raise Invalid("the radii of a block are out of range")
    g, r, near = rational(gap), rational(radius), rational(distance)
    gradient = sum((v * v for v in at.gradient()), arb(0)).sqrt()
    hessian = at.hessian()
    if not (has_index(_plus(hessian, -g), index) and has_index(_plus(hessian, g), index)):
        raise Invalid("the index of a Hessian was not shown")
    third = at.third(distance)
    if not newton_kantorovich(gradient / g, third * near / g, near).unique:
        raise Invalid("no stationary point was shown within the stated distance of a centre")
    # The Hessian at the stationary point differs from that at the centre by at most this.
    spread = third * near
    if not spread < g:
        raise Invalid("the Hessian at the stationary point was not shown to be nonsingular")
    if not has_index(_plus(hessian, -rational(lowest) - spread), 0):
        raise Invalid("an eigenvalue may lie below what is stated")
    if not has_index(_plus([[-v for v in row] for row in hessian], rational(highest) - spread), 0):
        raise Invalid("an eigenvalue may lie above what is stated")
    convex = _convex_balls(block.get("convex"), at)
    if index == 0 and any(radius <= R and convex_ball(gradient, m, r).unique for R, m in convex):
        return
    if not newton_kantorovich(gradient / g, at.third(radius) * r / g, r).unique:
        raise Invalid("the stationary point was not shown to be alone in the stated ball")


def _convex_balls(value: Any, at: BlockCheck) -> list[tuple[Fraction, arb]]:
    """Radius and least eigenvalue of each stated ball, after it was shown."""
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise CertificateError("the convex balls are malformed")
    found = []
    for entry in value:
        radius, lower, top = (decode_fraction(entry.get(k)) for k in ("radius", "lower", "upper"))
        if not (radius > 0 and lower > 0):
            raise Invalid("a convex ball is out of range")
        bounds = at.region(radius)
        if bounds is None or not has_index(_plus(bounds[0], -rational(lower)), 0):
            raise Invalid("the Hessian was not shown to be positive definite on a stated ball")
        if not bounds[1] <= rational(top):
            raise Invalid("the Hessian may be larger than stated on a ball")
        found.append((radius, rational(lower)))
    return found


def _plus(matrix: Matrix, shift: arb) -> Matrix:
    return [[v + shift if i == j else v for j, v in enumerate(row)] for i, row in enumerate(matrix)]


def _pair(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise CertificateError("a pair of numbers is malformed")
    return value


def _conclude(
    statement: dict[str, Any],
    index: int,
    size: int,
    radius: Fraction,
    starts: list[FloatArray],
    ends: list[tuple[FloatArray, Fraction]],
    shape: tuple[int, ...],
) -> None:
    """Verdict, kind, distance and metrics follow from the blocks."""
    kind = "minimum" if index == 0 else "maximum" if index == size else "saddle"
    if statement.get("index") != index or statement.get("kind") != kind:
        raise Invalid("the stationary point is of another kind")
    distance, reach = distance_to(starts, ends), total([float(r) * (1 + 2.0**-50) for _, r in ends])
    if not decode_enclosure(statement.get("distance")).contains(distance):
        raise Invalid("the distance from the weights is not in the stated interval")
    free = radius - distance.hi - reach
    verdict = "PROVED" if index == 0 else "REFUTED" if free > 0 else "UNDECIDED"
    if statement.get("verdict") != verdict:
        raise Invalid("the stated verdict does not follow")
    points = np.concatenate([c for c, _ in ends])[: shape[0] * shape[1]].reshape(shape)
    found = metrics_of(points, reach)
    for name, values in (("energy", found.energy), ("span", found.span)):
        stated = statement.get(name)
        if not isinstance(stated, dict) or not set(stated) <= set(FEATURES):
            raise CertificateError(f"the {name} is malformed")
        for feature, value in stated.items():
            if value is None:
                continue
            inner: Enclosure | None = values.get(feature)
            if inner is None or not decode_enclosure(value).contains(inner):
                raise Invalid(f"the {name} of {feature} is not in the stated interval")
