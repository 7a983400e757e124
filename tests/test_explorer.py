"""The explorer: its JavaScript against the helper, under Node.js from 18 on."""

import json
import re
import shutil
import subprocess
from functools import partial
from html import unescape
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


@pytest.fixture(scope="module")
def polynomials(data):
    return rnn.loss_polynomials(*data.values())


def as_lists(polynomials):
    return [np.atleast_1d(powers).tolist() for powers in polynomials]


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


def cooled_adam(state, grad):
    return rnn.update_adam(state, grad, rate=0.1 * 0.99**state.n_taken)


# Each rule of the script, with the first state's numbers beside the weights.
PYTHON_RULES = {
    "gradient descent, rate 1e-6": (
        partial(rnn.update_descent, rate=1e-6),
        rnn.DescentState,
    ),
    "gradient descent, rate 1e-3": (
        partial(rnn.update_descent, rate=1e-3),
        rnn.DescentState,
    ),
    "clipped to norm 1, rate 1e-2": (
        rnn.clipped(partial(rnn.update_descent, rate=1e-2)),
        rnn.DescentState,
    ),
    "RProp": (rnn.update_rprop, lambda w: rnn.RPropState(w, 0 * w + 1e-3, 0 * w)),
    "iRprop-": (
        rnn.update_irprop_minus,
        lambda w: rnn.RPropState(w, 0 * w + 1e-3, 0 * w),
    ),
    "clipped momentum": (
        rnn.clipped(partial(rnn.update_momentum, rate=1e-3)),
        lambda w: rnn.MomentumState(w, 0 * w),
    ),
    "RMSProp": (
        partial(rnn.update_rmsprop, rate=1e-2),
        lambda w: rnn.RMSPropState(w, 0 * w),
    ),
    "Adam": (
        partial(rnn.update_adam, rate=0.1),
        lambda w: rnn.AdamState(w, 0 * w, 0 * w, 0),
    ),
    "Adam, short memory": (
        partial(rnn.update_adam, rate=0.1, beta_2=0.9),
        lambda w: rnn.AdamState(w, 0 * w, 0 * w, 0),
    ),
    "clipped Adam, cooled": (
        rnn.clipped(cooled_adam),
        lambda w: rnn.AdamState(w, 0 * w, 0 * w, 0),
    ),
}


@needs_node
def test_every_rule_has_its_like_in_python():
    assert javascript("Object.keys(RULES)") == [*PYTHON_RULES]


# From the same gradients to the last bit, or what hops in the valley would part. The
# powers of 0.99 differ in the last bit, so the cooled rule has 100 steps.
@needs_node
@pytest.mark.parametrize("start", [(1.0, 0.5), (2.0, 1.0), (-1.0, 0.5), (-1.5, 2.0)])
@pytest.mark.parametrize("name", PYTHON_RULES)
def test_each_rule_takes_the_same_path(polynomials, name, start):
    code = "train(w => closedForm(p)(w).grad, { w }, RULES[name], 500)"
    got = javascript(code, p=as_lists(polynomials), w=start, name=name)
    rule, first_state = PYTHON_RULES[name]
    with np.errstate(over="ignore", invalid="ignore"):
        expected = rnn.train(
            lambda w: rnn.polynomial_gradient(polynomials, *w),
            first_state(np.array(start)),
            rule,
        )
    expected = [state.w for state in expected if np.isfinite(state.w).all()]
    assert len(got) == len(expected)
    n = 100 if "cooled" in name else 501
    close([state["w"] for state in got[:n]], expected[:n], rtol=1e-9)


@needs_node
@pytest.mark.parametrize("name", PYTHON_RULES)
def test_the_map_shows_the_starts_that_arrive(polynomials, name):
    grid = np.linspace(-3, 3, 13)
    rule, first_state = PYTHON_RULES[name]
    expected, _ = rnn.train_many(
        lambda w: rnn.polynomial_gradient(polynomials, *w),
        lambda w: rnn.polynomial_loss(polynomials, *w),
        first_state(np.array(np.meshgrid(grid, grid))),
        rule,
    )
    one = "arrival(closedForm(p), [x, y], RULES[name], 500)"
    code = f"grid.map(y => grid.map(x => {one}))"
    got = javascript(code, p=as_lists(polynomials), grid=grid.tolist(), name=name)
    assert (expected >= 0).any()
    np.testing.assert_array_equal(np.array(got) >= 0, expected >= 0)
    assert np.mean(got == expected) > 0.98  # the powers of 0.99 differ in the last bit


@needs_node
def test_a_run_ends_where_a_weight_overflows(data):
    states = trained(data, [-1.5, 2], "gradient descent, rate 1e-6")
    path = np.array([state["w"] for state in states], float)
    assert np.hypot(*(path[1] - path[0])) == pytest.approx(5.03, abs=0.005)
    assert np.abs(path[3]).max() > 1e30
    assert len(path) == 4, "the next one is beyond all numbers"
    assert np.isfinite(path).all()


@needs_node
def test_clip_keeps_the_direction_of_a_long_gradient():
    code = "[[3, 4], [0.3, 0.4], [0, 0], [3e200, 4e200]].map(grad => clip(grad, 1))"
    close(javascript(code), [[0.6, 0.8], [0.3, 0.4], [0, 0], [0.6, 0.8]])


@needs_node
def test_a_rule_makes_a_new_state_and_leaves_the_old_one():
    state = {"w": [1, 2], "delta": [0.1, 0.2], "sign": [1, -1]}  # frozen: see CALLER
    code = "Object.values(RULES).map(rule => rule(state, grad))"
    got = javascript(code, state=state, grad=[30, 40])
    rprop = {"w": [1 - 0.12, 2 - 0.1], "delta": [0.12, 0.1], "sign": [1, 1]}
    assert rprop in got
    assert {"w": [1 - 0.006, 2 - 0.008]} in got


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


def test_the_modules_are_alone_and_their_functions_short():
    network, figure = (path.read_text(encoding="utf-8") for path in (NETWORK, FIGURE))
    assert re.findall(r"\bimport\b.*", network + figure) == [
        re.search(r'^import \{ .* \} from "\./network\.mjs";$', figure, re.M)[0]
    ]
    assert not re.search(r"fetch|https?://", network + figure)
    assert not re.search(r"document|window|globalThis|console", network), "keep it pure"
    lengths = [*functions(network), *functions(figure)]
    assert len(lengths) > 30
    assert [name for name, length in lengths if length > 60] == []


def script_of(html):
    return re.search(r'<script type="module">\n(.*)</script>$', html, re.S)[1]


@needs_node
def test_both_modules_make_one_small_script(data, tmp_path):
    script = script_of(rnn.show_explorer(*data.values()).data)
    assert len(script.encode()) <= 16_000, "as it stands in the page"
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


def test_the_frames_and_controls_are_filled(data):
    html = rnn.show_explorer(*data.values(), rule="Adam").data
    address = re.search(r'data-explorer="([^"]*)"', html)[1]
    markup = json.loads(unescape(address))["html"]
    labels = re.findall(r"<text[^>]*>([^<]*)<", markup)
    for label in ("-3", "1.5", "10⁸", "10⁻²", "≤ 500", "never"):
        assert label.replace("-", "\N{MINUS SIGN}") in labels
    rules = re.findall(r'<option value="([^"]*[a-z][^"]*)"( selected)?>', markup)
    rules = rules[: len(PYTHON_RULES)]
    assert [rule for rule, _ in rules] == [*PYTHON_RULES]
    assert [rule for rule, selected in rules if selected] == ["Adam"]


def test_no_key_that_the_focus_could_hand_on_is_left_to_jupyterlab():
    markup = (FOLDER / "explorer.html").read_text(encoding="utf-8")
    stops = re.findall(r"<(?:button|select)[^>]*>|<[^>]*tabindex[^>]*>", markup)
    assert len(stops) == 7
    assert all("data-lm-suppress-shortcuts" in stop for stop in stops)


@pytest.mark.parametrize("n_steps", [60, 1000])
@pytest.mark.parametrize("w", [(1, 0.5), (1, 3), (-3, -3)])
def test_there_is_a_picture_where_the_network_overflows(n_steps, w):
    html = rnn.show_explorer(*rnn.make_dataset(5, n_steps), *w).data
    assert "data:image/svg+xml;base64" in html
