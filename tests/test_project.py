"""The files around the notebooks: what they say must be what there is."""

import doctest
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import cover
import pytest
import uv_as_pip
import yaml
from packaging.requirements import Requirement
from packaging.version import Version
from test_notebooks import links_of

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
LOCKS = {
    "requirements.txt": [*PROJECT["project"]["dependencies"], *GROUPS["dev"]],
    "site/requirements.txt": GROUPS["site"],
}


def pins_of(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    return re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", text, flags=re.M)


@pytest.mark.parametrize(("lock", "declared"), LOCKS.items())
def test_the_lock_fits_pyproject(lock, declared):
    for requirement in map(Requirement, declared):
        versions = [
            version for name, version in pins_of(lock) if name == requirement.name
        ]
        assert versions, f"{requirement.name} is not locked: run `make lock`"
        for version in versions:  # one for each range of Pythons
            assert Version(version) in requirement.specifier, "run `make lock`"


@pytest.mark.parametrize(
    ("lock", "least"), [("requirements.txt", 100), ("site/requirements.txt", 50)]
)
def test_the_lock_is_hashed_and_has_no_addresses(lock, least):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text, "run `make lock`"
    hashed = re.findall(r"^\S+==.*\\\n    --hash=sha256:", text, flags=re.M)
    assert len(hashed) == len(pins_of(lock)) > least, "run `make lock`"


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("PIP_INDEX_URL", "http://127.0.0.1:9/simple/numpy/"),
        ("PIP_EXTRA_INDEX_URL", "http://127.0.0.1:9/simple/numpy/"),
        ("PIP_FIND_LINKS", "http://127.0.0.1:9/simple"),
    ],
)
def test_uv_asks_where_pip_would_ask(setting, wanted):
    # Nothing listens there, so uv says where it asked.
    told = {"PIP_CONFIG_FILE": os.devnull, "UV_HTTP_RETRIES": "0", "UV_NO_CACHE": "1"}
    told[setting] = "http://127.0.0.1:9/simple"
    kept = {k: v for k, v in os.environ.items() if k[:3] not in ("PIP", "UV_")}
    command = [sys.executable, ROOT / "tools/uv_as_pip.py", "pip", "compile", "-"]
    options = {"input": "numpy", "env": kept | told, "encoding": "utf-8"}
    done = subprocess.run(command, capture_output=True, **options)
    assert done.returncode != 0, done.stdout
    assert wanted in done.stderr


def test_uv_is_told_of_every_place_and_pips_last_word():
    listed = r"""
global.extra-index-url='file:///a\nfile:///b'
global.find-links='/c /d'
install.index-url='https://one/simple'
:env:.index-url='https://two/simple?x=1'
:env:.no-input='1'
"""
    assert uv_as_pip.as_uv(listed) == {
        "UV_DEFAULT_INDEX": "https://two/simple?x=1",
        "UV_INDEX": "file:///a file:///b",
        "UV_FIND_LINKS": "/c,/d",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    assert uv_as_pip.as_uv("") == {}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "$(BIN)/uv" not in makefile, "call uv by $(UV)"


def test_environment_yml_is_python_and_the_lock():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    python, pip, locked = yaml.safe_load(text)["dependencies"]
    assert pip == "pip", "python, pip and the lock are all it needs"
    assert locked == {"pip": ["-r requirements.txt"]}, (
        "let pip install -r requirements.txt"
    )
    declared = PROJECT["project"]["requires-python"].removeprefix(">=")
    wanted = f"python>={declared},"
    assert python.startswith(wanted), "ask for the Pythons of pyproject.toml"
    allowed = Requirement(python).specifier
    assert all(version in allowed for version in PYTHONS), "allow what is tested"


def test_readme_shows_what_it_computes():
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert tried >= 8
    assert failed == 0, "the README shows other values: see the captured output"


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ("README.md", {"lab", "test"}),
        ("CONTRIBUTING.md", {"lab", "test", "notebooks", "lock", "site"}),
    ],
)
def test_commands_exist(document, wanted):
    text = (ROOT / document).read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.M))
    lines = re.findall(r"(?:^    |`)(?:\S+ )?make ((?:[a-z-]+ ?)+)", text, flags=re.M)
    commands = {command for line in lines for command in line.split()}
    assert commands <= targets, "name only targets of the Makefile"
    assert wanted <= commands, "name these commands"


def test_readme_leads_to_its_parts_and_its_rules():
    links = set(links_of(ROOT / "README.md"))
    notebooks = {f"notebooks/{path.name}" for path in ROOT.glob("notebooks/*.ipynb")}
    assert notebooks | {"CONTRIBUTING.md", "CITATION.cff", "LICENSE"} <= links


def test_ci_runs_the_command_of_the_readme():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test " in ci, "run the README's command in .ci/run"
    workflow = (ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8")
    assert "bash .ci/run" in workflow, "let the workflow call .ci/run"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    helped = set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.M))
    called = set(re.search(r"^make ((?:[a-z-]+ )+)", ci, flags=re.M)[1].split())
    called |= set(re.search(r"target: \[(.*)\]", workflow)[1].split(", "))
    assert called <= helped, "let CI call only what `make help` shows"
    matrix = yaml.safe_load(workflow)["jobs"]["test"]["strategy"]["matrix"]
    assert matrix == {"python": PYTHONS}, "test every Python that the README names"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"({PYTHONS[0]} to {PYTHONS[-1]} are tested with each change)" in readme


def test_actions_are_pinned_by_commit():
    for path in ROOT.glob(".github/workflows/*.yml"):
        used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
        loose = [x for x in used if not re.fullmatch(r"\S+@[0-9a-f]{40} # v\d\S*", x)]
        assert loose == [], f"{path.name}: pin by commit, with the version beside it"


def test_dependabot_keeps_every_lock_fresh():
    text = (ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8")
    kept = {
        (update["package-ecosystem"], folder)
        for update in yaml.safe_load(text)["updates"]
        for folder in update.get("directories", [update.get("directory")])
    }
    folders = {Path("/", lock).parent.as_posix() for lock in LOCKS}
    assert kept == {
        ("github-actions", "/"),
        ("npm", "/site"),
        *(("pip", folder) for folder in folders),
    }


def test_citation_names_this_project():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = PROJECT["project"]
    assert citation["version"] == project["version"], "cite the version of pyproject"
    assert " AND ".join(citation["license"]) == project["license"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.startswith(f"# {citation['title']}\n")
    assert citation["references"][0]["url"] in links_of(ROOT / "README.md")


def test_cover_is_the_figure_of_notebook_06():
    stored = (ROOT / "notebooks" / "cover.svg").read_text(encoding="utf-8")
    assert stored == cover.cover_svg(), "run `make notebooks`"
