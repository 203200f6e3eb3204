"""Models of a user's own: the same objectives as the built-in ones, by other ways; and 40 malformed files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

from proofs.bounds import a_priori_bounds
from proofs.landscape import Landscape, prove_landscape
from proofs.models import EXAMPLE, ModelError, read_model
from proofs.verdict import Verdict
from symbolic.calculus import is_identically_zero
from symbolic.models import build_model, spec_from_name, spec_from_table
from symbolic.objectives import Objective, build_objective


def table(**changes: Any) -> dict[str, Any]:
    return {
        "parameters": {"tau": "7", "alpha": {"value": "1/800", "positive": True}},
        "data": {"independent": {"e1": ["1", "-1"], "e2": ["0", "tau"]}},
        "network": {"neurons": 1, "activation": "sigmoid"},
        "objective": {"kind": "alignment", "ridge": "alpha"},
        **changes,
    }


def model(**changes: Any) -> Objective:
    return build_objective(spec_from_table(table(**changes)).name)


def landscape_of(**changes: Any) -> Landscape:
    result = prove_landscape(model(**changes))
    assert result.verdict is Verdict.PROVED
    return result


def test_the_papers_objective_as_a_model() -> None:
    mine, built_in = model(), build_objective("ssl")
    (a, b), (u, v) = built_in.variables, mine.variables
    assert is_identically_zero(mine.loss.subs({u: a, v: b}, simultaneous=True) - built_in.loss)
    assert [g.name for g in mine.symmetries] == ["flip e1"]
    assert [x.radius for x in a_priori_bounds(mine)] == [x.radius for x in a_priori_bounds(built_in)]


def test_supervised_model_is_the_built_in_one() -> None:
    data = {"independent": {"e1": ["1", "-1"], "e2": ["0", "tau"]}, "label": "e1"}
    parameters = {
        "tau": "7",
        "beta": {"value": "1/800", "positive": True},
        "gamma": {"value": "1/800", "positive": True},
    }
    objective = {"kind": "cross-entropy", "ridge": "beta", "head_ridge": "gamma"}
    for neurons in (1, 2):
        mine = model(data=data, parameters=parameters, objective=objective, network={"neurons": neurons})
        built_in = build_objective("sl", neurons=neurons)
        names = dict(zip(mine.variables, built_in.variables, strict=True))
        assert is_identically_zero(mine.loss.subs(names, simultaneous=True) - built_in.loss)


def test_atoms_and_independent_features_say_the_same() -> None:
    atoms = [{"weight": "1/4", "at": {"e1": s, "e2": t}} for s in ("1", "-1") for t in ("0", "tau")]
    mine = model(data={"features": ["e1", "e2"], "atoms": atoms})
    assert is_identically_zero(mine.loss - model().loss)


def test_canonical_names_are_read_back() -> None:
    name = spec_from_table(table()).name
    assert spec_from_name(name).name == name
    assert build_model(name, None).loss == model().loss
    with pytest.raises(ModelError):
        spec_from_name("model:{")
    with pytest.raises(ModelError):
        spec_from_name("ssl")


def test_the_example_is_a_model(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(EXAMPLE)
    objective = build_objective(read_model(tmp_path / "m.toml"))
    assert [v.name for v in objective.variables] == ["w_e1", "w_e2", "w_e3"]
    # Sign of e1, exchange of the two hidden features.
    assert [g.name for g in objective.symmetries] == ["flip e1", "exchange e2, e3"]


# -- landscapes against float computations written out by hand -----------------------------------
def newton_points(gradient: Any, size: float, seeds: int = 400) -> set[tuple[float, float]]:
    """Zeros of a gradient in two variables from many random starts, with numerical derivatives."""
    rng = np.random.default_rng(1)
    found: set[tuple[float, float]] = set()
    for _ in range(seeds):
        x = rng.uniform(-size, size, 2)
        for _ in range(60):
            g = np.array(gradient(*x))
            h = 1e-6
            J = np.array(
                [(np.array(gradient(*(x + h * e))) - np.array(gradient(*(x - h * e)))) / (2 * h) for e in np.eye(2)]
            ).T
            if abs(np.linalg.det(J)) < 1e-14:
                break
            step = np.linalg.solve(J, g)
            x = x - step / max(1.0, float(np.abs(step).max()) / 0.5)
        if np.abs(np.array(gradient(*x))).max() < 1e-10 and np.abs(x).max() < 20:
            found.add((round(float(x[0]), 4) + 0.0, round(float(x[1]), 4) + 0.0))
    return found


def points(result: Landscape) -> set[tuple[float, float]]:
    return {(round(float(p.box[0].middle), 4) + 0.0, round(float(p.box[1].middle), 4) + 0.0) for p in result.points}


ATOMS = [(1.0, 0.0), (1.0, 7.0), (-1.0, 0.0), (-1.0, 7.0)]


@pytest.mark.parametrize(
    ("name", "f", "slope"),
    [
        ("tanh", math.tanh, lambda z: 1 - math.tanh(z) ** 2),
        ("erf", math.erf, lambda z: 2 / math.sqrt(math.pi) * math.exp(-z * z)),
    ],
)
def test_odd_activations_have_thirteen_points(name: str, f: Any, slope: Any) -> None:
    result = landscape_of(network={"activation": name})

    def gradient(a: float, b: float) -> list[float]:
        z = [a * x + b * y for x, y in ATOMS]
        return [
            sum(-0.25 * 2 * f(v) * slope(v) * atom[k] for v, atom in zip(z, ATOMS, strict=True)) + (a, b)[k] / 400
            for k in range(2)
        ]

    assert (len(result.points), result.count("minimum"), result.count("saddle")) == (13, 6, 6)
    assert newton_points(gradient, 4.0) <= points(result)
    label_only = [p for p in result.points if p.index == 0 and "w_e2 = 0" in p.relations]
    assert len(label_only) == 2


def test_negatives_keep_three_points() -> None:
    result = landscape_of(objective={"kind": "spectral", "ridge": "alpha"})

    def gradient(a: float, b: float) -> list[float]:
        # -2 M + M^2 with M = E s^2: the slope is 2 (M - 1) M'.
        s = [1 / (1 + math.exp(-(a * x + b * y))) for x, y in ATOMS]
        moment = sum(v * v for v in s) / 4
        slope = [sum(0.25 * 2 * v * v * (1 - v) * atom[k] for v, atom in zip(s, ATOMS, strict=True)) for k in range(2)]
        return [2 * (moment - 1) * slope[k] + (a, b)[k] / 400 for k in range(2)]

    assert (len(result.points), result.count("minimum")) == (3, 2)
    for a, b in ((float(p.box[0].middle), float(p.box[1].middle)) for p in result.points):
        assert max(map(abs, gradient(a, b))) < 1e-12
    assert newton_points(gradient, 4.0, 60) <= points(result)


@pytest.mark.parametrize("hidden", [2, 3])
def test_several_hidden_features_are_learned_together(hidden: int) -> None:
    features = {"e1": ["1", "-1"], **{f"e{k + 2}": ["0", "tau"] for k in range(hidden)}}
    result = landscape_of(data={"independent": features})
    assert (len(result.points), result.count("minimum")) == (3, 2)
    for p in result.points:
        # All hidden coordinates are equal (exactly), and positive at a minimum.
        assert all(f"w_e{k + 2} = w_e2" in p.relations for k in range(1, hidden))
        assert p.box[1].lo > 0


def test_two_neurons_with_negatives_know_their_symmetries() -> None:
    objective = model(objective={"kind": "spectral", "ridge": "alpha"}, network={"neurons": 2})
    assert [g.name for g in objective.symmetries] == ["flip e1", "exchange neurons 1 and 2"]


def test_bounds_from_the_layer_hold_at_every_point() -> None:
    result = landscape_of(network={"activation": "erf"})
    radius = {v: b.radius for b in result.bounds for v in b.group}
    for p in result.points:
        assert all(abs(p.coordinate(v.name).middle) <= r for v, r in radius.items())
    # 2 alpha |w|^2 <= sum over 4 atoms of (1/4) 2 sup|f| sup|z f'| = 2 * 1/2: |w| <= sqrt(400) = 20.
    assert 20 <= result.bounds[0].radius <= sp.Rational(2002, 100)


def test_parameters_of_a_model_are_set_exactly() -> None:
    assert model().with_values({"tau": sp.Rational(1, 3)}).parameter_values["tau"] == sp.Rational(1, 3)
    with pytest.raises(ValueError, match="positive"):
        model().with_values({"alpha": sp.Integer(0)})


# -- forty mistakes ------------------------------------------------------------------------------
HEAD = '[parameters]\ntau = "7"\nalpha = { value = "1/800", positive = true }\n'
DATA = '[data]\nindependent = { e1 = ["1", "-1"], e2 = ["0", "tau"] }\n'
GOAL = '[objective]\nkind = "alignment"\nridge = "alpha"\n'
ATOM = '[data]\nfeatures = ["e1", "e2"]\n[[data.atoms]]\nweight = "1"\nat = { e1 = "1", e2 = "tau" }\n'
MALFORMED = {
    "empty": "",
    "no TOML": "this is not TOML",
    "unclosed": "[data",
    "binary": "\x01\x02",
    "unknown table": HEAD + DATA + GOAL + "[extra]\nx = 1\n",
    "title is a number": "title = 3\n" + HEAD + DATA + GOAL,
    "title of two lines": 'title = "a\\nb"\n' + HEAD + DATA + GOAL,
    "no data": HEAD + GOAL,
    "no objective": HEAD + DATA,
    "no kind": HEAD + DATA + '[objective]\nridge = "alpha"\n',
    "unknown kind": HEAD + DATA + '[objective]\nkind = "magic"\nridge = "alpha"\n',
    "no ridge": HEAD + DATA + '[objective]\nkind = "alignment"\n',
    "ridge of unknown name": HEAD + DATA + '[objective]\nkind = "alignment"\nridge = "beta"\n',
    "ridge not positive": HEAD + DATA + '[objective]\nkind = "alignment"\nridge = "tau"\n',
    "ridge zero": HEAD + DATA + '[objective]\nkind = "alignment"\nridge = "0"\n',
    "ridge a float": HEAD + DATA + '[objective]\nkind = "alignment"\nridge = 0.1\n',
    "head ridge without head": HEAD + DATA + GOAL + 'head_ridge = "alpha"\n',
    "no head ridge": HEAD + DATA + 'label = "e1"\n[objective]\nkind = "cross-entropy"\nridge = "alpha"\n',
    "no labels": HEAD + DATA + '[objective]\nkind = "cross-entropy"\nridge = "alpha"\nhead_ridge = "alpha"\n',
    "label of no feature": HEAD + DATA + 'label = "e9"\n' + GOAL,
    "label with three values": HEAD + '[data]\nindependent = { e1 = ["1", "0", "tau"] }\nlabel = "e1"\n' + GOAL,
    "parameter a float": "[parameters]\ntau = 7.5\n" + DATA + GOAL,
    "parameter no number": '[parameters]\ntau = "seven"\n' + DATA + GOAL,
    "parameter huge": '[parameters]\ntau = "1e999999999"\n' + DATA + GOAL,
    "parameter with a reserved name": HEAD + 'exp = "1"\n' + DATA + GOAL,
    "parameter not used": HEAD + 'delta = "1"\n' + DATA + GOAL,
    "parameter declared positive": HEAD.replace("1/800", "-1/800") + DATA + GOAL,
    "positive no truth value": HEAD.replace("true", '"yes"') + DATA + GOAL,
    "parameters a list": "parameters = [1]\n" + DATA + GOAL,
    "program in a coordinate": HEAD + '[data]\nindependent = { e1 = ["__import__(\'os\')"] }\n' + GOAL,
    "coordinate no polynomial": HEAD + '[data]\nindependent = { e1 = ["exp(tau)"] }\n' + GOAL,
    "coordinate of unknown name": HEAD + '[data]\nindependent = { e1 = ["rho"] }\n' + GOAL,
    "both kinds of data": HEAD + ATOM + GOAL.replace("[objective]", '[data.independent]\ne1 = ["1"]\n[objective]'),
    "weights that do not add up": HEAD + ATOM.replace('weight = "1"', 'weight = "1/2"') + GOAL,
    "negative weight": HEAD + ATOM.replace('weight = "1"', 'weight = "-1"') + GOAL,
    "atom at an unknown feature": HEAD + ATOM.replace("e2 = \"tau\"", 'e3 = "tau"') + GOAL,
    "label two": HEAD + ATOM + "label = 2\n" + GOAL,
    "features twice": HEAD + ATOM.replace('["e1", "e2"]', '["e1", "e1"]') + GOAL,
    "too many atoms": HEAD + '[data]\nindependent = { e1 = ["1", "2", "3"], e2 = ["1", "2", "3"], e3 = ["1", "2", "3"], e4 = ["1", "2", "tau"] }\n' + GOAL,
    "neurons zero": HEAD + DATA + "[network]\nneurons = 0\n" + GOAL,
    "neurons a text": HEAD + DATA + '[network]\nneurons = "two"\n' + GOAL,
    "unknown activation": HEAD + DATA + '[network]\nactivation = "swish"\n' + GOAL,
    "key unknown to the network": HEAD + DATA + "[network]\nwidth = 3\n" + GOAL,
}  # fmt: skip


def test_there_are_forty() -> None:
    assert len(MALFORMED) >= 40


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_gives_one_clear_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    path.write_text(MALFORMED[name])
    with pytest.raises(ModelError) as caught:
        read_model(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert len(message) < len(str(path)) + 300


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.toml", tmp_path):
        with pytest.raises(ModelError):
            read_model(path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ModelError, match="UTF-8"):
        read_model(tmp_path / "bytes.toml")
