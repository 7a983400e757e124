"""The linear network against what does not come from it.

Steps by hand; the numbers of the original; SymPy's exact derivatives, written from the
closed form; laws that hold for any data, searched for counterexamples by Hypothesis;
and, where it is installed, PyTorch.
"""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import (
    DATA,
    ORACLES,
    any_data,
    close,
    equal,
    fixed,
    import_torch,
    loss_in_torch,
)
from shared import weights as any_weight

import rnn_helpers as rnn
from rnn_core.linear import looped_loss

# --- By hand --------------------------------------------------------------------------


def test_one_step_by_hand():
    assert rnn.update_state(1, 0.5, w_x=3, w_rec=2) == 4
    equal(rnn.update_state([1, 0], [0, 2], 3, 2), [3, 4])


def test_three_steps_by_hand():
    equal(rnn.forward_states([[1, 0, 1]], w_x=1, w_rec=0.5), [[0, 1, 0.5, 1.25]])


def test_loss_is_the_mean_of_squares():
    assert rnn.loss([4, 2], [3, 5]) == 5


def test_steps_left_by_hand():
    equal(rnn.steps_left([[1, 0, 1]]), [2, 1, 0])


def test_output_gradient_holds_the_mean():
    equal(rnn.output_gradient([4, 2], [3, 5]), [1, -3])


def test_three_steps_back_by_hand():
    X, S = [[1, 0, 1]], [[0, 1, 0.5, 1.25]]
    grads, grad_S = rnn.backward_gradient(X, S, grad_out=[-1.5], w_rec=0.5)
    assert grads == (-1.875, -1.5)
    equal(grad_S, [[-0.1875, -0.375, -0.75, -1.5]])


# --- The numbers of the original ------------------------------------------------------


@pytest.mark.parametrize(("point", "expected"), ORACLES.items())
def test_loss_and_gradients_at_the_known_points(point, expected):
    close(rnn.loss_at(*DATA, *point), expected[0], rtol=1e-5)
    close(rnn.gradient_at(*DATA, *point), expected[1:3], rtol=1e-5)
    over_time = rnn.gradient_over_time(*DATA, *point)
    assert over_time.shape == (11,)
    close(over_time[[0, -1]], expected[3:], rtol=1e-5)


def test_gradient_to_twelve_digits():
    close(rnn.gradient_at(*DATA, 1.2, 1.2), ORACLES[1.2, 1.2][1:3], rtol=1e-12)


def test_gradient_is_one_array():
    grad = rnn.gradient_at(*DATA, 1.2, 1.2)
    assert isinstance(grad, np.ndarray)
    assert grad.shape == (2,)


def test_hessian_at_the_minimum():
    ahead, behind = (rnn.gradient_at(*DATA, 1 + e, 1) for e in (1e-6, -1e-6))
    close((ahead - behind) / 2e-6, [56.7, 233.6], rtol=1e-6)
    ahead, behind = (rnn.gradient_at(*DATA, 1, 1 + e) for e in (1e-5, -1e-5))
    close((ahead - behind) / 2e-5, [233.6, 996.3], rtol=1e-6)


def test_surface_reaches_the_known_extremes():
    grid = np.linspace(-3, 3, 61)
    close(rnn.loss_surface(*DATA, grid, grid).max(), 2.197e9, rtol=1e-3)
    assert rnn.loss_surface(*DATA, [1], [1]) == 0


# --- SymPy's exact derivatives --------------------------------------------------------


def exact(X, t, w_x, w_rec):
    """Loss, gradient and dxi/dS_0 from the closed form, by SymPy, in fractions."""
    x, rec, first = sympy.symbols("w_x w_rec S_0")
    n_steps = X.shape[1]
    outputs = [
        first * rec**n_steps
        + x * sum(int(b) * rec ** (n_steps - k) for k, b in enumerate(bits, start=1))
        for bits in X
    ]
    squares = [(y - int(target)) ** 2 for y, target in zip(outputs, t, strict=True)]
    xi = sympy.expand(sum(squares) / sympy.Integer(len(t)))
    at = {x: sympy.Rational(w_x), rec: sympy.Rational(w_rec), first: 0}
    derivatives = [xi, *(sympy.diff(xi, symbol) for symbol in (x, rec, first))]
    return [float(derivative.subs(at)) for derivative in derivatives]


@pytest.mark.parametrize("n_steps", [1, 2, 3, 5])
@pytest.mark.parametrize("point", [(1.25, 1.5), (-1.5, 2.0), (0.5, -0.75), (1.0, 0.0)])
def test_loss_and_gradients_are_sympys(n_steps, point):
    X, t = rnn.make_dataset(n_samples=4, n_steps=n_steps, seed=3)
    xi, by_w_x, by_w_rec, by_first = exact(X, t, *point)
    close(rnn.loss_at(X, t, *point), xi, rtol=1e-14)
    close(rnn.closed_form_loss(X, t, *point), xi, rtol=1e-13)
    close(rnn.loss_surface(X, t, point[:1], point[1:]), [[xi]], rtol=1e-13)
    close(rnn.gradient_at(X, t, *point), [by_w_x, by_w_rec], rtol=1e-13)
    close(rnn.closed_form_gradient(X, t, *point), [by_w_x, by_w_rec], rtol=1e-13)
    close(rnn.gradient_over_time(X, t, *point)[0], by_first, rtol=1e-13)


# --- Laws that hold for any data ------------------------------------------------------


@given(any_data, any_weight, any_weight)
def test_loop_equals_closed_form(data, w_x, w_rec):
    X, _ = data
    S = rnn.forward_states(X, w_x, w_rec)
    terms = rnn.closed_form_output(abs(X), abs(w_x), abs(w_rec))  # before any cancels
    off = np.abs(S[:, -1] - rnn.closed_form_output(X, w_x, w_rec))
    assert (off <= 1e-14 * terms).all()
    assert S.shape == (X.shape[0], X.shape[1] + 1)
    assert not S[:, 0].any()


@given(st.sampled_from([1, 200]), st.integers(1, 5), st.integers(0, 99), any_weight)
@settings(max_examples=40)
def test_sequences_of_one_step_and_of_two_hundred(n_steps, n_samples, seed, w_rec):
    X, t = rnn.make_dataset(n_samples, n_steps, seed)
    y = rnn.forward_states(X, 1.5, w_rec)[:, -1]
    terms = rnn.closed_form_output(X, 1.5, abs(w_rec))
    off = np.abs(y - rnn.closed_form_output(X, 1.5, w_rec))
    assert (off <= 1e-12 * terms).all()
    expected = rnn.complex_step_gradient(X, t, 1.5, w_rec)
    close(rnn.gradient_at(X, t, 1.5, w_rec), expected, rtol=1e-6, atol=1e-9)


@given(any_data, any_weight, any_weight)
def test_a_prefix_has_the_first_states(data, w_x, w_rec):
    X, _ = data
    S = rnn.forward_states(X, w_x, w_rec)
    for n_steps in range(1, X.shape[1] + 1):
        prefix = rnn.forward_states(X[:, :n_steps], w_x, w_rec)
        equal(prefix, S[:, : n_steps + 1])


@given(any_data, any_weight, any_weight)
def test_a_batch_is_the_mean_of_its_sequences(data, w_x, w_rec):
    X, t = data
    ones = [(X[i : i + 1], t[i : i + 1]) for i in range(len(t))]
    losses = [rnn.loss_at(*one, w_x, w_rec) for one in ones]
    grads = [rnn.gradient_at(*one, w_x, w_rec) for one in ones]
    close(rnn.loss_at(X, t, w_x, w_rec), np.mean(losses), rtol=1e-12)
    mean = np.mean(grads, axis=0)
    close(rnn.gradient_at(X, t, w_x, w_rec), mean, rtol=1e-9, atol=1e-6)


@given(any_data, any_weight, any_weight, st.randoms(use_true_random=False))
def test_the_order_of_sequences_does_not_matter(data, w_x, w_rec, random):
    X, t = data
    order = random.sample(range(len(t)), len(t))
    shuffled, batch = (X[order], t[order], w_x, w_rec), (X, t, w_x, w_rec)
    close(rnn.loss_at(*shuffled), rnn.loss_at(*batch), rtol=1e-12)
    expected = rnn.gradient_at(*batch)
    close(rnn.gradient_at(*shuffled), expected, rtol=1e-9, atol=1e-6)


@given(any_data, any_weight, any_weight)
def test_states_are_linear_in_w_x_and_in_the_inputs(data, w_x, w_rec):
    X, _ = data
    S = rnn.forward_states(X, w_x, w_rec)
    by_one = rnn.forward_states(X, 1.0, w_rec)
    close(S, w_x * by_one, rtol=1e-9, atol=1e-9)
    close(rnn.forward_states(3 * X, w_x, w_rec), 3 * S, rtol=1e-9, atol=1e-9)


@given(any_data, any_weight, any_weight, st.integers(-300, 300))
def test_with_targets_of_zero_the_loss_is_quadratic_in_w_x(data, w_x, w_rec, power):
    X, t = data[0], np.zeros(len(data[0]))
    scaled = rnn.loss_at(X, t, 2.0**power * w_x, w_rec)
    assert scaled == 4.0**power * rnn.loss_at(X, t, w_x, w_rec)
    grads = rnn.gradient_at(X, t, 2.0**power * w_x, w_rec)
    by_w_x, by_w_rec = rnn.gradient_at(X, t, w_x, w_rec)
    equal(grads, [2.0**power * by_w_x, 4.0**power * by_w_rec])


@given(st.integers(1, 30), st.integers(1, 200), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_weights_of_one_count_without_an_error(n_samples, n_steps, seed):
    X, t = rnn.make_dataset(n_samples, n_steps, seed)
    assert rnn.loss_at(X, t, 1, 1) == 0
    equal(rnn.gradient_at(X, t, 1, 1), [0, 0])


@given(any_data, any_weight, any_weight)
def test_m_steps_back_multiply_by_w_rec_to_the_m(data, w_x, w_rec):
    gradient = rnn.gradient_over_time(*data, w_x, w_rec)
    steps_back = np.arange(len(gradient) - 1, -1, -1)
    expected = gradient[-1] * float(w_rec) ** steps_back
    close(gradient, expected, rtol=1e-9, atol=1e-9)


@given(any_data, any_weight, any_weight)
def test_closed_forms_equal_the_loops(data, w_x, w_rec):
    loss = rnn.loss_at(*data, w_x, w_rec)
    close(rnn.closed_form_loss(*data, w_x, w_rec), loss, rtol=1e-9, atol=1e-9)
    grad = rnn.gradient_at(*data, w_x, w_rec)
    close(rnn.closed_form_gradient(*data, w_x, w_rec), grad, rtol=1e-9, atol=1e-6)


def test_closed_forms_take_many_weights_as_they_take_one():
    w_x, w_rec = np.meshgrid([-1.5, 0.25, 2.0], [-0.5, 1.75])
    losses = rnn.closed_form_loss(*DATA, w_x, w_rec)
    grads = rnn.closed_form_gradient(*DATA, w_x, w_rec)
    assert (losses.shape, grads.shape) == ((2, 3), (2, 2, 3))
    for i, j in np.ndindex(2, 3):
        point = w_x[i, j], w_rec[i, j]
        close(losses[i, j], rnn.loss_at(*DATA, *point), rtol=1e-12)
        close(grads[:, i, j], rnn.gradient_at(*DATA, *point), rtol=1e-12)


some_weights = st.lists(any_weight, min_size=1, max_size=5)


@given(any_data, some_weights, some_weights)
@settings(max_examples=50)
def test_surface_equals_the_loop(data, w_x_values, w_rec_values):
    surface = rnn.loss_surface(*data, w_x_values, w_rec_values)
    plain = [[rnn.loss_at(*data, a, b) for a in w_x_values] for b in w_rec_values]
    close(surface, plain, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("low", "high"), [(-3, 3), (-0.1, 2.1), (0.99, 1.01)])
def test_surface_keeps_twelve_digits(low, high):
    grid = np.linspace(low, high, 41)
    surface = rnn.loss_surface(*DATA, grid, grid)
    plain = np.array([[rnn.loss_at(*DATA, a, b) for a in grid] for b in grid])
    off = np.abs(surface - plain)
    assert (off <= 1e-12 * plain)[plain > 1e-4].all()
    assert (off <= 1e-11 * plain)[plain > 1e-6].all()  # the loop itself is off by 2e-12
    assert (surface >= 0).all()


def test_no_function_changes_what_it_is_given():
    X, t = DATA
    S = fixed(rnn.forward_states(X, 1.2, 0.9))
    y, w = fixed(S[:, -1]), fixed([1, 2])
    rnn.update_state(t, y, 1.2, 0.9)
    rnn.loss(y, t)
    rnn.backward_gradient(X, S, fixed(rnn.output_gradient(y, t)), 0.9)
    rnn.closed_form_loss(X, t, w, w)
    rnn.closed_form_gradient(X, t, w, w)
    rnn.loss_surface(X, t, w, w)


# --- Types, tiny and huge numbers -----------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_types_stay(dtype):
    X, t = (array.astype(dtype) for array in DATA)
    w = np.ones(3, dtype)
    S = rnn.forward_states(X, 1.2, 0.9)
    grads, grad_S = rnn.backward_gradient(X, S, rnn.output_gradient(S[:, -1], t), 0.9)
    for array in (
        S,
        *grads,
        grad_S,
        rnn.loss(S[:, -1], t),
        rnn.closed_form_output(X, 1.2, 0.9),
        rnn.closed_form_loss(X, t, w, w),
        rnn.closed_form_gradient(X, t, w, w),
        rnn.loss_surface(X, t, w, w),
    ):
        assert array.dtype == dtype
    assert rnn.steps_left(X).dtype == np.zeros(1, dtype).real.dtype


@pytest.mark.parametrize("wide", range(4))
def test_gradient_takes_the_widest_type(wide):
    arguments = [np.ones((2, 3)), np.ones((2, 4)), np.ones(2), 1.0]
    arguments[wide] = arguments[wide] * (1 + 0j)
    assert rnn.backward_gradient(*arguments)[1].dtype == np.complex128


def test_a_complex_weight_passes_through():
    X, t = DATA
    by_one = rnn.forward_states(X, 1, 0.5)
    close(rnn.forward_states(X, 1j, 0.5), 1j * by_one, rtol=1e-14)
    close(rnn.closed_form_output(X, 1j, 0.5), 1j * by_one[:, -1], rtol=1e-14)
    assert rnn.loss_at(X, t, 1, 1 + 1e-20j).imag == 0
    assert rnn.gradient_at(X, t, 1.2 + 1e-20j, 1.2)[0].imag != 0


def test_integers_and_lists_are_accepted():
    S = rnn.forward_states([[True, False], [1, 1]], 2, 3)
    assert S.dtype == np.float64
    equal(S, [[0, 2, 6], [0, 2, 8]])


@pytest.mark.parametrize("w_rec", [1e-160, -1e-160, 1e150, -1e150])
def test_tiny_and_huge_weights(w_rec):
    X = np.array([[1.0, 0.0], [0.0, 1.0]])
    y = rnn.forward_states(X, 1e-150, w_rec)[:, -1]
    close(y / 1e-150, [w_rec, 1], rtol=1e-14)
    close(rnn.closed_form_output(X, 1e-150, w_rec), y, rtol=1e-14)


def test_divergence_overflows_to_infinity():
    with np.errstate(over="ignore", invalid="ignore"):
        assert rnn.loss_at(*DATA, 1e200, 2) == np.inf
        assert np.isinf(rnn.forward_states(np.ones((1, 2000)), 1, 2)[0, -1])
        assert np.isnan(rnn.gradient_at(*DATA, np.inf, np.nan)).all()


# --- PyTorch, where it is installed ---------------------------------------------------


@pytest.mark.parametrize("point", [(1.2, 1.2), (-1.5, 2.0), (1.0, -0.5), (1.0, 0.0)])
def test_loss_and_gradients_are_those_of_pytorch(point):
    w = import_torch().tensor(point, dtype=import_torch().float64, requires_grad=True)
    xi, states = loss_in_torch(*DATA, w)
    xi.backward()
    close(rnn.loss_at(*DATA, *point), xi.item(), rtol=1e-14)
    close(rnn.gradient_at(*DATA, *point), w.grad.numpy(), rtol=1e-13)
    over_time = [state.grad.sum().item() for state in states]
    close(rnn.gradient_over_time(*DATA, *point), over_time, rtol=1e-13, atol=1e-12)


# --- Where a power or a square overflows ----------------------------------------------

LONG = rnn.make_dataset(n_samples=5, n_steps=1000)
LATE = np.zeros((3, 1000)), np.zeros(3)
LATE[0][:, -3:] = [[1, 1, 1], [0, 1, 1], [0, 0, 1]]


def everywhere(X, t, w_x, w_rec):
    """Give the loss by the closed form, of one and of many, and by the surface."""
    y = rnn.closed_form_output(X, w_x, w_rec)
    many = rnn.closed_form_loss(X, t, [w_x, 0.5], [w_rec, 0.5])
    surface = rnn.loss_surface(X, t, [w_x], [w_rec, 0.5])
    return [rnn.loss(y, t), many[0], surface[0, 0]]


@pytest.mark.parametrize(
    ("data", "w_x", "w_rec"),
    [
        (LONG, 0.0, 1.5),
        (LONG, 1e-160, 1.5),
        (LONG, 0.0, 3.0),
        (LONG, -1e-100, -1.7),
        (LONG, 1e-300, -1.9),
        (LATE, 1.0, 3.0),
        (LATE, -2.0, -30.0),
    ],
)
def test_finite_where_the_loop_is(data, w_x, w_rec):
    loop = rnn.loss_at(*data, w_x, w_rec)
    assert np.isfinite(loop)
    close(everywhere(*data, w_x, w_rec), loop, rtol=1e-10, atol=0)


@pytest.mark.parametrize(("w_x", "w_rec"), [(1.0, 3.0), (1.0, -3.0), (1e-160, 9.0)])
@pytest.mark.filterwarnings("ignore:overflow")
def test_infinite_where_the_loop_is(w_x, w_rec):
    assert rnn.loss_at(*LONG, w_x, w_rec) == np.inf
    assert everywhere(*LONG, w_x, w_rec) == [np.inf] * 3


@pytest.mark.filterwarnings("ignore:overflow")
def test_float32_overflows_where_its_loop_does():
    X, t = (a.astype(np.float32) for a in rnn.make_dataset(n_samples=4, n_steps=60))
    grid = np.float32([0, 1e-20, 1]), np.float32([1.5, 3, 5])
    surface = rnn.loss_surface(X, t, *grid)
    loop = [[rnn.loss_at(X, t, w_x, w_rec) for w_x in grid[0]] for w_rec in grid[1]]
    assert surface.dtype == np.float32
    close(surface, loop, rtol=1e-4, atol=0)


def test_a_surface_of_complex_data_whose_squares_cancel():
    X, t = np.array([[1, 1j]]), [1.0]
    surface = rnn.loss_surface(X, t, [2.0], [1.0])
    close(surface, [[rnn.loss_at(X, t, 2.0, 1.0)]], rtol=1e-12)


def test_squares_that_underflow_do_not_hide_a_loss():
    losses = rnn.loss_surface([[1e-200]], [1.0], [1.0, 2.0], [0.5])
    equal(losses, [[1.0, 1.0]])


def test_the_loop_over_many_starts_keeps_float32():
    X, t = (np.float32(array) for array in DATA)
    w = np.ones(3, np.float32)
    assert looped_loss(X, t, w, w).dtype == np.float32
