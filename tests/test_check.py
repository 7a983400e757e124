"""The checks of a gradient against right gradients and wrong ones."""

import numpy as np
import pytest
from hypothesis import given
from shared import DATA, ORACLES, any_data, close, plain, weights

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
    for one in (rnn.numerical_gradient, plain(rnn.numerical_gradient)):
        close(one(*DATA, *point), backward, rtol=1e-6)
    for one in (rnn.complex_step_gradient, plain(rnn.complex_step_gradient)):
        close(one(*DATA, *point), backward, rtol=1e-14)


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


@pytest.mark.parametrize("check", [rnn.check_gradient, plain(rnn.check_gradient)])
@pytest.mark.parametrize("wrong_weight", [0, 1])
@pytest.mark.parametrize("factor", [-1, 20, 1 + 1e-8, np.nan])
def test_check_gradient_catches_a_wrong_one(check, wrong_weight, factor):
    def wrong(*args):
        grads = list(rnn.gradient_at(*args))
        grads[wrong_weight] *= factor
        return tuple(grads)

    name, right = [("dxi/dw_x", 274.5954291), ("dxi/dw_rec", 1593.242844)][wrong_weight]
    with pytest.raises(ValueError, match=name) as raised:
        check(*DATA, 1.2, 1.2, gradient=wrong)
    assert f"gradient {right * factor:.6g}"[:-1] in str(raised.value)
    assert f"complex step {right:.10g}" in str(raised.value)
    assert "relative error" in str(raised.value)


def test_check_gradient_passes_up_to_rtol():
    def doubled(*args):
        return 2 * rnn.gradient_at(*args)

    # Nothing is rounded here, and dxi/dw_rec is 0, as everywhere where w_x is 0.
    toy = [[1, 0, 1]], [2], 0.0, 1.0
    assert rnn.check_gradient(*toy, gradient=doubled, rtol=0.5) == (0.5, 0)
    with pytest.raises(ValueError, match=r"5\.0e-01 of the whole gradient > 0\.49"):
        rnn.check_gradient(*toy, gradient=doubled, rtol=0.49)


# --- Where derivatives are nearly 0, and where they overflow --------------------------

(SADDLE,) = [r.real for r in np.roots(DATA[1] @ DATA[0]) if abs(r.imag) < 1e-9]


@pytest.mark.parametrize(
    "point",
    [(0.0, SADDLE), (0.0, -1.1488), (1 + 1e-7, 1 - 1e-7), (2.0, 0.809), (1.5, 0.9)],
)
def test_the_right_gradient_passes_where_it_is_nearly_0(point):
    assert max(rnn.check_gradient(*DATA, *point)) < 1e-12


@pytest.mark.parametrize("point", [(0.0, SADDLE), (1.2, 1.2)])
def test_a_wrong_one_does_not(point):
    def wrong(*args):
        return rnn.gradient_at(*args) + np.array([1e-5, 0])

    with pytest.raises(ValueError, match="dxi/dw_x"):
        rnn.check_gradient(*DATA, *point, gradient=wrong)


@pytest.mark.filterwarnings("ignore")
def test_where_float64_cannot_hold_the_gradient_it_says_overflow():
    X, t = np.zeros((3, 1000)), np.zeros(3)
    X[:, -3:] = 1
    words = "^overflow: float64 cannot hold the gradients on the way back$"
    with pytest.raises(ValueError, match=words):
        rnn.check_gradient(X, t, 1.0, 3.0)


def test_differences_of_float32_take_a_step_that_it_can_hold():
    X, t = (array.astype(np.float32) for array in DATA)
    got = rnn.numerical_gradient(X, t, 1.2, 1.2)
    np.testing.assert_allclose(got, rnn.gradient_at(*DATA, 1.2, 1.2), rtol=2e-3)


@pytest.mark.parametrize("wide", range(3))
def test_differences_are_taken_in_the_widest_type(wide):
    t = DATA[1].astype(np.float32)
    given = [np.float32(DATA[0]), np.float32(1.2), np.float32(1.2)]
    assert rnn.numerical_gradient(given[0], t, *given[1:]).dtype == np.float32
    given[wide] = np.float64(given[wide])
    got = rnn.numerical_gradient(given[0], t, *given[1:])
    assert got.dtype == np.float64
    close(got, rnn.gradient_at(*DATA, np.float32(1.2), np.float32(1.2)), rtol=1e-6)


def test_the_difference_is_over_the_step_really_taken():
    slope = rnn.central_difference(lambda w: 3 * w, 1.2, 1e-12)
    assert slope == pytest.approx(3, rel=1e-3)  # over 2 eps it is off by 1e-4 and more
    by_w_rec = rnn.numerical_gradient(*DATA, 1.2, 1.2, eps=1e-7)[1]
    assert abs(by_w_rec / 1593.2428444791926 - 1) < 1e-10


def test_relative_error_of_small_integers():
    assert rnn.relative_error(np.uint8(1), np.uint8(2)) == 0.5
    assert rnn.relative_error(np.int8(-100), np.int8(100)) == 2


@pytest.mark.parametrize("point", ORACLES)
def test_mean_norm_is_that_of_the_single_sequences(point):
    X, t = DATA
    each = [rnn.gradient_at(X[[i]], t[[i]], *point) for i in range(len(X))]
    mean = np.mean([np.hypot(*grad) for grad in each])
    for one in (rnn.mean_gradient_norm, plain(rnn.mean_gradient_norm)):
        close(one(*DATA, *point), mean, rtol=1e-12)
