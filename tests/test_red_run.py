"""What a red run says, and in which order: small projects, run by our settings."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import red_run
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).parents[1]
RED = "def test_sum():\n    assert 1 + 1 == 3\n"


def run(folder, *arguments, **settings):
    """Run pytest in a folder with the settings of this project, and none of a user."""
    environ = {k: v for k, v in os.environ.items() if k != "PYTEST_ADDOPTS"} | settings
    options = {"cwd": folder, "env": environ, "encoding": "utf-8"}
    command = [sys.executable, "-m", "pytest", "--color=no", f"--rootdir={folder}"]
    command += ["-c", str(ROOT / "pyproject.toml"), *arguments]
    done = subprocess.run(command, capture_output=True, **options)
    return done.returncode, done.stdout + done.stderr


def foot(shown):
    """Return what stands below pytest's list of all that is red."""
    return shown.rpartition("\nFAILED ")[2].partition("\n")[2]


@pytest.fixture
def project(tmp_path):
    """Write red tests, and a notebook whose second cell gives 2 and stores 3."""
    for name in ("test_explorer.py", "test_linear.py"):
        (tmp_path / name).write_text(RED, encoding="utf-8")
    cells = [
        new_code_cell("one = 1", execution_count=1),
        new_code_cell(
            "\n# the sum\nprint(one + 1)",
            execution_count=2,
            outputs=[new_output("stream", name="stdout", text="3\n")],
        ),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "01_sum.ipynb")
    return tmp_path


def test_a_red_cell_is_named_and_its_signs_are_explained(project):
    code, shown = run(project, "01_sum.ipynb")
    assert code == 1, shown
    lines = [line.strip() for line in shown.splitlines()]
    assert {"- 2", "+ 3"} <= set(lines), "nbval's signs are others now: mend red_run.py"
    told = foot(shown)
    assert "# the sum" in told, "name the cell by its first line"
    assert "[2]" in told, "name the cell by its number in JupyterLab"
    new, stored = told.index("-  is the new"), told.index("+  is the stored")
    assert new < stored < told.index("`make notebooks` stores it")


def test_the_mathematics_comes_first_and_the_notebooks_last(project):
    code, shown = run(project, "01_sum.ipynb", "test_explorer.py", "test_linear.py")
    assert code == 1, shown
    order = [line.split()[1] for line in shown.splitlines() if line[:6] == "FAILED"]
    assert order == [
        "test_linear.py::test_sum",
        "test_explorer.py::test_sum",
        "01_sum.ipynb::Cell",
    ]
    told = foot(shown)
    assert "make test ARGS=test_linear.py::test_sum" in told, "say where to begin"
    assert told.index("test_linear.py") < told.index("01_sum.ipynb")


def test_a_folder_without_a_cache_is_green_and_silent(tmp_path):
    (tmp_path / "test_linear.py").write_text("def test_sum(): pass", encoding="utf-8")
    no_folder = tmp_path / "cache"
    no_folder.write_text("as little writable as a read-only clone", encoding="utf-8")
    code, shown = run(tmp_path, "-o", f"cache_dir={no_folder}", "test_linear.py")
    assert code == 0, shown
    for word in ("Warning", "make test", "make notebooks"):
        assert word not in shown


def test_a_run_without_asserts_is_refused_in_one_line(project):
    code, shown = run(project, "01_sum.ipynb", PYTHONOPTIMIZE="1")
    assert code == pytest.ExitCode.USAGE_ERROR, shown
    assert shown.strip() == "ERROR: PYTHONOPTIMIZE or -O drops every assert: unset it"


@pytest.mark.parametrize(
    ("asked", "done"), [("load", "loadfile"), ("no", "no"), ("each", "each")]
)
def test_the_cells_of_a_notebook_stay_in_one_process(asked, done):
    config = SimpleNamespace(option=SimpleNamespace(dist=asked))
    config.getoption = lambda name, default: getattr(config.option, name, default)
    red_run.pytest_configure(config)
    assert config.option.dist == done


def test_no_kernel_is_in_the_development_mode(tmp_path):
    cell = new_code_cell("import sys\n\nprint(sys.flags.dev_mode)", execution_count=1)
    cell.outputs = [new_output("stream", name="stdout", text="False\n")]
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "01_mode.ipynb")
    code, shown = run(tmp_path, "01_mode.ipynb", PYTHONDEVMODE="1")
    assert code == 0, shown
