// What is wider than the page scrolls inside itself, and fades where it goes on; let the
// keyboard reach it too.
function showWhereItGoesOn(box) {
  const right = box.scrollWidth - box.clientWidth - box.scrollLeft;
  box.classList.toggle("more-left", box.scrollLeft > 1);
  box.classList.toggle("more-right", right > 1);
}

function reachScrollers() {
  const wide = "pre, a:has(> img), .table-wrapper, .katex-display";
  for (const box of document.querySelectorAll(wide)) {
    const scrolls = box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === "auto";
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
    showWhereItGoesOn(box);
    box.onscroll = () => showWhereItGoesOn(box);
  }
}

addEventListener("load", reachScrollers);
addEventListener("resize", reachScrollers);
addEventListener("toggle", reachScrollers, true); // of what is folded

// KaTeX holds each formula three times: let an excerpt on the page of results show it once,
// and no prompt of what is folded.
addEventListener("DOMContentLoaded", () => {
  if (typeof Search === "undefined") return;
  const textOf = Search.htmlToText;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll(".katex-html, annotation, summary, .byline, .eqno, .tag_hide-input").forEach(box => box.remove());
    return textOf(page.documentElement.outerHTML, anchor);
  };
});
