"""The wheel: what `pip install .` gives to someone who has no copy of the project."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

import rnn_helpers as rnn

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"rnn_helpers\.py|rnn_core/.*")

# Prints where it comes from, and the explorer.
SHOW = """
import rnn_helpers as rnn
print(rnn.__file__)
print(rnn.show_explorer(*rnn.make_dataset()).data)
"""


def run(*command, cwd, **options):
    environ = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    command = [str(part) for part in command]
    options |= {"capture_output": True, "encoding": "utf-8"}
    done = subprocess.run(command, cwd=cwd, env=environ, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tracked():
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no clone: git knows what belongs to the project")
    trust = f"safe.directory={ROOT}"  # the clone may be that of another user
    return run("git", "-c", trust, "ls-files", cwd=ROOT).splitlines()


@pytest.fixture(scope="module")
def source(tracked, tmp_path_factory):
    """Copy what git tracks, and build the wheel there, as `pip install .` does."""
    folder = tmp_path_factory.mktemp("wheel") / "project"
    for name in tracked:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    wheel = (sys.executable, "-m", "pip", "wheel", "--no-index", "--no-deps")
    run(*wheel, "--no-build-isolation", "--wheel-dir=dist", ".", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(source):
    [path] = source.glob("dist/*.whl")
    return path


def test_the_wheel_holds_all_of_the_code_and_nothing_else(wheel, tracked):
    names = [name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name]
    assert sorted(names) == sorted(filter(CODE.fullmatch, tracked))
    assert "rnn_core/explorer/network.mjs" in names


def test_the_explorer_is_the_same_where_only_the_wheel_is(wheel, tmp_path):
    run(sys.executable, "-m", "venv", "--without-pip", "fresh", cwd=tmp_path)
    scripts = "Scripts" if os.name == "nt" else "bin"
    python = tmp_path / "fresh" / scripts / Path(sys.executable).name
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--no-index", "--no-deps", wheel, cwd=tmp_path)
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    installed = Path(run(python, "-c", asked, cwd=tmp_path).strip())
    others = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (installed / "others.pth").write_text("\n".join(others))

    file, html = run(python, "-I", "-c", SHOW, cwd=tmp_path).split("\n", 1)
    assert Path(file).parent == installed
    assert html.strip() == rnn.show_explorer(*rnn.make_dataset()).data


def test_what_an_install_leaves_behind_disturbs_nothing(source):
    left = [path.name for path in source.iterdir()]
    assert "build" in left
    assert any(name.endswith(".egg-info") for name in left)
    run(sys.executable, "-m", "ruff", "check", ".", cwd=source)
    quick = ("tests", "--ignore=tests/slow", "-p", "no:cacheprovider", "-q")
    run(sys.executable, "-m", "pytest", *quick, cwd=source)
