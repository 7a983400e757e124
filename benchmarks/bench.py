"""Time this helper beside its rivals, in one run: `make bench`.

The rivals of a task are timed in turns, and the medians are compared: whatever else the
machine does, it does to all of them. The rivals are the plain way of the original
tutorial, written out below; PyTorch and JAX, where they are installed (`make bench-all`
installs them); and what no code can beat, the time to copy the bytes into new memory.
"""

import argparse
import importlib.util
import os
import platform
import re
import tracemalloc
from datetime import date
from functools import cache, partial
from pathlib import Path
from statistics import median
from timeit import timeit

import matplotlib.pyplot as plt
import numpy as np

import rnn_helpers as rnn
from rnn_core.notebook import stable_svg

ROOT = Path(__file__).parents[1]
START = (-1.5, 2.0)

# --- The plain way of the original: rows of states, a loop over everything ------------


def plain_states(X, w_x, w_rec):
    """Store the states row by row."""
    S = np.zeros((X.shape[0], X.shape[1] + 1))
    for k in range(X.shape[1]):
        S[:, k + 1] = X[:, k] * w_x + S[:, k] * w_rec
    return S


def plain_gradient(X, S, grad_out, w_rec):
    """Store the gradients row by row."""
    grad_S = np.zeros(S.shape)
    grad_S[:, -1] = grad_out
    grad_w_x = grad_w_rec = 0.0
    for k in range(X.shape[1], 0, -1):
        grad_w_x += np.sum(np.mean(grad_S[:, k] * X[:, k - 1], axis=0))
        grad_w_rec += np.sum(np.mean(grad_S[:, k] * S[:, k - 1], axis=0))
        grad_S[:, k - 1] = grad_S[:, k] * w_rec
    return (grad_w_x, grad_w_rec), grad_S


def plain_surface(X, t, w_x_values, w_rec_values):
    """Run the network for every pair of weights."""
    losses = np.zeros((len(w_rec_values), len(w_x_values)))
    for i, w_rec in enumerate(w_rec_values):
        for j, w_x in enumerate(w_x_values):
            losses[i, j] = np.mean((plain_states(X, w_x, w_rec)[:, -1] - t) ** 2)
    return losses


def plain_training(X, t):
    """Take 500 steps of the original's RProp."""
    w, delta, last_sign = list(START), [0.001, 0.001], [0, 0]
    path = [tuple(w)]
    for _ in range(500):
        S = plain_states(X, *w)
        grads, _ = plain_gradient(X, S, 2 * (S[:, -1] - t), w[1])
        sign = np.sign(grads)
        for i in range(2):
            delta[i] *= 1.2 if sign[i] == last_sign[i] else 0.5
            w[i] -= sign[i] * delta[i]
        last_sign = sign
        path.append(tuple(w))
    return path


# --- Libraries with gradients of their own --------------------------------------------


def torch_training(X, t):
    """Take 500 steps of PyTorch's Rprop, on its own gradient.

    The rule is iRprop- with bounds on Delta, not the original's; the gradient takes the
    time.
    """
    import torch

    torch.set_num_threads(1)  # quicker, on arrays of this size
    columns, t = torch.tensor(X.T.copy()), torch.tensor(t)
    w = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Rprop([w], lr=0.001)
    for _ in range(500):
        optimizer.zero_grad()
        s = torch.zeros(len(t), dtype=torch.float64)
        for x_k in columns:
            s = s * w[1] + x_k * w[0]
        torch.mean((s - t) ** 2).backward()
        optimizer.step()
    return w


def jax_training(X, t):
    """Take 500 steps of the helper's rule on JAX's gradient, compiled beforehand."""
    gradient = compiled_gradient()
    columns = X.T.copy()
    state = rnn.RPropState(np.array(START), np.full(2, 0.001), np.zeros(2))
    for _ in range(500):
        state = rnn.update_rprop(state, np.asarray(gradient(state.w, columns, t)))
    return state.w


@cache
def compiled_gradient():
    """Compile the gradient once."""
    import jax

    jax.config.update("jax_enable_x64", True)

    def loss(w, columns, t):
        s, _ = jax.lax.scan(lambda s, x: (s * w[1] + x * w[0], None), 0 * t, columns)
        return ((s - t) ** 2).mean()

    return jax.jit(jax.grad(loss))


def torch_gradient(cell, X, T, weights):
    """Make PyTorch's nn.RNN or nn.LSTM of this size, and give its gradient to time."""
    import torch

    torch.set_num_threads(1)
    network = {rnn.TANH: torch.nn.RNN, rnn.LSTM: torch.nn.LSTM}[cell]
    sizes = len(weights.W_x), len(weights.V)
    network = network(*sizes, batch_first=True, dtype=torch.float64)
    readout = torch.nn.Linear(sizes[1], 1, dtype=torch.float64)
    X, T = torch.tensor(X), torch.tensor(T)

    def gradient():
        network.zero_grad()
        readout.zero_grad()
        Z = readout(network(X)[0])[..., 0]
        torch.nn.functional.binary_cross_entropy_with_logits(Z, T).backward()

    return gradient


# --- Timing ---------------------------------------------------------------------------


def race(rivals, *, turns):
    """Call each rival once a turn, quick ones often; return the median seconds."""
    seconds, calls = {name: [] for name in rivals}, {}
    for name, call in rivals.items():
        call()  # the first call is slow
        calls[name] = 1 + int(0.005 / timeit(call, number=1))
    for _ in range(turns):
        for name, call in rivals.items():
            seconds[name].append(timeit(call, number=calls[name]) / calls[name])
    return {name: median(values) for name, values in seconds.items()}


def show(task, rivals, *, turns, least, row_by_row=None):
    """Print a row for each rival: its time, its ratio to the helper, and the target."""
    print(f"\n{task}")
    seconds = race(rivals, turns=turns)
    for name, value in seconds.items():
        ratio = value / seconds["this helper"]
        row = f"  {name:32} {1e3 * value:10.3f} ms {ratio:9.3g}"
        if name in least:
            row += f"  at least {least[name]:.3g}: {judge(ratio >= least[name])}"
        print(row)
    if row_by_row:
        ratio = seconds["plain, row by row"] / seconds["this helper, inputs row by row"]
        verdict = f"at least {row_by_row}: {judge(ratio >= row_by_row)}"
        print(f"  with inputs row by row {ratio:.3g} times the plain way  {verdict}")


def show_limit(name, value, unit, most):
    """Print a row for something that must not be more than a limit."""
    verdict = judge(value <= most)
    print(f"  {name:32} {value:10.2f} {unit:12}  at most {most}: {verdict}")


def judge(met):
    """Say whether a target is met."""
    return "met" if met else "NOT MET"


def compare_surfaces():
    """Time `loss_surface` on the grid of the original."""
    X, t = rnn.make_dataset()
    grid = np.linspace(-3, 3, 50)
    show(
        "loss_surface, 50 x 50",
        {
            "plain double loop": lambda: plain_surface(X, t, grid, grid),
            "this helper": lambda: rnn.loss_surface(X, t, grid, grid),
        },
        turns=15,
        least={"plain double loop": 500},
    )


def compare_steps():
    """Time the forward and the backward step on 100,000 sequences of 100 bits."""
    rows, t = rnn.make_dataset(n_samples=100_000, n_steps=100)
    columns = np.asfortranarray(rows)
    S = rnn.forward_states(rows, 0.9, 0.99)
    S_rows = S.copy("C")
    grad_out = rnn.output_gradient(S[:, -1], t)
    helper = {
        "forward_states": lambda X: rnn.forward_states(X, 0.9, 0.99),
        "backward_gradient": lambda X: rnn.backward_gradient(X, S, grad_out, 0.99),
    }
    plain = {
        "forward_states": lambda: plain_states(rows, 0.9, 0.99),
        "backward_gradient": lambda: plain_gradient(rows, S_rows, grad_out, 0.99),
    }
    for name, step in helper.items():
        show(
            f"{name}, N = 100 000, n = 100",
            {
                "plain, row by row": plain[name],
                "this helper": partial(step, columns),
                "this helper, inputs row by row": partial(step, rows),
                "limit: copy the states once": lambda: S.copy("K"),
            },
            turns=7,
            least={"plain, row by row": 3, "limit: copy the states once": 1 / 4},
            row_by_row=2,
        )
    print("\npeak memory over memory of the result")
    for name, step in helper.items():
        tracemalloc.start()
        step(columns)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        show_limit(name, peak / S.nbytes, "", 2.2)


def compare_training():
    """Time the training from the original's start, and from 10,000 starts at once."""
    X, t = rnn.make_dataset()
    rivals = {
        "plain loop": lambda: plain_training(X, t),
        "this helper": lambda: rnn.train_rprop(X, t, *START),
    }
    for name, training in [("torch", torch_training), ("jax", jax_training)]:
        if importlib.util.find_spec(name):
            rivals[name] = lambda training=training: training(X, t)
        else:
            print(f"\n({name} is not installed here: `make bench-all` installs it)")
    least = {"torch": 5}
    show("train_rprop, 500 iterations", rivals, turns=7, least=least)


def compare_maps():
    """Time the maps of notebook 07: eight rules, each from 2,500 starts."""
    polynomials = rnn.loss_polynomials(*rnn.make_dataset())
    grid = np.linspace(-3, 3, 50)
    w = np.array(np.meshgrid(grid, grid)).reshape(2, -1)
    delta, zero = np.full_like(w, 0.001), np.zeros_like(w)
    descent = rnn.DescentState(w)
    rprop = rnn.RPropState(w, delta, zero)
    rules = [
        (descent, partial(rnn.update_descent, rate=1e-3)),
        (rnn.MomentumState(w, zero), partial(rnn.update_momentum, rate=1e-3)),
        (rnn.MomentumState(w, zero), partial(rnn.update_nesterov, rate=1e-3)),
        (rnn.RMSPropState(w, zero), partial(rnn.update_rmsprop, rate=1e-2)),
        (rnn.AdamState(w, zero, zero, 0), partial(rnn.update_adam, rate=0.1)),
        (rprop, rnn.update_rprop),
        (rprop, rnn.update_rprop_minus),
        (rprop, rnn.update_irprop_minus),
    ]

    def map_all():
        for state, rule in rules:
            rnn.train_many(
                lambda w: rnn.clip(rnn.polynomial_gradient(polynomials, *w), 1.0),
                lambda w: rnn.polynomial_loss(polynomials, *w),
                state,
                rule,
            )

    print("\nmaps of eight rules, 2500 starts each, 500 iterations")
    seconds = race({"all eight": map_all}, turns=2)["all eight"]
    show_limit("this helper", seconds, "s", 8)


def compare_networks():
    """Time the gradient of part two's networks; at 128 states BLAS decides."""
    cells = {"TANH": (rnn.TANH, rnn.init_tanh), "LSTM": (rnn.LSTM, rnn.init_lstm)}
    for shape in [(100, 7, 8), (50, 100, 8), (50, 100, 128)]:
        n_samples, n_steps, n_states = shape
        X, T = rnn.make_additions(n_samples, n_steps)
        for name, (cell, init) in cells.items():
            run = cell, X, T, init(2, n_states)
            rivals = {"this helper": partial(rnn.network_gradient, *run)}
            if importlib.util.find_spec("torch"):
                rivals["torch"] = torch_gradient(*run)
            least = {"torch": 1.5} if n_states == 8 else {}
            sizes = "N = {}, n = {}, h = {}".format(*shape)
            task = f"network_gradient with {name}, {sizes}, one thread"
            show(task, rivals, turns=7, least=least)


# --- The figure -----------------------------------------------------------------------


def draw_scaling():
    """Draw the time of both steps over the number of sequences and of time steps."""
    sizes = np.array([10, 100, 1000, 10_000, 100_000])
    over_samples = [step_times(size, 10) for size in sizes]
    over_steps = [step_times(10, size) for size in sizes]
    fig, axes = plt.subplots(1, 2, figsize=(7.9, 3.4), sharey=True)
    for ax, times in zip(axes, (over_samples, over_steps), strict=True):
        for name, marker in zip(times[0], "os", strict=True):
            ax.loglog(sizes, [1e3 * t[name] for t in times], marker=marker, label=name)
        last = 500 * min(times[-1].values())
        ax.loglog(sizes[2:], last * sizes[2:] / sizes[-1], ":", label="proportional")
    axes[0].set(xlabel="number of sequences $N$ (10 steps)", ylabel="milliseconds")
    axes[1].set(xlabel="number of time steps $n$ (10 sequences)")
    axes[0].legend()
    return fig


def step_times(n_samples, n_steps):
    """Time both steps on data of this size."""
    X = np.asfortranarray(rnn.make_dataset(n_samples, n_steps)[0])
    S = rnn.forward_states(X, 0.9, 0.5)
    rivals = {
        "forward_states": lambda: rnn.forward_states(X, 0.9, 0.5),
        "backward_gradient": lambda: rnn.backward_gradient(X, S, S[:, -1], 0.5),
    }
    return race(rivals, turns=5)


def describe_machine():
    """Name the processor, the cores, and the versions."""
    try:
        cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())[1]
    except (OSError, TypeError):
        cpu = platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else "?"
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{date.today()}: {cpu}, {cores} cores, {system}, NumPy {np.__version__}"


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", action="store_true", help="draw one instead")
    arguments = parser.parse_args()
    print(describe_machine())
    if arguments.figures:
        rnn.use_style()
        file = Path(__file__).with_name("scaling.svg")
        file.write_text(stable_svg(draw_scaling()), encoding="utf-8")
        return
    print("medians, and their ratios to this helper")
    compare_surfaces()
    compare_steps()
    compare_training()
    compare_maps()
    compare_networks()


if __name__ == "__main__":
    main()
