"""The explorer: its JavaScript against the helper, under Node.js."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import rnn_helpers as rnn

MODULE = Path(rnn.__file__).with_name("rnn_explorer.js")
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no Node.js here")

# Reads a call from stdin; infinity and NaN, which JSON has not, go as strings.
CALLER = """
import {{ readFileSync }} from "node:fs";
const module = await import("{module}");
const {{ expression, values }} = JSON.parse(readFileSync(0, "utf8"));
const names = {{ ...module, ...values }};
const call = new Function(...Object.keys(names), "return " + expression);
const strange = value => typeof value === "number" && !Number.isFinite(value);
const json = (key, value) => strange(value) ? String(value) : value;
console.log(JSON.stringify(call(...Object.values(names)), json));
"""


def javascript(expression, **values):
    """Evaluate an expression in the module's names."""
    code = CALLER.format(module=MODULE.as_uri())
    command = [NODE, "--input-type=module", "--eval", code]
    call = json.dumps({"expression": expression, "values": values})
    run = subprocess.run(command, input=call, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def data():
    X, t = rnn.make_dataset()
    return {"X": X.tolist(), "t": t.tolist()}


def close(got, expected, rtol=1e-12, atol=0.0):
    np.testing.assert_allclose(np.array(got, float), expected, rtol=rtol, atol=atol)


@needs_node
def test_loss_and_gradients_at_a_thousand_points(data):
    points = np.random.RandomState(5).uniform(-3, 3, (1000, 2))
    got = javascript(
        "points.map(w => backpropagate(X, t, w))", points=points.tolist(), **data
    )
    for w, result in zip(points, got, strict=True):
        close(result["loss"], rnn.loss_at(*data.values(), *w))
        expected = np.array(rnn.gradient_at(*data.values(), *w))
        close(result["grad"], expected, atol=1e-12 * np.abs(expected).max())
        over_time = rnn.gradient_over_time(*data.values(), *w)
        close(result["overTime"], over_time, atol=1e-12 * np.abs(over_time).max())


@needs_node
def test_surface_at_a_thousand_points(data):
    grid = np.linspace(-3, 3, 32).tolist()
    code = "grid.map(w_rec => grid.map(parabola(X, t, w_rec)))"
    close(
        javascript(code, grid=grid, **data),
        rnn.loss_surface(*data.values(), grid, grid),
    )


@needs_node
def test_rprop_takes_the_published_path(data):
    code = 'train(X, t, [-1.5, 2], "RProp", 500)'
    states = javascript(code, **data)
    history = rnn.train_rprop(*data.values())
    np.testing.assert_array_equal([state["w"] for state in states], history.w)
    np.testing.assert_array_equal([s["delta"] for s in states[1:]], history.delta[1:])
    assert states[-1]["w"] == [1.001355547207059, 0.9996744737846419]


def descent(X, t, w, rate, threshold=np.inf):
    path = [np.array(w)]
    for _ in range(500):
        grad = np.array(rnn.gradient_at(X, t, *path[-1]))
        norm = np.sqrt(np.sum(grad**2))
        path.append(path[-1] - rate * grad * min(1, threshold / norm))
    return path


@needs_node
@pytest.mark.parametrize("start", [(1.0, 0.5), (2.0, 1.0), (-1.0, 0.5)])
@pytest.mark.parametrize(
    ("rule", "rate", "threshold"),
    [
        ("gradient descent, rate 1e-6", 1e-6, np.inf),
        ("gradient descent, rate 1e-3", 1e-3, np.inf),
        ("clipped to norm 1, rate 1e-2", 1e-2, 1),
    ],
)
def test_descent_takes_the_same_path(data, rule, rate, threshold, start):
    states = javascript("train(X, t, w, rule, 500)", w=start, rule=rule, **data)
    expected = descent(*data.values(), start, rate, threshold)
    close([state["w"] for state in states], expected)


@needs_node
def test_gradient_descent_flies_off_from_the_original_start(data):
    rule = "gradient descent, rate 1e-6"
    states = javascript(f'train(X, t, [-1.5, 2], "{rule}", 3)', **data)
    step = np.subtract(states[1]["w"], states[0]["w"])
    assert np.hypot(*step) == pytest.approx(5.03, abs=0.005)
    assert np.abs(states[3]["w"]).max() > 1e30


def test_the_module_is_small_and_alone():
    text = MODULE.read_text(encoding="utf-8")
    assert len(text.encode()) <= 12_000
    assert not re.search(r"\bimport\b|fetch|https?://(?!www\.w3\.org/2000/svg)", text)
    assert "</script" not in text


def test_the_output_is_the_same_each_time_and_has_its_picture(data):
    first, second = (rnn.show_explorer(*data.values()).data for _ in range(2))
    assert first == second
    assert MODULE.read_text(encoding="utf-8") in first
    image = re.search(r'<img alt="([^"]+)" src="data:image/svg\+xml;base64,\w', first)
    assert "(1, 0.5)" in image[1]
    assert len(image[1]) > 60
