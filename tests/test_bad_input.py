"""Bad input: each error names the argument, what was expected and what came."""

import copy
import inspect
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pytest

import rnn_helpers as rnn

X, T, S = np.ones((3, 4)), np.ones(3), np.ones((3, 5))
INF, NAN = float("inf"), float("nan")
ROWS = [[1], [1, 2]]
MASKED = np.ma.masked_array(X, X > 0)
STATE = rnn.RPropState(np.ones(2), np.ones(2), np.ones(2))
SHORT = rnn.RPropState(np.ones(2), np.ones(3), np.ones(2))
GRADS = {(1.0, 2.0): np.ones(4)}
AX = "an Axes"  # stands for a fresh one

# function, arguments, what the message must hold: the name, the expectation, the value
CASES = [
    (rnn.make_dataset, [0], "n_samples must be a whole number from 1 on, got 0"),
    (rnn.make_dataset, [-3], "n_samples must be .* got -3"),
    (rnn.make_dataset, [2.0], r"n_samples must be a whole number .* got 2\.0"),
    (rnn.make_dataset, ["2"], "n_samples must be .* got '2'"),
    (rnn.make_dataset, [True], "n_samples must be .* got True"),
    (rnn.make_dataset, [3, 0], "n_steps must be a whole number from 1 on, got 0"),
    (rnn.make_dataset, [3, None], "n_steps must be .* got None"),
    (rnn.make_dataset, [3, 4, -1], "seed must be .* from 0 on, below 4294967296, got"),
    (rnn.make_dataset, [3, 4, 2**32], "seed must be .* got 4294967296"),
    (rnn.make_dataset, [3, 4, None], "seed must be .* got None"),
    (rnn.update_state, [T, 0, 1, 1], r"s_prev must have shape \(3,\) .* got \(\)"),
    (
        rnn.update_state,
        [T, T[:2], 1, 1],
        r"s_prev must have shape \(3,\) .* got \(2,\)",
    ),
    (rnn.update_state, [NAN, 0, 1, 1], "x_k must be finite, got nan"),
    (rnn.update_state, ["1", 0, 1, 1], "x_k must be an array of numbers, got '1'"),
    (rnn.update_state, [1, None, 1, 1], "s_prev must be an array of numbers, got None"),
    (rnn.update_state, [1, 0, "1", 1], "w_x must be one number, got '1'"),
    (rnn.update_state, [1, 0, 1, [1]], r"w_rec must be one number, got \[1\]"),
    (rnn.forward_states, [T, 1, 1], r"X must have shape \(N, n\) .* got \(3,\)"),
    (rnn.forward_states, [1, 1, 1], r"X must have shape \(N, n\) .* got \(\)"),
    (rnn.forward_states, [[X], 1, 1], r"X must have shape .* got \(1, 3, 4\)"),
    (rnn.forward_states, [X[:0], 1, 1], r"X must .* no empty axis, got \(0, 4\)"),
    (rnn.forward_states, [X[:, :0], 1, 1], r"X must .* no empty axis, got \(3, 0\)"),
    (
        rnn.forward_states,
        [ROWS, 1, 1],
        "^X must be an array of numbers, got rows that differ in length$",
    ),
    (rnn.forward_states, [[["a"]], 1, 1], "X must be an array of numbers, got .*'a'"),
    (rnn.forward_states, [X * NAN, 1, 1], "X must be finite, got nan"),
    (rnn.forward_states, [X * -INF, 1, 1], "X must be finite, got -inf"),
    (rnn.forward_states, [X, "1", 1], "w_x must be one number, got '1'"),
    (rnn.forward_states, [X, 1, "1"], "w_rec must be one number, got '1'"),
    (rnn.forward_states, [X, None, 1], "w_x must be one number, got None"),
    (rnn.forward_states, [X, Fraction(1, 2), 1], r"w_x must be one number, got Frac"),
    (rnn.forward_states, [X, 1, 10**400], "w_rec must be one number, got 1000"),
    (rnn.forward_states, [MASKED, 1, 1], "X must not be masked, got masked_array"),
    (rnn.forward_states, [X, 1, T], "w_rec must be one number, got array"),
    (rnn.closed_form_output, [T, 1, 1], r"X must have shape \(N, n\) .* got \(3,\)"),
    (rnn.closed_form_output, [X, "2", 1], "w_x must be one number, got '2'"),
    (rnn.closed_form_output, [X * INF, 1, 1], "X must be finite, got inf"),
    (rnn.closed_form_output, [X, 1, "2"], "w_rec must be one number, got '2'"),
    (rnn.loss, [T[:2], T], r"t must have shape \(2,\) .* got \(3,\)"),
    (rnn.loss, [T[:0], T[:0]], r"y must have .* no empty axis, got \(0,\)"),
    (rnn.loss, [X, T], r"y must have shape \(N,\) .* got \(3, 4\)"),
    (rnn.loss, [T, T * NAN], "t must be finite, got nan"),
    (rnn.loss_at, [X, T[:2], 1, 1], r"t must have shape \(3,\) .* got \(2,\)"),
    (rnn.loss_at, [X, X, 1, 1], r"t must have shape \(3,\) .* got \(3, 4\)"),
    (rnn.loss_at, [X, T, 1j * T, 1], "w_x must be one number, got array"),
    (rnn.output_gradient, [T, T[:1]], r"t must have shape \(3,\) .* got \(1,\)"),
    (rnn.output_gradient, [T, T * INF], "t must be finite, got inf"),
    (rnn.backward_gradient, [X, X, T, 1], r"S must have shape \(3, 5\) .* \(3, 4\)"),
    (rnn.backward_gradient, [X, S[:2], T, 1], r"S must have .* got \(2, 5\)"),
    (rnn.backward_gradient, [X, S, T[:2], 1], r"grad_out must .* \(3,\) .* got \(2,\)"),
    (rnn.backward_gradient, [X, S, 1.0, 1], r"grad_out must .* got \(\)"),
    (rnn.backward_gradient, [X, S, T, "1"], "w_rec must be one number, got '1'"),
    (rnn.gradient_at, [X[0], T, 1, 1], r"X must have shape \(N, n\) .* got \(4,\)"),
    (rnn.gradient_at, [X, T * NAN, 1, 1], "t must be finite, got nan"),
    (
        rnn.gradient_over_time,
        [X, T[:1], 1, 1],
        r"t must have shape \(3,\) .* got \(1,\)",
    ),
    (rnn.gradient_over_time, [T, T, 1, 1], r"X must have shape \(N, n\) .* \(3,\)"),
    (rnn.gradient_over_time, [X, T, 1, None], "w_rec must be one number, got None"),
    (rnn.relative_error, ["a", 1], "a must be one number, got 'a'"),
    (rnn.relative_error, [1, T], "b must be one number, got array"),
    (rnn.numerical_gradient, [X, T, 1, 1, {"eps": 0}], "eps must be .* above 0, got 0"),
    (rnn.numerical_gradient, [X, T, 1, 1, {"eps": NAN}], "eps must be .* got nan"),
    (rnn.numerical_gradient, [X, T, 1, 1, {"eps": "1"}], "eps must be .* got '1'"),
    (rnn.complex_step_gradient, [X, T, 1, 1, {"eps": -1}], "eps must be .* got -1"),
    (rnn.complex_step_gradient, [T, T, 1, 1], r"X must have shape \(N, n\) .* \(3,\)"),
    (rnn.complex_step_gradient, [1j * X, T, 1, 1], "X must be real, got complex128"),
    (rnn.complex_step_gradient, [X, 1j * T, 1, 1], "t must be real, got complex128"),
    (rnn.complex_step_gradient, [X, T, 1, 1j], "w_rec must be one real number"),
    (rnn.complex_step_gradient, [X, T[:1], 1, 1], r"t must have shape .* got \(1,\)"),
    (rnn.check_gradient, [X, T, 1, 1, {"rtol": 0}], "rtol must be .* above 0, got 0"),
    (rnn.complex_step_gradient, [X, T, 1j, 1], "w_x must be one real number, got 1j"),
    (
        rnn.check_gradient,
        [X, T, 1, 1, {"gradient": lambda *_: (1.0,)}],
        r"gradient must return two numbers, got \(1\.0,\)",
    ),
    (rnn.check_gradient, [X, T, 1, 1, {"gradient": 3}], "gradient must be .* got 3"),
    (rnn.check_gradient, [X * NAN, T, 1, 1], "X must be finite, got nan"),
    (rnn.loss_surface, [X, T, X, T], r"w_x_values must have shape \(C,\) .* \(3, 4\)"),
    (rnn.loss_surface, [T, T, T, T], r"X must have shape \(N, n\) .* got \(3,\)"),
    (
        rnn.loss_surface,
        [X, T, T, X],
        r"w_rec_values must have shape \(R,\) .* \(3, 4\)",
    ),
    (rnn.loss_surface, [X, X, T, T], r"t must have shape \(3,\) .* got \(3, 4\)"),
    (rnn.loss_surface, [X, T, [], T], r"w_x_values must .* no empty axis, got \(0,\)"),
    (rnn.loss_surface, [X, T, T, [INF]], "w_rec_values must be finite, got inf"),
    (rnn.loss_surface, [X, T, [NAN], T], "w_x_values must be finite, got nan"),
    (rnn.loss_surface, [X, T, T, 1.0], r"w_rec_values must have shape .* got \(\)"),
    (rnn.update_rprop, [STATE._replace(delta=-T[:2]), T[:2]], "delta must not be neg"),
    (rnn.update_rprop, [STATE._replace(sign=5 * T[:2]), T[:2]], "sign must hold -1, 0"),
    (rnn.update_rprop, [STATE, 1j * T[:2]], "grad must be real, got complex128"),
    (rnn.update_rprop, [(T, T, T), T], "state must be of type RPropState, got"),
    (rnn.update_rprop, [SHORT, T[:2]], r"delta must have shape \(2,\) .* got \(3,\)"),
    (rnn.update_rprop, [STATE, T], r"grad must have shape \(2,\) .* got \(3,\)"),
    (rnn.update_rprop, [STATE, ["a", "b"]], "grad must be an array of numbers, got"),
    (rnn.update_rprop, [STATE, T[:2], {"eta_plus": 1}], "eta_plus must be .* got 1"),
    (
        rnn.update_rprop,
        [STATE, T[:2], {"eta_plus": INF}],
        "eta_plus must be .* got inf",
    ),
    (rnn.update_rprop, [STATE, T[:2], {"eta_minus": 1}], "eta_minus must be .* got 1"),
    (rnn.update_rprop, [STATE, T[:2], {"eta_minus": 0}], "eta_minus must be .* got 0"),
    (rnn.train_rprop, [X, T, "1", 1], "w_x must be an array of numbers, got '1'"),
    (rnn.train_rprop, [X, T, 1j, 1], "w_x must be real, got complex128"),
    (rnn.train_rprop, [X, T, 1, 1j], "w_rec must be real, got complex128"),
    (rnn.train_rprop, [X, T, [1, 2], 1], r"w_rec must have shape \(2,\) .* got \(\)"),
    (rnn.train_rprop, [X, T, 1, [1, [2]]], "w_rec must be .* rows that differ"),
    (rnn.train_rprop, [T, T], r"X must have shape \(N, n\) .* got \(3,\)"),
    (rnn.train_rprop, [1j * X, T], "X must be real, got complex128"),
    (rnn.train_rprop, [X, 1j * T], "t must be real, got complex128"),
    (rnn.train_rprop, [X, T, {"delta": 0.0}], r"delta must be .* above 0, got 0\.0"),
    (rnn.train_rprop, [X, T, {"n_iterations": 0}], "n_iterations must be .* got 0"),
    (
        rnn.train_rprop,
        [X, T, {"n_iterations": 1.5}],
        r"n_iterations must be .* got 1\.5",
    ),
    (rnn.train_rprop, [X, T, {"eta_plus": 0.9}], r"eta_plus must be .* got 0\.9"),
    (rnn.train_rprop, [X, T[:2]], r"t must have shape \(3,\) .* got \(2,\)"),
    (
        rnn.show_source,
        [len],
        "function must be of type function, got <built-in function len>",
    ),
    (rnn.show_explorer, [X[0], T], r"X must have shape \(N, n\) .* got \(4,\)"),
    (rnn.show_explorer, [X, 1j * T], "t must be real, got complex128"),
    (rnn.show_explorer, [X, T, "1"], "w_x must be one real number, got '1'"),
    (rnn.show_explorer, [X, T, 1, 3.5], r"w_rec must be in \[-3, 3\], got \(1, 3\.5\)"),
    (rnn.show_explorer, [X, T, NAN, 1], r"must be in \[-3, 3\], got \(nan, 1\)"),
    (rnn.show_source, [eval("lambda: 0")], "function must be a function whose source"),
    (rnn.plot_network, [0], "n_steps must be a whole number from 1 on, got 0"),
    (rnn.plot_network_backward, [1.5], r"n_steps must be .* got 1\.5"),
    (rnn.plot_dataset, [X, T[:2]], r"t must have shape \(3,\) .* got \(2,\)"),
    (rnn.plot_dataset, [1j * X, T], "X must be real, got complex128"),
    (rnn.plot_states, [None, S, T], "ax must be of type Axes, got None"),
    (rnn.plot_states, [AX, 1j * S, T], "S must be real, got complex128"),
    (rnn.plot_states, [AX, T, T], r"S must have shape .* got \(3,\)"),
    (rnn.plot_states, [AX, S, T[:2]], r"t must have shape \(3,\) .* got \(2,\)"),
    (rnn.plot_loss_surface, ["ax", T, T, X], "ax must be of type Axes, got 'ax'"),
    (rnn.plot_loss_surface, [AX, T, [1], T[np.newaxis]], r"losses .* \(1, 3\)"),
    (rnn.plot_loss_surface, [AX, T[:2], T, 1j * X[:, :2]], "losses must be real, got"),
    (rnn.plot_loss_surface, [AX, T, T, X], r"losses must have .* got \(3, 4\)"),
    (rnn.plot_loss_surfaces, [X, X], "overview must be a tuple .* got array"),
    (rnn.plot_loss_surfaces, [(T, T), X], r"overview must be a tuple .* got \("),
    (rnn.plot_points, [T, {}], "ax must be of type Axes, got array"),
    (rnn.plot_points, [AX, [(1, 2)]], r"points must be of type dict, got \[\(1, 2\)\]"),
    (rnn.plot_points, [AX, {1: {}}], r"points must have shape .* got \(1,\)"),
    (rnn.plot_gradient_over_time, [1, GRADS], "ax must be of type Axes, got 1"),
    (rnn.plot_gradient_over_time, [AX, {(1.0, 2.0): 1j * T}], "gradients must be real"),
    (rnn.plot_gradient_over_time, [AX, {(9.0, 9.0): T}], "gradients must have keys of"),
    (rnn.plot_gradient_over_time, [AX, GRADS | {(1.0, -2.0): T}], "gradients must be"),
    (rnn.plot_gradient_over_time, [AX, {}], r"must .* \(points, n\) .* \(0,\)"),
    (rnn.plot_gradient_over_time, [AX, [T]], "gradients must be of type dict, got"),
    (rnn.plot_v_curve, [AX, T, {"a": T[:2]}], r"errors must have .* \(3,\) .* \(2,\)"),
    (rnn.plot_v_curve, [AX, T * NAN, {"a": T}], "eps must be finite, got nan"),
    (rnn.plot_v_curve, [[], T, {"a": T}], r"ax must be of type Axes, got \[\]"),
    (rnn.plot_v_curve, [AX, T, {}], "errors must hold at least one method, got none"),
    (rnn.plot_v_curve, [AX, T, {"a": 1j * T}], "errors must be real, got complex128"),
    (rnn.plot_v_curve, [AX, T, [T]], "errors must be of type dict, got"),
    (rnn.plot_cliff, [T * NAN, T, X[:, :3], 0], "w_values must be finite, got nan"),
    (rnn.plot_cliff, [T, T * INF, X[:, :3], 0], "b_values must be finite, got inf"),
    (rnn.plot_cliff, [T, T, X, 0], r"errors must have .* got \(3, 4\)"),
    (rnn.plot_cliff, [T, T, X[:, :3], "0"], "b_cut must be one real number, got '0'"),
    (rnn.plot_cliff, [X[0], T[:2], X, 0], r"errors must have .* \(2, 4\) .* \(3, 4\)"),
    (rnn.plot_cliff, [[1], T, S[:, :1], 0], "errors must have at least two rows and"),
    (rnn.plot_path, [None, X[:, :2]], "ax must be of type Axes, got None"),
    (rnn.plot_path, [AX, 1j * X[:, :2]], "w must be real, got complex128"),
    (rnn.plot_path, [AX, T], r"w must have shape \(M, 2\) .* got \(3,\)"),
    (rnn.plot_path, [AX, X], r"w must have shape .* got \(3, 4\)"),
    (rnn.plot_training, [T], "history must be of type RPropHistory, got array"),
]
IDS = [f"{function.__name__}-{i}" for i, (function, *_) in enumerate(CASES)]


@pytest.mark.parametrize(("function", "arguments", "message"), CASES, ids=IDS)
def test_the_error_names_argument_expectation_and_value(function, arguments, message):
    keywords = arguments[-1] if set(map(type, arguments[-1:])) == {dict} else {}
    takes = inspect.signature(function).parameters
    keywords = keywords if set(keywords) <= set(takes) else {}
    positional = arguments[: len(arguments) - bool(keywords)]
    before = copy.deepcopy(positional)
    ax = plt.figure().subplots()
    given = [ax if isinstance(a, str) and a == AX else a for a in positional]
    try:
        with pytest.raises(ValueError, match=message):
            function(*given, **keywords)
    finally:
        plt.close("all")
    np.testing.assert_equal(positional, before)


def test_every_public_function_with_arguments_has_a_case():
    functions = inspect.getmembers(rnn, inspect.isfunction)
    own = {name for name, f in functions if f.__module__ == rnn.__name__}
    public = {name for name in own if not name.startswith("_")}
    tested = {function.__name__ for function, _, _ in CASES}
    assert public - tested == {"use_style"}  # it takes no argument
    assert len(CASES) >= 60
