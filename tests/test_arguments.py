"""Bad input: every wrong value of every argument is refused, by name and in words.

The contracts of `rnn_helpers` say of what kind each argument is. Here stand, for each
kind, a good value and the wrong ones; the test crosses them with all public functions.
"""

import copy
import inspect
import re
import traceback
from fractions import Fraction
from functools import singledispatch

import matplotlib.pyplot as plt
import numpy as np
import pytest

import rnn_helpers as rnn
from rnn_core import arguments as kinds

LENGTHS = {"N": 3, "n": 4, "n+1": 5, "M": 3, "C": 2, "R": 3, "K": 3, "points": 2}
LENGTHS |= {"d": 2, "h": 3, "4h": 12}
INF, NAN = float("inf"), float("nan")


def public_functions():
    functions = inspect.getmembers(rnn, inspect.isfunction)
    own = [(name, f) for name, f in functions if f.__module__ == rnn.__name__]
    return {name: f for name, f in own if not name.startswith("_")}


def lengths_of(shape):
    if shape in ("...", "n ..."):
        return (2,)
    return tuple([LENGTHS.get(word) or int(word) for word in shape.split()])


# --- A good value of each kind --------------------------------------------------------


@singledispatch
def good(kind):
    raise TypeError(f"say above what is a good value of {kind}")


@good.register
def _(kind: kinds.Array):
    return np.ones(lengths_of(kind.shape))


@good.register
def _(kind: kinds.Entries):
    return good(kind.array)


@good.register(kinds.Number)
@good.register(kinds.Bound)
def _(kind):
    return 1.0


@good.register
def _(kind: kinds.Between):
    return kind.low + 0.5


@good.register
def _(kind: kinds.Optional):
    return good(kind.kind)


@good.register
def _(kind: kinds.Whole):
    return kind.low + 1


@good.register
def _(kind: kinds.OneOf):
    return kind.choices[0]


@good.register
def _(kind: kinds.Instance):
    if kind.type is rnn.Cell:
        return rnn.TANH
    return plt.figure().subplots() if kind.type is plt.Axes else kind.type()


@good.register
def _(kind: kinds.State):
    return rnn.DescentState(np.ones(2))


@good.register
def _(kind: kinds.NamedArrays):
    return rnn.DescentState(np.ones(3))


@good.register
def _(kind: kinds.CellWeights):
    return good(kind.records[0])


@good.register
def _(kind: kinds.EveryOrLast):
    return good(kind.every)


@good.register
def _(kind: kinds.Batches):
    return [(good(kind.X), good(kind.T))]


@good.register
def _(kind: kinds.WeightsGradient):
    return rnn.network_gradient


@good.register
def _(kind: kinds.Record):
    fields = {name: good(field) for name, field in kind.fields.items()}
    return kind.type(**dict.fromkeys(kind.type._fields, 0.0) | fields)


@good.register
def _(kind: kinds.Table):
    names = [(1.0, 2.0), (1.0, 0.5)] if kind.keys else ["one", "two"]
    keys = list(kind.among[:2]) or names
    return {key: good(kind.each) if kind.each else np.ones(4) for key in keys}


@good.register
def _(kind: kinds.Triple):
    return tuple([good(part) for part in kind.kinds])


@good.register
def _(kind: kinds.Function):
    return lambda first, *_: first


@good.register
def _(kind: kinds.Gradient):
    return lambda *_: np.ones(2)


@good.register
def _(kind: kinds.SourceFunction):
    return lengths_of


# --- The wrong values of each kind, and what the error must say of each ---------------


@singledispatch
def wrong(kind):
    raise TypeError(f"say above what are wrong values of {kind}")


@wrong.register
def _(kind: kinds.Array):
    fits = good(kind)
    yield "a word", "an array of numbers"
    yield None, "an array of numbers"
    yield [[1], [1, 2]], "rows that differ in length"
    yield np.ma.masked_array(fits, fits > 0), "masked"
    if kind.shape != "...":
        yield np.ones(0), "shape"
    if fits.ndim and kind.shape != "...":
        yield 1.0, "shape"
        yield fits[:0], "no empty axis"
    if kind.shape not in ("...", "n ..."):
        yield fits[np.newaxis], "shape"
    if kind.finite:
        yield fits * NAN, "finite, got nan"
        yield fits * -INF, "finite, got -inf"
    if kind.real:
        yield fits * 1j, "real, got complex128"
    if kind.two_each_way:
        yield fits[:1], "(two rows|shape)"


@wrong.register
def _(kind: kinds.Entries):
    yield from wrong(kind.array)
    yield -7 * good(kind), kind.words


@wrong.register
def _(kind: kinds.Number):
    yield from [(value, "number") for value in ("1", None, [1], np.ones(2), 10**400)]
    yield Fraction(1, 2), "number, got Frac"
    if kind.real:
        yield 1j, "real number, got 1j"


@wrong.register
def _(kind: kinds.Bound):
    yield from [(value, "from 0 to infinity") for value in ("1", None, -1, NAN, 1j)]


@wrong.register
def _(kind: kinds.Between):
    yield from [("1", "number"), (None, "number"), (NAN, "number"), (1j, "number")]
    yield kind.low - 1, str(kind.low)
    yield kind.high, f"got {kind.high}"
    if not kind.from_low:
        yield kind.low, f"above {kind.low}"


@wrong.register
def _(kind: kinds.Optional):
    yield from [pair for pair in wrong(kind.kind) if pair[0] is not None]


@wrong.register
def _(kind: kinds.Whole):
    yield from [(value, "whole number") for value in ("2", None, 2.0, True, 1j)]
    yield kind.low - 1, f"from {kind.low} on"
    if kind.high < INF:
        yield kind.high, f"below {kind.high}"


@wrong.register
def _(kind: kinds.OneOf):
    yield from [(value, f"one of {kind.choices[0]!r}") for value in (None, 1, "other")]


@wrong.register
def _(kind: kinds.Instance):
    yield from [(value, kind.type.__name__) for value in (None, 1, "ax")]


@wrong.register
def _(kind: kinds.State):
    yield from [(value, "a field w") for value in (None, (1, 2), np.ones(2))]


@wrong.register
def _(kind: kinds.NamedArrays):
    yield from [(value, "a named tuple") for value in (None, (1, 2), np.ones(2))]
    for value, words in wrong(kinds.Array("...")):
        yield rnn.DescentState(value), words


@wrong.register
def _(kind: kinds.CellWeights):
    yield rnn.DescentState(np.ones(3)), "have fields V and c"
    yield good(kind.records[1]), "of type TanhWeights for this cell"
    yield None, "a named tuple"
    for value, words in wrong(kind.records[0]):
        if isinstance(value, kind.records[0].type):
            yield value, words


@wrong.register
def _(kind: kinds.EveryOrLast):
    yield from wrong(kind.every)
    yield np.ones(LENGTHS["N"] + 1), "shape"


@wrong.register
def _(kind: kinds.Batches):
    for value in (None, 3, [], [None], [(1, 2, 3)], [[1, 2]]):
        yield value, "pair"


@wrong.register
def _(kind: kinds.WeightsGradient):
    yield 3, "a function, got 3"
    yield (lambda *_: (1.0,)), "return TanhWeights"
    yield (lambda *given: given[-1]._replace(W_x=np.ones(5))), "own shapes"


@wrong.register
def _(kind: kinds.Record):
    fits = good(kind)
    yield tuple(fits), f"of type {kind.type.__name__}"
    for name, field in kind.fields.items():
        for value, words in wrong(field):
            yield fits._replace(**{name: value}), words


@wrong.register
def _(kind: kinds.Table):
    yield [1], "of type dict"
    yield {}, "(at least one|shape)"
    fits = good(kind)
    if kind.among:
        yield {(9.0, 9.0): np.ones(4)}, "keys of POINTS only"
    if kind.keys:
        yield {1: {}}, "shape"
    if kind.rows:
        yield {key: value * 1j for key, value in fits.items()}, "real"
        yield dict.fromkeys(fits, "a word"), "numbers"
        yield {**fits, next(iter(fits)): np.ones(1)}, "differ"
    if kind.each:
        for value, words in wrong(kind.each):
            yield fits | {next(iter(fits)): value}, words


@wrong.register
def _(kind: kinds.Triple):
    fits = good(kind)
    yield list(fits), "a tuple"
    yield fits[:2], "a tuple"
    for i, part in enumerate(kind.kinds):
        for value, words in wrong(part):
            yield (*fits[:i], value, *fits[i + 1 :]), words


@wrong.register
def _(kind: kinds.Function):
    yield 3, "a function, got 3"


@wrong.register
def _(kind: kinds.Gradient):
    yield 3, "a function, got 3"
    yield (lambda *_: (1.0,)), r"return two numbers, got \(1.0,\)"


@wrong.register
def _(kind: kinds.SourceFunction):
    yield len, "of type function, got <built-in function len>"
    yield eval("lambda: 0"), "a function whose source is in a file"


# --- Every function, every argument, every wrong value --------------------------------


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    yield
    plt.close("all")


def cases():
    for name, function in public_functions().items():
        for argument, kind in function.kinds.items():
            n_wrong = len(list(wrong(kind)))
            for i in range(n_wrong):
                yield pytest.param(function, argument, i, id=f"{name}-{argument}-{i}")


@pytest.mark.parametrize(("function", "argument", "i"), list(cases()))
def test_a_wrong_argument_is_refused_by_name(function, argument, i):
    given = {name: good(kind) for name, kind in function.kinds.items()}
    value, words = list(wrong(function.kinds[argument]))[i]
    given[argument] = value
    before = copy.deepcopy({k: v for k, v in given.items() if k != "ax"})
    with pytest.raises(ValueError, match=words) as raised:
        function(**given)
    assert re.match(r"\w+( and \w+)? must .+, got .+", str(raised.value))
    parts = getattr(value, "_fields", ()) or getattr(
        function.kinds[argument], "names", ()
    )
    named = str(raised.value).split()[0]
    assert named in {argument, *parts}, "name the argument, or the field that is wrong"
    np.testing.assert_equal({k: given[k] for k in before}, before)


@pytest.mark.parametrize("name", list(public_functions()))
def test_every_argument_has_a_kind(name):
    function = public_functions()[name]
    assert set(function.kinds) == set(inspect.signature(function).parameters), (
        "give each argument a kind, in rnn_helpers.py"
    )


@pytest.mark.parametrize("name", list(public_functions()))
def test_every_good_value_is_accepted(name):
    """The test above proves little if these were refused too."""
    function = public_functions()[name]
    given = {k: good(kind) for k, kind in function.kinds.items()}
    if name != "check_gradient":  # it refuses the gradient, and says so
        function(**given)


# --- The words, where they were chosen with care --------------------------------------

X, T, S = np.ones((3, 4)), np.ones(3), np.ones((3, 5))
STATE = rnn.RPropState(np.ones(2), np.ones(2), np.ones(2))
WORDS = [
    (rnn.make_dataset, [0], "n_samples must be a whole number from 1 on, got 0"),
    (rnn.make_dataset, [2.0], "n_samples must be a whole number from 1 on, got 2.0"),
    (
        rnn.make_dataset,
        [3, 4, -1],
        "seed must be a whole number from 0 on, below 4294967296, got -1",
    ),
    (rnn.update_state, [NAN, 0, 1, 1], "x_k must be finite, got nan"),
    (rnn.update_state, [1, 0, "1", 1], "w_x must be one number, got '1'"),
    (
        rnn.update_state,
        [T, T[:2], 1, 1],
        "s_prev must have shape (3,) and no empty axis, got (2,)",
    ),
    (
        rnn.forward_states,
        [T, 1, 1],
        "X must have shape (N, n) and no empty axis, got (3,)",
    ),
    (
        rnn.forward_states,
        [[[1], [1, 2]], 1, 1],
        "X must be an array of numbers, got rows that differ in length",
    ),
    (rnn.forward_states, [X * NAN, 1, 1], "X must be finite, got nan"),
    (rnn.loss, [T[:2], T], "t must have shape (2,) and no empty axis, got (3,)"),
    (rnn.loss, [T[:0], T], "y must have shape (N,) and no empty axis, got (0,)"),
    (
        rnn.backward_gradient,
        [X, X, T, 1],
        "S must have shape (3, 5) and no empty axis, got (3, 4)",
    ),
    (rnn.complex_step_gradient, [1j * X, T, 1, 1], "X must be real, got complex128"),
    (rnn.complex_step_gradient, [X, T, 1, 1j], "w_rec must be one real number, got 1j"),
    (
        rnn.loss_surface,
        [X, T, X, T],
        "w_x_values must have shape (C,) and no empty axis, got (3, 4)",
    ),
    (
        rnn.update_rprop,
        [STATE._replace(delta=-T[:2]), T[:2]],
        "delta must not be negative, got array([-1., -1.])",
    ),
    (
        rnn.update_rprop,
        [STATE._replace(sign=5 * T[:2]), T[:2]],
        "sign must hold -1, 0 or 1, got array([5., 5.])",
    ),
    (
        rnn.train_rprop,
        [X, T, [1, 2], 1],
        "w_rec must have shape (2,) and no empty axis, got ()",
    ),
    (
        rnn.show_source,
        [len],
        "function must be of type function, got <built-in function len>",
    ),
    (
        rnn.show_explorer,
        [X, T, 1, 3.5],
        "w_x and w_rec must be in [-3, 3], got (1, 3.5)",
    ),
    (
        rnn.show_explorer,
        [X, T, 1, NAN],
        "w_x and w_rec must be in [-3, 3], got (1, nan)",
    ),
    (
        rnn.show_explorer,
        [X, T, 1, 1, "rprop"],
        "rule must be one of 'gradient descent, rate 1e-6', 'gradient descent, rate "
        "1e-3', 'clipped to norm 1, rate 1e-2', 'RProp', 'iRprop-', 'clipped "
        "momentum', 'RMSProp', 'Adam', 'Adam, short memory', 'clipped Adam, cooled', "
        "got 'rprop'",
    ),
    (
        rnn.plot_loss_surfaces,
        [3, 3],
        "overview must be a tuple (w_x_values, w_rec_values, losses), got 3",
    ),
    (rnn.plot_dataset, [X, 1j * T], "t must be real, got complex128"),
    (
        rnn.plot_training,
        [rnn.train_rprop(X, T, [1.0, 2.0], [1.0, 2.0], n_iterations=3)],
        "w must have shape (M, 2) and no empty axis, got (4, 2, 2)",
    ),
]


@pytest.mark.parametrize(("function", "given", "words"), WORDS)
def test_the_words(function, given, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        function(*given)


def test_values_of_a_dictionary_and_what_a_function_returns():
    ax = plt.figure().subplots()
    with pytest.raises(ValueError, match=r"^errors must hold at least one method, got"):
        rnn.plot_v_curve(ax, T, {})
    with pytest.raises(ValueError, match=r"^gradients must have keys of POINTS only"):
        rnn.plot_gradient_over_time(ax, {(9.0, 9.0): T})
    with pytest.raises(ValueError, match=r"^gradient must return two numbers, got \("):
        rnn.check_gradient(X, T, 1, 1, gradient=lambda *_: (1.0,))


# --- What a reader sees of the machinery ----------------------------------------------


def test_a_traceback_ends_in_the_error():
    with pytest.raises(ValueError, match="w_rec") as raised:
        rnn.forward_states(X, 1, "1")
    frames = traceback.extract_tb(raised.value.__traceback__)
    assert len(frames) <= 2, "the caller's line, and the line that raises"
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_a_missing_argument_is_told_by_python():
    with pytest.raises(TypeError, match=r"forward_states\(\) missing .* 'w_rec'"):
        rnn.forward_states(X, 1)


@pytest.mark.parametrize("name", list(public_functions()))
def test_signature_docstring_and_help_are_those_of_the_plain_function(name):
    function = public_functions()[name]
    plain = inspect.unwrap(function)
    assert inspect.signature(function) == inspect.signature(plain)
    assert function.__name__ == name == plain.__name__, "one name for one thing"
    for part in ("Parameters\n----------", "Returns\n-------", "Raises\n------"):
        assert part in inspect.getdoc(function), f"say in its docstring: {part}"
