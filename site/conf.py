"""How the notebooks become a post: `make site` runs Sphinx with this file.

Nothing is executed: the outputs are those that the notebooks store and `make test`
compares. Nothing is fetched by a reader: KaTeX renders the mathematics now, and its
style and fonts are copied into the post.
"""

import os
import sys
from pathlib import Path

SITE = Path(__file__).parent
sys.path.insert(0, str(SITE))  # for post.py and offers.py

project = "RNN from scratch in NumPy"
project_copyright = "2026, the authors. Text and figures: CC BY 4.0, code: MIT"
address = os.environ.get("SITE_URL", "").rstrip("/")
html_baseurl = address and address + "/"

extensions = ["myst_nb", "sphinxcontrib.katex", "sphinx_copybutton", "post"]
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
myst_heading_slug_func = "post.anchor_of"
myst_heading_anchors_html_ids = False  # one page would have them twice

katex_prerender = True
katex_js_path = str(SITE / "node_modules" / "katex" / "dist" / "katex.min.js")
katex_css_path = "katex.min.css"

html_theme = "furo"
html_title = project
templates_path = ["_templates"]
html_static_path = ["_static", "_build/katex"]
html_favicon = "_static/favicon.svg"
html_css_files = ["post.css"]
html_js_files = ["post.js"]
html_copy_source = False
html_show_sphinx = False
copybutton_selector = ".cell_input pre"
html_use_index = False
sitemap_url_scheme = "{link}"
sitemap_excludes = ["search.html", "404.html"]

if tags.has("one_page"):  # noqa: F821  Sphinx defines it
    html_baseurl = html_baseurl and html_baseurl + "one-page/"
    html_sidebars = {"**": ["sidebar/brand.html", "sidebar/navigation.html"]}
else:
    html_additional_pages = {"404": "404.html"}
    extensions += ["sphinx_sitemap"] if html_baseurl else []
