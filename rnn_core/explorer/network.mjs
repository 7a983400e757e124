// The mathematics of the explorer, as in linear.py, optimise.py and rprop.py of rnn_core.
// Pure: nothing that is handed in is changed, and nothing else is looked at.

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

// --- The rules: (state, grad) -> state ---

export const norm = vector => Math.hypot(...vector);

// threshold g / |g| where the norm |g| is above the threshold, else g as it is.
export function clip(grad, threshold) {
  const scale = threshold / Math.max(norm(grad), threshold);
  return grad.map(grad_i => grad_i * scale);
}

// w <- w - rate grad
export function updateDescent({ w }, grad, rate) {
  return { w: w.map((w_i, i) => w_i - rate * grad[i]) };
}

// Delta <- Delta eta+ where the sign is that of the last step, Delta where the gradient
// is 0, else Delta eta-; w <- w - sign(grad) Delta
export function updateRprop(state, grad, etaPlus = 1.2, etaMinus = 0.5) {
  const { w, delta: lastDelta = [1e-3, 1e-3], sign: lastSign = [0, 0] } = state;
  const sign = grad.map(Math.sign);
  const growth = sign.map((s, i) => s === lastSign[i] ? etaPlus : etaMinus);
  const delta = lastDelta.map((d, i) => sign[i] === 0 ? d : d * growth[i]);
  return { w: w.map((w_i, i) => w_i - sign[i] * delta[i]), delta, sign };
}

export const RULES = {
  "RProp": (state, grad) => updateRprop(state, grad),
  "gradient descent, rate 1e-6": (state, grad) => updateDescent(state, grad, 1e-6),
  "gradient descent, rate 1e-3": (state, grad) => updateDescent(state, grad, 1e-3),
  "clipped to norm 1, rate 1e-2": (state, grad) => updateDescent(state, clip(grad, 1), 1e-2),
};

export const finite = ({ w }) => w.every(Number.isFinite);

// The states from this one on: nIterations more, or fewer where a weight overflows.
export function train(gradient, state, rule, nIterations) {
  const states = [state];
  while (states.length <= nIterations && finite(state)) {
    state = rule(state, gradient(state.w));
    states.push(state);
  }
  return states;
}
