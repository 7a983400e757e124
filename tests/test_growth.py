"""How the cost of the helper grows: operations and memory are counted, never timed."""

import inspect
import tracemalloc

import numpy as np
import pytest

import rnn_helpers as rnn


class Counted(np.ndarray):
    """An array that counts the numbers that pass through it."""

    total = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        plain = [x.view(np.ndarray) if isinstance(x, Counted) else x for x in inputs]
        if out:
            options["out"] = tuple(x.view(np.ndarray) for x in out)
        result = getattr(ufunc, method)(*plain, **options)
        size = max(map(np.size, (*plain, result)))
        if ufunc is np.matmul:
            size = np.size(result) * plain[0].shape[-1]
        Counted.total += size
        return out[0] if out else result.view(Counted) if np.ndim(result) else result


def count(function, *arguments, **options):
    """Count what the plain function behind a public one computes with its arguments."""
    arrays = [np.asarray(a).view(Counted) if np.ndim(a) else a for a in arguments]
    Counted.total = 0
    inspect.unwrap(function)(*arrays, **options)
    return Counted.total


def forward_and_backward(n_samples, n_steps):
    X = np.ones((n_samples, n_steps))
    S, grad_out = np.ones((n_samples, n_steps + 1)), np.ones(n_samples)
    return [
        (rnn.forward_states, X, 0.9, 0.5),
        (rnn.backward_gradient, X, S, grad_out, 0.5),
    ]


@pytest.mark.parametrize("size", [10, 100, 1000, 10_000])
def test_cost_is_linear_in_sequences_and_in_steps(size):
    for call, each in zip(forward_and_backward(size, 7), (2, 4), strict=True):
        assert count(*call) == each * size * 7
    for call, each in zip(forward_and_backward(7, size), (2, 4), strict=True):
        assert count(*call) == each * size * 7


def test_cost_of_a_point_on_the_surface_does_not_depend_on_the_batch():
    rows = np.linspace(-1, 1, 40)
    for n_samples, n_steps in [(2, 3), (300, 50)]:
        data = rnn.make_dataset(n_samples, n_steps)
        few = count(rnn.loss_surface, *data, np.linspace(-1, 1, 100), rows)
        many = count(rnn.loss_surface, *data, np.linspace(-1, 1, 1100), rows)
        # Four for the parabola, three to see that no loss has overflowed.
        assert many - few == (4 + 3) * 1000 * len(rows)


def test_cost_of_a_row_of_the_surface_is_linear_in_the_batch():
    rows = np.linspace(-1, 1, 40)
    costs = [
        count(rnn.loss_surface, *rnn.make_dataset(n_samples), [1.0], rows)
        for n_samples in (1000, 2000, 3000)
    ]
    np.testing.assert_allclose(np.diff(costs, 2) / costs[0], 0, atol=1e-3)


def test_cost_of_an_iteration_does_not_grow():
    data = rnn.make_dataset()
    costs = [count(rnn.train_rprop, *data, n_iterations=i) for i in (100, 200, 300)]
    assert costs[0] > 0
    assert costs[2] - costs[1] == costs[1] - costs[0]


def peak_memory(function, *arguments):
    tracemalloc.start()
    result = function(*arguments)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak, result


@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_is_little_more_than_what_is_returned(order):
    X = np.ones((20_000, 50), order=order)
    peak, S = peak_memory(rnn.forward_states, X, 0.9, 0.5)
    assert peak < 1.3 * S.nbytes
    peak, (_, grad_S) = peak_memory(rnn.backward_gradient, X, S, X[:, 0], 0.5)
    assert peak < 1.3 * grad_S.nbytes


def test_memory_of_the_surface_does_not_hold_the_batch():
    grid = np.linspace(-1, 1, 500)
    data = rnn.make_dataset(n_samples=200)
    peak, losses = peak_memory(rnn.loss_surface, *data, grid, grid)
    assert peak < losses.nbytes + 6 * 500 * 200 * 8


def test_a_time_step_lies_in_one_piece_of_memory():
    X, _ = rnn.make_dataset()
    S = rnn.forward_states(X, 1, 1)
    _, grad_S = rnn.backward_gradient(X, S, S[:, -1], 1)
    assert all(array.flags.f_contiguous for array in (S, grad_S))
