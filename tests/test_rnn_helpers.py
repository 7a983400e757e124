"""The helper against numbers and formulas that do not come from it."""

import inspect
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

import rnn_helpers as rnn

# (w_x, w_rec): loss, dxi/dw_x, dxi/dw_rec, dxi/dS_0, dxi/dS_10; six figures each.
ORACLES = {
    (2.0, 1.0): (28.35, 56.7, 467.2, 10.3, 10.3),
    (1.0, 2.0): (265551, 535908.3, 2174323.9, 905523, 884.3),
    (1.0, -2.0): (85002.8, 168858, -739549, -184013, -179.7),
    (1.0, 0.0): (21.35, -6.3, -5.7, 0, -8.9),
    (1.0, 0.5): (16.396, -10.033, -17.4255, -0.0075987, -7.78105),
    (1.0, -0.5): (23.295, -4.60921, -2.35865, -0.0090769, -9.29473),
    (1.2, 1.2): (110.228, 274.595429133218, 1593.2428444791926, 123.057, 19.8744),
    (-1.5, 2.0): (615690, -816019, 4.96368e6, -1.38465e6, -1352.2),
}
TARGETS = [2, 4, 6, 6, 4, 4, 6, 5, 7, 5, 7, 6, 4, 7, 3, 6, 4, 5, 6, 6]


@pytest.fixture
def data():
    return rnn.make_dataset()


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


def close(got, expected, rtol=1e-5):
    np.testing.assert_allclose(got, expected, rtol=rtol)


# --- Data set -------------------------------------------------------------------------


def test_dataset_is_that_of_the_original():
    X, t = rnn.make_dataset()
    assert X.dtype == t.dtype == np.float64
    np.testing.assert_array_equal(X[0], [0, 1, 0, 0, 0, 0, 0, 0, 0, 1])
    np.testing.assert_array_equal(X.sum(axis=0).sum(), 103)
    np.testing.assert_array_equal(t, TARGETS)


def test_dataset_counts_and_seed():
    X, t = rnn.make_dataset(n_samples=3, n_steps=5, seed=7)
    assert X.shape == (3, 5)
    assert t.shape == (3,)
    expected = np.random.RandomState(7).rand(3, 5) > 0.5
    np.testing.assert_array_equal(X, expected)


# --- Forward step ---------------------------------------------------------------------


def test_three_steps_by_hand():
    S = rnn.forward_states([[1, 0, 1]], w_x=1, w_rec=0.5)
    np.testing.assert_array_equal(S, [[0, 1, 0.5, 1.25]])
    assert rnn.update_state(1, 0.5, w_x=3, w_rec=2) == 4
    np.testing.assert_array_equal(rnn.update_state([1, 0], [0, 2], 3, 2), [3, 4])


@pytest.mark.parametrize("point", ORACLES)
def test_closed_form_equals_loop(data, point):
    X, _ = data
    by_loop = rnn.forward_states(X, *point)[:, -1]
    close(rnn.closed_form_output(X, *point), by_loop, rtol=1e-13)


def test_loss_is_the_mean_of_squares():
    assert rnn.loss([4, 2], [3, 5]) == 5


@pytest.mark.parametrize(("point", "expected"), ORACLES.items())
def test_loss_at_the_oracles(data, point, expected):
    close(rnn.loss_at(*data, *point), expected[0])


# --- Backward step --------------------------------------------------------------------


def test_output_gradient_holds_the_mean():
    np.testing.assert_array_equal(rnn.output_gradient([4, 2], [3, 5]), [1, -3])


def test_three_steps_back_by_hand():
    X, S = [[1, 0, 1]], [[0, 1, 0.5, 1.25]]
    grads, grad_S = rnn.backward_gradient(X, S, grad_out=[-1.5], w_rec=0.5)
    assert grads == (-1.875, -1.5)
    np.testing.assert_array_equal(grad_S, [[-0.1875, -0.375, -0.75, -1.5]])


@pytest.mark.parametrize(("point", "expected"), ORACLES.items())
def test_gradients_at_the_oracles(data, point, expected):
    close(rnn.gradient_at(*data, *point), expected[1:3])
    over_time = rnn.gradient_over_time(*data, *point)
    assert over_time.shape == (11,)
    close(over_time[[0, -1]], expected[3:])


def test_gradient_to_twelve_digits(data):
    close(rnn.gradient_at(*data, 1.2, 1.2), ORACLES[1.2, 1.2][1:3], rtol=1e-12)


def test_minimum_is_exact(data):
    assert rnn.loss_at(*data, 1, 1) == 0
    np.testing.assert_array_equal(rnn.gradient_at(*data, 1, 1), [0, 0])


# --- Gradient check -------------------------------------------------------------------


@pytest.mark.parametrize("point", ORACLES)
def test_numerical_gradients_agree(data, point):
    backward = rnn.gradient_at(*data, *point)
    close(rnn.numerical_gradient(*data, *point), backward, rtol=1e-6)
    close(rnn.complex_step_gradient(*data, *point), backward, rtol=1e-14)


def test_published_gradient_check_passes(data):
    numerical = rnn.numerical_gradient(*data, 1.2, 1.2, eps=1e-7)
    assert np.isclose(numerical, rnn.gradient_at(*data, 1.2, 1.2)).all()


@pytest.mark.parametrize(
    ("eps", "error"), [(1e-3, 2.3e-5), (1e-4, 2.3e-7), (1e-5, 2.3e-9)]
)
def test_central_differences_have_order_two(data, eps, error):
    _, got = rnn.numerical_gradient(*data, 1.2, 1.2, eps=eps)
    assert abs(got / ORACLES[1.2, 1.2][2] - 1) == pytest.approx(error, rel=0.05)


@pytest.mark.parametrize("point", ORACLES)
def test_check_gradient_passes_the_right_one(data, point):
    assert max(rnn.check_gradient(*data, *point)) < 1e-14


@pytest.mark.parametrize("wrong_weight", [0, 1])
@pytest.mark.parametrize("factor", [-1, 20, 1 + 1e-8, np.nan])
def test_check_gradient_catches_a_wrong_one(data, wrong_weight, factor):
    def wrong(*args):
        grads = list(rnn.gradient_at(*args))
        grads[wrong_weight] *= factor
        return tuple(grads)

    name, right = [("dxi/dw_x", 274.5954291), ("dxi/dw_rec", 1593.242844)][wrong_weight]
    with pytest.raises(ValueError, match=name) as raised:
        rnn.check_gradient(*data, 1.2, 1.2, gradient=wrong)
    assert f"gradient {right * factor:.6g}"[:-1] in str(raised.value)
    assert f"complex step {right:.10g}" in str(raised.value)
    assert "relative error" in str(raised.value)


def test_check_gradient_passes_up_to_rtol(data):
    def doubled(*args):
        return 2 * rnn.gradient_at(*args)

    right = rnn.gradient_at(*data, 1.2, 1.2)
    errors = rnn.check_gradient(*data, 1.2, 1.2, gradient=doubled, rtol=0.5)
    close(errors, right / np.hypot(*right) / 2, rtol=1e-12)
    with pytest.raises(ValueError, match=r"dxi/dw_rec: .* relative error 5\.0e-01"):
        rnn.check_gradient(*data, 1.2, 1.2, gradient=doubled, rtol=0.49)


def test_relative_error():
    assert rnn.relative_error(1, 2) == rnn.relative_error(-2, -1) == 0.5
    assert rnn.relative_error(1, -1) == 2
    assert rnn.relative_error(0, 0) == 0
    assert rnn.relative_error(0, 1e-300) == 1
    assert np.isnan(rnn.relative_error(np.nan, 1))


# --- Loss surface ---------------------------------------------------------------------


def test_loss_surface_equals_the_plain_loop(data):
    w_x, w_rec = np.linspace(-3, 3, 13), np.linspace(-2.9, 3.1, 11)
    losses = rnn.loss_surface(*data, w_x, w_rec)
    plain = [[rnn.loss_at(*data, a, b) for a in w_x] for b in w_rec]
    assert losses.shape == (11, 13)
    close(losses, plain, rtol=1e-12)


def test_loss_surface_reaches_the_known_extremes(data):
    grid = np.linspace(-3, 3, 61)
    assert rnn.loss_surface(*data, grid, grid).max() == pytest.approx(2.197e9, rel=1e-3)
    assert rnn.loss_surface(*data, [1], [1]) == 0


# --- RProp ----------------------------------------------------------------------------


def test_one_step_of_rprop_by_hand():
    before = rnn.RPropState(
        w=np.array([1.0, 1.0, 1.0]),
        delta=np.array([0.5, 0.5, 0.5]),
        sign=np.array([1.0, -1.0, 0.0]),
    )
    after = rnn.update_rprop(before, [7.0, 7.0, -7.0], eta_plus=2, eta_minus=0.25)
    np.testing.assert_array_equal(after.delta, [1.0, 0.125, 0.125])
    np.testing.assert_array_equal(after.w, [0.0, 0.875, 1.125])
    np.testing.assert_array_equal(after.sign, [1, 1, -1])
    np.testing.assert_array_equal(before.w, [1, 1, 1])


def test_a_step_of_size_zero_stays_where_it_is():
    state = rnn.RPropState(w=np.ones(2), delta=np.zeros(2), sign=np.ones(2))
    np.testing.assert_array_equal(rnn.update_rprop(state, [1, -1]).w, [1, 1])


def test_published_weights_to_the_last_bit(data):
    history = rnn.train_rprop(*data)
    assert history.w[-1].tolist() == [1.001355547207059, 0.9996744737846419]
    assert history.losses[-1] == pytest.approx(1.8008530879581043e-06, rel=1e-9)
    assert [f"{w:.4f}" for w in history.w[-1]] == ["1.0014", "0.9997"]


def test_published_test_sequence(data):
    w = rnn.train_rprop(*data).w[-1]
    sequence = [[0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1]]
    output = rnn.forward_states(sequence, *w)[0, -1]
    assert output == pytest.approx(4.998963741, rel=1e-9)
    assert f"{output:.2f}" == "5.00"


def test_history_is_whole(data):
    history = rnn.train_rprop(*data, 0.5, 0.7, delta=0.01, n_iterations=3)
    assert history.w.shape == history.delta.shape == (4, 2)
    np.testing.assert_array_equal(history.w[0], [0.5, 0.7])
    np.testing.assert_array_equal(history.delta[:2], [[0.01, 0.01], [0.005, 0.005]])
    steps = np.abs(np.diff(history.w, axis=0))
    close(steps, history.delta[1:], rtol=1e-12)
    close(history.losses, [rnn.loss_at(*data, *w) for w in history.w], rtol=1e-13)


def test_training_hands_the_etas_on(data):
    history = rnn.train_rprop(
        *data, delta=0.01, n_iterations=3, eta_plus=2, eta_minus=0.25
    )
    np.testing.assert_array_equal(history.delta[:, 0], [0.01, 0.0025, 0.005, 0.01])


def test_one_iteration_is_enough(data):
    assert rnn.train_rprop(*data, n_iterations=1).w.shape == (2, 2)


def test_hessian_at_the_minimum(data):
    ahead, behind = (rnn.gradient_at(*data, 1 + e, 1) for e in (1e-6, -1e-6))
    close(np.subtract(ahead, behind) / 2e-6, [56.7, 233.6], rtol=1e-6)
    ahead, behind = (rnn.gradient_at(*data, 1, 1 + e) for e in (1e-5, -1e-5))
    close(np.subtract(ahead, behind) / 2e-5, [233.6, 996.3], rtol=1e-6)


# --- Types and divergence -------------------------------------------------------------


def test_float32_stays_float32(data):
    X, t = (array.astype(np.float32) for array in data)
    S = rnn.forward_states(X, 1.2, 0.9)
    grads, grad_S = rnn.backward_gradient(X, S, rnn.output_gradient(S[:, -1], t), 0.9)
    surface = rnn.loss_surface(X, t, np.ones(2, np.float32), np.ones(3, np.float32))
    for array in (S, *grads, grad_S, rnn.loss(S[:, -1], t), surface):
        assert array.dtype == np.float32
    assert rnn.closed_form_output(X, 1.2, 0.9).dtype == np.float32


def test_complex_stays_complex(data):
    X, t = data
    assert rnn.forward_states(X, 1j, 0.5).dtype == np.complex128
    assert rnn.loss_at(X, t, 1, 1 + 1e-20j).imag == 0
    assert rnn.gradient_at(X, t, 1.2 + 1e-20j, 1.2)[0].imag != 0
    close(rnn.closed_form_output(X, 1j, 0.5), 1j * rnn.closed_form_output(X, 1, 0.5))


@pytest.mark.parametrize("wide", range(4))
def test_gradient_takes_the_widest_type(wide):
    arguments = [np.ones((2, 3)), np.ones((2, 4)), np.ones(2), 1.0]
    arguments[wide] = arguments[wide] * (1 + 0j)
    assert rnn.backward_gradient(*arguments)[1].dtype == np.complex128


def test_integers_and_lists_are_accepted():
    S = rnn.forward_states([[True, False], [1, 1]], 2, 3)
    assert S.dtype == np.float64
    np.testing.assert_array_equal(S, [[0, 2, 6], [0, 2, 8]])


def test_divergence_overflows_to_infinity(data):
    with np.errstate(over="ignore", invalid="ignore"):
        assert rnn.loss_at(*data, 1e200, 2) == np.inf
        assert np.isinf(rnn.forward_states(np.ones((1, 2000)), 1, 2)[0, -1])
        assert np.isnan(rnn.gradient_at(*data, np.inf, np.nan)).all()


# --- Figures and notebook helpers -----------------------------------------------------


def test_figures_survive_infinity_and_nan(ax):
    losses = np.array([[np.inf, 0], [np.nan, 1e12]])
    rnn.plot_loss_surface(ax, [0, 1], [0, 1], losses)
    rnn.plot_path(ax, [[0, 0], [np.inf, 1], [np.nan, np.nan]])
    rnn.plot_states(ax, [[0, 1, np.inf]], [1])
    ax.figure.canvas.draw()
    assert len(ax.lines) == 5


def test_two_surfaces_and_a_colour_bar():
    grid = np.linspace(0, 2, 3)
    fig = rnn.plot_loss_surfaces(*2 * [(grid, grid, np.ones((3, 3)))])
    assert [ax.get_title() for ax in fig.axes[:2]] == ["overview", "zoom"]
    assert len(fig.axes) == 3
    plt.close(fig)


def test_points_keep_their_look_and_the_limits(ax):
    ax.set(xlim=(0, 2), ylim=(0, 2))
    rnn.plot_points(ax)
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 2), (0, 2))
    drawn = {
        (float(line.get_xdata()[0]), float(line.get_ydata()[0])): line.get_color()
        for line in ax.lines
    }
    assert drawn == {point: look["color"] for point, look in rnn.POINTS.items()}


def test_levels_cover_the_largest_loss():
    assert rnn.LOSS_LEVELS[0] <= 0.01
    assert rnn.LOSS_LEVELS[-1] >= 2.1974e9


def test_show_source_is_the_body_without_its_docstring():
    text = str(rnn.show_source(rnn.loss))
    assert text == ("```python\ndef loss(y, t):\n    return np.mean((y - t) ** 2)\n```")
    assert rnn.show_source(rnn.loss)._repr_markdown_() == text


def test_import_changes_nothing():
    code = """
import warnings, numpy as np, matplotlib, seaborn
def state():
    rc, filters = dict(matplotlib.rcParams), list(warnings.filters)
    return rc, filters, np.random.get_state()[1].tolist()
before = state()
import rnn_helpers as rnn
rnn.train_rprop(*rnn.make_dataset(), n_iterations=2)
after = state()
assert before == after
"""
    folder = Path(rnn.__file__).parent
    subprocess.run([sys.executable, "-c", code], check=True, cwd=folder)


def test_every_public_name_is_documented():
    functions = inspect.getmembers(rnn, inspect.isfunction)
    public = {name: f for name, f in functions if not name.startswith("_")}
    assert len(public) > 25
    assert [name for name, f in public.items() if not f.__doc__] == []
