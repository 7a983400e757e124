// The figure: a point on a map of the weights that the reader moves, and the gradient there
// through time. Its frames, axes and controls are explorer.html, which show_explorer fills.

import { RULES, arrival, backpropagate, closedForm, lossSurface, norm, train } from "./network.mjs";

const EDGES = { loss: [-3, 3], near: [0, 2], starts: [-3, 3] }; // of each map
const SIDE = 300; // of a frame
const STEPS = 500, STEPS_A_FRAME = 4, STARTS_A_SIDE = 50, ROWS_A_FRAME = 5;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const range = n => [...Array(n).keys()];

function show(value) {
  if (value.map) return `(${value.map(show).join(", ")})`;
  const size = Math.abs(value), plain = !size || (size >= 1e-3 && size < 1e5);
  if (!(size < Infinity)) return "more than 10³⁰⁸";
  return `${plain ? +value.toPrecision(4) : value.toExponential(1)}`.replaceAll("-", "−");
}

// --- Drawing ---

function set(element, attributes) {
  for (const key in attributes) element.setAttribute(key, attributes[key]);
}

function draw(parent, name, attributes) {
  const element = document.createElementNS(parent.namespaceURI, name);
  set(element, attributes);
  parent.append(element);
}

// Which colour each loss has: a place in the list, the last one for all that is above, or
// -1 for the line, so many pixels wide, where a new power of ten begins, from 1 on.
export function shade(losses, [low, high], nColors, width = 1) {
  const tens = losses.map(row => row.map(loss => clamp(Math.log10(loss), low, high)));
  const decade = (row, i) => Math.max(Math.floor(row[Math.max(i, 0)]), -1);
  return tens.map((row, j) => row.map((ten, i) => {
    const here = decade(row, i), above = decade(tens[Math.max(j - width, 0)], i);
    if (here !== above || here !== decade(row, i - width)) return -1;
    return Math.min(Math.floor((ten - low) / (high - low) * nColors), nColors - 1);
  }));
}

// Rows of places in a list of colours, white for none, as the address of an image.
function paint(places, inks) {
  const canvas = document.createElement("canvas"), n = canvas.width = canvas.height = places.length;
  const pixels = Uint32Array.from(places.flat(), place => inks[place] ?? 0xffffffff);
  canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), n), 0, 0);
  return canvas.toDataURL();
}

// As printed: logarithmic, 0 at the foot, the last step at the left.
function drawGradient(frame, gradOverTime) {
  const n = gradOverTime.length - 1, x = k => 12 + (SIDE - 24) * (1 - k / n);
  const rise = size => size < 1e-3 ? size / 1e-3 : 4 + Math.log10(size);
  const y = g => SIDE * (1 - Math.min(rise(Math.abs(g)), 12) / 12);
  const dots = gradOverTime.map((g, k) => [x(k), y(g), g]).filter(dot => Number.isFinite(dot[2]));
  frame.replaceChildren();
  draw(frame, "polyline", { points: dots.map(dot => dot.slice(0, 2)).join(" "), class: "line" });
  for (const [cx, cy, g] of dots) draw(frame, "circle", { cx, cy, r: 4, class: g < 0 ? "open" : "full" });
}

// --- The figure: what it shows, and what the reader does to it ---

class Explorer {
  constructor(root) {
    this.data = JSON.parse(root.dataset.explorer);
    root.insertAdjacentHTML("beforeend", this.data.html);
    this.live = root.lastElementChild;
    for (const part of this.live.querySelectorAll("[data-part]")) this[part.dataset.part] = part;
    this.lossAndGradient = closedForm(this.data.polynomials);
    this.listen();
    this.restart(this.data.start);
    this.drawMap();
  }

  place(w) {
    const [low, high] = EDGES[this.view.value];
    const [x, y] = w.map(w_i => SIDE * clamp((w_i - low) / (high - low), -50, 50));
    return [x, SIDE - y];
  }

  drawMap() {
    this.live.dataset.view = this.view.value;
    this.share = this.drawing = undefined;
    set(this.star, { transform: `translate(${this.place([1, 1])})` });
    if (this.view.value === "starts") this.drawStarts();
    else this.drawLosses();
    this.update();
  }

  // A pixel for each of the screen.
  drawLosses() {
    const { X, t, decades, inks } = this.data, [low, high] = EDGES[this.view.value];
    const size = Math.round(this.grip.getBoundingClientRect().width * devicePixelRatio) || SIDE;
    const weights = range(size).map(i => low + (high - low) * (i + 0.5) / size);
    const losses = lossSurface(X, t, weights, weights.toReversed());
    this.setImage(shade(losses, decades, inks.length, Math.ceil(size / 450)), inks);
  }

  // Some rows a frame, so that the page stays alive; another map may be asked for meanwhile.
  async drawStarts() {
    const { latest, inks } = this.data.arrivals, n = STARTS_A_SIDE, drawing = this.drawing = {};
    const [low, high] = EDGES.starts, gap = (high - low) / (n - 1);
    const weights = range(n).map(i => i * gap + low), found = [];
    for (const wRec of weights.toReversed()) {
      found.push(weights.map(wX => this.arrival([wX, wRec])));
      if (found.length % ROWS_A_FRAME) continue;
      const place = after => after < 0 ? latest.length : latest.findIndex(last => after <= last);
      this.setImage(range(n).map(j => (found[j] ?? Array(n).fill(-1)).map(place)), inks, SIDE / (n - 1));
      await new Promise(requestAnimationFrame);
      if (drawing !== this.drawing) return;
    }
    this.share = found.flat().filter(after => after >= 0).length / n ** 2;
    this.update();
  }

  setImage(places, inks, cell = 0) {
    const [x, width] = [-cell / 2, SIDE + cell];
    set(this.image, { href: paint(places, inks), x, y: x, width, height: width });
  }

  arrival(w) {
    return arrival(this.lossAndGradient, w, RULES[this.rule.value], STEPS);
  }

  drawPath() {
    const { w, delta } = this.states.at(-1), dot = { r: 2, class: "dot" };
    const path = this.states.map(state => this.place(state.w)), [x, y] = path[0], [cx, cy] = path.at(-1);
    this.moving.replaceChildren();
    draw(this.moving, "polyline", { points: path.join(" "), class: "path" });
    draw(this.moving, "rect", { x: x - 4, y: y - 4, width: 8, height: 8, class: "dot" });
    for (const [cx, cy] of path.slice(1, 80)) draw(this.moving, "circle", { ...dot, cx, cy });
    if (delta) {
      const [right, top] = this.place(w.map((w_i, i) => w_i + delta[i]));
      const box = { x: 2 * cx - right, y: top, width: 2 * (right - cx), height: 2 * (cy - top) };
      draw(this.moving, "rect", { ...box, class: "delta" });
    }
    draw(this.moving, "circle", { cx, cy, r: 7, class: "point" });
  }

  tell({ w, delta }, { loss, grad }) {
    const count = this.states.length - 1, place = `(w<sub>x</sub>, w<sub>rec</sub>) = ${show(w)}`;
    const told = [loss, ...grad].every(Number.isFinite) ? `loss ${show(loss)}; gradient ${show(grad)}`
      : "loss or gradient overflows";
    this.numbers.innerHTML = this.overflowed
      ? `Overflowed after ${count} step${count === 1 ? "" : "s"} from ${show(this.states[0].w)}, at ${place}`
      : `${place}; ${told}${count ? `; step ${count}` : ""}${delta ? `; Δ = ${show(delta)}` : ""}`;
    this.note.textContent = this.view.value === "starts" ? this.aboutStarts() : this.aboutPlace(w, loss);
  }

  aboutStarts() {
    const { w } = this.states[0], after = this.arrival(w);
    const one = `From ${show(w)} it ` + (after < 0 ? "does not." : `arrives after ${after} steps.`);
    return (this.share === undefined ? "" : `From ${(100 * this.share).toPrecision(2)} % of all starts here `
      + `this rule arrives: within ${STEPS} steps the loss is below 0.001. `) + one;
  }

  aboutPlace(w, loss) {
    const { X, t } = this.data, last = this.states.at(-2)?.w, n = X[0].length, factor = w[1] ** n;
    const off = w.some(w_i => Math.abs(w_i) > 3), size = Math.abs(factor);
    if (off && last && this.rule.value.startsWith("gradient")) {
      const moved = norm(w.map((w_i, i) => w_i - last[i])), { grad } = backpropagate(X, t, last);
      return `Off the map: a step of ${show(moved)} for a gradient of ${show(norm(grad))}. `
        + "It says how steep the slope is, not how far it is to the valley.";
    }
    if (loss < 1e-3) return "Arrived: the loss is below 0.001.";
    const fate = size > 2 ? "it explodes" : size > 0.5 ? "it keeps its size" : size ? "it vanishes" : "it is gone";
    return `${off ? "Off the map. " : ""}${n} steps back in time multiply the gradient by ${show(factor)}: `
      + `${fate}${w[1] < 0 ? ", and its sign alternates" : ""}.`;
  }

  update() {
    const { X, t } = this.data, state = this.states.at(-1), there = backpropagate(X, t, state.w);
    this.drawPath();
    drawGradient(this.panel, there.gradOverTime);
    this.tell(state, there);
  }

  stop() {
    this.running = undefined;
    this.numbers.ariaLive = "polite";
  }

  restart(w = this.states[0].w) {
    this.stop();
    this.states = [{ w }];
    this.overflowed = false;
    this.preset.value = w.join();
    if (!this.preset.value) this.preset.value = "elsewhere";
    this.update();
  }

  advance(count) {
    const { X, t } = this.data, steps = Math.min(count, STEPS + 1 - this.states.length);
    const gradient = w => backpropagate(X, t, w).grad;
    const states = train(gradient, this.states.pop(), RULES[this.rule.value], steps);
    this.states.push(...states);
    this.overflowed = states.length <= steps;
    this.update();
  }

  animate(run) {
    if (run !== this.running) return;
    this.advance(STEPS_A_FRAME);
    if (this.states.length <= STEPS && !this.overflowed) requestAnimationFrame(() => this.animate(run));
    else this.stop();
  }

  start() {
    this.restart();
    if (matchMedia("(prefers-reduced-motion)").matches) return this.advance(STEPS);
    this.numbers.ariaLive = "off"; // say only where it ends
    this.animate(this.running = {});
  }

  pointAt({ clientX, clientY }) {
    const box = this.grip.getBoundingClientRect(), [low, high] = EDGES[this.view.value];
    const weight = share => low + (high - low) * clamp(share, 0, 1);
    this.restart([weight((clientX - box.left) / box.width), weight((box.bottom - clientY) / box.height)]);
  }

  nudge(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const [low, high] = EDGES[this.view.value], size = (high - low) / (event.shiftKey ? 12 : 120);
    const moved = this.states.at(-1).w.map((w_i, i) => w_i + size * moves[event.key][i]);
    this.restart(moved.map(w_i => clamp(+w_i.toFixed(6), low, high)));
  }

  // What a sentence names: a place and, if it says so, a rule, a number of steps, a map.
  follow({ explore, rule, steps = 0, show = "loss" }) {
    if (rule) this.rule.value = rule;
    this.view.value = show;
    this.restart(explore.split(",").map(Number));
    this.drawMap();
    if (steps < STEPS) this.advance(+steps);
    else this.start();
  }

  listen() {
    const { map, grip, preset, rule, view, step, run, back } = this;
    grip.onpointerdown = event => {
      grip.setPointerCapture(event.pointerId);
      this.pointAt(event);
    };
    grip.onpointermove = event => grip.hasPointerCapture(event.pointerId) && this.pointAt(event);
    map.onkeydown = event => this.nudge(event);
    preset.onchange = () => this.restart(preset.value.split(",").map(Number));
    rule.onchange = () => {
      this.restart();
      if (view.value === "starts") this.drawMap();
    };
    view.onchange = () => this.drawMap();
    back.onclick = () => this.restart();
    step.onclick = () => {
      this.stop();
      this.advance(1);
    };
    run.onclick = () => this.start();
  }
}

// Make links of what the text around a figure marks: <span data-explore="1, 2">.
function linkSentences(root, explorer) {
  for (const span of document.querySelectorAll("span[data-explore]")) {
    if (span.closest(":has([data-explorer])").querySelector("[data-explorer]") !== root) continue;
    const link = document.createElement("a");
    link.href = `#${root.id}`;
    link.onclick = () => explorer.follow(span.dataset);
    link.append(...span.childNodes);
    span.append(link);
  }
}

// Should anything fail, the picture stays.
function mount(root, i) {
  try {
    root.id = `explorer-${i + 1}`;
    linkSentences(root, new Explorer(root));
    root.dataset.ready = "";
  } catch (error) {
    root.querySelector(".live")?.remove();
    delete root.dataset.wait;
    throw error;
  }
}

globalThis.document?.querySelectorAll("[data-explorer]:not([data-ready])").forEach(mount);
