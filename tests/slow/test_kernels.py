"""Every notebook run twice in one kernel: it leaks nothing and gives the same again.

Not run by `make test`, for it takes as long again: `make test-kernels` runs it.
"""

import hashlib
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).parents[2]
PATHS = sorted(ROOT.glob("notebooks/*.ipynb"))

# Runs before the first cell. The libraries are imported first: what they do to the
# settings on import is theirs, and what comes after it is the notebook's. It has names
# of its own, which no notebook can take.
WATCH = """
import os, random, sys, warnings
import matplotlib, matplotlib.pyplot, numpy, seaborn, watermark

class Watch:
    opened = []
    rc_params = staticmethod(lambda: dict(matplotlib.rcParams))

    def state():
        return {
            "np.random": repr(numpy.random.get_state()),
            "random": random.getstate(),
            "warnings.filters": list(warnings.filters),
            "np.geterr": numpy.geterr(),
            "np.get_printoptions": numpy.get_printoptions(),
            "os.environ": dict(os.environ),
            "os.getcwd": os.getcwd(),
        }

    def hook(event, arguments):
        opening = ("socket.connect", "socket.getaddrinfo", "socket.sendto")
        if event in (*opening, "subprocess.Popen", "os.system"):
            Watch.opened.append((event, repr(arguments)))

sys.modules["_watch"] = Watch
Watch.before = Watch.state()
sys.addaudithook(Watch.hook)
"""
STYLED = "sys.modules['_watch'].styled = sys.modules['_watch'].rc_params()"
REPORT = """
watch = sys.modules["_watch"]
after = watch.state()
print([name for name in after if after[name] != watch.before[name]])
now = watch.rc_params()
print([name for name, value in watch.styled.items() if now[name] != value])
print(watch.opened)
"""


def files():
    """Hash every file of the project but those that tools keep for themselves."""
    own = {".git", "__pycache__", ".ruff_cache", ".pytest_cache", ".hypothesis"}
    own |= {"_build", "node_modules", "mutants"}
    hashes = {}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in own and not f.startswith(".venv")]
        for path in [Path(folder) / name for name in names if name not in own]:
            hashes[path] = hashlib.sha256(path.read_bytes()).hexdigest()
    return hashes


def shown(cell):
    """Return what a cell shows, with the pieces of each stream joined."""
    streams, results = {}, []
    for output in cell.outputs:
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
        else:
            results.append(dict(output.data))
    return streams, results


@pytest.mark.parametrize("path", PATHS, ids=[path.name for path in PATHS])
def test_a_notebook_run_twice_in_one_kernel(path):
    before = files()
    notebook = nbformat.read(path, as_version=4)
    folder = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, kernel_name="python3", resources=folder)

    n_cells = len(notebook.cells)
    watch, styled, report = range(n_cells, n_cells + 3)
    notebook.cells += map(new_code_cell, (f"exec({WATCH!r}, {{}})", STYLED, REPORT))

    def run(i):
        return client.execute_cell(notebook.cells[i], i)

    def run_all():
        outputs = []
        for i in [i for i in range(n_cells) if notebook.cells[i].cell_type == "code"]:
            cell = run(i)
            versions = "nbval-ignore-output" in cell.metadata.get("tags", [])
            outputs.append(None if versions else shown(cell))
            if len(outputs) == 1:
                run(styled)
        return outputs

    with client.setup_kernel():
        run(watch)
        first = run_all()
        assert run_all() == first, "a cell depends on how often it is run"
        streams, _ = shown(run(report))

    changed, settings, opened = streams["stdout"].splitlines()
    assert changed == "[]", "leave these as they were"
    assert settings == "[]", "only use_style() in the first cell may set rcParams"
    assert opened == "[]", "a notebook must run offline and start no program"
    assert files() == before, "a notebook must not write files"
