"""What several files of tests share: the data, known numbers, laws, PyTorch."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import rnn_helpers as rnn

# The same examples on every machine and at every hour.
settings.register_profile(
    "reproducible", derandomize=True, deadline=None, database=None
)
settings.load_profile("reproducible")

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


def fixed(values):
    """Give an array that a function cannot change without turning its test red."""
    array = np.array(values, float)
    array.setflags(write=False)
    return array


DATA = tuple(map(fixed, rnn.make_dataset()))
START = fixed([-1.5, 2.0])  # the original's

# Any data and any weights, for laws that hold for all of them.
weights = st.floats(-2, 2, width=32).filter(lambda w: w == 0 or abs(w) > 1e-3)
any_data = st.tuples(st.integers(1, 6), st.integers(1, 12)).flatmap(
    lambda shape: st.tuples(
        arrays(np.float64, shape, elements=st.integers(-3, 3)),
        arrays(np.float64, shape[:1], elements=st.integers(-9, 9)),
    )
)


def close(got, expected, rtol, atol=0.0):
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol)


def equal(got, expected):
    np.testing.assert_array_equal(got, expected)


def plain(function):
    """Give the function behind a public one: its own defaults, and no check."""
    return function.__wrapped__


def gradient(w):
    """Give the gradient of the original's data, as a rule that trains asks for it."""
    return rnn.gradient_at(*DATA, *w)


def assert_columns_go_alone(rule, state):
    """Assert that a rule takes the columns of (2, 3) arrays as it takes (2,) ones."""

    def start(pick):
        fields = {k: v[pick] for k, v in state._asdict().items() if np.ndim(v)}
        return state._replace(**fields)

    grads = [[[3, -2, 0.5], [-7, 1, 4]], [[2, 2, -1], [-5, -1, 3]]]
    many = start(...)
    alone = [start((slice(None), i)) for i in range(3)]
    for grad in map(fixed, grads):
        many = rule(many, grad)
        for i in range(3):
            alone[i] = rule(alone[i], grad[:, i])
            equal(many.w[:, i], alone[i].w)


# --- PyTorch, where it is installed ---------------------------------------------------


def import_torch():
    return pytest.importorskip("torch", reason="no PyTorch here: try `make test-torch`")


def loss_in_torch(X, t, w):
    """Compute the loss by a loop of PyTorch's own, and keep the states for autograd."""
    torch = import_torch()
    states = [torch.zeros(len(t), dtype=torch.float64, requires_grad=True)]
    for x_k in torch.tensor(X).T:
        states.append(states[-1] * w[1] + x_k * w[0])
        states[-1].retain_grad()
    return torch.nn.functional.mse_loss(states[-1], torch.tensor(t)), states


def assert_pytorch_takes_the_same_path(optimizer, rule, state):
    """Take 500 steps, by PyTorch's own loss, gradients and rule, and by ours."""
    torch = import_torch()
    w = torch.tensor(state.w.tolist(), dtype=torch.float64, requires_grad=True)
    optimizer = optimizer([w])
    for _ in range(500):
        optimizer.zero_grad()
        loss_in_torch(*DATA, w)[0].backward()
        optimizer.step()
        state = rule(state, gradient(state.w))
        close(state.w, w.tolist(), rtol=1e-12)
