"""The fields of model files beyond the first ones: what each says, by hand in floats, and mistakes in each of them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

from proofs.models import Model, ModelError, read_model
from symbolic.calculus import is_identically_zero
from symbolic.models import spec_from_name, spec_from_table
from symbolic.objectives import Objective, build_objective

ATOMS = [(1.0, 0.0), (1.0, 2.0), (-1.0, 0.0), (-1.0, 2.0)]
LABELS = [0, 0, 1, 1]
RIDGE = 0.05


def table(kind: str, network: dict[str, Any] | None = None, **objective: Any) -> dict[str, Any]:
    return {
        "parameters": {"a": {"value": "1/20", "positive": True}},
        "data": {"independent": {"e1": ["1", "-1"], "e2": ["0", "2"]}, "label": "e1"},
        "network": {"activation": "tanh", **(network or {})},
        "objective": {"kind": kind, "ridge": "a", **objective},
    }


def value(objective: Objective, at: dict[str, float]) -> float:
    f = sp.lambdify(
        objective.variables, objective.numeric_loss.doit(), [{"sigmoid": _sigmoid, "softplus": _softplus}, "math"]
    )
    return float(f(*(at[v.name] for v in objective.variables)))


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def _softplus(z: float) -> float:
    return math.log1p(math.exp(z))


AT = {"w1_e1": 0.7, "w1_e2": -0.4, "w2_e1": 0.3, "w2_e2": 0.9, "f1": 1.3, "f2": -0.6}
HIDDEN = [[math.tanh(AT[f"w{j}_e1"] * x + AT[f"w{j}_e2"] * y) for x, y in ATOMS] for j in (1, 2)]
ROWS = RIDGE * sum(AT[f"w{j}_e{k}"] ** 2 for j in (1, 2) for k in (1, 2))
OUTPUT = [AT["f1"] * p + AT["f2"] * q for p, q in zip(*HIDDEN, strict=True)]
HEADS = RIDGE * (AT["f1"] ** 2 + AT["f2"] ** 2)
DOTS = np.array(HIDDEN).T @ np.array(HIDDEN)  # f(x_c) . f(x_d)


def _infonce(negatives: int, temperature: float) -> float:
    """Every ordered tuple of negatives, each with weight 4^-N."""
    total = 0.0
    for c in range(4):
        for draw in np.ndindex(*(4,) * negatives):
            total += math.log(1 + sum(math.exp((DOTS[c, d] - DOTS[c, c]) / temperature) for d in draw))
    return total / 4 ** (1 + negatives)


def _barlow(off: float) -> float:
    C = np.cov(np.array(HIDDEN), bias=True)
    return float((1 - C[0, 0]) ** 2 + (1 - C[1, 1]) ** 2 + off * 2 * C[0, 1] ** 2)


CASES = [
    ("alignment", {}, -sum(DOTS[c, c] for c in range(4)) / 4 + ROWS),
    ("spectral", {}, -2 * sum(DOTS[c, c] for c in range(4)) / 4 + float((DOTS**2).mean()) + ROWS),
    ("infonce", {}, _infonce(1, 1.0) + ROWS),
    ("infonce", {"negatives": 3, "temperature": "1/2"}, _infonce(3, 0.5) + ROWS),
    ("barlow", {}, _barlow(1 / 200) + ROWS),
    ("barlow", {"off_diagonal": "a"}, _barlow(0.05) + ROWS),
    ("mse", {"head_ridge": "a"}, sum((o - y) ** 2 for o, y in zip(OUTPUT, LABELS, strict=True)) / 4 + ROWS + HEADS),
    (
        "cross-entropy",
        {"head_ridge": "a"},
        # label 0: log(1 + e^o), label 1: log(1 + e^-o)
        sum(_softplus(o if y == 0 else -o) for o, y in zip(OUTPUT, LABELS, strict=True)) / 4 + ROWS + HEADS,
    ),
]


@pytest.mark.parametrize(("kind", "options", "expected"), CASES, ids=[f"{k}-{len(o)}" for k, o, _ in CASES])
def test_every_kind_by_hand(kind: str, options: dict[str, Any], expected: float) -> None:
    objective = build_objective(spec_from_table(table(kind, {"neurons": 2}, **options)).name)
    assert value(objective, AT) == pytest.approx(expected, rel=1e-12)


def test_bias_second_layer_and_penalties_by_hand() -> None:
    held = {
        **table("mse", {"bias": True, "second_neurons": 2}, head_ridge="1/7", bias_ridge="1/9", second_ridge="1/11"),
        "penalty": [
            {"form": "square", "on": "head", "weight": "2"},
            {"form": "fourth", "on": "second", "weight": "3"},
            {"form": "square", "on": "bias", "weight": "1/2"},
        ],
    }
    objective = build_objective(spec_from_table(held).name)
    assert [v.name for v in objective.variables] == ["w_e1", "w_e2", "c", "v1_1", "v2_1", "f1", "f2"]
    at = {"w_e1": 0.7, "w_e2": -0.4, "c": 0.2, "v1_1": 0.5, "v2_1": -1.1, "f1": 1.3, "f2": -0.6}
    loss = 0.0
    for (x, y), label in zip(ATOMS, LABELS, strict=True):
        h = math.tanh(0.7 * x - 0.4 * y + 0.2)
        loss += (1.3 * math.tanh(0.5 * h) - 0.6 * math.tanh(-1.1 * h) - label) ** 2 / 4
    loss += RIDGE * (0.7**2 + 0.4**2) + 0.2**2 / 9 + (0.5**2 + 1.1**2) / 11 + (1.3**2 + 0.6**2) / 7
    loss += 2 * (1.3**2 + 0.6**2) + 3 * (0.5**4 + 1.1**4) + 0.5 * 0.2**2
    assert value(objective, at) == pytest.approx(loss, rel=1e-12)
    names = {g.name for g in objective.symmetries}
    assert {"flip neuron", "flip unit 1", "flip unit 2", "exchange units 1 and 2"} <= names


def test_overlap_by_hand() -> None:
    held = {**table("alignment", {"neurons": 2}), "penalty": [{"form": "overlap", "on": "rows", "weight": "2"}]}
    plain = build_objective(spec_from_table(table("alignment", {"neurons": 2})).name)
    objective = build_objective(spec_from_table(held).name)
    overlap = AT["w1_e1"] * AT["w2_e1"] + AT["w1_e2"] * AT["w2_e2"]
    assert value(objective, AT) - value(plain, AT) == pytest.approx(2 * overlap**2, rel=1e-12)


def test_noise_is_a_smoothed_activation() -> None:
    held = table("alignment", {"activation": "erf"})
    held["data"] = {"independent": {"e1": ["1", "-1"], "e2": ["0", "2"]}, "noise": "1/2"}
    objective = build_objective(spec_from_table(held).name)
    w = (0.7, -0.4)
    scale = math.sqrt(1 + 2 * 0.25 * (w[0] ** 2 + w[1] ** 2))
    expected = -sum(math.erf((w[0] * x + w[1] * y) / scale) ** 2 for x, y in ATOMS) / 4 + RIDGE * (
        w[0] ** 2 + w[1] ** 2
    )
    assert value(objective, {"w_e1": w[0], "w_e2": w[1]}) == pytest.approx(expected, rel=1e-12)


def test_canonical_names_hold_every_field() -> None:
    held = {
        **table("mse", {"bias": True, "second_neurons": 2, "neurons": 2}, head_ridge="a", second_ridge="a"),
        "penalty": [{"form": "overlap", "on": "second", "weight": "a"}],
    }
    name = spec_from_table(held).name
    assert spec_from_name(name).name == name
    for old, new in (('"bias":true,', ""), ('"overlap"', '"square"'), ('"second_neurons":2', '"second_neurons":1')):
        other = name.replace(old, new)
        assert other != name
        assert not is_identically_zero(build_objective(other).loss - build_objective(name).loss)


def test_models_from_python(tmp_path: Path) -> None:
    model = Model.of(table("infonce"))
    assert model.spec.kind == "infonce"
    assert model.objective(a="1/3").parameter_values == {"a": sp.Rational(1, 3)}
    with pytest.raises(KeyError):
        model.objective(b=1)
    with pytest.raises(ValueError, match="positive"):
        model.objective(a=0)
    with pytest.raises(ModelError):
        Model.of({"objective": {}})
    with pytest.raises(ModelError):
        Model.read(tmp_path / "none.toml")


# -- mistakes ------------------------------------------------------------------------------------------
HEAD = '[parameters]\na = { value = "1/20", positive = true }\nt = "2"\n'
DATA = '[data]\nindependent = { e1 = ["1", "-1"], e2 = ["0", "t"] }\n'
LABEL = DATA + 'label = "e1"\n'
GOAL = '[objective]\nkind = "alignment"\nridge = "a"\n'


def goal(kind: str, *lines: str) -> str:
    return f'[objective]\nkind = "{kind}"\nridge = "a"\n' + "".join(f"{line}\n" for line in lines)


def penalty(**fields: str) -> str:
    return HEAD + DATA + GOAL + "[[penalty]]\n" + "".join(f"{k} = {v}\n" for k, v in fields.items())


MALFORMED = {
    "bias a number": HEAD + DATA + "[network]\nbias = 1\n" + GOAL,
    "bias a text": HEAD + DATA + '[network]\nbias = "true"\n' + GOAL,
    "second layer of none": HEAD + DATA + "[network]\nsecond_neurons = 0\n" + goal("alignment", 'second_ridge = "a"'),
    "second layer a text": HEAD + DATA + '[network]\nsecond_neurons = "2"\n' + goal("alignment", 'second_ridge = "a"'),
    "second layer too wide": HEAD + DATA + "[network]\nsecond_neurons = 9\n" + goal("alignment", 'second_ridge = "a"'),
    "second layer true": HEAD + DATA + "[network]\nsecond_neurons = true\n" + goal("alignment", 'second_ridge = "a"'),
    "second layer without ridge": HEAD + DATA + "[network]\nsecond_neurons = 2\n" + GOAL,
    "ridge of no second layer": HEAD + DATA + goal("alignment", 'second_ridge = "a"'),
    "ridge of no bias": HEAD + DATA + goal("alignment", 'bias_ridge = "a"'),
    "bias ridge zero": HEAD + DATA + "[network]\nbias = true\n" + goal("alignment", 'bias_ridge = "0"'),
    "bias ridge not positive": HEAD + DATA + "[network]\nbias = true\n" + goal("alignment", 'bias_ridge = "t"'),
    "bias ridge a float": HEAD + DATA + "[network]\nbias = true\n" + goal("alignment", "bias_ridge = 0.5"),
    "second ridge a list": HEAD + DATA + "[network]\nsecond_neurons = 1\n" + goal("alignment", "second_ridge = [1]"),
    "mse without labels": HEAD + DATA + goal("mse", 'head_ridge = "a"'),
    "mse without head ridge": HEAD + LABEL + goal("mse"),
    "head ridge for infonce": HEAD + DATA + goal("infonce", 'head_ridge = "a"'),
    "head ridge for barlow": HEAD + DATA + goal("barlow", 'head_ridge = "a"'),
    "negatives zero": HEAD + DATA + goal("infonce", "negatives = 0"),
    "negatives nine": HEAD + DATA + goal("infonce", "negatives = 9"),
    "negatives a text": HEAD + DATA + goal("infonce", 'negatives = "two"'),
    "negatives true": HEAD + DATA + goal("infonce", "negatives = true"),
    "negatives for alignment": HEAD + DATA + goal("alignment", "negatives = 2"),
    "too many terms of negatives": HEAD + '[data]\nindependent = { e1 = ["1", "2", "3", "t"], e2 = ["1", "2"] }\n' + goal("infonce", "negatives = 4"),
    "temperature zero": HEAD + DATA + goal("infonce", 'temperature = "0"'),
    "temperature negative": HEAD + DATA + goal("infonce", 'temperature = "-1"'),
    "temperature unknown": HEAD + DATA + goal("infonce", 'temperature = "warm"'),
    "temperature not declared positive": HEAD + DATA + goal("infonce", 'temperature = "t"'),
    "temperature for barlow": HEAD + DATA + goal("barlow", 'temperature = "1"'),
    "off-diagonal for infonce": HEAD + DATA + goal("infonce", 'off_diagonal = "1"'),
    "off-diagonal zero": HEAD + DATA + goal("barlow", 'off_diagonal = "0"'),
    "off-diagonal a table": HEAD + DATA + goal("barlow", "off_diagonal = {}"),
    "unknown objective option": HEAD + DATA + goal("barlow", "margin = 1"),
    "noise for spectral": HEAD + DATA + 'noise = "1/2"\n' + goal("spectral"),
    "noise with sigmoid": HEAD + DATA + 'noise = "1/2"\n' + GOAL,
    "noise zero": HEAD + DATA + 'noise = "0"\n[network]\nactivation = "erf"\n' + GOAL,
    "noise negative": HEAD + DATA + 'noise = "-1"\n[network]\nactivation = "erf"\n' + GOAL,
    "noise a float": HEAD + DATA + 'noise = 0.5\n[network]\nactivation = "erf"\n' + GOAL,
    "noise in an unknown unit": HEAD + DATA + 'noise = "1/2 m"\n[network]\nactivation = "erf"\n' + GOAL,
    "noise behind two layers": HEAD + DATA + 'noise = "1"\n[network]\nactivation = "erf"\nsecond_neurons = 1\n' + goal("alignment", 'second_ridge = "a"'),
    "penalty no list": HEAD + DATA + GOAL + "[penalty]\nform = \"square\"\n",
    "penalty without form": penalty(on='"rows"', weight='"a"'),
    "penalty without place": penalty(form='"square"', weight='"a"'),
    "penalty without weight": penalty(form='"square"', on='"rows"'),
    "penalty of unknown form": penalty(form='"cube"', on='"rows"', weight='"a"'),
    "penalty in an unknown place": penalty(form='"square"', on='"columns"', weight='"a"'),
    "penalty of no bias": penalty(form='"square"', on='"bias"', weight='"a"'),
    "penalty of no head": penalty(form='"fourth"', on='"head"', weight='"a"'),
    "penalty of no second layer": penalty(form='"fourth"', on='"second"', weight='"a"'),
    "penalty with weight zero": penalty(form='"square"', on='"rows"', weight='"0"'),
    "penalty with a negative weight": penalty(form='"square"', on='"rows"', weight='"-1"'),
    "penalty with another key": penalty(form='"square"', on='"rows"', weight='"a"', power="3"),
    "overlap of a bias": HEAD + DATA + "[network]\nbias = true\n" + GOAL + '[[penalty]]\nform = "overlap"\non = "bias"\nweight = "a"\n',
    "too many penalties": HEAD + DATA + GOAL + 9 * '[[penalty]]\nform = "square"\non = "rows"\nweight = "a"\n',
    "activation of the old name": HEAD + DATA + '[network]\nactivation = "relu"\n' + GOAL,
    "objective a list": HEAD + DATA + "objective = 3\n",
    "parameter called like a weight": HEAD + 'w_e1 = "1"\n[data]\nindependent = { e1 = ["1", "w_e1"], e2 = ["t"] }\n' + GOAL,
    "parameter called like an output": HEAD + 'f1 = { value = "1", positive = true }\n' + LABEL + goal("mse", 'head_ridge = "f1"'),
    "parameter used by nothing": HEAD + 'noise = "1"\n' + DATA + GOAL,
}  # fmt: skip


def test_there_are_forty_more() -> None:
    assert len(MALFORMED) >= 50


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_field_gives_one_clear_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    path.write_text(MALFORMED[name])
    with pytest.raises(ModelError) as caught:
        read_model(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert len(message) < len(str(path)) + 300
