// The figure: a loss surface, a point on it that the reader moves, and the gradient there
// on its way back through time. show_explorer puts it into the page.

import { RULES, backpropagate, finite, lossSurface, norm, train } from "./network.mjs";

const VIEWS = { overview: [-3, -2, -1, 0, 1, 2, 3], zoom: [0, 0.5, 1, 1.5, 2] }; // ticks
const LEFT = 46, TOP = 8, SIDE = 300; // of each panel
const STEPS = 500, STEPS_A_FRAME = 4;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function show(value) {
  if (Array.isArray(value)) return `(${value.map(show).join(", ")})`;
  const size = Math.abs(value), plain = size === 0 || (size >= 1e-3 && size < 1e5);
  const text = plain ? +value.toPrecision(4) : value.toExponential(1);
  return String(text).replaceAll("-", "−");
}

// --- Drawing ---

function draw(parent, name, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  element.textContent = text;
  return parent.appendChild(element);
}

// Ticks are pairs [place, label]. Gives the svg inside the frame.
function drawFrame(svg, xTicks, yTicks, xLabel, yLabel, href) {
  const frame = { x: LEFT, y: TOP, width: SIDE, height: SIDE };
  svg.replaceChildren();
  if (href) draw(svg, "image", { ...frame, href });
  draw(svg, "rect", { ...frame, class: "frame" });
  for (const [x, label] of xTicks) draw(svg, "text", { x: LEFT + x, y: 324, class: "x" }, label);
  for (const [y, label] of yTicks) draw(svg, "text", { x: 41, y: TOP + y + 4, class: "y" }, label);
  draw(svg, "text", { x: LEFT + SIDE / 2, y: 343, class: "x" }, xLabel);
  draw(svg, "text", { transform: "translate(12 158) rotate(-90)", class: "x" }, yLabel);
  return draw(svg, "svg", frame);
}

// Which colour each loss has: a place in the list, the last one for all that is above, or
// -1 for the line where a new power of ten begins, from 1 on.
export function shade(losses, [low, high], nColors) {
  const tens = losses.map(row => row.map(loss => clamp(Math.log10(loss), low, high)));
  const decade = (row, i) => Math.max(Math.floor(row[i]), -1);
  return tens.map((row, j) => row.map((ten, i) => {
    const [left, above] = [decade(row, Math.max(i - 1, 0)), decade(tens[Math.max(j - 1, 0)], i)];
    if (left !== decade(row, i) || above !== decade(row, i)) return -1;
    return Math.min(Math.floor((ten - low) / (high - low) * nColors), nColors - 1);
  }));
}

// The surface as an image, in the colours of the printed figure.
function paint({ X, t, decades, colors }, low, high) {
  const weights = [...Array(SIDE).keys()].map(i => low + (high - low) * (i + 0.5) / SIDE);
  const losses = lossSurface(X, t, weights, [...weights].reverse());
  const rgb = colors.map(color => [1, 3, 5].map(i => parseInt(color.slice(i, i + 2), 16)));
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d"), image = context.createImageData(SIDE, SIDE);
  shade(losses, decades, colors.length).flat().forEach((place, i) => {
    image.data.set([...(rgb[place] ?? [255, 255, 255]), 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

// As printed: logarithmic, 0 at the foot, the last step at the left.
function drawGradient(panel, gradOverTime) {
  const n = gradOverTime.length - 1, x = k => 12 + (SIDE - 24) * (1 - k / n);
  const rise = size => size < 1e-3 ? size / 1e-3 : 4 + Math.log10(size);
  const y = value => SIDE * (1 - Math.min(rise(Math.abs(value)), 12) / 12);
  const ticks = { 0: 0, "10⁻²": 1e-2, 1: 1, "10²": 1e2, "10⁴": 1e4, "10⁶": 1e6, "10⁸": 1e8 };
  const steps = [...gradOverTime.keys()].filter(k => k % Math.ceil(n / 10) === 0);
  const frame = drawFrame(panel, steps.map(k => [x(k), k]),
    Object.entries(ticks).map(([label, value]) => [y(value), label]),
    "time step k (back in time)", "|∂ξ/∂S_k|, open: negative");
  const dots = gradOverTime.map((g, k) => [x(k), y(g), g]).filter(dot => Number.isFinite(dot[2]));
  draw(frame, "polyline", { points: dots.map(dot => dot.slice(0, 2)).join(" "), class: "line" });
  for (const [cx, cy, g] of dots) {
    draw(frame, "circle", { cx, cy, r: 4, class: g < 0 ? "open" : "full" });
  }
}

// --- The figure: its parts, what they show, and what the reader does to them ---

function build(presets) {
  const options = names => names.map(name => `<option>${name}</option>`).join("");
  const live = document.createElement("div");
  live.className = "live";
  live.innerHTML = `
    <svg viewBox="0 0 352 350" tabindex="0" role="application"
      aria-label="Map of the loss: drag the point, or use the arrow keys"></svg>
    <svg viewBox="0 0 352 350" role="img" aria-label="Gradient through time"></svg>
    <p><label>Start <select>${options(presets.map(preset => preset.name))}</select></label>
      <label>Rule <select>${options(Object.keys(RULES))}</select></label>
      <button type="button">Step</button> <button type="button">Run</button>
      <button type="button">Back</button> <button type="button">Zoom</button></p>
    <p role="status"></p><p></p>`;
  const [map, panel] = live.querySelectorAll("svg");
  const [preset, rule] = live.querySelectorAll("select");
  const [step, run, back, zoom] = live.querySelectorAll("button");
  const [, numbers, note] = live.querySelectorAll("p");
  return { live, map, panel, preset, rule, step, run, back, zoom, numbers, note };
}

class Explorer {
  constructor(data) {
    Object.assign(this, { data, view: "overview", running: 0 }, build(data.presets));
    this.drawMap();
    this.restart(data.start);
    this.listen();
  }

  get edges() {
    return [VIEWS[this.view][0], VIEWS[this.view].at(-1)];
  }

  // Where a weight lies on the map.
  x(w) {
    const [low, high] = this.edges;
    return SIDE * (w - low) / (high - low);
  }

  y(w) {
    return SIDE - this.x(w);
  }

  drawMap() {
    const ticks = VIEWS[this.view], href = paint(this.data, ...this.edges);
    this.moving = drawFrame(this.map, ticks.map(w => [this.x(w), show(w)]),
      ticks.map(w => [this.y(w), show(w)]), "w_x", "w_rec", href);
  }

  drawPath() {
    const { w: [wX, wRec], delta } = this.states.at(-1), dot = { r: 2, class: "dot" };
    const place = ({ w }) => [this.x(w[0]), this.y(w[1])].map(u => clamp(u, -1e4, 1e4));
    const path = this.states.filter(finite).map(place), [x, y] = path[0];
    const [cx, cy] = [this.x(wX), this.y(wRec)].map(u => clamp(u || 0, 0, SIDE));
    const onMap = cx === this.x(wX) && cy === this.y(wRec);
    this.moving.replaceChildren();
    draw(this.moving, "polyline", { points: path.join(" "), class: "path" });
    draw(this.moving, "rect", { x: x - 4, y: y - 4, width: 8, height: 8, class: "dot" });
    for (const [cx, cy] of path.slice(1, 80)) draw(this.moving, "circle", { ...dot, cx, cy });
    if (delta && onMap) {
      const [width, height] = delta.map(d => 2 * (this.x(d) - this.x(0)));
      const corner = { x: cx - width / 2, y: cy - height / 2 };
      draw(this.moving, "rect", { ...corner, width, height, class: "delta" });
    }
    draw(this.moving, "circle", { cx, cy, r: 7, class: "point" });
  }

  tell({ w, delta }, { loss, grad }) {
    const count = this.states.length - 1;
    this.numbers.textContent =
      `(w_x, w_rec) = ${show(w)}; loss ${show(loss)}; gradient ${show(grad)}`
      + (count ? `; step ${count}` : "") + (delta ? `; Δ = ${show(delta)}` : "");
    if (!count || delta || w.every(w_i => Math.abs(w_i) <= 3)) return;
    const { X, t, lost } = this.data, last = this.states[count - 1].w;
    const moved = norm(w.map((w_i, i) => w_i - last[i]));
    const slope = norm(backpropagate(X, t, last).grad);
    this.note.textContent =
      `Off the map: a step of ${show(moved)} for a gradient of ${show(slope)}. ${lost}`;
  }

  update() {
    const { X, t } = this.data, state = this.states.at(-1), there = backpropagate(X, t, state.w);
    this.drawPath();
    drawGradient(this.panel, there.gradOverTime);
    this.tell(state, there);
  }

  stop() {
    this.running = 0;
    this.numbers.ariaLive = "polite";
  }

  restart(w) {
    const { presets } = this.data, known = presets.findIndex(place => place.w.join() === w.join());
    this.stop();
    this.states = [{ w }];
    this.preset.selectedIndex = known;
    this.note.textContent = presets[known]?.note ?? "";
    this.update();
  }

  advance(count) {
    const { X, t } = this.data, gradient = w => backpropagate(X, t, w).grad;
    const left = STEPS + 1 - this.states.length, rule = RULES[this.rule.value];
    this.states.push(...train(gradient, this.states.pop(), rule, Math.min(count, left)));
    this.update();
  }

  animate(run) {
    if (run !== this.running) return;
    this.advance(STEPS_A_FRAME);
    const goesOn = this.states.length <= STEPS && finite(this.states.at(-1));
    if (goesOn) requestAnimationFrame(() => this.animate(run));
    else this.stop();
  }

  start() {
    this.restart(this.states[0].w);
    if (matchMedia("(prefers-reduced-motion)").matches) return this.advance(STEPS);
    this.numbers.ariaLive = "off"; // say only where it ends
    this.animate(this.running = performance.now());
  }

  pointAt({ clientX, clientY }) {
    const box = this.map.getBoundingClientRect(), [low, high] = this.edges;
    const scale = 352 / box.width, weight = u => clamp(low + (high - low) * u / SIDE, low, high);
    this.restart([weight((clientX - box.left) * scale - LEFT),
      weight(SIDE + TOP - (clientY - box.top) * scale)]);
  }

  nudge(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const [low, high] = this.edges, size = (high - low) / (event.shiftKey ? 12 : 120);
    const moved = this.states.at(-1).w.map((w_i, i) => w_i + size * moves[event.key][i]);
    this.restart(moved.map(w_i => clamp(+w_i.toFixed(6), low, high)));
  }

  switchView() {
    this.zoom.textContent = this.view === "zoom" ? "Zoom" : "Overview";
    this.view = this.view === "zoom" ? "overview" : "zoom";
    this.drawMap();
    this.update();
  }

  listen() {
    const { map, preset, rule, step, run, back, zoom } = this;
    map.onpointerdown = event => {
      map.setPointerCapture(event.pointerId);
      this.pointAt(event);
    };
    map.onpointermove = event => map.hasPointerCapture(event.pointerId) && this.pointAt(event);
    map.onkeydown = event => this.nudge(event);
    preset.onchange = () => this.restart(this.data.presets[preset.selectedIndex].w);
    rule.onchange = back.onclick = () => this.restart(this.states[0].w);
    step.onclick = () => {
      this.stop();
      this.advance(1);
    };
    run.onclick = () => this.start();
    zoom.onclick = () => this.switchView();
  }
}

// Should anything fail, the picture stays.
function mount(root) {
  try {
    const { live } = new Explorer(JSON.parse(root.dataset.explorer));
    root.append(live);
    root.dataset.ready = "";
  } catch (error) {
    delete root.dataset.wait;
    throw error;
  }
}

globalThis.document?.querySelectorAll("[data-explorer]:not([data-ready])").forEach(mount);
