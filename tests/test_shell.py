"""The shell: what `rnn_helpers` and its contracts do besides checking arguments."""

import inspect
import re
import subprocess
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import rnn_helpers as rnn
from rnn_core.arguments import Array, Number, Table, all_finite, takes


def test_import_changes_nothing():
    code = f"""
import sys; sys.path.insert(0, {str(Path(rnn.__file__).parent)!r})
import warnings, numpy as np, matplotlib, seaborn
def state():
    rc, filters = dict(matplotlib.rcParams), list(warnings.filters)
    return rc, filters, np.random.get_state()[1].tolist()
before = state()
import rnn_helpers as rnn
rnn.train_rprop(*rnn.make_dataset(), n_iterations=2)
after = state()
assert before == after, "importing or training has changed a setting"
"""
    subprocess.run([sys.executable, "-c", code], check=True)


# --- A contract before a function of this file ----------------------------------------


def scale(x, y, factor=2.0):
    """Scale."""
    return x, y, factor


def no_seven(x, y, factor):
    if factor == 7:
        raise ValueError(f"factor must not be 7, got {factor:g} for {len(x)}")


@pytest.fixture
def checked():
    kinds = {"x": Array("N"), "y": Array("N"), "factor": Number()}
    return takes(scale, no_seven, **kinds)


def test_the_plain_function_gets_arrays_and_defaults(checked):
    x, y, factor = checked([1, 2], y=[3, 4])
    assert x.dtype == y.dtype == np.float64
    np.testing.assert_array_equal([x, y], [[1, 2], [3, 4]])
    assert factor == 2
    assert checked([1], [2], 3)[2] == 3


def test_the_checked_function_looks_like_the_plain_one(checked):
    assert inspect.signature(checked) == inspect.signature(scale)
    assert (checked.__name__, checked.__doc__) == ("scale", "Scale.")
    assert checked.__wrapped__ is scale
    assert list(checked.kinds) == ["x", "y", "factor"]
    loss = takes(rnn.loss.__wrapped__, y=Array("N"), t=Array("N"))
    assert loss.__module__ == __name__, "it belongs to the module that names it"


def test_a_letter_is_one_length_in_each_call_anew(checked):
    assert len(checked([1, 2], [3, 4])[0]) == 2
    assert len(checked([1], [3])[0]) == 1
    with pytest.raises(ValueError, match=r"^y must have shape \(2,\)"):
        checked([1, 2], [3])


def test_defaults_are_checked_too(checked):
    wrong = takes(lambda x, factor="2": x, x=Array("N"), factor=Number())
    with pytest.raises(ValueError, match=r"^factor must be one number, got '2'"):
        wrong([1])


def test_what_concerns_several_arguments_is_asked_last(checked):
    with pytest.raises(ValueError, match=r"^factor must not be 7, got 7 for 1"):
        checked([1], [2], 7)
    with pytest.raises(ValueError, match=r"^y must"):
        checked([1], [2, 3], 7)


def test_a_traceback_names_the_line_that_calls_and_no_machinery(checked):
    with pytest.raises(ValueError, match="factor") as raised:
        checked([1], [2], "3")
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    here = inspect.currentframe().f_code.co_name
    frames = traceback.extract_tb(raised.value.__traceback__)
    assert [frame.name for frame in frames] == [here, "checked"]
    shown = [entry.name for entry in raised.traceback.filter(raised)]
    assert shown == [here], "let pytest hide the machinery"


def test_an_error_of_the_plain_function_keeps_its_traceback():
    def fails(x):
        raise ValueError("from within")

    with pytest.raises(ValueError, match="from within") as raised:
        takes(fails, x=Number())(1)
    frames = traceback.extract_tb(raised.value.__traceback__)
    assert frames[-1].name == "fails"


def test_a_missing_or_unknown_argument_is_told_by_python(checked):
    with pytest.raises(TypeError, match=r"scale\(\) missing .* 'y'"):
        checked([1])
    with pytest.raises(TypeError, match=r"scale\(\) got an unexpected .* 'z'"):
        checked([1], [2], z=3)


# --- Containers of other libraries ----------------------------------------------------


class Container:
    """Something that gives its numbers away as NumPy asks for them, or does not."""

    def __init__(self, give):
        self.give = give

    def __array__(self, dtype=None, copy=None):
        return self.give()


def refuses():
    raise RuntimeError("it requires grad: detach it first")


def test_numbers_in_an_array_of_objects_are_numbers():
    nullable = Container(lambda: np.array([[1, 0], [1, 1]], object))
    np.testing.assert_array_equal(rnn.forward_states(nullable, 1, 1)[:, -1], [1, 2])


@pytest.mark.parametrize(
    ("give", "words"),
    [
        (refuses, "Container: it requires grad: detach it first"),
        (lambda: np.array([[1, None]], object), "Container"),
        (lambda: np.array([["1", "2"]], object), "Container"),
        (lambda: np.array([[10**400, 1]], object), "too large"),
        (lambda: np.zeros((1, 2), "V2"), r"\\|V2"),
    ],
)
def test_another_container_is_refused_with_the_reason(give, words):
    with pytest.raises(
        ValueError, match=f"X must be an array of numbers, got .*{words}"
    ):
        rnn.forward_states(Container(give), 1, 1)


def test_an_array_without_an_axis_is_one_number():
    assert rnn.update_state(1, 2, np.array(3), np.array(0.5)) == 4
    X = np.ones((1, 2), np.float32)
    assert rnn.forward_states(X, np.array(1), 0.5).dtype == np.float32


# --- Words of the kinds, whole --------------------------------------------------------

T = np.ones(2)
STATE = rnn.RPropState(T, T, T)
MOMENTUM = rnn.MomentumState(T, T)
TYPED = eval("lambda: None")  # no file holds its source
MASKED = np.ma.masked_array([1.0, 2.0], [True, False])
HEIGHTS = Array("R C", two_each_way=True)
OWN = rnn.TANH._replace(weights=rnn.DescentState)
X, BATCH = np.ones((1, 1, 1)), np.ones((1, 1))
WORDS = [
    (
        partial(rnn.flatten, (1, 2)),
        "weights must be a named tuple of arrays, got (1, 2)",
    ),
    (
        partial(rnn.network_states, OWN, X, rnn.DescentState(T)),
        "weights must have fields V and c, got ('w',)",
    ),
    (
        partial(rnn.network_states, rnn.TANH, X, 3),
        "weights must be a named tuple of arrays, got 3",
    ),
    (
        partial(rnn.train_network, rnn.TANH, rnn.init_tanh(1, 1), [], abs),
        "batches must hold at least one pair (X, T), got []",
    ),
    (
        partial(rnn.train_network, rnn.TANH, rnn.init_tanh(1, 1), [(X,)], abs),
        f"batches must hold pairs (X, T), got {(X,)!r}",
    ),
    (partial(rnn.loss, T, "a word"), "t must be an array of numbers, got 'a word'"),
    (partial(rnn.loss, T, MASKED), f"t must not be masked, got {MASKED!r:.60}"),
    (
        partial(HEIGHTS.accept, "losses", [[1, 2, 3]], {}),
        "losses must have at least two rows and two columns, got shape (1, 3)",
    ),
    (
        partial(HEIGHTS.accept, "losses", [[1], [2], [3]], {}),
        "losses must have at least two rows and two columns, got shape (3, 1)",
    ),
    (
        partial(rnn.show_source, TYPED),
        f"function must be a function whose source is in a file, got {TYPED!r}",
    ),
    (
        partial(rnn.update_rprop_minus, STATE, T, delta_min=-1),
        "delta_min must be a number from 0 to infinity, got -1",
    ),
    (
        partial(rnn.update_momentum, MOMENTUM, T, rate=0),
        "rate must be a number above 0, got 0",
    ),
    (
        partial(rnn.update_momentum, MOMENTUM, T, rate=1, momentum=1),
        "momentum must be a number from 0 on and below 1, got 1",
    ),
    (
        partial(rnn.train, abs, (1, 2), abs),
        "state must be a named tuple with a field w, got (1, 2)",
    ),
    (partial(rnn.clip, 3.0), "grad must have shape (n, ...) and no empty axis, got ()"),
    (partial(rnn.plot_path, 3, [T]), "ax must be of type Axes, got 3"),
    (
        partial(Table(at_least_one="method").accept, "errors", {}, {}),
        "errors must hold at least one method, got none",
    ),
    (
        partial(Table(among=(1, 2)).accept, "gradients", {3: T}, {}),
        "gradients must have keys of POINTS only, got {3}",
    ),
]


@pytest.mark.parametrize(("call", "words"), WORDS, ids=range(len(WORDS)))
def test_an_error_names_the_argument_and_what_came(call, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        call()


def test_numbers_whose_sum_overflows_are_finite():
    assert all_finite(np.full(3, 1e308))
    assert not all_finite(np.array([np.inf, -np.inf]))


def test_an_array_without_an_axis_becomes_a_number():
    assert not isinstance(Number().accept("w_x", np.array(0.5), {}), np.ndarray)


def test_fields_v_and_c_are_enough():
    class Least(NamedTuple):
        V: np.ndarray
        c: float

    cell = rnn.TANH._replace(weights=Least, start=lambda w, n: np.zeros((n, 1)))
    cell = cell._replace(step=lambda x, s, w: (x + s, None))
    states = rnn.network_states(cell, np.ones((1, 2, 1)), Least(np.ones(1), 0.0))
    np.testing.assert_array_equal(states[0, :, 0], [0, 1, 2])


def test_two_rows_and_two_columns_are_enough():
    assert HEIGHTS.accept("losses", [[1, 2], [3, 4]], {}).shape == (2, 2)


def test_the_lower_bound_of_a_share_is_let_in():
    after = rnn.update_momentum(MOMENTUM, T, rate=0.5, momentum=0)
    np.testing.assert_array_equal(after.w, [0.5, 0.5])
