"""Change the mathematics of the helper in hundreds of ways: do the tests notice?

`make mutants` runs mutmut on every function but those that draw (for these see
`tests/planted.py`). It fails if under 95 % of the mutants are killed, or if a survivor
has no reason below: then write a test that kills it.
"""

import inspect
import re
import shutil
import subprocess
import sys

import rnn_helpers as rnn

DRAWS = (
    "plot_",
    "use_style",
    "show_",
    "_draw_",
    "_svg",
    "_looks",
    "_put_",
    "_explorer",
    "_within_levels",
)

# What the changed line looks like: why nothing can tell it from the original.
EQUIVALENT = {
    r"strict=(None|False)\)|zip\(.*, \)": "the lengths are equal; strict= says so",
    r'"XX(biufc|biuf|iuf|fc)XX"': "no dtype has the kind X",
    r"astype\(None\)": "float64 is the type that None stands for",
    r"setdefault\(None, got\)": "a dictionary of one entry, under another key",
    r'order="f"': "NumPy takes f for F",
    r"where\(a == 0, 2, a\)": "where a is 0, what is divided by it is 0 too",
    r't=\(t, "XXNXX"\)': "the next function refuses such a t in the same words",
}


def patterns():
    """Name the functions to change, as mutmut names them."""
    names = [name for name, _ in inspect.getmembers(rnn, inspect.isfunction)]
    own = [name for name in names if getattr(rnn, name).__module__ == rnn.__name__]
    return [f"rnn_helpers.x_{n}__mutmut_*" for n in own if not n.startswith(DRAWS)]


def mutmut(*arguments, **options):
    """Run a command of mutmut."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, check=True, text=True, **options)


def judge():
    """Print the survivors and the count; return a message if that is not enough."""
    results = mutmut("results", "--all", "true", stdout=subprocess.PIPE).stdout
    fates = re.findall(r"x_(\w+): (?!not checked)(\w.*)", results)
    survivors = [name for name, fate in fates if fate != "killed"]
    unexplained = 0
    for name in survivors:
        shown = mutmut("show", f"rnn_helpers.x_{name}", stdout=subprocess.PIPE).stdout
        line = " ".join(re.findall(r"^\+(?!\+\+)\s*(.*)", shown, flags=re.M))
        reasons = [why for look, why in EQUIVALENT.items() if re.search(look, line)]
        unexplained += not reasons
        print(f"{name}: {line}\n    {reasons[0] if reasons else '?'}")
    killed, total = len(fates) - len(survivors), len(fates)
    share = f"{killed / max(total, 1):.1%}"
    print(f"{killed} of {total} mutants killed ({share}), {unexplained} unexplained")
    if not total or killed < 0.95 * total or unexplained:
        return "write tests that kill those marked '?', or say why nothing can"
    return None


if __name__ == "__main__":
    shutil.rmtree("mutants", ignore_errors=True)
    mutmut("run", *patterns(), stdout=subprocess.DEVNULL)
    sys.exit(judge())
