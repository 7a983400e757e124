"""What `make notebooks` sets right before it stores a notebook."""

import store
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

LANGUAGE = {"name": "python", "mimetype": "text/x-python", "file_extension": ".py"}
ALT = 'A line from "a" to b, < 1'


def saved_by_jupyterlab():
    """Give a notebook as "run all" and save leave it."""
    timing = {"execution": {"iopub.execute_input": "2026-01-01T00:00:00Z"}}
    figure = new_output("display_data", {"image/svg+xml": '<svg width="1"></svg>'})
    lines = [new_output("stream", name="stdout", text=text) for text in ("a\n", "b\n")]
    cells = [
        new_markdown_cell("# Title", metadata={"jp-MarkdownHeadingCollapsed": True}),
        new_code_cell(
            "draw()",
            metadata=timing | {"mystnb": {"image": {"alt": ALT}}, "collapsed": True},
            outputs=[figure],
        ),
        new_markdown_cell("### Answer 1"),
        new_code_cell(
            "# Answer 1",
            metadata={"jupyter": {"source_hidden": True}, "tags": ["hide-cell"]},
            outputs=lines,
        ),
    ]
    language = LANGUAGE | {"version": "3.11.2", "pygments_lexer": "ipython3"}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"language_info": language, "kernelspec": kernel, "toc-autonumbering": 1}
    return new_notebook(cells=cells, metadata=metadata)


def test_metadata_of_the_editor_and_of_the_run_are_dropped():
    stored = store.cleaned(saved_by_jupyterlab())
    assert stored.metadata["language_info"] == LANGUAGE
    assert sorted(stored.metadata) == ["kernelspec", "language_info"]
    heading, figure, *_ = stored.cells
    assert heading.metadata == {}
    assert figure.metadata == {"mystnb": {"image": {"alt": ALT}}}


def test_an_answer_is_folded_again_and_its_lines_are_joined():
    *_, heading, answer = store.cleaned(saved_by_jupyterlab()).cells
    assert heading.metadata == {"jp-MarkdownHeadingCollapsed": True}
    assert answer.metadata == {"tags": ["hide-cell"]}
    assert [output.text for output in answer.outputs] == ["a\nb\n"]


def test_a_figure_gets_the_alt_text_of_its_cell_once():
    notebook = saved_by_jupyterlab()
    for alt in ("before", ALT):
        notebook.cells[1].metadata["mystnb"]["image"]["alt"] = alt
        store.cleaned(notebook)
    escaped = "A line from &quot;a&quot; to b, &lt; 1"
    wanted = f'<svg role="img" aria-label="{escaped}" width="1"></svg>'
    assert notebook.cells[1].outputs[0].data["image/svg+xml"] == wanted
