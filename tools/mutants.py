"""Change the mathematics in hundreds of ways, and see whether the tests notice.

`make mutants` runs mutmut on every function of `rnn_core` but those that draw or show
(for these see `tests/slow/test_planted.py`). It fails if under 97 % of the mutants are
killed, or if a survivor has no reason below: then write a test that kills it.
"""

import re
import shutil
import subprocess
import sys

# What the changed line looks like: why nothing can tell it from the original.
EQUIVALENT = {
    r"strict=(None|False)\)|zip\(.*, \)": "the lengths are equal; strict= says so",
    r'"XX(biufc|biuf|iuf|fc|OUS)XX"': "no dtype has the kind X",
    r"astype\(None\)": "float64 is the type that None stands for",
    r"setdefault\(None, got\)": "a dictionary of one entry, under another key",
    r"where\(a == 0, 2, a\)": "where a is 0, what is divided by it is 0 too",
    r"\)\.accept\(name, value, None\)": "only arrays look at the lengths",
    r'"_fields", None\)': "no fields, or an empty tuple of them",
    r"record\.accept\(None, value": "errors name the fields, its type is right",
    r"/ \(size or 2\)": "where the size is 0, the errors are 0 too",
    r"w_(x|rec) - 1j .*\*\* 2": "the norm drops the sign of the imaginary part",
    r"hypot\.reduce\(grad, \)": "the first axis is the default",
    r"np\.real\(z\) >(= 0| 1)$": "up to 1 both ways to write it are exact",
    r"S\[hidden\], \)": "two axes are the default",
    r"axis=\+1\)": "of two axes the last",
    r"reshape\(len\(X\), -2\)": "NumPy finds any length that is negative",
    r"all\(\)\) and False else forward_states": "the loop gives the same, slowly",
    r"if \(np\.ndim\(w_x\)\) or True": "RProp looks at signs, which are the same",
}


def mutmut(*arguments, **options):
    """Run a command of mutmut."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, check=True, text=True, **options)


def changed_line(name):
    """Give the line of a mutant that differs from the original."""
    shown = mutmut("show", name, stdout=subprocess.PIPE).stdout
    return " ".join(re.findall(r"^\+(?!\+\+)\s*(.*)", shown, flags=re.M))


def judge():
    """Print the survivors and the count; return a message if that is not enough."""
    results = mutmut("results", "--all", "true", stdout=subprocess.PIPE).stdout
    fates = re.findall(r"^\s*(\S+): (.+)$", results, flags=re.M)
    survivors = [name for name, fate in fates if fate not in ("killed", "timeout")]
    unexplained = 0
    for name in survivors:
        line = changed_line(name)
        reasons = [why for look, why in EQUIVALENT.items() if re.search(look, line)]
        unexplained += not reasons
        print(f"{name}: {line}\n    {reasons[0] if reasons else '?'}")
    killed, total = len(fates) - len(survivors), len(fates)
    share = f"{killed / max(total, 1):.1%}"
    print(f"{killed} of {total} mutants killed ({share}), {unexplained} unexplained")
    if not total or killed < 0.97 * total or unexplained:
        return "write tests that kill those marked '?', or say why nothing can"
    return None


if __name__ == "__main__":
    shutil.rmtree("mutants", ignore_errors=True)
    mutmut("run", stdout=subprocess.DEVNULL)
    sys.exit(judge())
