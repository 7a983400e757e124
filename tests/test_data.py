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
