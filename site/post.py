"""What makes a post of the notebooks: numbered equations, a byline, a feed, a cover."""

import datetime
import html
import json
import re
import socket
import textwrap
import time
from pathlib import Path
from subprocess import PIPE, Popen

from docutils import nodes
from feedgen.feed import FeedGenerator
from resvg_py import svg_to_bytes
from sphinx.transforms import SphinxTransform
from sphinxcontrib.katex import KaTeXServer

PUBLISHED = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
WORDS_PER_MINUTE = 200

FEED = "feed.xml"
LAZY = 'loading="lazy" '

# The fonts of the equations, asked for at once, or the first lines would move when they
# arrive. (From the disk, browsers refuse to load a font ahead.)
PRELOAD = """
<script>
  const fonts = ["Main-Regular", "Math-Italic"];
  for (const font of location.protocol == "file:" ? [] : fonts)
    document.head.append(Object.assign(document.createElement("link"), {
      rel: "preload", as: "font", type: "font/woff2", crossOrigin: "",
      href: `STATIC/fonts/KaTeX_${font}.woff2`
    }));
</script>
"""
ONE_PAGE = '<a href="one-page/index.html">on one page</a>, to print or to search'


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


def add_contents(app, docname, source):
    """Put the parts below their table on the opening page, and offer them on one."""
    if docname == "index":
        parts = "\n".join(sorted(path.stem for path in app.srcdir.glob("*.ipynb")))
        contents = f"```{{toctree}}\n:hidden:\n\n{parts}\n```\n\n"
        if app.builder.name == "html":
            contents = f"The whole series also stands {ONE_PAGE}.\n\n{contents}"
        following = "## Run it yourself"
        source[0] = source[0].replace(following, contents + following)


class NumberEquations(SphinxTransform):
    """Number the displayed equations of a part, (3.1), (3.2) ..., for links to reach.

    The headings that every part has get its number too, so that their anchors differ
    where all parts stand on one page.
    """

    default_priority = 500

    def apply(self):
        """Give each equation its number and its anchor."""
        part = self.env.docname[:2].lstrip("0")
        equations = self.document.findall(nodes.math_block)
        for i, equation in enumerate(equations, start=1):
            equation["number"] = f"{part}.{i}"
            equation["ids"].append(f"equation-{part}-{i}")
        for section in self.document.findall(nodes.section):
            if section["ids"][0] in ("summary", "on-your-own", "further-reading"):
                section["ids"][0] += f"-{part}"


class DropNavigationLines(SphinxTransform):
    """Drop the first and last line of a notebook: the theme has its own navigation."""

    default_priority = 500

    def apply(self):
        """Remove the paragraphs that link to the contents between dots."""
        for paragraph in list(self.document.findall(nodes.paragraph)):
            if re.search(r"Contents( ·|$)", paragraph.astext()):
                paragraph.parent.remove(paragraph)


def give_figures_their_size(app, doctree, docname):
    """Say how large each SVG is, so that nothing moves when it arrives."""
    for image in doctree.findall(nodes.image):
        svg = (app.srcdir / image["candidates"]["*"]).read_text(encoding="utf-8")
        for side in ("width", "height"):
            points = float(re.search(rf'{side}="([\d.]+)pt"', svg)[1])
            image[side] = f"{points * 96 / 72:.0f}"


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
    if doctree is None:
        return
    one_page = app.builder.name == "singlehtml"
    if one_page:
        context["pageurl"] = app.config.html_baseurl
        context["hasdoc"] = lambda name: False  # it has no page for searching
        context["toc"] = re.sub(r"#document-\w+#", "#", context["toc"])
    description = html.escape(description_of(doctree))
    feed = f"{'../' * one_page}{FEED}"
    static = context["pathto"]("_static", resource=True)
    context["meta"] = {
        **(context["meta"] or {}),
        "og:description": description,
        "og:url": context["pageurl"],
    }
    context["metatags"] = f"""{context.get("metatags", "")}
<meta name="description" content="{description}">
<link rel="alternate" type="application/atom+xml" href="{feed}">
{PRELOAD.replace("STATIC", static)}"""


def polish_body(app, pagename, templatename, context, doctree):
    """Add the byline, and say in plain words what is folded."""
    if doctree is None:
        return
    paths = [Path(app.env.doc2path(pagename))]
    if app.builder.name == "singlehtml":
        paths += app.srcdir.glob("*.ipynb")
    minutes = max(1, round(sum(map(words_of, paths)) / WORDS_PER_MINUTE))
    date = f"<time>{PUBLISHED:%Y-%m-%d}</time>"
    line = f"By {app.config.author} · {date} · {minutes} min read"
    body = context["body"].replace("</h1>", f'</h1>\n<p class="byline">{line}</p>', 1)
    for action in ("Show", "Hide"):
        body = body.replace(f"{action} code cell source", f"{action} the code")
        body = body.replace(f"{action} code cell content", f"{action} the answer")
    body = body.replace(' aria-label="Toggle hidden content"', "")  # it has a text
    # Only the first figure is loaded before a reader comes near.
    before, *images = re.split(r'<img (?!alt="[^"]*" src="data:)', body)
    lazy = [LAZY + image for image in images[1:]]
    body = "<img ".join([before, *images[:1], *lazy])
    # Furo gives the box around an equation the anchor of the equation a second time.
    context["body"] = re.sub(
        r'(<div class="math-wrapper[^"]*") id="[^"]*"', r"\1", body
    )


def write_feed_and_cover(app, exception):
    """Write an Atom feed of the parts, and the cover as PNG for social cards."""
    if exception or app.builder.name != "html":
        return
    address = app.config.html_baseurl
    feed = FeedGenerator()
    feed.id(address)
    feed.title(app.config.project)
    feed.author(name=app.config.author)
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
    feed.atom_file(app.outdir / FEED, pretty=True)
    cover = str(app.srcdir / "cover.svg")
    png = svg_to_bytes(svg_path=cover, dpi=150, background="white")  # 1200 pixels wide
    (app.outdir / "_static" / "cover.png").write_bytes(png)


def setup(app):
    """Connect all of it to Sphinx."""
    KaTeXServer.start_server_process = start_katex
    app.add_transform(NumberEquations)
    app.add_transform(DropNavigationLines)
    app.connect("source-read", add_contents)
    app.connect("doctree-resolved", give_figures_their_size)
    app.connect("html-page-context", fill_head, priority=400)  # before the social cards
    app.connect("html-page-context", polish_body)
    app.connect("build-finished", write_feed_and_cover)
