"""The tests under test: plant a defect in a copy of the project, and see which is red.

Not run by `make test`: `make planted` runs it. A defect that no test notices, or that
turns another test red, is a gap in the tests. Here is one defect for each kind of test;
`make mutants` tries hundreds in the mathematics.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
STORES = r"(?s:.*)`make notebooks` stores it"
NEW_FIGURE = rf"Cell outputs differ(?s:.*)image/svg\+xml{STORES}"


class Defect(NamedTuple):
    """A text in a file, what is planted there, the test and what it must say."""

    file: str
    old: str
    new: str
    test: str
    says: str


def in_core(room, old, new, test, says="Mismatch"):
    return Defect(f"rnn_core/{room}.py", old, new, f"tests/{test}", says)


def in_notebook(part, old, new, test, says):
    file = f"notebooks/{part}.ipynb"
    test = f"tests/test_notebooks.py::{test}" if test else file
    return Defect(file, old, new, test, says)


def in_project(file, old, new, test, says):
    return Defect(file, old, new, f"tests/test_project.py::{test}", says)


def in_kernel(line, says):
    name = "test_a_notebook_run_twice_in_one_kernel[01_dataset.ipynb]"
    test = f"tests/slow/test_kernels.py::{name}"
    return Defect(
        "notebooks/01_dataset.ipynb", '"print(', f'"{line}; print(', test, says
    )


DEFECTS = [
    # the code: a step by hand, a law, a contract, a cost, and what the shell promises
    in_core(
        "linear",
        "w_rec + x_k",
        "w_rec - x_k",
        "test_linear.py::test_three_steps_by_hand",
    ),
    in_core(
        "linear",
        "powers[..., 1:]",
        "powers[..., :-1]",
        "test_linear.py::test_closed_forms_equal_the_loops",
    ),
    in_core(
        "check",
        "if not error <= rtol",
        "if error > rtol",
        "test_check.py::test_check_gradient_catches_a_wrong_one",
        "DID NOT RAISE",
    ),
    in_core(
        "optimise",
        "momentum * velocity - rate",
        "velocity - rate",
        "test_optimise.py::test_two_steps_of_momentum",
    ),
    in_core(
        "rprop",
        "np.where(agreement < 0, 0, sign)",
        "sign",
        "test_rprop.py::test_one_step_of_a_sister_by_hand",
    ),
    in_core(
        "arguments",
        "accept_each(kinds, given)",
        "accept_each({k: kinds[k] for k in kinds if k not in defaults}, given)",
        "test_shell.py::test_defaults_are_checked_too",
        "DID NOT RAISE",
    ),
    Defect(
        "rnn_helpers.py",
        "plot_network = takes(figures_network.plot_network, n_steps=COUNT)",
        "plot_network = takes(figures_network.plot_network)",
        "tests/test_arguments.py::test_every_argument_has_a_kind",
        "give each argument a kind",
    ),
    in_core(
        "linear",
        "losses = a * (w_x_values - b) ** 2 + c",
        "losses = a * (w_x_values - b) ** 2 + c + sum(0 * a * w_x_values for _ in X)",
        "test_growth.py::test_cost_of_a_point_on_the_surface_does_not_depend_on_the_batch",
        "assert",
    ),
    # the figures and what a notebook calls
    in_core(
        "figures",
        "np.less(gradient, 0)",
        "np.less(gradient, -3)",
        "test_figures.py::test_gradients_of_either_sign_are_told_apart",
        "mismatch",
    ),
    in_core(
        "notebook",
        "if ast.get_docstring(",
        "if False and ast.get_docstring(",
        "test_notebook.py::test_source_is_the_body_without_its_docstring",
        "assert",
    ),
    Defect(
        "rnn_core/figures.py",
        ", t, height",
        ", t[::-1], height",
        "notebooks/01_dataset.ipynb",
        NEW_FIGURE,
    ),
    Defect(
        "rnn_core/explorer/network.mjs",
        "gradS[k] * wRec",
        "gradS[k] * S[1]",
        "tests/test_explorer.py::test_loss_and_gradients_at_a_thousand_points",
        "Not equal to tolerance",
    ),
    # the notebooks: an output, what is stored, the words, a link, an answer, a formula
    in_notebook("02_forward", "loss 16.3960", "loss 16.3961", "", rf"16\.3961{STORES}"),
    in_notebook(
        "02_forward",
        '"execution_count": 3,',
        '"execution_count": 4,',
        "test_executed_in_order_on_python3",
        "store by `make notebooks`",
    ),
    in_notebook(
        "02_forward",
        "## Summary",
        "## The end",
        "test_skeleton",
        "end with the headings",
    ),
    in_notebook(
        "02_forward",
        "[notebook 01](01_dataset.ipynb)",
        "[notebook 01](01_dataset.ipynb#step-into-the-void)",
        "test_links_lead_to_a_file_and_a_heading",
        "(?s)mend or remove these links.*step-into-the-void",
    ),
    in_notebook(
        "02_forward",
        '"alt": "Four panels',
        '"other": "Four panels',
        "test_every_figure_has_an_alt_text",
        "say what this figure shows, in the cell's metadata",
    ),
    in_notebook(
        "02_forward",
        "(#Answer-2)",
        "(#Answer-5)",
        "test_each_exercise_leads_to_its_answer",
        "end each exercise with",
    ),
    in_notebook(
        "06_rprop",
        "w \\\\leftarrow w - \\\\operatorname{sign}(",
        "w \\\\leftarrow w \\\\operatorname{sign}(",
        "test_docstring_and_page_hold_the_same_formula",
        "an index or a sign is lost",
    ),
    # the notebooks' kernels
    in_kernel("np.random.seed(0)", r"(?s)leave these as they were.*np\.random"),
    in_kernel("open('new.txt', 'w').close()", "must not write files"),
    # the files around them
    in_project(
        "requirements.txt",
        "\nseaborn==0.13",
        "\nseaborn==0.12",
        "test_the_lock_fits_pyproject",
        "run `make lock`",
    ),
    in_project(
        "README.md",
        "1593.243",
        "1593.244",
        "test_readme_shows_what_it_computes",
        "other values",
    ),
]
IDS = [f"{i}-{defect.file}-{defect.test}" for i, defect in enumerate(DEFECTS)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Copy the project without what tools keep for themselves."""
    folder = tmp_path_factory.mktemp("planted") / "project"
    own = (
        ".git",
        ".venv*",
        ".*_cache",
        "__pycache__",
        "mutants",
        "_build",
        "node_modules",
    )
    return shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*own))


@pytest.mark.parametrize("defect", DEFECTS, ids=IDS)
def test_a_planted_defect_turns_its_test_red(copy, defect):
    path = copy / defect.file
    text = path.read_text(encoding="utf-8")
    assert defect.old in text, "plant it elsewhere: this text is gone"
    path.write_text(text.replace(defect.old, defect.new), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--color=no", defect.test]
    environ = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}  # no stale byte code
    run = subprocess.run(command, cwd=copy, env=environ, capture_output=True, text=True)
    path.write_text(text, encoding="utf-8")
    (copy / "notebooks" / "new.txt").unlink(missing_ok=True)
    assert run.returncode == 1, f"no test is red:\n{run.stdout}{run.stderr}"
    assert re.search(defect.says, run.stdout), f"it says something else:\n{run.stdout}"
