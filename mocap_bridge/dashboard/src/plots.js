// Small plots on canvases: the rate, the stages on top of each other, and when which event was active.
import { STAGES, wholeMs } from "./history.js";

export const STAGE_COLOURS = {
  detect: "#7c8cf8", track: "#54b4f0", estimate: "#2fc6a4", lift: "#8bc34a", place: "#d6c33c", smooth: "#f2994a", retarget: "#ee6a7c", events: "#d79be0", outputs: "#8f7ae5",
};
const EDGE_PX = { left: 34, right: 8, top: 8, bottom: 6 };

/** A canvas at the screen's own resolution; null while it is not shown. */
function begun(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return null;
  const ratio = Math.min(2, window.devicePixelRatio);
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.font = "11px system-ui, sans-serif";
  return { context, width, height };
}

/** A number that fits beside a plot. */
export const short = (value) => (value >= 1000 ? `${+(value / 1000).toFixed(1)}k` : `${+value.toFixed(1)}`);

function frame({ context, width, height }, top, theme) {
  const y = (value) => EDGE_PX.top + (1 - value / top) * (height - EDGE_PX.top - EDGE_PX.bottom);
  context.strokeStyle = theme.line;
  context.fillStyle = theme.dim;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const share of [0, 0.5, 1]) {
    const at = Math.round(y(top * share)) + 0.5;
    context.beginPath();
    context.moveTo(EDGE_PX.left, at);
    context.lineTo(width - EDGE_PX.right, at);
    context.stroke();
    context.fillText(short(top * share), EDGE_PX.left - 6, at);
  }
  return y;
}

const across = ({ width }, history) => {
  const last = history.samples.at(-1)?.timeS ?? 0;
  return ({ timeS }) => EDGE_PX.left + (1 - (last - timeS) / history.lastS) * (width - EDGE_PX.left - EDGE_PX.right);
};

function line(context, history, x, y, of, colour) {
  context.beginPath();
  history.samples.forEach((sample) => context.lineTo(x(sample), y(of(sample))));
  Object.assign(context, { strokeStyle: colour, lineWidth: 1.8, lineJoin: "round" });
  context.stroke();
}

export function plotFps(canvas, history, theme) {
  const sheet = begun(canvas);
  if (!sheet) return;
  const y = frame(sheet, history.top(({ fps }) => fps, 10), theme);
  line(sheet.context, history, across(sheet, history), y, ({ fps }) => fps, theme.accent);
}

export function plotStages(canvas, history, theme) {
  const sheet = begun(canvas);
  if (!sheet) return;
  const { context } = sheet;
  const y = frame(sheet, history.top((sample) => Math.max(wholeMs(sample), sample.latencyMs), 5), theme);
  const x = across(sheet, history);
  const below = history.samples.map(() => 0);
  for (const stage of STAGES) {
    context.beginPath();
    history.samples.forEach((sample, index) => context.lineTo(x(sample), y(below[index])));
    for (let index = history.samples.length - 1; index >= 0; index--) {
      below[index] += history.samples[index].stagesMs[stage] ?? 0;
      context.lineTo(x(history.samples[index]), y(below[index]));
    }
    context.fillStyle = STAGE_COLOURS[stage];
    context.fill();
  }
  line(context, history, x, y, ({ latencyMs }) => latencyMs, theme.text);
}

export function plotEvents(canvas, events, theme) {
  const { names } = events;
  canvas.style.height = `${Math.max(1, names.length) * 24 + 22}px`;
  const sheet = begun(canvas);
  if (!sheet) return;
  const { context, width } = sheet;
  const left = 104;
  const x = (timeS) => left + (1 - (events.timeS - timeS) / events.lastS) * (width - left - 8);
  context.textBaseline = "middle";
  for (let ago = 0; ago <= events.lastS; ago += 5) {
    const at = Math.round(x(events.timeS - ago)) + 0.5;
    Object.assign(context, { strokeStyle: theme.line, fillStyle: theme.dim, textAlign: ago ? "center" : "right", lineWidth: 1 });
    context.beginPath();
    context.moveTo(at, 0);
    context.lineTo(at, names.length * 24 + 4);
    context.stroke();
    if (ago % 10 === 0) context.fillText(ago ? `−${ago} s` : "now", at, names.length * 24 + 13);
  }
  names.forEach((name, row) => {
    Object.assign(context, { fillStyle: theme.text, textAlign: "left" });
    context.fillText(name, 2, row * 24 + 12, left - 8);
  });
  for (const { name, id, beginS, endS, open, said } of events.spans) {
    const [from, to] = [Math.max(left, x(beginS)), x(endS)];
    context.fillStyle = personColour(id);
    context.globalAlpha = open ? 1 : 0.6;
    context.beginPath();
    context.roundRect(from, names.indexOf(name) * 24 + 4, Math.max(3, to - from), 16, 4);
    context.fill();
    context.globalAlpha = 1;
    if (context.measureText(said).width + 10 > to - from) continue;
    Object.assign(context, { fillStyle: "#0c1015", textAlign: "left" });
    context.fillText(said, from + 5, names.indexOf(name) * 24 + 12.5);
  }
}

/** A person's colour, the same wherever they are named or marked. */
export function personColour(id) {
  return `hsl(${Math.round((id * 137.5 + 150) % 360)}, 62%, 60%)`;
}
