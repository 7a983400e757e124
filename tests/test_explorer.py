"""The explorer: its JavaScript against the helper, under Node.js from 18 on."""

import json
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import rnn_helpers as rnn

FOLDER = Path(rnn.__file__).parent / "rnn_core" / "explorer"
NETWORK, FIGURE = FOLDER / "network.mjs", FOLDER / "explorer.mjs"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no Node.js here")

# Reads a call from stdin; infinity and NaN, which JSON has not, go as strings. What it
# hands in is frozen: a function that changed it would throw.
CALLER = """
import { readFileSync } from "node:fs";
const modules = await Promise.all(process.argv.slice(1).map(file => import(file)));
const freeze = (key, value) => Object.freeze(value);
const { expression, values } = JSON.parse(readFileSync(0, "utf8"), freeze);
const names = Object.assign({}, ...modules, values);
const call = new Function(...Object.keys(names), "return " + expression);
const strange = value => typeof value === "number" && !Number.isFinite(value);
const json = (key, value) => strange(value) ? String(value) : value;
console.log(JSON.stringify(call(...Object.values(names)), json));
"""


def node(*arguments, stdin=""):
    command = [NODE, *arguments]
    run = subprocess.run(command, input=stdin, capture_output=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    return run.stdout


def javascript(expression, **values):
    """Evaluate an expression in the names of both modules."""
    call = json.dumps({"expression": expression, "values": values})
    modules = NETWORK.as_uri(), FIGURE.as_uri()
    options = ("--input-type=module", "--eval", CALLER, *modules)
    return json.loads(node(*options, stdin=call))


def lists(X, t):
    return {"X": X.tolist(), "t": t.tolist()}


@pytest.fixture(scope="module")
def data():
    return lists(*rnn.make_dataset())


def close(got, expected, rtol=1e-12, atol=0.0):
    np.testing.assert_allclose(np.array(got, float), expected, rtol=rtol, atol=atol)


# --- The network ---


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
        atol = 1e-12 * np.abs(over_time).max()
        close(result["gradOverTime"], over_time, atol=atol)


@needs_node
def test_surface_at_a_thousand_points(data):
    grid = np.linspace(-3, 3, 32).tolist()
    got = javascript("lossSurface(X, t, grid, grid)", grid=grid, **data)
    close(got, rnn.loss_surface(*data.values(), grid, grid))


def early_bits():
    """Sequences whose first bits only are 1: where w_rec is small, r is tiny."""
    X = np.zeros((5, 1000))
    X[:, :470] = 1
    return X, X.sum(axis=1)


@needs_node
@pytest.mark.parametrize("X_t", [rnn.make_dataset(5, 1000), early_bits()])
def test_surface_is_infinite_where_the_loop_is(X_t):
    grid = [-3, -1.49, -1.01, -0.5, 0, 0.01, 0.5, 0.99, 1.2, 1.4, 1.5, 2.99]
    got = javascript("lossSurface(X, t, grid, grid)", grid=grid, **lists(*X_t))
    with np.errstate(over="ignore"):
        expected = [[rnn.loss_at(*X_t, w_x, w_rec) for w_x in grid] for w_rec in grid]
    assert 20 < np.isinf(expected).sum() < 100
    close(got, expected, rtol=1e-10)


# --- The rules ---


def trained(data, w, rule, n_iterations=500):
    gradient = "w => backpropagate(X, t, w).grad"
    code = f"train({gradient}, {{ w }}, RULES[rule], n)"
    return javascript(code, w=w, rule=rule, n=n_iterations, **data)


@needs_node
def test_rprop_takes_the_published_path(data):
    states = trained(data, [-1.5, 2], "RProp")
    history = rnn.train_rprop(*data.values())
    np.testing.assert_array_equal([state["w"] for state in states], history.w)
    np.testing.assert_array_equal([s["delta"] for s in states[1:]], history.delta[1:])
    assert states[-1]["w"] == [1.001355547207059, 0.9996744737846419]


@needs_node
def test_rprop_stays_where_the_gradient_is_zero(data):
    states = trained(data, [3, 3], "RProp", 5000)
    history = rnn.train_rprop(*data.values(), 3.0, 3.0, n_iterations=5000)
    assert len(states) == 5001
    assert states[-1]["w"] == history.w[-1].tolist() == [1, 1]
    assert states[-1]["delta"] == history.delta[-1].tolist()


def descend_clipped(state, grad):
    return rnn.update_descent(state, rnn.clip(grad, 1), rate=1e-2)


@needs_node
@pytest.mark.parametrize("start", [(1.0, 0.5), (2.0, 1.0), (-1.0, 0.5)])
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("gradient descent, rate 1e-6", partial(rnn.update_descent, rate=1e-6)),
        ("gradient descent, rate 1e-3", partial(rnn.update_descent, rate=1e-3)),
        ("clipped to norm 1, rate 1e-2", descend_clipped),
    ],
)
def test_descent_takes_the_same_path(data, name, rule, start):
    states = trained(data, start, name)
    state = rnn.DescentState(np.array(start))
    expected = rnn.train(lambda w: rnn.gradient_at(*data.values(), *w), state, rule)
    close([state["w"] for state in states], [state.w for state in expected])


@needs_node
def test_a_run_ends_where_a_weight_overflows(data):
    states = trained(data, [-1.5, 2], "gradient descent, rate 1e-6")
    path = np.array([state["w"] for state in states], float)
    assert np.hypot(*(path[1] - path[0])) == pytest.approx(5.03, abs=0.005)
    assert np.abs(path[3]).max() > 1e30
    assert np.isfinite(path).all(axis=1).tolist() == [True] * 4 + [False]


@needs_node
def test_clip_keeps_the_direction_of_a_long_gradient():
    code = "[[3, 4], [0.3, 0.4], [0, 0], [3e200, 4e200]].map(grad => clip(grad, 1))"
    close(javascript(code), [[0.6, 0.8], [0.3, 0.4], [0, 0], [0.6, 0.8]])


@needs_node
def test_a_rule_makes_a_new_state_and_leaves_the_old_one():
    state = {"w": [1, 2], "delta": [0.1, 0.2], "sign": [1, -1]}  # frozen: see CALLER
    code = "Object.values(RULES).map(rule => rule(state, grad))"
    first, *_, clipped = javascript(code, state=state, grad=[30, 40])
    assert first == {"w": [1 - 0.12, 2 - 0.1], "delta": [0.12, 0.1], "sign": [1, 1]}
    assert clipped == {"w": [1 - 0.006, 2 - 0.008]}


# --- The figure ---


@needs_node
def test_colours_are_those_of_the_printed_figure():
    between = np.sqrt(rnn.LOSS_LEVELS[:-1] * rnn.LOSS_LEVELS[1:]).tolist()
    rows = [[0, *between, 1e300], [0, *between, np.inf]]
    bands = [-1 if k in range(4, 24, 2) else k for k in range(24)]  # lines from 1 on
    columns = [*zip(*rows, strict=True)]
    both = json.dumps([rows, columns])  # with Infinity, which JavaScript knows
    row, column = javascript(f"{both}.map(losses => shade(losses, [-2, 10], 24))")
    assert row == 2 * [[0, *bands, -1]]
    assert column == [[shade] * 2 for shade in [0, *bands, -1]]


@needs_node
@pytest.mark.parametrize("n_steps", [10, 60, 1000])
def test_every_place_has_a_colour(n_steps):
    X, t = rnn.make_dataset(5, n_steps)
    grid = np.linspace(-2.99, 2.99, 60).tolist()
    code = "shade(lossSurface(X, t, grid, grid), [-2, 10], 24)"
    shades = np.array(javascript(code, grid=grid, **lists(X, t)), float)
    assert shades.shape == (60, 60)
    assert np.isin(shades, range(-1, 24)).all()
    if n_steps > 10:
        assert (shades[0] == 23).all()


# --- The files ---


def functions(text):
    """Give each block between braces but a class: its first line and its length."""
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if line.endswith("{") and not line.startswith("class "):
            indent = re.match(" *", line)[0]
            end = next(
                j for j in range(i + 1, len(lines)) if lines[j].startswith(indent + "}")
            )
            yield line, end - i + 1


def test_the_modules_are_small_and_alone():
    network, figure = (path.read_text(encoding="utf-8") for path in (NETWORK, FIGURE))
    assert len((network + figure).encode()) <= 16_000
    assert re.findall(r"\bimport\b.*", network + figure) == [
        re.search(r'^import \{ .* \} from "\./network\.mjs";$', figure, re.M)[0]
    ]
    assert not re.search(r"fetch|https?://(?!www\.w3\.org/2000/svg)", network + figure)
    assert not re.search(r"document|window|globalThis|console", network), "keep it pure"
    lengths = [*functions(network), *functions(figure)]
    assert len(lengths) > 30
    assert [name for name, length in lengths if length > 60] == []


def script_of(html):
    return re.search(r'<script type="module">\n(.*)</script>$', html, re.S)[1]


@needs_node
def test_both_modules_make_one_script(data, tmp_path):
    script = script_of(rnn.show_explorer(*data.values()).data)
    assert not re.search(r"\b(import|export)\b|</script|<!--", script)
    file = tmp_path / "script.mjs"
    file.write_text(script, encoding="utf-8")
    node("--check", file)
    assert node(file) == ""  # and it leaves alone what has no page
    inline = set(re.findall(r"^(?:const|function|class) (\w+)", script, re.M))
    assert {"backpropagate", "RULES", "Explorer", "mount"} <= inline


def test_the_output_is_the_same_each_time_and_has_its_picture(data):
    first, second = (rnn.show_explorer(*data.values()).data for _ in range(2))
    assert first == second
    image = re.search(r'<img alt="([^"]+)" src="data:image/svg\+xml;base64,\w', first)
    assert "(1, 0.5)" in image[1]
    assert len(image[1]) > 60


@pytest.mark.parametrize("n_steps", [60, 1000])
@pytest.mark.parametrize("w", [(1, 0.5), (1, 3), (-3, -3)])
def test_there_is_a_picture_where_the_network_overflows(n_steps, w):
    html = rnn.show_explorer(*rnn.make_dataset(5, n_steps), *w).data
    assert "data:image/svg+xml;base64" in html
