"""Store executed notebooks in notebooks/, as the tests want them: `make notebooks`.

What running and saving by hand changes is set right: an answer is folded again, and
metadata that say nothing to a reader are dropped. In JupyterLab an answer is folded by
its heading, for a run unfolds what a cell itself hides. Each SVG gets the alt text of
its cell, so that it also has one where it stands on a page without Sphinx.
"""

import html
import re
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
from nbconvert.preprocessors import CoalesceStreamsPreprocessor

FOLDER = Path(__file__).parents[1] / "notebooks"
LANGUAGE = ("name", "file_extension", "mimetype")  # nbconvert names a script by them
FOLDED = "jp-MarkdownHeadingCollapsed"


def cleaned(notebook):
    """Set right what a kernel and an editor leave in a notebook."""
    notebook, _ = CoalesceStreamsPreprocessor(enabled=True).preprocess(notebook, {})
    language = {key: notebook.metadata.language_info[key] for key in LANGUAGE}
    kernel = notebook.metadata.kernelspec
    notebook.metadata = {"kernelspec": kernel, "language_info": language}
    for cell in notebook.cells:
        kept = {k: v for k, v in cell.metadata.items() if k in ("tags", "mystnb")}
        if cell.cell_type == "code":
            name_figures(cell)
        cell.metadata = kept
    for heading, cell in pairwise(notebook.cells):
        if is_answer(cell):
            heading.metadata[FOLDED] = True
    return notebook


def is_answer(cell):
    """Tell whether a cell is folded: it is the answer to a question."""
    return "hide-cell" in cell.metadata.get("tags", [])


def name_figures(cell):
    """Give each SVG of a cell the alt text of the cell's metadata."""
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
    for output in cell.outputs:
        if alt and "image/svg+xml" in output.get("data", {}):
            svg = output.data["image/svg+xml"]
            bare = re.sub(r'<svg role="img" aria-label="[^"]*" ', "<svg ", svg)
            label = f'<svg role="img" aria-label="{html.escape(alt)}" '
            output.data["image/svg+xml"] = bare.replace("<svg ", label, 1)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        nbformat.write(cleaned(nbformat.read(path, 4)), FOLDER / path.name)
