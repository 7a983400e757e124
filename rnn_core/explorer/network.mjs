// The mathematics of the explorer: linear.py, optimise.py and rprop.py of rnn_core. Pure.

// --- The network ---

// One step: S_k = S_{k-1} w_rec + x_k w_x.
export const updateState = (x_k, S_prev, wX, wRec) => S_prev * wRec + x_k * wX;

// The states S_0..S_n of one sequence x.
export function forwardStates(x, wX, wRec) {
  const S = [0];
  for (let k = 1; k <= x.length; k++) S[k] = updateState(x[k - 1], S[k - 1], wX, wRec);
  return S;
}

// dxi/dS_{k-1} = dxi/dS_k w_rec, from the output back, and what it gives the weights.
export function backwardGradient(x, S, gradOut, wRec) {
  const n = x.length, gradS = [];
  gradS[n] = gradOut;
  let gradWX = 0, gradWRec = 0;
  for (let k = n; k > 0; k--) {
    gradWX += gradS[k] * x[k - 1];
    gradWRec += gradS[k] * S[k - 1];
    gradS[k - 1] = gradS[k] * wRec;
  }
  return { grad: [gradWX, gradWRec], gradS };
}

const add = (a, b) => a.map((a_i, i) => a_i + b[i]);

// Loss, gradient and gradient over time (dxi/dS_k for k = 0..n) of the whole batch.
export function backpropagate(X, t, [wX, wRec]) {
  const N = t.length;
  let loss = 0, grad = [0, 0], gradOverTime = new Array(X[0].length + 1).fill(0);
  X.forEach((x, i) => {
    const S = forwardStates(x, wX, wRec), error = S.at(-1) - t[i];
    const back = backwardGradient(x, S, 2 * error / N, wRec);
    loss += error ** 2 / N;
    grad = add(grad, back.grad);
    gradOverTime = add(gradOverTime, back.gradS);
  });
  return { loss, grad, gradOverTime };
}

// losses[i][j] at (wXValues[j], wRecValues[i]), by the outputs r at w_x = 1: y = w_x r.
// Infinite where a square overflows, never NaN: at w_x = 0 all outputs are 0.
export function lossSurface(X, t, wXValues, wRecValues) {
  return wRecValues.map(wRec => {
    const r = X.map(x => forwardStates(x, 1, wRec).at(-1));
    return wXValues.map(wX => {
      let sum = 0;
      for (let i = 0; i < r.length; i++) sum += ((wX && wX * r[i]) - t[i]) ** 2;
      return sum / r.length;
    });
  });
}

// Loss and gradient by the polynomials a, b, c in w_rec, the highest power first:
// xi = a w_x^2 - 2 b w_x + c.
export function closedForm(polynomials) {
  const value = (p, x) => p.reduce((sum, p_k) => sum * x + p_k, 0);
  const slope = p => p.slice(0, -1).map((p_k, k) => p_k * (p.length - 1 - k));
  const slopes = polynomials.map(slope);
  return ([wX, wRec]) => {
    const [a, b, c] = polynomials.map(p => value(p, wRec));
    const [da, db] = slopes.map(p => value(p, wRec));
    return { loss: wX * (wX * a - 2 * b) + c, grad: [2 * (wX * a - b), wX * (wX * da - 2 * db)] };
  };
}

// --- The rules: (state, grad) -> state, from { w } ---

export const norm = vector => Math.hypot(...vector);

// threshold g / |g| where the norm |g| is above the threshold, else g as it is.
export function clip(grad, threshold = 1) {
  const scale = threshold / Math.max(norm(grad), threshold);
  return grad.map(g => g * scale);
}

// w <- w - rate grad
export function updateDescent({ w }, grad, rate) {
  return { w: w.map((w_i, i) => w_i - rate * grad[i]) };
}

// v <- momentum v - rate grad; w <- w + v
export function updateMomentum({ w, velocity: last = [0, 0] }, grad, rate, momentum = 0.9) {
  const velocity = last.map((v, i) => momentum * v - rate * grad[i]);
  return { w: add(w, velocity), velocity };
}

// The running mean of values, of which the last one counts 1 - beta.
const mix = (mean, beta, values) => mean.map((m, i) => beta * m + (1 - beta) * values[i]);
const squares = grad => grad.map(g => g * g);

// s <- decay s + (1 - decay) grad^2; w <- w - rate grad / (sqrt(s) + eps)
export function updateRMSProp({ w, square: last = [0, 0] }, grad, rate, decay = 0.9) {
  const square = mix(last, decay, squares(grad));
  return { w: w.map((w_i, i) => w_i - rate * grad[i] / (Math.sqrt(square[i]) + 1e-8)), square };
}

// m <- beta1 m + (1 - beta1) grad; s <- beta2 s + (1 - beta2) grad^2; after n steps
// w <- w - rate m / (1 - beta1^n) / (sqrt(s / (1 - beta2^n)) + eps)
export function updateAdam(state, grad, rate, beta1 = 0.9, beta2 = 0.999) {
  const { w, mean: m = [0, 0], square: s = [0, 0], nTaken: before = 0 } = state;
  const nTaken = before + 1, mean = mix(m, beta1, grad), square = mix(s, beta2, squares(grad));
  const size = square.map(s_i => Math.sqrt(s_i / (1 - beta2 ** nTaken)) + 1e-8);
  const moved = w.map((w_i, i) => w_i - rate * mean[i] / (1 - beta1 ** nTaken) / size[i]);
  return { w: moved, mean, square, nTaken };
}

// Delta <- Delta eta+ where the sign is that of the last step, Delta where the gradient
// is 0, else Delta eta-; w <- w - sign(grad) Delta
export function updateRprop(state, grad, etaPlus = 1.2, etaMinus = 0.5) {
  const { w, delta: d = [1e-3, 1e-3], sign: last = [0, 0] } = state, sign = grad.map(Math.sign);
  const growth = sign.map((s, i) => s === last[i] ? etaPlus : etaMinus);
  const delta = d.map((d_i, i) => d_i * (sign[i] ? growth[i] : 1));
  return { w: w.map((w_i, i) => w_i - sign[i] * delta[i]), delta, sign };
}

// Delta <- Delta eta+ or Delta eta- where the sign is that of the last step or its
// opposite, in [1e-6, 50]; where it is the opposite, the weight stays and the sign is 0.
export function updateIRpropMinus(state, grad, etaPlus = 1.2, etaMinus = 0.5) {
  const { w, delta: d = [1e-3, 1e-3], sign: last = [0, 0] } = state;
  const agreement = grad.map((g, i) => Math.sign(g) * last[i]);
  const growth = agreement.map(a => a > 0 ? etaPlus : a < 0 ? etaMinus : 1);
  const delta = d.map((d_i, i) => Math.min(Math.max(d_i * growth[i], 1e-6), 50));
  const sign = grad.map((g, i) => agreement[i] < 0 ? 0 : Math.sign(g));
  return { w: w.map((w_i, i) => w_i - sign[i] * delta[i]), delta, sign };
}

export const RULES = {
  "gradient descent, rate 1e-6": (state, grad) => updateDescent(state, grad, 1e-6),
  "gradient descent, rate 1e-3": (state, grad) => updateDescent(state, grad, 1e-3),
  "clipped to norm 1, rate 1e-2": (state, grad) => updateDescent(state, clip(grad), 1e-2),
  "RProp": (state, grad) => updateRprop(state, grad),
  "iRprop-": (state, grad) => updateIRpropMinus(state, grad),
  "clipped momentum": (state, grad) => updateMomentum(state, clip(grad), 1e-3),
  "RMSProp": (state, grad) => updateRMSProp(state, grad, 1e-2),
  "Adam": (state, grad) => updateAdam(state, grad, 0.1),
  "Adam, short memory": (state, grad) => updateAdam(state, grad, 0.1, 0.9, 0.9),
  "clipped Adam, cooled": (state, grad) =>
    updateAdam(state, clip(grad), 0.1 * 0.99 ** (state.nTaken ?? 0)),
};

export const finite = ({ w }) => w.every(Number.isFinite);

// The states from this one on: nIterations more, or fewer where a weight would overflow.
export function train(gradient, state, rule, nIterations) {
  const states = [state];
  while (states.length <= nIterations) {
    state = rule(state, gradient(state.w));
    if (!finite(state)) break;
    states.push(state);
  }
  return states;
}

// The first iteration, 0 at the start, whose loss is below a thousandth; -1 for none.
export function arrival(lossAndGradient, w, rule, nIterations) {
  let state = { w };
  for (let i = 0; i <= nIterations && finite(state); i++) {
    const { loss, grad } = lossAndGradient(state.w);
    if (loss < 1e-3) return i;
    state = rule(state, grad);
  }
  return -1;
}
