// The explorer of notebooks 05 and 06: a loss surface and a point on it that you move.
// rnn_helpers.show_explorer puts it into the page.

// --- The network and the rules (tests/test_explorer.py: equal to rnn_helpers) ---

// Loss, gradient and gradient through time, by backpropagation through time.
export function backpropagate(X, t, [wX, wRec]) {
  const N = t.length, n = X[0].length;
  const overTime = new Array(n + 1).fill(0), grad = [0, 0];
  let loss = 0;
  X.forEach((x, i) => {
    const S = [0];
    for (let k = 1; k <= n; k++) S[k] = S[k - 1] * wRec + x[k - 1] * wX;
    const error = S[n] - t[i];
    loss += error ** 2 / N;
    let gradS = 2 * error / N;
    overTime[n] += gradS;
    for (let k = n; k > 0; k--) {
      grad[0] += gradS * x[k - 1];
      grad[1] += gradS * S[k - 1];
      gradS *= wRec;
      overTime[k - 1] += gradS;
    }
  });
  return { loss, grad, overTime };
}

// The loss over w_x, for one w_rec: a (w_x - b)^2 + c.
export function parabola(X, t, wRec) {
  const r = X.map(x => x.reduce((s, bit) => s * wRec + bit, 0));
  const mean = f => r.reduce((sum, r_i, i) => sum + f(r_i, t[i]), 0) / t.length;
  const a = mean(r_i => r_i ** 2);
  const b = mean((r_i, t_i) => r_i * t_i) / (a || 1);
  const c = mean((r_i, t_i) => (t_i - b * r_i) ** 2);
  return wX => a * (wX - b) ** 2 + c;
}

const descend = (rate, scale) => ({ w }, grad) =>
  ({ w: w.map((w_i, i) => w_i - rate * scale(grad) * grad[i]) });

// Each rule turns a state and the gradient there into the next state.
export const RULES = {
  "RProp": ({ w, delta = [1e-3, 1e-3], sign = [0, 0] }, grad) => {
    const now = grad.map(Math.sign);
    const next = delta.map((d, i) => d * (now[i] === sign[i] ? 1.2 : 0.5));
    return { w: w.map((w_i, i) => w_i - now[i] * next[i]), delta: next, sign: now };
  },
  "gradient descent, rate 1e-6": descend(1e-6, () => 1),
  "gradient descent, rate 1e-3": descend(1e-3, () => 1),
  "clipped to norm 1, rate 1e-2": descend(1e-2, grad => 1 / Math.max(1, Math.hypot(...grad))),
};

export function train(X, t, w, rule, nIterations) {
  const states = [{ w }];
  for (let i = 0; i < nIterations; i++) {
    states.push(RULES[rule](states[i], backpropagate(X, t, states[i].w).grad));
  }
  return states;
}

// --- The figure ---

const VIEWS = { overview: [-3, -2, -1, 0, 1, 2, 3], zoom: [0, 0.5, 1, 1.5, 2] }; // ticks
const LEFT = 46, TOP = 8, SIDE = 300; // of each panel
const STEPS = 500, STEPS_A_FRAME = 4;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const finite = ({ w }) => w.every(Number.isFinite);
const length = vector => Math.hypot(...vector);

function show(value) {
  if (Array.isArray(value)) return `(${value.map(show).join(", ")})`;
  const size = Math.abs(value), plain = size === 0 || (size >= 1e-3 && size < 1e5);
  const text = plain ? +value.toPrecision(4) : value.toExponential(1);
  return String(text).replaceAll("-", "−");
}

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

// The surface as an image: the colours of the printed figure, white lines at 1, 10, ...
function paint({ X, t, levels: [lowest, second], colors }, low, high) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d"), image = context.createImageData(SIDE, SIDE);
  const weight = i => low + (high - low) * (i + 0.5) / SIDE;
  const rgb = colors.map(color => [1, 3, 5].map(i => parseInt(color.slice(i, i + 2), 16)));
  let above = [];
  for (let row = 0; row < SIDE; row++) {
    const xi = parabola(X, t, weight(SIDE - 1 - row)), decades = [];
    for (let i = 0; i < SIDE; i++) {
      const loss = Math.max(xi(weight(i)), lowest);
      const band = Math.floor(Math.log10(loss / lowest) / Math.log10(second / lowest));
      const decade = decades[i] = Math.max(Math.floor(Math.log10(loss)), -1);
      const line = (i && decades[i - 1] !== decade) || (row && above[i] !== decade);
      const color = line ? [255, 255, 255] : rgb[Math.min(band, rgb.length - 1)];
      image.data.set([...color, 255], 4 * (row * SIDE + i));
    }
    above = decades;
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

// As printed: logarithmic, 0 at the foot, the last step at the left.
function drawGradient(panel, overTime) {
  const n = overTime.length - 1, x = k => 12 + (SIDE - 24) * (1 - k / n);
  const rise = size => size < 1e-3 ? size / 1e-3 : 4 + Math.log10(size);
  const y = value => SIDE * (1 - Math.min(rise(Math.abs(value)), 12) / 12);
  const ticks = { 0: 0, "10⁻²": 1e-2, 1: 1, "10²": 1e2, "10⁴": 1e4, "10⁶": 1e6, "10⁸": 1e8 };
  const steps = [...overTime.keys()].filter(k => k % Math.ceil(n / 10) === 0);
  const frame = drawFrame(panel, steps.map(k => [x(k), k]),
    Object.entries(ticks).map(([label, value]) => [y(value), label]),
    "time step k (back in time)", "|∂ξ/∂S_k|, open: negative");
  const dots = overTime.map((g, k) => [x(k), y(g), g]).filter(dot => Number.isFinite(dot[2]));
  draw(frame, "polyline", { points: dots.map(dot => dot.slice(0, 2)).join(" "), class: "line" });
  for (const [cx, cy, g] of dots) draw(frame, "circle", { cx, cy, r: 4, class: g < 0 ? "open" : "full" });
}

function mount(root) {
  const data = JSON.parse(root.dataset.explorer), { X, t, presets } = data;
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

  let view = "overview", running = 0, states, moving;
  const edges = () => [VIEWS[view][0], VIEWS[view].at(-1)];
  const x = w => SIDE * (w - edges()[0]) / (edges()[1] - edges()[0]), y = w => SIDE - x(w);

  function drawMap() {
    const ticks = VIEWS[view], href = paint(data, ...edges());
    moving = drawFrame(map, ticks.map(w => [x(w), show(w)]), ticks.map(w => [y(w), show(w)]),
      "w_x", "w_rec", href);
  }

  function update() {
    const { w, delta } = states.at(-1), { loss, grad, overTime } = backpropagate(X, t, w);
    const path = states.filter(finite).map(s => [x(s.w[0]), y(s.w[1])].map(u => clamp(u, -1e4, 1e4)));
    const [cx, cy] = [x(w[0]), y(w[1])].map(u => clamp(u || 0, 0, SIDE));
    const dot = { r: 2, class: "dot" }, off = [x(w[0]), y(w[1])].join() !== [cx, cy].join();
    moving.replaceChildren();
    draw(moving, "polyline", { points: path.join(" "), class: "path" });
    draw(moving, "rect", { x: path[0][0] - 4, y: path[0][1] - 4, width: 8, height: 8, class: "dot" });
    for (const [cx, cy] of path.slice(1, 80)) draw(moving, "circle", { ...dot, cx, cy });
    if (delta && !off) {
      const [width, height] = delta.map(d => 2 * (x(d) - x(0)));
      draw(moving, "rect", { x: cx - width / 2, y: cy - height / 2, width, height, class: "delta" });
    }
    draw(moving, "circle", { cx, cy, r: 7, class: "point" });
    drawGradient(panel, overTime);
    const count = states.length - 1;
    numbers.textContent = `(w_x, w_rec) = ${show(w)}; loss ${show(loss)}; gradient ${show(grad)}`
      + (count ? `; step ${count}` : "") + (delta ? `; Δ = ${show(delta)}` : "");
    if (!count || delta || w.every(w_i => Math.abs(w_i) <= 3)) return;
    const last = states[count - 1].w;
    const moved = length(w.map((w_i, i) => w_i - last[i]));
    const slope = length(backpropagate(X, t, last).grad);
    note.textContent = `Off the map: a step of ${show(moved)} for a gradient of ${show(slope)}. ${data.lost}`;
  }

  function stop() {
    running = 0;
    numbers.ariaLive = "polite";
  }

  function restart(w) {
    stop();
    states = [{ w }];
    preset.selectedIndex = presets.findIndex(place => place.w.join() === w.join());
    note.textContent = presets[preset.selectedIndex]?.note ?? "";
    update();
  }

  function advance(count) {
    for (let i = 0; i < count && states.length <= STEPS && finite(states.at(-1)); i++) {
      const state = states.at(-1);
      states.push(RULES[rule.value](state, backpropagate(X, t, state.w).grad));
    }
    update();
  }

  function animate(id) {
    if (id !== running) return;
    advance(STEPS_A_FRAME);
    if (states.length <= STEPS && finite(states.at(-1))) requestAnimationFrame(() => animate(id));
    else stop();
  }

  function moveTo({ clientX, clientY }) {
    const box = map.getBoundingClientRect(), [low, high] = edges(), scale = 352 / box.width;
    const weight = u => clamp(low + (high - low) * u / SIDE, low, high);
    restart([weight((clientX - box.left) * scale - LEFT),
      weight(SIDE + TOP - (clientY - box.top) * scale)]);
  }

  map.onpointerdown = event => {
    map.setPointerCapture(event.pointerId);
    moveTo(event);
  };
  map.onpointermove = event => map.hasPointerCapture(event.pointerId) && moveTo(event);
  map.onkeydown = event => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const [low, high] = edges(), size = (high - low) / (event.shiftKey ? 12 : 120);
    const moved = states.at(-1).w.map((w_i, i) => w_i + size * moves[event.key][i]);
    restart(moved.map(w_i => clamp(+w_i.toFixed(6), low, high)));
  };
  preset.onchange = () => restart(presets[preset.selectedIndex].w);
  rule.onchange = back.onclick = () => restart(states[0].w);
  step.onclick = () => { stop(); advance(1); };
  run.onclick = () => {
    restart(states[0].w);
    if (matchMedia("(prefers-reduced-motion)").matches) return advance(STEPS);
    numbers.ariaLive = "off"; // say only where it ends
    animate(running = performance.now());
  };
  zoom.onclick = () => {
    zoom.textContent = view === "zoom" ? "Zoom" : "Overview";
    view = view === "zoom" ? "overview" : "zoom";
    drawMap();
    update();
  };

  root.append(live);
  root.dataset.ready = "";
  drawMap();
  restart(data.start);
}

if (globalThis.document) document.querySelectorAll("[data-explorer]:not([data-ready])").forEach(mount);
