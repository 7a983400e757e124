"""What makes a post of the notebooks: numbers, a byline, a feed, a cover."""

import datetime
import html
import json
import re
import shutil
import socket
import textwrap
import time
from itertools import cycle
from pathlib import Path
from subprocess import PIPE, Popen
from urllib.parse import urljoin, urlsplit

import offers
from docutils import nodes
from feedgen.feed import FeedGenerator
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput
from resvg_py import svg_to_bytes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinxcontrib.katex import KaTeXServer

PUBLISHED = datetime.datetime.combine(
    offers.CITATION["date-released"], datetime.time(tzinfo=datetime.UTC)
)
WORDS_PER_MINUTE = 200
# The headings that several parts have; on one page each is numbered.
REPEATED = re.compile(
    "summary|on-your-own|against-the-original|further-reading|versions|answers"
    r"|answer-\d+|to-the-\w+-question"
)

FEED = "feed.xml"
COVER_ALT = "Two maps of the loss over the two weights, with the path of the training"

# The fonts of the equations, asked for at once, or the first lines would move when they
# arrive. (From the disk, browsers refuse to load a font ahead.)
PRELOAD = """
<script>
  const fonts = ["Main-Regular", "Math-Italic"];
  for (const font of location.protocol == "file:" ? [] : fonts)
    document.head.append(Object.assign(document.createElement("link"), {
      rel: "preload", as: "font", type: "font/woff2", crossOrigin: "",
      href: `FONTS/KaTeX_${font}.woff2`
    }));
</script>
"""
OPENING = """
<p>This map shows how wrong a recurrent network is, for each pair of its two weights.
Drag the point anywhere and press <em>Run</em>: does training bring it to the star,
where the network counts without error? It does <span data-explore="-1.5, 2"
data-rule="RProp" data-steps="500">from (-1.5, 2)</span>, and does not
<span data-explore="0.5, -2" data-rule="RProp" data-steps="500">from (0.5, -2)</span>.
</p>
"""
ONE_PAGE = """
<p>The whole series also stands <a href="one-page/index.html">on one page</a>, to print
or to search.</p>
"""


def anchor_of(heading):
    """Name a heading as JupyterLab does, for links within a notebook."""
    return heading.replace(" ", "-")


def start_katex(folder, timeout):
    """Start the renderer of equations, and call it once it listens.

    The extension's own way calls it, now and then, a moment before.
    """
    path = folder / "katex.sock"
    command = KaTeXServer.build_command(socket=path)
    process = Popen(command, stdin=PIPE, stdout=PIPE, cwd=folder)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        connection = socket.socket(socket.AF_UNIX)
        if connection.connect_ex(str(path)) == 0:
            return process, connection
        connection.close()
        time.sleep(0.01)
    process.kill()
    raise TimeoutError("Node.js did not start to render the equations")


def explorer_of(path):
    """Give the explorer that a notebook stores."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            text = "".join(output.get("data", {}).get("text/html", ""))
            if "data-explorer" in text:
                return text
    raise LookupError(f"{path.name} stores no explorer")


def open_the_post(app, doctree):
    """Put the explorer first and the parts below their table, and offer them on one.

    At its end it says how to cite the series.
    """
    if app.env.docname != "index":
        return
    doctree.next_node(nodes.section).append(how_to_cite(app.config.html_baseurl))
    section = doctree.next_node(nodes.table).parent
    if app.builder.name == "html":
        explorer = explorer_of(app.srcdir / "06_rprop.ipynb")
        figure = nodes.raw("", OPENING + explorer, format="html")
        doctree.next_node(nodes.section).insert(1, figure)
        section += nodes.raw("", ONE_PAGE, format="html")
    parts = sorted(app.env.found_docs - {"index"})
    entries = [(None, part) for part in parts]
    section += addnodes.toctree(
        parent="index", entries=entries, includefiles=parts, hidden=True, glob=False
    )


def how_to_cite(address):
    """Make the section with the entry for BibTeX."""
    entry = nodes.literal_block(text=offers.bibtex(address), language="bibtex")
    title = nodes.title(text="Cite this series")
    return nodes.section("", title, entry, ids=["cite-this-series"])


def number_of(docname):
    """Return the number of a part as text."""
    return docname[:2].lstrip("0")


class NameThings(SphinxTransform):
    """Number the displayed equations of a part, (3.1), (3.2) ..., for links to reach.

    The headings that several parts have get its number too, so that their anchors
    differ where all parts stand on one page. A cell that is folded whole is an answer.
    """

    default_priority = 500

    def apply(self):
        """Give equations and headings their anchors, and answers their name."""
        part = number_of(self.env.docname)
        equations = self.document.findall(nodes.math_block)
        for i, equation in enumerate(equations, start=1):
            equation["number"] = f"{part}.{i}"
            equation["ids"].append(f"equation-{part}-{i}")
        for section in self.document.findall(nodes.section):
            if REPEATED.fullmatch(section["ids"][0]):
                section["ids"][0] += f"-{part}"
        slugs = self.document.myst_slugs  # where links within the part lead
        for slug, (line, name, title) in slugs.items():
            if REPEATED.fullmatch(name):
                slugs[slug] = line, f"{name}-{part}", title
        for cell in self.document.findall(nodes.container):
            if cell.get("hide_mode") == "all":
                cell["prompt_show"] = "Show the answer"
                cell["prompt_hide"] = "Hide the answer"


def words_of(path):
    """Count the words that a reader reads: those of the Markdown."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return len(text.split())
    cells = [
        cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"
    ]
    return sum(len("".join(cell["source"]).split()) for cell in cells)


def description_of(doctree):
    """Return what a page is about: its first sentences and what you will do."""
    first, second = [p.astext() for p in doctree.findall(nodes.paragraph)][:2]
    text = first + " " + second.removeprefix("What you\u2019ll do. ")
    return textwrap.shorten(re.sub(r"[{}]", "", text), 250, placeholder=" …")


def fill_head(app, pagename, templatename, context, doctree):
    """Describe the page, name its feed and its address, and ask for the fonts."""
    address = app.config.html_baseurl
    if pagename == "404":  # a host shows it at any depth
        base = urlsplit(address).path or "/"
        context["pageurl"] = None
        context["metatags"] = (
            f'<base href="{base}"><meta name="robots" content="noindex">'
        )
    if doctree is None:
        return
    one_page = app.builder.name == "singlehtml"
    if one_page:
        context["pageurl"] = address
        context["hasdoc"] = lambda name: False  # it has no page for searching
        context["toc"] = re.sub(r"#document-\w+#", "#", context["toc"])
    title = html.escape(app.env.titles[pagename].astext())
    description = html.escape(description_of(doctree))
    fonts = context["pathto"]("_static/fonts", resource=True)
    context["metatags"] = f"""
<meta name="description" content="{description}">
<meta property="og:title" content="{title}">
<meta property="og:type" content="website">
<meta property="og:site_name" content="{app.config.project}">
<meta property="og:description" content="{description}">
<meta name="twitter:card" content="summary_large_image">
{PRELOAD.replace("FONTS", fonts)}"""
    if address:
        up = "../" * one_page
        context["metatags"] += f"""
<meta property="og:url" content="{context["pageurl"]}">
<meta property="og:image" content="{urljoin(address, f"{up}_static/cover.png")}">
<meta property="og:image:alt" content="{COVER_ALT}">
<link rel="alternate" type="application/atom+xml" href="{up}{FEED}">
"""


def open_fold(self, node):
    """Begin what is folded. MyST-NB's own way puts paragraphs where HTML has none."""
    classes = " ".join(["admonition", "hide", *node["classes"]])
    self.body.append(f'<details class="{classes}">\n<summary>')
    for state, prompt in (("collapsed", "show"), ("expanded", "hide")):
        text = html.escape(node[f"prompt_{prompt}"])
        self.body.append(f'<span class="{state}">{text}</span>')
    self.body.append("</summary>\n")


def link_to(name, address, one_page):
    """Write a link to a host, or to a file of the post, to be stored."""
    if "://" in address:
        return f'<a href="{html.escape(address)}">{name}</a>'
    return f'<a href="{"../" * one_page}{address}" download>{name}</a>'


def number_figures(doctree, part):
    """Give the figures of a part numbers, and what alt texts begin with as captions.

    An underscore there leads to a subscript.
    """
    for i, image in enumerate(list(doctree.findall(nodes.image)), start=1):
        number = nodes.strong(text=f"Figure {part}.{i}. ")
        first = re.match(r".*?[.](?= [A-Z]|$)", image["alt"])[0]
        kinds = cycle((nodes.inline, nodes.subscript))
        pieces = zip(kinds, re.split(r"_(\w+)", first), strict=False)
        words = [kind(text=piece) for kind, piece in pieces]
        figure = nodes.figure("", ids=[f"figure-{part}-{i}"])
        image.replace_self(figure)
        figure += [image, nodes.caption("", "", number, *words)]


def finish_page(app, doctree, docname):
    """Add the byline, and what a browser wants to know of figures and equations."""
    one_page = app.builder.name == "singlehtml"
    paths = [Path(app.env.doc2path(docname))]
    if one_page:
        paths += app.srcdir.glob("*.ipynb")
    minutes = max(1, round(sum(map(words_of, paths)) / WORDS_PER_MINUTE))
    date = f"<time>{PUBLISHED:%Y-%m-%d}</time>"
    links = offers.links_of(paths[0].name, offers.repository())
    line = " · ".join(link_to(name, link, one_page) for name, link in links.items())
    byline = f'<p class="byline">{date} · {minutes} min read<br>{line}</p>'
    if "Open in Colab" in links and app.config.html_baseurl:
        line = html.escape(offers.fetch_line(app.config.html_baseurl))
        byline += f'<p class="byline">In Colab, first run <code>{line}</code></p>'
    byline = nodes.raw("", byline, format="html", classes=["no-search"])
    doctree.next_node(nodes.section).insert(1, byline)

    for i, image in enumerate(doctree.findall(nodes.image)):
        # Only the first figure is loaded before a reader comes near. All say how large
        # they are, so that nothing moves when they arrive.
        image["loading"] = "lazy" if i else "link"
        svg = (app.srcdir / image["candidates"]["*"]).read_text(encoding="utf-8")
        drawn = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
        for side, points in zip(("width", "height"), drawn, strict=True):
            image[side] = f"{float(points) * 96 / 72:.0f}"

    for part in list(doctree.findall(addnodes.start_of_file)) or [doctree]:
        name = part.get("docname", docname)
        if name != "index":  # its picture is told in its text
            number_figures(part, number_of(name))

    # Furo gives the box around an equation the anchor of the equation a second time.
    for equation in doctree.findall(nodes.math_block):
        equation.parent["ids"].clear()


def write_files(app, exception):
    """Write what pages lead to: notebooks, the helper, a feed, the cover for cards."""
    if exception or app.builder.name != "html":
        return
    (app.outdir / ".nojekyll").touch()  # or GitHub would leave out what begins with _
    for notebook in app.srcdir.glob("*.ipynb"):
        shutil.copy(notebook, app.outdir)
    offers.write_helper(app.outdir)
    cover = str(app.srcdir / "cover.svg")
    png = svg_to_bytes(svg_path=cover, width=1200, dpi=150, background="white")
    (app.outdir / "_static" / "cover.png").write_bytes(png)
    if app.config.html_baseurl:
        feed_of(app).atom_file(app.outdir / FEED, pretty=True)


def feed_of(app):
    """Make an Atom feed of the parts."""
    address = app.config.html_baseurl
    feed = FeedGenerator()
    feed.id(address)
    feed.title(app.config.project)
    feed.author(name=offers.AUTHOR)
    feed.link(href=address)
    feed.link(href=address + FEED, rel="self")
    feed.updated(PUBLISHED)
    for docname in sorted(app.env.found_docs - {"index"}):
        page = address + app.builder.get_target_uri(docname)
        entry = feed.add_entry(order="append")
        entry.id(page)
        entry.link(href=page)
        entry.title(app.env.titles[docname].astext())
        entry.summary(description_of(app.env.get_doctree(docname)))
        entry.updated(PUBLISHED)
    return feed


def setup(app):
    """Connect all of it to Sphinx."""
    KaTeXServer.start_server_process = start_katex
    app.add_transform(NameThings)
    fold = (open_fold, depart_HideCellInput)
    app.add_node(HideCodeCellNode, override=True, html=fold)
    app.connect(
        "doctree-read", open_the_post, priority=400
    )  # before they are collected
    app.connect("doctree-resolved", finish_page)
    app.connect("html-page-context", fill_head)
    app.connect("build-finished", write_files)
