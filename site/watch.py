"""What the tests of the post share: its place, how a page is watched, the explorer."""

import gzip
import re
from pathlib import Path

from playwright.sync_api import expect

SITE = Path(__file__).parent
ROOT = SITE.parent
BUILD = SITE / "_build"
HTML = BUILD / "html"
AXE = SITE / "node_modules" / "axe-core" / "axe.min.js"
NOTEBOOKS = sorted(p.name for p in ROOT.glob("notebooks/*.ipynb"))
PARTS = [*(name.replace("ipynb", "html") for name in NOTEBOOKS), "index.html"]
ONE_PAGE = "one-page/index.html"
PAGES = [*PARTS, ONE_PAGE]
DESK, PHONE = (1280, "light"), (390, "dark")
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class Watch:
    """Note what a page asks for and complains of."""

    def __init__(self, page):
        self.complaints, self.responses = [], []
        page.on("console", self.note_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self.complaints.append(request.url))
        page.on("response", lambda response: self.responses.append(response))

    def note_console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def check(self, base):
        assert self.complaints == []
        assert [r.url for r in self.responses if r.status >= 400] == []
        assert [r.url for r in self.responses if not r.url.startswith(base)] == []

    def kilobytes(self):
        """Return what goes over the wire when text is compressed."""
        text = re.compile(r"text/|javascript|svg|json|xml")
        bodies = [(r.headers.get("content-type", ""), r.body()) for r in self.responses]
        size = sum(
            len(gzip.compress(body)) if text.search(kind) else len(body)
            for kind, body in bodies
        )
        return size / 1000


# How far the layout shifts, from the first moment on.
SHIFTS = """
window.shift = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""

RAW_TEX = re.compile(r"\$|\\[a-z(\[]+|[_^]\{")

# What a reader sees as text: no code, and no mathematics that has been rendered.
PROSE = """() => {
  const article = document.querySelector("article").cloneNode(true);
  const others = "pre, code, script, style, .katex, .headerlink";
  article.querySelectorAll(others).forEach(e => e.remove());
  return article.textContent;
}"""

IMAGES = """() => [...document.querySelectorAll("article img")].map(image => ({
  file: image.src, alt: image.alt, loaded: image.complete && image.naturalWidth > 0
}))"""

# How wide the page is with what the theme would let scroll out of sight.
REACH = """Math.max(
  ...["html", ".content"].map(box => document.querySelector(box).scrollWidth)
)"""

# What is wider than its box, on a phone, and does not fade where it goes on.
CUT = """() => [...document.querySelectorAll("article *")].filter(box => {
  const style = getComputedStyle(box);
  const wide = box.scrollWidth > box.clientWidth + 1 && style.overflowX != "visible";
  return wide && style.maskImage == "none" && !box.closest(".katex-mathml");
}).map(box => box.outerHTML.slice(0, 200))"""
# Figures that are too small for their labels, and formulas that break in a line.
SMALL = """() => [...document.querySelectorAll("article a > img")]
  .filter(image => image.clientWidth < 500).map(image => image.alt)"""
BROKEN = """() => [...document.querySelectorAll(
  "article :not(.katex-display) > .katex"
)].filter(box => box.getClientRects().length > 1).map(box => box.textContent)"""

FADES_END = "Promise.all(document.getAnimations().map(fade => fade.finished))"

# Without what only says more of what is right, and takes twice as long.
AXE_RUN = """rules => axe.run(
  { exclude: [".katex-html"] },
  { resultTypes: ["violations"], selectors: false, preload: false, ...rules },
)"""
# The rules on colours and sizes, which each setting has of its own.
LOOKS = {
    "runOnly": ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]
}


class Explorer:
    """The parts of the explorer on a page."""

    def __init__(self, page):
        self.page, self.live = page, page.locator(".rnn-explorer .live")
        self.map, self.numbers = (
            self.live.get_by_role("application"),
            self.live.locator("[role=status]"),
        )
        self.note = self.live.locator("p").last
        page.add_style_tag(content="html { scroll-behavior: auto !important }")
        self.map.scroll_into_view_if_needed()

    def press(self, name):
        self.live.get_by_role("button", name=name, exact=True).click()

    def choose(self, label, option):
        self.list_of(label).select_option(option)

    def list_of(self, label):
        labels = self.live.locator("label")
        return labels.filter(has_text=re.compile(f"^{label}")).locator("select")

    def says(self, text):
        minus = text.replace("-", "\N{MINUS SIGN}")
        expect(self.numbers).to_contain_text(minus)

    def is_at(self, w_x, w_rec):
        """Wait until it says so, to the hundredths that a pointer can hit."""
        self.page.wait_for_function(
            """([text, ...wanted]) => {
              const told = text.innerText.replaceAll("\N{MINUS SIGN}", "-");
              const place = told.match(/= \\((.*?), (.*?)\\)/)?.slice(1) ?? [];
              return wanted.every((w, i) => Math.abs(place[i] - w) < 0.02);
            }""",
            arg=[self.numbers.element_handle(), w_x, w_rec],
        )

    def place_of(self, w_x, w_rec):
        """Return where on the page a point of the overview lies."""
        box, place = self.map.bounding_box(), self.place_in_map(w_x, w_rec)
        return box["x"] + place["x"], box["y"] + place["y"]

    def place_in_map(self, w_x, w_rec):
        unit = self.map.bounding_box()["width"] / 410
        return {"x": unit * (46 + 50 * (w_x + 3)), "y": unit * (8 + 50 * (3 - w_rec))}

    def shows_the_point(self):
        """Tell whether the point lies in the frame of the map."""
        point = self.map.locator(".point").bounding_box()
        frame = self.map.locator(".grip").bounding_box()
        x, y = point["x"] + point["width"] / 2, point["y"] + point["height"] / 2
        inside = frame["x"] <= x <= frame["x"] + frame["width"]
        return inside and frame["y"] <= y <= frame["y"] + frame["height"]

    def check_the_map_of_starts(self):
        """Let the map show where a rule arrives from, and drop the point into grey."""
        loss = self.map.locator("image").get_attribute("href")
        self.choose("Rule", "iRprop-")
        self.choose("Start", "-1.5,2")
        self.choose("Show", "starts")
        expect(self.note).to_contain_text("From 88 % of all starts")
        expect(self.note).to_contain_text(re.compile(r"it arrives after \d+ steps"))
        assert self.map.locator("image").get_attribute("href") != loss
        self.map.click(position=self.place_in_map(0.5, -2))
        expect(self.note).to_contain_text("it does not.")
        self.press("Run")
        self.says("step 500")
        self.choose("Rule", "gradient descent, rate 1e-3")
        expect(self.note).to_contain_text("% of all starts")
        self.choose("Show", "loss")
        assert self.map.locator("image").get_attribute("href") == loss

    def check_everything(self):
        """Press every key and button, choose every option, drag."""
        starts = self.list_of("Start").locator("option:not([hidden])")
        for preset in starts.all_inner_texts():
            self.choose("Start", preset)
            self.says(f"= {preset}; loss")
            expect(self.note).not_to_be_empty()

        self.choose("Rule", "RProp")
        self.choose("Start", "-1.5,2")
        self.press("Step")
        self.says("step 1; Δ = (5.0e-4, 5.0e-4)")
        expect(self.note).to_contain_text("10 steps back in time multiply the gradient")
        self.press("Run")
        self.says("(1.001, 0.9997); loss 1.8e-6")
        self.says("step 500; Δ")
        expect(self.note).to_contain_text("Arrived")
        self.choose("Show", "near")
        self.says("step 500; Δ")
        self.choose("Show", "loss")
        self.press("Back")
        self.says("= (-1.5, 2); loss 6.2e+5")

        self.choose("Rule", "gradient descent, rate 1e-6")
        self.press("Step")
        self.says("(-0.684, -2.964)")
        expect(self.note).not_to_contain_text("Off the map")
        self.press("Step")
        self.says("(124.1, 255.5)")
        expect(self.note).to_contain_text("Off the map: a step of 287")
        self.press("Run")
        self.says("Overflowed after 3 steps from (-1.5, 2)")
        drawn = self.live.locator("polyline, circle").evaluate_all(
            "parts => parts.map(part => part.outerHTML).join()"
        )
        assert not re.search("NaN|Infinity", self.live.inner_text() + drawn)
        assert not self.shows_the_point(), "it has left the map"
        self.choose("Rule", "clipped to norm 1, rate 1e-2")
        self.press("Step")
        self.says("(-1.498, 1.99)")
        self.choose("Rule", "gradient descent, rate 1e-3")
        self.press("Back")
        assert self.shows_the_point()
        self.check_the_map_of_starts()

        self.choose("Start", "1,0.5")
        self.map.focus()
        for key, told in {
            "ArrowRight": "(1.05, 0.5)",
            "ArrowUp": "(1.05, 0.55)",
            "ArrowLeft": "(1, 0.55)",
            "ArrowDown": "(1, 0.5)",
            "Shift+ArrowDown": "(1, 0)",
        }.items():
            self.page.keyboard.press(key)
            self.says(f"= {told}; loss")

        self.map.scroll_into_view_if_needed()
        self.page.mouse.move(*self.place_of(1, 0))
        self.page.mouse.down()
        self.page.mouse.move(*self.place_of(-1, -1), steps=10)
        self.page.mouse.move(*self.place_of(-2, 1), steps=10)
        self.is_at(-2, 1)
        expect(self.list_of("Start")).to_have_value("elsewhere")
        expect(self.numbers).to_have_attribute("aria-live", "polite")
        self.page.mouse.up()
        self.page.mouse.move(*self.place_of(0, 0))
        self.is_at(-2, 1)
