"""What a page offers besides its text: files, links to hosts, how to cite it."""

import os
import re
import textwrap
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import yaml

ROOT = Path(__file__).parents[1]
HELPER = "rnn_helpers.zip"
IN_HELPER = ("LICENSE", "rnn_helpers.py", "rnn_core")
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
AUTHOR = " and ".join(author["name"] for author in CITATION["authors"])
GITHUB = r"https://github\.com/([\w.-]+/[\w.-]+)"


def repository():
    """Return owner/name of the repository on GitHub, where `SITE_REPOSITORY` is set."""
    address = os.environ.get("SITE_REPOSITORY", "").rstrip("/")
    found = re.fullmatch(GITHUB, address)
    if address and not found:
        wanted = "the address of a repository, https://github.com/owner/name"
        raise ValueError(f"SITE_REPOSITORY must be {wanted}, got {address!r}")
    return found and found[1]


def links_of(file, repository=None):
    """List what a page offers, each with its address, by the file it is made of."""
    links = {"Helper (zip)": HELPER}
    if file.endswith(".ipynb"):
        links = {"Notebook (ipynb)": file} | links
    if not repository:
        return links
    path, host = f"notebooks/{file}", f"https://github.com/{repository}"
    colab = f"https://colab.research.google.com/github/{repository}/blob/main/{path}"
    binder = f"https://mybinder.org/v2/gh/{repository}/main?urlpath=lab/tree/{path}"
    if file.endswith(".ipynb"):
        links |= {"Open in Colab": colab, "Launch on Binder": binder}
    return links | {
        "Edit": f"{host}/edit/main/{path}",
        "Report a mistake": f"{host}/issues/new?title={file}",
    }


def fetch_line(address):
    """Return the line of a notebook that fetches the helper, where a host lacks it."""
    return f"!wget -q {address}{HELPER} && unzip -qo {HELPER}"


def write_helper(folder):
    """Write the helper and its core as a zip, to be unpacked beside a notebook."""
    files = [
        file
        for name in IN_HELPER
        for file in [ROOT / name, *sorted((ROOT / name).rglob("*"))]
        if file.is_file() and file.suffix != ".pyc"
    ]
    with ZipFile(folder / HELPER, "w", ZIP_DEFLATED) as archive:
        for file in files:
            entry = ZipInfo(file.relative_to(ROOT).as_posix())
            archive.writestr(entry, file.read_bytes(), ZIP_DEFLATED)


def bibtex(address=None):
    """Return the entry of CITATION.cff for BibTeX."""
    fields = {
        "author": f"{{{AUTHOR}}}",
        "title": f"{{{CITATION['title']}}}",
        "year": CITATION["date-released"].year,
        "note": f"Version {CITATION['version']}",
    }
    if address:
        fields["url"] = address
    lines = [f"{name} = {{{value}}}," for name, value in fields.items()]
    return "@misc{rnn_from_scratch,\n" + textwrap.indent("\n".join(lines), "  ") + "\n}"
