"""The data sets against those of the original."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import equal, plain

import rnn_helpers as rnn

TARGETS = [2, 4, 6, 6, 4, 4, 6, 5, 7, 5, 7, 6, 4, 7, 3, 6, 4, 5, 6, 6]


@pytest.mark.parametrize("make", [rnn.make_dataset, plain(rnn.make_dataset)])
def test_dataset_is_that_of_the_original(make):
    X, t = make()
    assert X.dtype == t.dtype == np.float64
    equal(X[0], [0, 1, 0, 0, 0, 0, 0, 0, 0, 1])
    assert X.sum() == 103
    equal(t, TARGETS)


def test_counts_and_seed():
    X, t = rnn.make_dataset(n_samples=3, n_steps=5, seed=7)
    assert (X.shape, t.shape) == ((3, 5), (3,))
    equal(X, np.random.RandomState(7).rand(3, 5) > 0.5)


@given(st.integers(1, 30), st.integers(1, 200), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_every_target_is_the_number_of_ones(n_samples, n_steps, seed):
    X, t = rnn.make_dataset(n_samples, n_steps, seed)
    assert set(np.unique(X)) <= {0, 1}
    equal(t, [row.tolist().count(1) for row in X])


# --- Additions ------------------------------------------------------------------------


def number(bits):
    return sum(int(bit) << k for k, bit in enumerate(bits))


@given(st.integers(1, 20), st.integers(2, 80), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_every_sum_is_that_of_whole_numbers(n_samples, n_steps, seed):
    X, T = rnn.make_additions(n_samples, n_steps, seed)
    assert (X.shape, T.shape) == ((n_samples, n_steps, 2), (n_samples, n_steps))
    assert set(np.unique(X)) | set(np.unique(T)) <= {0, 1}
    for x, t in zip(X, T, strict=True):
        assert number(x[:, 0]) + number(x[:, 1]) == number(t)
        assert not x[-1].any(), "the last step is for the carry"


@pytest.mark.parametrize("make", [rnn.make_additions, plain(rnn.make_additions)])
def test_additions_are_frozen(make):
    X, T = make()
    assert (X.shape, T.shape) == ((2000, 7, 2), (2000, 7))
    assert X.dtype == T.dtype == np.float64
    assert [(number(x[:, 0]), number(x[:, 1])) for x in X[:3]] == FIRST_SUMS
    equal(make(5, 9, 3)[0], make(5, 9, seed=3)[0])
    assert (make(5, 9, 3)[0] != make(5, 9, 4)[0]).any()


FIRST_SUMS = [(0, 49), (40, 59), (28, 53)]


@pytest.mark.parametrize("make", [rnn.all_additions, plain(rnn.all_additions)])
def test_all_additions_are_there_once(make):
    X, T = make()
    assert (X.shape, T.shape) == ((4096, 7, 2), (4096, 7))
    assert X.dtype == T.dtype == np.float64
    pairs = [(number(x[:, 0]), number(x[:, 1])) for x in X]
    assert pairs == [(a, b) for a in range(64) for b in range(64)]
    assert [number(t) for t in T] == [a + b for a, b in pairs]
    assert make(2)[1].tolist() == [[0, 0], [1, 0], [1, 0], [0, 1]]


def test_carries_by_hand():
    X = np.array([[[1, 1], [1, 0], [1, 1], [0, 0]]])  # 7 + 5
    T, carries = rnn.add_bits(X)
    equal(T, [[0, 0, 1, 1]])
    equal(carries, [[1, 1, 1, 0]])
    assert T.dtype == carries.dtype == np.float64


# --- Flagged bits ---------------------------------------------------------------------


@given(st.integers(1, 30), st.integers(5, 200), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_one_early_bit_is_flagged(n_samples, n_steps, seed):
    X, t = rnn.make_flagged_bits(n_samples, n_steps, seed)
    assert (X.shape, t.shape) == ((n_samples, n_steps, 2), (n_samples,))
    bits, flags = X[..., 0], X[..., 1]
    assert set(np.unique(bits)) <= {-1, 1}
    equal(np.sort(flags, axis=1)[:, -2:], np.tile([0.0, 1.0], (n_samples, 1)))
    assert (flags.argmax(axis=1) < 5).all()
    equal(np.where(t == 1, 1, -1), bits[flags == 1])


FIRST_BITS = [[-1, 1, -1, -1, -1, -1], [-1, -1, -1, 1, -1, 1], [-1, 1, -1, 1, -1, 1]]
FIRST_FLAGS = [0, 0, 4]


@pytest.mark.parametrize("make", [rnn.make_flagged_bits, plain(rnn.make_flagged_bits)])
def test_flagged_bits_are_frozen(make):
    X, t = make(3, 6, seed=1)
    equal(X[..., 0], FIRST_BITS)
    equal(X[..., 1].argmax(axis=1), FIRST_FLAGS)
    equal(make(3, 6, seed=1)[1], t)


def test_every_early_step_may_be_flagged_and_bits_are_fair():
    X, t = rnn.make_flagged_bits(2000, 8, seed=0)
    shares = X[..., 1].mean(axis=0)
    assert (abs(shares[:5] - 0.2) < 0.04).all()
    assert not shares[5:].any()
    assert (abs(X[..., 0].mean(axis=0)) < 0.1).all()
    assert abs(t.mean() - 0.5) < 0.05
