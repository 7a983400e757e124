"""RNN from scratch in NumPy: the one import of every notebook.

In part one a linear recurrent network with one state and two weights reads a sequence
of bits and counts the ones; in part two networks of several states add binary numbers
and remember a bit. Each public function stands here once, in the order of the story,
beside the kinds of its arguments: here a wrong one is refused. The mathematics is in
`rnn_core`, in plain functions that trust their arguments.

====================  ===================  ============  ===========================
Maths                 Name                 Shape         What it is (pure numbers)
====================  ===================  ============  ===========================
N                     ``n_samples``        ()            number of sequences
n                     ``n_steps``          ()            number of time steps
x_k                   ``X[:, k - 1]``      (N,)          inputs at step k = 1..n
t                     ``t``                (N,)          targets: the numbers of ones
w_x                   ``w_x``              ()            input weight
w_rec                 ``w_rec``            ()            recurrent weight
S_k                   ``S[:, k]``          (N,)          states after step k = 0..n
y                     ``y``, ``S[:, -1]``  (N,)          outputs: the last states S_n
xi                    ``loss``             ()            the loss
dxi/dS_k              ``grad_S[:, k]``     (N,)          gradients in the states
dxi/dw_x              ``grad_w_x``         ()            gradient in the input weight
dxi/dw_rec            ``grad_w_rec``       ()            gradient in the rec. weight
Delta                 ``delta``            (2,)          RProp's step sizes
eta+, eta-            ``eta_plus``, ...    ()            RProp's factors for Delta
d, h                  ``n_inputs``, ...    ()            number of inputs, of states
x_k                   ``X[:, k - 1]``      (N, d)        part two: inputs at step k
S_k                   ``S[:, k]``          (N, h)        part two: states after step k
W_x, W_rec            ``W_x``, ``W_rec``   (d, h), ...   input and recurrent weights
b, S_0                ``b``, ``S_0``       (h,)          biases, first states
V, c                  ``V``, ``c``         (h,), ()      output weights, output bias
z_k                   ``Z[:, k - 1]``      (N,)          outputs at step k
t_k                   ``T[:, k - 1]``      (N,)          answers at step k
====================  ===================  ============  ===========================

Arrays and lists of numbers are accepted. With weights that are Python's own numbers,
float32 stays float32; complex stays complex, and integers become float64. Where the
network diverges, values overflow to infinity as NumPy has it.

Source: P. Roelants, "How to implement a recurrent neural network, part 1"; written
anew, with its defects mended.
"""

import numpy as np
from matplotlib.axes import Axes

from rnn_core import (
    cells,
    check,
    data,
    explorer,
    figures,
    figures_adder,
    figures_maps,
    figures_network,
    figures_training,
    figures_vectors,
    linear,
    notebook,
    optimise,
    recurrence,
    rprop,
    training,
)
from rnn_core.arguments import (
    Array,
    Batches,
    Between,
    Bound,
    CellWeights,
    Entries,
    EveryOrLast,
    Function,
    Gradient,
    Instance,
    NamedArrays,
    Number,
    OneOf,
    Optional,
    Record,
    SourceFunction,
    State,
    Table,
    Triple,
    WeightsGradient,
    Whole,
    takes,
)
from rnn_core.cells import LSTM, TANH, Cell, LSTMWeights, TanhWeights
from rnn_core.figures import COLORS, INK, LOSS_LEVELS, LOSS_NORM, MINIMUM, POINTS, STYLE
from rnn_core.notebook import use_style
from rnn_core.optimise import AdamState, DescentState, MomentumState, RMSPropState
from rnn_core.rprop import RPropHistory, RPropPlusState, RPropState
from rnn_core.training import Trained

# --------------------------------------------------------------------------------------
# The kinds of arguments that occur more than once
# --------------------------------------------------------------------------------------

# Data must be finite. What the network computes may not be: divergence is shown.
INPUTS = Array("N n", finite=True)
TARGETS = Array("N", finite=True)
REAL_INPUTS = Array("N n", finite=True, real=True)
REAL_TARGETS = Array("N", finite=True, real=True)
STATES = Array("N n+1")
ALIKE = Array("...")  # of one shape with all others of this kind
REAL_ALIKE = Array("...", real=True)
NUMBER = Number()
REAL = Number(real=True)
COUNT = Whole(1)
POSITIVE = Between(0)
SHARE = Between(0, 1, from_low=True)
ETAS = {"eta_minus": Between(0, 1), "eta_plus": Between(1)}
BOUNDS = {"delta_min": Bound(), "delta_max": Bound()}
SEED = Whole(0, 2**32)
AXES = Instance(Axes)
AT = {"X": INPUTS, "t": TARGETS, "w_x": NUMBER, "w_rec": NUMBER}
REAL_AT = {"X": REAL_INPUTS, "t": REAL_TARGETS, "w_x": REAL, "w_rec": REAL}

# --------------------------------------------------------------------------------------
# Data set: notebook 01
# --------------------------------------------------------------------------------------

make_dataset = takes(data.make_dataset, n_samples=COUNT, n_steps=COUNT, seed=SEED)

# --------------------------------------------------------------------------------------
# Forward pass: notebook 02
# --------------------------------------------------------------------------------------

update_state = takes(
    linear.update_state,
    x_k=Array("...", finite=True),
    s_prev=ALIKE,
    w_x=NUMBER,
    w_rec=NUMBER,
)
forward_states = takes(linear.forward_states, X=INPUTS, w_x=NUMBER, w_rec=NUMBER)
loss = takes(linear.loss, y=Array("N"), t=TARGETS)
loss_at = takes(linear.loss_at, **AT)
steps_left = takes(linear.steps_left, X=INPUTS)
closed_form_output = takes(
    linear.closed_form_output, X=INPUTS, w_x=NUMBER, w_rec=NUMBER
)
closed_form_loss = takes(
    linear.closed_form_loss, X=INPUTS, t=TARGETS, w_x=ALIKE, w_rec=ALIKE
)

# --------------------------------------------------------------------------------------
# Backward pass: notebook 03
# --------------------------------------------------------------------------------------

output_gradient = takes(linear.output_gradient, y=Array("N"), t=TARGETS)
backward_gradient = takes(
    linear.backward_gradient, X=INPUTS, grad_out=Array("N"), S=STATES, w_rec=NUMBER
)
gradient_at = takes(linear.gradient_at, **AT)
closed_form_gradient = takes(
    linear.closed_form_gradient, X=INPUTS, t=TARGETS, w_x=ALIKE, w_rec=ALIKE
)

# --------------------------------------------------------------------------------------
# Gradient check: notebook 04
# --------------------------------------------------------------------------------------

central_difference = takes(
    check.central_difference, loss=Function(), w=NUMBER, eps=POSITIVE
)
numerical_gradient = takes(check.numerical_gradient, **AT, eps=Optional(POSITIVE))
complex_step_gradient = takes(check.complex_step_gradient, **REAL_AT, eps=POSITIVE)
mean_gradient_norm = takes(check.mean_gradient_norm, **REAL_AT, eps=POSITIVE)
relative_error = takes(check.relative_error, a=NUMBER, b=NUMBER)
check_gradient = takes(
    check.check_gradient, **REAL_AT, gradient=Gradient(), rtol=POSITIVE
)

# --------------------------------------------------------------------------------------
# Gradient flow and loss surface: notebook 05
# --------------------------------------------------------------------------------------

gradient_over_time = takes(linear.gradient_over_time, **AT)
loss_surface = takes(
    linear.loss_surface,
    X=INPUTS,
    t=TARGETS,
    w_x_values=Array("C", finite=True),
    w_rec_values=Array("R", finite=True),
)
clip = takes(optimise.clip, grad=Array("n ...", real=True), threshold=POSITIVE)

# --------------------------------------------------------------------------------------
# Rules that train: notebooks 06 and 07. Each is (state, grad) -> state
# --------------------------------------------------------------------------------------

STEP_SIZES = Entries(REAL_ALIKE, lambda delta: delta >= 0, "not be negative")
SIGNS = Entries(REAL_ALIKE, lambda sign: sign == np.sign(sign), "hold -1, 0 or 1")
STEP = {"grad": REAL_ALIKE, "rate": POSITIVE}
RPROP_FIELDS = {"w": REAL_ALIKE, "delta": STEP_SIZES, "sign": SIGNS}
RPROP_STATE = Record(RPropState, RPROP_FIELDS)
RPROP_PLUS_STATE = Record(RPropPlusState, RPROP_FIELDS | {"step": REAL_ALIKE})
MOMENTUM_STATE = Record(MomentumState, {"w": REAL_ALIKE, "velocity": REAL_ALIKE})
ADAM_FIELDS = {"w": REAL_ALIKE, "mean": REAL_ALIKE, "square": REAL_ALIKE}

update_descent = takes(
    optimise.update_descent, state=Record(DescentState, {"w": REAL_ALIKE}), **STEP
)
update_momentum = takes(
    optimise.update_momentum, state=MOMENTUM_STATE, **STEP, momentum=SHARE
)
update_nesterov = takes(
    optimise.update_nesterov, state=MOMENTUM_STATE, **STEP, momentum=SHARE
)
update_rmsprop = takes(
    optimise.update_rmsprop,
    state=Record(RMSPropState, {"w": REAL_ALIKE, "square": REAL_ALIKE}),
    **STEP,
    decay=SHARE,
    eps=POSITIVE,
)
update_adam = takes(
    optimise.update_adam,
    state=Record(AdamState, ADAM_FIELDS | {"n_taken": Whole(0)}),
    **STEP,
    beta_1=SHARE,
    beta_2=SHARE,
    eps=POSITIVE,
)
update_rprop = takes(rprop.update_rprop, state=RPROP_STATE, **ETAS, grad=REAL_ALIKE)
update_rprop_minus = takes(
    rprop.update_rprop_minus, state=RPROP_STATE, grad=REAL_ALIKE, **ETAS, **BOUNDS
)
update_irprop_minus = takes(
    rprop.update_irprop_minus, state=RPROP_STATE, grad=REAL_ALIKE, **ETAS, **BOUNDS
)
update_rprop_plus = takes(
    rprop.update_rprop_plus, state=RPROP_PLUS_STATE, grad=REAL_ALIKE, **ETAS, **BOUNDS
)
update_irprop_plus = takes(
    rprop.update_irprop_plus, state=RPROP_PLUS_STATE, grad=REAL_ALIKE, **ETAS, **BOUNDS
)
train = takes(
    optimise.train,
    gradient=Function(),
    state=State(),
    rule=Function(),
    n_iterations=COUNT,
)
flatten = takes(optimise.flatten, weights=NamedArrays())
unflatten = takes(
    optimise.unflatten, optimise.as_many_numbers, vector=Array("K"), like=NamedArrays()
)
train_rprop = takes(
    rprop.train_rprop,
    X=REAL_INPUTS,
    t=REAL_TARGETS,
    w_x=REAL_ALIKE,
    w_rec=REAL_ALIKE,
    delta=POSITIVE,
    n_iterations=COUNT,
    **ETAS,
)

# --------------------------------------------------------------------------------------
# Many starts at once: notebook 07
# --------------------------------------------------------------------------------------

loss_polynomials = takes(linear.loss_polynomials, X=INPUTS, t=TARGETS)
POLYNOMIALS = Triple(("a", "b", "c"), (Array("C"), Array("R"), NUMBER))
polynomial_loss = takes(
    linear.polynomial_loss, polynomials=POLYNOMIALS, w_x=ALIKE, w_rec=ALIKE
)
polynomial_gradient = takes(
    linear.polynomial_gradient, polynomials=POLYNOMIALS, w_x=ALIKE, w_rec=ALIKE
)
train_many = takes(
    optimise.train_many,
    gradient=Function(),
    loss=Function(),
    state=State(),
    rule=Function(),
    n_iterations=COUNT,
    below=POSITIVE,
)

# --------------------------------------------------------------------------------------
# An adder: notebook 08
# --------------------------------------------------------------------------------------

SEQUENCES = Array("N n d", finite=True)
BITS = Entries(
    Array("N n 2", finite=True, real=True), lambda X: (X == 0) | (X == 1), "hold 0 or 1"
)
OUTPUTS = Array("N n")
EVERY = Array("N n", finite=True, real=True)
LAST = Array("N", finite=True, real=True)
ANSWERS = Entries(
    EveryOrLast(EVERY, LAST), lambda T: (T >= 0) & (T <= 1), "hold numbers from 0 to 1"
)
CELL = Instance(Cell)
LSTM_BLOCKS = {"W_x": Array("d 4h"), "W_rec": Array("h 4h"), "b": Array("4h")}
TANH_MATRICES = {"W_x": Array("d h"), "W_rec": Array("h h"), "b": Array("h")}
READOUT = {"V": Array("h"), "c": Array("")}
LSTM_WEIGHTS = Record(LSTMWeights, READOUT | LSTM_BLOCKS)
TANH_WEIGHTS = Record(TanhWeights, READOUT | TANH_MATRICES | {"S_0": Array("h")})
WEIGHTS = CellWeights((TANH_WEIGHTS, LSTM_WEIGHTS))
RUN = {"cell": CELL, "X": SEQUENCES, "weights": WEIGHTS}
RUN_AND_COMPARE = {"cell": CELL, "X": SEQUENCES, "T": ANSWERS, "weights": WEIGHTS}

make_additions = takes(
    data.make_additions, n_samples=COUNT, n_steps=Whole(2), seed=SEED
)
all_additions = takes(data.all_additions, n_steps=Whole(2, 12))
add_bits = takes(data.add_bits, X=BITS)
logistic = takes(cells.logistic, z=ALIKE)
network_states = takes(recurrence.network_states, cells.fits_the_cell, **RUN)
network_outputs = takes(recurrence.network_outputs, cells.fits_the_cell, **RUN)
softplus = takes(recurrence.softplus, z=ALIKE)
cross_entropy = takes(recurrence.cross_entropy, Z=OUTPUTS, T=ANSWERS)
network_loss = takes(recurrence.network_loss, cells.fits_the_cell, **RUN_AND_COMPARE)

# --------------------------------------------------------------------------------------
# Backpropagation through matrices: notebook 09
# --------------------------------------------------------------------------------------

cross_entropy_gradient = takes(recurrence.cross_entropy_gradient, Z=OUTPUTS, T=ANSWERS)
network_gradient = takes(
    recurrence.network_gradient, cells.fits_the_cell, **RUN_AND_COMPARE
)
check_network_gradient = takes(
    check.check_network_gradient,
    cells.fits_the_cell,
    **RUN_AND_COMPARE,
    gradient=WeightsGradient(),
    rtol=POSITIVE,
)

# --------------------------------------------------------------------------------------
# Training: notebook 10
# --------------------------------------------------------------------------------------

init_tanh = takes(cells.init_tanh, n_inputs=COUNT, n_states=COUNT, seed=SEED)
clipped = takes(optimise.clipped, rule=Function(), threshold=POSITIVE)
train_network = takes(
    training.train_network,
    cells.fits_the_cell,
    cell=CELL,
    weights=WEIGHTS,
    batches=Batches(SEQUENCES, ANSWERS),
    rule=Function(),
    n_iterations=COUNT,
    below=Bound(),
)

# --------------------------------------------------------------------------------------
# Long short-term memory: notebook 11
# --------------------------------------------------------------------------------------

make_flagged_bits = takes(
    data.make_flagged_bits, n_samples=COUNT, n_steps=Whole(5), seed=SEED
)
init_lstm = takes(
    cells.init_lstm,
    n_inputs=COUNT,
    n_states=COUNT,
    seed=SEED,
    input_bias=REAL,
    forget_bias=REAL,
)
lstm_gates = takes(
    cells.lstm_gates, weights=LSTM_WEIGHTS, x=SEQUENCES, H_prev=Array("N n h")
)
network_gradient_over_time = takes(
    recurrence.network_gradient_over_time, cells.fits_the_cell, **RUN_AND_COMPARE
)

# --------------------------------------------------------------------------------------
# Figures
# --------------------------------------------------------------------------------------

COLUMNS = Array("C", finite=True, real=True)
ROWS = Array("R", finite=True, real=True)
HEIGHTS = Array("R C", real=True, two_each_way=True)
GRID = Triple(("w_x_values", "w_rec_values", "losses"), (COLUMNS, ROWS, HEIGHTS))
PATH = Array("M 2", real=True)

plot_network = takes(figures_network.plot_network, n_steps=COUNT)
plot_network_backward = takes(figures_network.plot_network_backward, n_steps=COUNT)
plot_network_numbers = takes(
    figures_network.plot_network_numbers,
    x=Array("n", finite=True, real=True),
    S=Array("n+1", finite=True, real=True),
    w_x=REAL,
    w_rec=REAL,
    grad_S=Optional(Array("n+1", finite=True, real=True)),
)
plot_dataset = takes(figures.plot_dataset, X=REAL_INPUTS, t=REAL_TARGETS)
plot_states = takes(
    figures.plot_states, ax=AXES, S=Array("N n+1", real=True), t=REAL_TARGETS
)
plot_v_curve = takes(
    figures.plot_v_curve,
    ax=AXES,
    eps=Array("M", finite=True, real=True),
    errors=Table(each=Array("M", real=True), at_least_one="method"),
)
plot_loss_surface = takes(
    figures.plot_loss_surface,
    ax=AXES,
    w_x_values=COLUMNS,
    w_rec_values=ROWS,
    losses=HEIGHTS,
)
plot_loss_surfaces = takes(figures.plot_loss_surfaces, overview=GRID, zoom=GRID)
plot_points = takes(
    figures.plot_points,
    ax=AXES,
    points=Table(keys=Array("points 2", real=True), each=Instance(dict)),
)
plot_gradient_over_time = takes(
    figures.plot_gradient_over_time,
    ax=AXES,
    gradients=Table(among=tuple(POINTS), rows=Array("points n", real=True)),
)
plot_cliff = takes(
    figures.plot_cliff, w_values=COLUMNS, b_values=ROWS, errors=HEIGHTS, b_cut=REAL
)
plot_path = takes(figures.plot_path, ax=AXES, w=PATH)
plot_training = takes(
    figures.plot_training,
    history=Record(
        RPropHistory, {"w": PATH, "losses": Array("M", real=True), "delta": PATH}
    ),
)

PAIR = Array("2 h", finite=True, real=True)
plot_step_both_ways = takes(
    figures_vectors.plot_step_both_ways,
    W_rec=Array("h h", finite=True, real=True),
    states=PAIR,
    gradients=PAIR,
)
plot_vectors_backward = takes(figures_vectors.plot_vectors_backward, n_steps=COUNT)
plot_arrivals = takes(
    figures_maps.plot_arrivals,
    arrived=Table(each=Array("C C", real=True), at_least_one="map"),
    limit=POSITIVE,
)

BIT_ROWS = Entries(Array("N n"), lambda T: (T == 0) | (T == 1), "hold 0 or 1")
plot_sums = takes(figures_adder.plot_sums, X=BITS, T=BIT_ROWS, carries=BIT_ROWS)
plot_tensors = takes(figures_adder.plot_tensors, n_steps=COUNT)
plot_network_vectors = takes(figures_adder.plot_network_vectors, n_steps=COUNT)
SHARES = Entries(
    Array("R", real=True), lambda s: (s >= 0) & (s <= 1), "hold shares from 0 to 1"
)
TOTALS = Entries(Array("M"), lambda s: np.isin(s, range(4)), "hold 0, 1, 2 or 3")
plot_success = takes(
    figures_training.plot_success, shares=Table(each=SHARES, at_least_one="panel")
)
plot_states_by_carry = takes(
    figures_training.plot_states_by_carry,
    ax=AXES,
    scores=Array("M", real=True),
    outputs=Array("M", real=True),
    totals=TOTALS,
)

# --------------------------------------------------------------------------------------
# The explorer, and code to be read
# --------------------------------------------------------------------------------------

show_explorer = takes(
    explorer.show_explorer,
    explorer.inside_the_map,
    **REAL_AT,
    rule=OneOf(explorer.markup.rules()),
)
show_source = takes(notebook.show_source, function=SourceFunction())
