"""The stored outputs on a machine whose exp, pow, log ... differ in the last bit.

A library that is compiled here and loaded before libm stands in for such a machine;
NumPy runs without its own fast paths, so that its calls go there.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))
PASSED = 0
# Where the white of a map begins, a start arrives or not by its last bit: hypot and pow
# are in clipping and in Adam. The shares that are printed are compared.
MAPS = ["07_optimisers.ipynb"]

# Prints how many of 1,000 values differ from what a plain run prints.
VALUES = """
import math, numpy as np
x = np.linspace(0.1, 3, 1000)
for values in (np.exp(x), np.log(x), np.tanh(x), x**1.7, np.hypot(x, 1), np.sin(x)):
    print(*[value.hex() for value in values.tolist()])
print(*[math.exp(value).hex() for value in x])
print(10.0**2, 2.0**-3, math.log10(1000), math.hypot(3, 4))
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("this needs Linux and a C compiler")
    path = tmp_path_factory.mktemp("libm") / "other_libm.so"
    source = Path(__file__).with_name("other_libm.c")
    command = [compiler, "-shared", "-fPIC", "-fno-builtin", "-o", path, source]
    subprocess.run([*command, "-ldl", "-lm"], check=True)
    return str(path)


def run(*arguments, **environ):
    environ = os.environ | {"NPY_DISABLE_CPU_FEATURES": fast_paths()} | environ
    command = [sys.executable, *arguments]
    options = {"cwd": ROOT, "env": environ, "capture_output": True, "encoding": "utf-8"}
    return subprocess.run(command, **options)


def fast_paths():
    from numpy._core import _multiarray_umath as umath

    return " ".join(x for x in umath.__cpu_dispatch__ if umath.__cpu_features__[x])


def test_it_changes_half_of_what_is_inexact_and_nothing_else(library):
    usual = run("-c", VALUES).stdout.splitlines()
    other = run("-c", VALUES, LD_PRELOAD=library).stdout.splitlines()
    assert other[-1] == usual[-1]
    for before, after in zip(usual[:-1], other[:-1], strict=True):
        pairs = zip(before.split(), after.split(), strict=True)
        assert 400 < sum(old != new for old, new in pairs) < 600


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_stored_outputs_are_the_same(library, name):
    command = ["-m", "pytest", "-p", "no:cacheprovider", f"notebooks/{name}"]
    if name in MAPS:
        command += ["--nbval-sanitize-with", "tests/any_figure.cfg"]
    done = run(*command, LD_PRELOAD=library)
    assert done.returncode == PASSED, done.stdout
