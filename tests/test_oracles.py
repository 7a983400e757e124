"""The mathematics of the helper against independent oracles and invariants.

The oracles: SymPy's exact derivatives, written from the closed form; central
differences and their order of convergence; laws that hold for any data, searched for
counterexamples by Hypothesis; and, where it is installed, PyTorch.
"""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import rnn_helpers as rnn

pytestmark = pytest.mark.filterwarnings("error")
settings.register_profile(
    "reproducible", derandomize=True, deadline=None, database=None
)
settings.load_profile("reproducible")

weights = st.floats(-2, 2, width=32).filter(lambda w: w == 0 or abs(w) > 1e-3)
any_data = st.tuples(st.integers(1, 6), st.integers(1, 12)).flatmap(
    lambda shape: st.tuples(
        arrays(np.float64, shape, elements=st.integers(-3, 3)),
        arrays(np.float64, shape[:1], elements=st.integers(-9, 9)),
    )
)


def close(got, expected, rtol=1e-9, atol=1e-9):
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol)


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
def test_gradients_are_sympys(n_steps, point):
    X, t = rnn.make_dataset(n_samples=4, n_steps=n_steps, seed=3)
    xi, by_w_x, by_w_rec, by_first = exact(X, t, *point)
    close(rnn.loss_at(X, t, *point), xi, rtol=1e-14)
    close(rnn.gradient_at(X, t, *point), [by_w_x, by_w_rec], rtol=1e-13)
    close(rnn.gradient_over_time(X, t, *point)[0], by_first, rtol=1e-13)
    close(rnn.complex_step_gradient(X, t, *point), [by_w_x, by_w_rec], rtol=1e-13)
    close(rnn.loss_surface(X, t, point[:1], point[1:]), [[xi]], rtol=1e-13)
    close(rnn.numerical_gradient(X, t, *point), [by_w_x, by_w_rec], rtol=1e-6)


# --- Central differences --------------------------------------------------------------


def test_central_differences_converge_with_order_two():
    X, t = rnn.make_dataset()
    right = rnn.gradient_at(X, t, 1.2, 1.2)[1]
    steps = np.array([1e-2, 1e-3, 1e-4])
    got = [rnn.numerical_gradient(X, t, 1.2, 1.2, eps=e)[1] for e in steps.tolist()]
    slope = np.polyfit(np.log(steps), np.log(np.abs(np.array(got) - right)), 1)[0]
    assert slope == pytest.approx(2, abs=0.1)


# --- Laws that hold for any data ------------------------------------------------------


@given(any_data, weights, weights)
def test_loop_equals_closed_form(data, w_x, w_rec):
    X, _ = data
    S = rnn.forward_states(X, w_x, w_rec)
    close(S[:, -1], rnn.closed_form_output(X, w_x, w_rec))
    assert S.shape == (X.shape[0], X.shape[1] + 1)
    assert not S[:, 0].any()


@given(any_data, weights, weights)
def test_a_prefix_has_the_first_states(data, w_x, w_rec):
    X, _ = data
    S = rnn.forward_states(X, w_x, w_rec)
    for n_steps in range(1, X.shape[1] + 1):
        prefix = rnn.forward_states(X[:, :n_steps], w_x, w_rec)
        np.testing.assert_array_equal(prefix, S[:, : n_steps + 1])


@given(any_data, weights, weights)
def test_backward_equals_the_complex_step(data, w_x, w_rec):
    assert max(rnn.check_gradient(*data, w_x, w_rec, rtol=1e-6)) <= 1e-6


@given(any_data, weights, weights)
def test_a_batch_is_the_mean_of_its_sequences(data, w_x, w_rec):
    X, t = data
    ones = [(X[i : i + 1], t[i : i + 1]) for i in range(len(t))]
    losses = [rnn.loss_at(*one, w_x, w_rec) for one in ones]
    grads = [rnn.gradient_at(*one, w_x, w_rec) for one in ones]
    close(rnn.loss_at(X, t, w_x, w_rec), np.mean(losses))
    close(rnn.gradient_at(X, t, w_x, w_rec), np.mean(grads, axis=0), atol=1e-6)


@given(any_data, weights, weights, st.randoms(use_true_random=False))
def test_the_order_of_sequences_does_not_matter(data, w_x, w_rec, random):
    X, t = data
    order = random.sample(range(len(t)), len(t))
    close(rnn.loss_at(X[order], t[order], w_x, w_rec), rnn.loss_at(X, t, w_x, w_rec))
    shuffled = rnn.gradient_at(X[order], t[order], w_x, w_rec)
    close(shuffled, rnn.gradient_at(X, t, w_x, w_rec), atol=1e-6)


@given(any_data, weights, weights)
def test_states_are_linear_in_w_x_and_in_the_inputs(data, w_x, w_rec):
    X, _ = data
    S = rnn.forward_states(X, w_x, w_rec)
    close(S, w_x * rnn.forward_states(X, 1.0, w_rec))
    close(rnn.forward_states(3 * X, w_x, w_rec), 3 * S)


@given(any_data, weights, weights)
def test_m_steps_back_multiply_by_w_rec_to_the_m(data, w_x, w_rec):
    gradient = rnn.gradient_over_time(*data, w_x, w_rec)
    steps_back = np.arange(len(gradient) - 1, -1, -1)
    close(gradient, gradient[-1] * float(w_rec) ** steps_back)


@given(st.integers(1, 30), st.integers(1, 200), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_weights_of_one_count_every_sequence(n_samples, n_steps, seed):
    X, t = rnn.make_dataset(n_samples, n_steps, seed)
    assert set(np.unique(X)) <= {0, 1}
    np.testing.assert_array_equal(t, [row.tolist().count(1) for row in X])
    assert rnn.loss_at(X, t, 1, 1) == 0
    np.testing.assert_array_equal(rnn.gradient_at(X, t, 1, 1), [0, 0])


@given(
    any_data, st.lists(weights, min_size=1, max_size=5), st.lists(weights, min_size=1)
)
@settings(max_examples=50)
def test_surface_equals_the_loop(data, w_x_values, w_rec_values):
    surface = rnn.loss_surface(*data, w_x_values, w_rec_values[:5])
    plain = [[rnn.loss_at(*data, a, b) for a in w_x_values] for b in w_rec_values[:5]]
    close(surface, plain, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("low", "high"), [(-3, 3), (-0.1, 2.1), (0.99, 1.01)])
def test_surface_keeps_twelve_digits(low, high):
    X, t = rnn.make_dataset()
    grid = np.linspace(low, high, 41)
    surface = rnn.loss_surface(X, t, grid, grid)
    plain = np.array([[rnn.loss_at(X, t, a, b) for a in grid] for b in grid])
    off = np.abs(surface - plain)
    assert (off <= 1e-12 * plain)[plain > 1e-4].all()
    assert (off <= 1e-11 * plain)[plain > 1e-6].all()  # the loop itself is off by 2e-12
    assert (surface >= 0).all()


@given(any_data, weights, weights)
def test_gradient_of_training_equals_the_loop(data, w_x, w_rec):
    close(rnn.closed_form_loss(*data, w_x, w_rec), rnn.loss_at(*data, w_x, w_rec))
    grad = rnn.closed_form_gradient(*data, w_x, w_rec)
    close(grad, rnn.gradient_at(*data, w_x, w_rec), atol=1e-6)


@pytest.mark.parametrize("w_rec", [1e-160, -1e-160, 1e150, -1e150])
def test_tiny_and_huge_weights(w_rec):
    X = np.array([[1.0, 0.0], [0.0, 1.0]])
    S = rnn.forward_states(X, 1e-150, w_rec)
    close(S[:, -1] / 1e-150, [w_rec, 1], rtol=1e-14, atol=0)
    close(rnn.closed_form_output(X, 1e-150, w_rec), S[:, -1], rtol=1e-14, atol=0)


@given(any_data, weights, weights, st.sampled_from([np.float32, np.complex128]))
def test_types_pass_through(data, w_x, w_rec, dtype):
    X, t = data[0].astype(dtype), data[1].astype(dtype)
    S = rnn.forward_states(X, float(w_x), float(w_rec))
    grads, grad_S = rnn.backward_gradient(X, S, rnn.output_gradient(S[:, -1], t), w_rec)
    assert {a.dtype for a in (S, grad_S, *grads, rnn.loss(S[:, -1], t))} == {
        np.dtype(dtype)
    }


@given(st.sampled_from([1, 200]), st.integers(1, 5), st.integers(0, 99), weights)
@settings(max_examples=40)
def test_sequences_of_one_step_and_of_two_hundred(n_steps, n_samples, seed, w_rec):
    X, t = rnn.make_dataset(n_samples, n_steps, seed)
    y = rnn.forward_states(X, 1.5, w_rec)[:, -1]
    terms = rnn.closed_form_output(X, 1.5, abs(w_rec))  # before anything cancels
    off = np.abs(y - rnn.closed_form_output(X, 1.5, w_rec))
    assert (off <= 1e-12 * terms).all()
    expected = rnn.complex_step_gradient(X, t, 1.5, w_rec)
    close(rnn.gradient_at(X, t, 1.5, w_rec), expected, rtol=1e-6)


@given(any_data, weights, weights, st.integers(-300, 300))
def test_with_targets_of_zero_the_loss_is_quadratic_in_w_x(data, w_x, w_rec, power):
    X, t = data[0], np.zeros(len(data[0]))
    scaled = rnn.loss_at(X, t, 2.0**power * w_x, w_rec)
    assert scaled == 4.0**power * rnn.loss_at(X, t, w_x, w_rec)
    grads = rnn.gradient_at(X, t, 2.0**power * w_x, w_rec)
    by_w_x, by_w_rec = rnn.gradient_at(X, t, w_x, w_rec)
    expected = [2.0**power * by_w_x, 4.0**power * by_w_rec]
    np.testing.assert_array_equal(grads, expected)


# --- RProp ----------------------------------------------------------------------------

signs = arrays(np.float64, 3, elements=st.sampled_from([-1.0, 0.0, 1.0]))
steps = arrays(np.float64, 3, elements=st.floats(1e-6, 50))


@given(signs, signs, steps, st.floats(1.01, 3), st.floats(0.01, 0.99))
def test_rprop_moves_each_weight_by_its_delta_against_the_sign(
    last, now, delta, eta_plus, eta_minus
):
    before = rnn.RPropState(np.zeros(3), delta, last)
    grad = 1e9 * now
    after = rnn.update_rprop(before, grad, eta_plus=eta_plus, eta_minus=eta_minus)
    for i in range(3):
        factor = eta_plus if now[i] == last[i] else eta_minus
        factor = 1 if now[i] == 0 else factor
        assert after.delta[i] == delta[i] * factor
        assert after.w[i] == -now[i] * after.delta[i]
    np.testing.assert_array_equal(after.sign, now)


@given(st.floats(1e-3, 1e6))
@settings(max_examples=20)
def test_rprop_does_not_see_the_size_of_the_gradient(scale):
    X, t = rnn.make_dataset(n_samples=5, n_steps=4)
    state = rnn.RPropState(np.array([0.4, 0.3]), np.full(2, 0.01), np.zeros(2))
    for w in rnn.train_rprop(X, t, 0.4, 0.3, delta=0.01, n_iterations=30).w[1:]:
        grad = scale * np.array(rnn.gradient_at(X, t, *state.w))
        state = rnn.update_rprop(state, grad)
        np.testing.assert_array_equal(state.w, w)


def plain_training(X, t, w_x, w_rec, n_iterations):
    """Specify `train_rprop`: the loop over time, then the step."""
    states = [rnn.RPropState(np.array([w_x, w_rec]), np.full(2, 0.001), np.zeros(2))]
    for _ in range(n_iterations):
        grad = rnn.gradient_at(X, t, *states[-1].w)
        states.append(rnn.update_rprop(states[-1], grad))
    return np.array([state.w for state in states])


def test_training_takes_the_path_of_the_plain_loop_to_the_last_bit():
    X, t = rnn.make_dataset()
    path = rnn.train_rprop(X, t, -1.5, 2.0).w
    np.testing.assert_array_equal(path, plain_training(X, t, -1.5, 2.0, 500))


def test_many_starts_take_the_paths_of_single_ones():
    X, t = rnn.make_dataset(n_samples=7, n_steps=5)
    w_x, w_rec = np.meshgrid([-1.5, 0.25, 2.0], [-0.5, 1.75])
    many = rnn.train_rprop(X, t, w_x, w_rec, n_iterations=40)
    assert [array.shape for array in many] == [(41, 2, 2, 3), (41, 2, 3), (41, 2, 2, 3)]
    for i, j in np.ndindex(2, 3):
        one = rnn.train_rprop(X, t, w_x[i, j], w_rec[i, j], n_iterations=40)
        for all_of_them, single in zip(many, one, strict=True):
            close(all_of_them[..., i, j], single, rtol=1e-10, atol=0)
        plain = plain_training(X, t, w_x[i, j], w_rec[i, j], 40)
        np.testing.assert_array_equal(one.w, plain)


# --- Other optimisers, on `gradient_at` and from the original's start -----------------


def descent(w, grad, memory):
    return w - 1e-7 * grad


def clipping(w, grad, memory, rate=1e-2):
    return w - rate * grad / max(1, np.hypot(*grad))


def clipping_with_momentum(w, grad, memory):
    step = clipping(0, grad, memory, rate=1e-3)
    memory["v"] = 0.9 * memory.get("v", 0) + step
    return w + memory["v"]


def rmsprop(w, grad, memory):
    memory["s"] = 0.9 * memory.get("s", 0) + 0.1 * grad**2
    return w - 1e-2 * grad / (np.sqrt(memory["s"]) + 1e-8)


def adam(w, grad, memory):
    memory["i"] = memory.get("i", 0) + 1
    memory["m"] = 0.9 * memory.get("m", 0) + 0.1 * grad
    memory["v"] = 0.999 * memory.get("v", 0) + 0.001 * grad**2
    m = memory["m"] / (1 - 0.9 ** memory["i"])
    return w - 0.1 * m / (np.sqrt(memory["v"] / (1 - 0.999 ** memory["i"])) + 1e-8)


def published_rprop(*, takes_back, improved):
    """Rprop+ and Rprop-, iRprop+ and iRprop-, after Igel and Huesken 2003."""

    def rule(w, grad, memory):
        sign, rise = np.sign(grad), memory["loss"] > memory.get("last_loss", np.inf)
        turned = sign * memory.get("sign", np.zeros(2))
        factor = np.where(turned > 0, 1.2, np.where(turned < 0, 0.5, 1.0))
        memory["delta"] = np.clip(factor * memory.get("delta", 0.001), 1e-6, 50)
        step = -sign * memory["delta"]
        if takes_back:
            back = -memory.get("step", np.zeros(2)) * (rise or not improved)
            step = np.where(turned < 0, back, step)
        elif improved:
            step = np.where(turned < 0, 0, step)
        forget = takes_back or improved
        memory |= {"step": step, "last_loss": memory["loss"]}
        memory["sign"] = np.where((turned < 0) & forget, 0, sign)
        return w + step

    return rule


@pytest.mark.parametrize(
    ("rule", "n_iterations", "expected"),
    [
        (descent, 500, 329),
        (clipping, 500, 0.074),
        (clipping_with_momentum, 781, 9.7e-5),
        (rmsprop, 500, 0.035),
        (adam, 500, 65.9),
        (published_rprop(takes_back=False, improved=False), 500, 2.34e-6),
        (published_rprop(takes_back=True, improved=False), 500, 1.08e-4),
        (published_rprop(takes_back=False, improved=True), 500, 9.2e-9),
        (published_rprop(takes_back=True, improved=True), 500, 5.4e-9),
    ],
)
def test_other_optimisers_end_where_they_should(rule, n_iterations, expected):
    X, t = rnn.make_dataset()
    w, memory = np.array([-1.5, 2.0]), {}
    for _ in range(n_iterations):
        memory["loss"] = rnn.loss_at(X, t, *w)
        w = rule(w, np.array(rnn.gradient_at(X, t, *w)), memory)
    assert rnn.loss_at(X, t, *w) == pytest.approx(expected, rel=0.02)


# --- PyTorch, where it is installed ---------------------------------------------------


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="no PyTorch here: try `make test-torch`")


def loss_in_torch(torch, X, t, w):
    """Compute the loss by a loop of PyTorch's own, and keep the states for autograd."""
    states = [torch.zeros(len(t), dtype=torch.float64, requires_grad=True)]
    for x_k in torch.tensor(X).T:
        states.append(states[-1] * w[1] + x_k * w[0])
        states[-1].retain_grad()
    return torch.nn.functional.mse_loss(states[-1], torch.tensor(t)), states


@pytest.mark.parametrize("point", [(1.2, 1.2), (-1.5, 2.0), (1.0, -0.5), (1.0, 0.0)])
def test_autograd_gives_the_same_gradients(torch, point):
    X, t = rnn.make_dataset()
    w = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    xi, states = loss_in_torch(torch, X, t, w)
    xi.backward()
    close(rnn.loss_at(X, t, *point), xi.item(), rtol=1e-14)
    close(rnn.gradient_at(X, t, *point), w.grad.numpy(), rtol=1e-13)
    over_time = [state.grad.sum().item() for state in states]
    close(rnn.gradient_over_time(X, t, *point), over_time, rtol=1e-13)


def test_the_rprop_of_pytorch_is_irprop_minus(torch):
    X, t = rnn.make_dataset()
    w = torch.tensor([-1.5, 2.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Rprop([w], lr=0.001, etas=(0.5, 1.2), step_sizes=(1e-6, 50))
    rule, own, memory = published_rprop(takes_back=False, improved=True), w.tolist(), {}
    for _ in range(500):
        optimizer.zero_grad()
        loss_in_torch(torch, X, t, w)[0].backward()
        optimizer.step()
        memory["loss"] = rnn.loss_at(X, t, *own)
        own = rule(np.array(own), np.array(rnn.gradient_at(X, t, *own)), memory)
        close(w.tolist(), own, rtol=1e-12)
    assert rnn.loss_at(X, t, *own) == pytest.approx(9.2e-9, rel=0.02)
