// What is wider than the page scrolls inside itself; let the keyboard reach it too.
function reachScrollers() {
  const wide = "pre, .cell_output, .table-wrapper, .katex-display";
  for (const box of document.querySelectorAll(wide)) {
    const scrolls = box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === "auto";
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

addEventListener("load", reachScrollers);
addEventListener("resize", reachScrollers);
