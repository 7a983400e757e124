"""The checks of a gradient against right gradients and wrong ones."""

import numpy as np
import pytest
from hypothesis import given
from shared import DATA, ORACLES, any_data, close, weights

import rnn_helpers as rnn


@pytest.mark.parametrize("method", [rnn.numerical_gradient, rnn.complex_step_gradient])
def test_gradient_is_one_array(method):
    grad = method(*DATA, 1.2, 1.2)
    assert isinstance(grad, np.ndarray)
    assert (grad.shape, grad.dtype) == ((2,), np.float64)


# --- Numerical gradients --------------------------------------------------------------


@pytest.mark.parametrize("point", ORACLES)
def test_numerical_gradients_agree(point):
    backward = rnn.gradient_at(*DATA, *point)
    close(rnn.numerical_gradient(*DATA, *point), backward, rtol=1e-6)
    close(rnn.complex_step_gradient(*DATA, *point), backward, rtol=1e-14)


def test_published_gradient_check_passes():
    numerical = rnn.numerical_gradient(*DATA, 1.2, 1.2, eps=1e-7)
    assert np.isclose(numerical, rnn.gradient_at(*DATA, 1.2, 1.2)).all()


@pytest.mark.parametrize(
    ("eps", "error"), [(1e-3, 2.3e-5), (1e-4, 2.3e-7), (1e-5, 2.3e-9)]
)
def test_central_differences_have_order_two(eps, error):
    _, got = rnn.numerical_gradient(*DATA, 1.2, 1.2, eps=eps)
    close(abs(got / ORACLES[1.2, 1.2][2] - 1), error, rtol=0.05)


def test_complex_step_takes_the_step_that_it_is_given():
    """A large one errs as the Taylor series says: by eps^2 / 6 times the third one."""
    right, got = (
        rnn.complex_step_gradient([[1, 0, 0]], [0], 1.0, 1.0, eps=eps)[1]
        for eps in (1e-20, 0.5)
    )
    assert right == 4
    assert got == right - 4 * 0.5**2  # xi = w_rec^4


# --- The check ------------------------------------------------------------------------


def test_relative_error():
    assert rnn.relative_error(1, 2) == rnn.relative_error(-2, -1) == 0.5
    assert rnn.relative_error(1, -1) == 2
    assert rnn.relative_error(0, 0) == 0
    assert rnn.relative_error(0, 1e-300) == 1
    assert np.isnan(rnn.relative_error(np.nan, 1))


@pytest.mark.parametrize("point", ORACLES)
def test_check_gradient_passes_the_right_one(point):
    assert max(rnn.check_gradient(*DATA, *point)) < 1e-14


@given(any_data, weights, weights)
def test_check_gradient_passes_the_right_one_for_any_data(data, w_x, w_rec):
    assert max(rnn.check_gradient(*data, w_x, w_rec, rtol=1e-6)) <= 1e-6


@pytest.mark.parametrize("wrong_weight", [0, 1])
@pytest.mark.parametrize("factor", [-1, 20, 1 + 1e-8, np.nan])
def test_check_gradient_catches_a_wrong_one(wrong_weight, factor):
    def wrong(*args):
        grads = list(rnn.gradient_at(*args))
        grads[wrong_weight] *= factor
        return tuple(grads)

    name, right = [("dxi/dw_x", 274.5954291), ("dxi/dw_rec", 1593.242844)][wrong_weight]
    with pytest.raises(ValueError, match=name) as raised:
        rnn.check_gradient(*DATA, 1.2, 1.2, gradient=wrong)
    assert f"gradient {right * factor:.6g}"[:-1] in str(raised.value)
    assert f"complex step {right:.10g}" in str(raised.value)
    assert "relative error" in str(raised.value)


def test_check_gradient_passes_up_to_rtol():
    def doubled(*args):
        return 2 * rnn.gradient_at(*args)

    # Nothing is rounded here, and dxi/dw_rec is 0, as everywhere where w_x is 0.
    toy = [[1, 0, 1]], [2], 0.0, 1.0
    assert rnn.check_gradient(*toy, gradient=doubled, rtol=0.5) == (0.5, 0)
    with pytest.raises(ValueError, match=r"relative error 5\.0e-01 > 0\.49"):
        rnn.check_gradient(*toy, gradient=doubled, rtol=0.49)
