// The page: three feeds in, everything that shows them out.
import { Controls } from "./controls.js";
import { Desk, Feed, socketUrl } from "./feed.js";
import { Figures } from "./figures.js";
import { EventSpans, History } from "./history.js";
import { Rates, doing, element, listOutputs, listPeople, spoken } from "./panels.js";
import { STAGE_COLOURS, plotEvents, plotFps, plotStages } from "./plots.js";
import { RecentScenes, sceneFrom } from "./scene.js";
import { RuleEditor } from "./rules.js";
import { Screen } from "./screen.js";
import { Stage } from "./stage.js";
import { colours, startTheme } from "./theme.js";
import { askForToken, letsIn, tokenOfPage } from "./token.js";
import { avatarFile } from "./vrm.js";

const STREAM_HZ = 30;
const SCENES_AHEAD = 12;
const LISTS_EVERY_MS = 250;
const $ = (id) => document.getElementById(id);

let token = tokenOfPage();
let theme = colours();
const recent = new RecentScenes();
const lastMinute = new History();
const events = new EventSpans();
const rates = new Rates();
const figures = new Figures(toast);
const stage = new Stage($("stage"), figures);
const screen = new Screen({ canvas: $("picture"), effectsCanvas: $("effects"), note: $("no-picture"), recent, token: () => token, onTrouble: toast });

const stream = new Feed(() => socketUrl(location.href, "./stream", token, { hz: STREAM_HZ, window: SCENES_AHEAD, form: "msgpack" }), { onMessage: showScene, window: SCENES_AHEAD });
const control = new Feed(() => socketUrl(location.href, "./control", token), { onMessage: told, onState: connected });
const desk = new Desk(control);
const quietly = (request) => desk.ask(request);
const controls = new Controls((request) => {
  const answer = quietly(request);
  answer.then(toast, (error) => toast(error.message, true));
  return answer;
}, quietly);
const rules = new RuleEditor({ quietly, aloud: (request) => controls.ask(request) });

let listedMs = 0;
let stale = false;
function showScene(message) {
  const scene = sceneFrom(message);
  recent.add(scene);
  events.add(scene);
  stale = true;
}

function draw(nowMs) {
  requestAnimationFrame(draw);
  if (stale) {
    stale = false;
    stage.show(recent.newest);
    screen.scene(recent.newest);
    if (nowMs > listedMs + LISTS_EVERY_MS) {
      listedMs = nowMs;
      lists();
    }
  }
  screen.refresh();
  stage.render(nowMs);
  stream.taken();
}

function lists() {
  const scene = recent.newest;
  listPeople($("people"), scene);
  $("nobody").hidden = $("nobody-here").hidden = scene.people.length > 0;
  $("no-events").hidden = events.names.length > 0;
  $("timeline").hidden = events.names.length === 0;
  if (events.names.length) plotEvents($("timeline"), events, theme);
  const now = scene.events.map((event) => `${doing(event)} ${event.id ? `by person ${event.id}` : "in the room"}`).join(", ");
  $("timeline").setAttribute("aria-label", `Events of the last 30 seconds: ${events.names.join(", ")}. Now: ${now || "none"}.`);
}

function told(text) {
  const message = JSON.parse(text);
  if (!desk.take(message)) showStatus(message);
}

let notes = "";
function showStatus(status) {
  controls.show(status);
  pulse(status.running ? "live" : "stopped", status.running ? "live" : "stopped");
  lastMinute.add(performance.now() / 1000, status);
  const [late, unit] = spoken(status.latency_ms);
  $("fps").textContent = status.fps.toFixed(1);
  $("latency").textContent = late;
  $("latency-unit").textContent = unit;
  $("people-count").textContent = status.people;
  $("packets").textContent = status.packets.toLocaleString("en");
  $("dropped").textContent = status.dropped.toLocaleString("en");
  plotFps($("plot-fps"), lastMinute, theme);
  plotStages($("plot-ms"), lastMinute, theme);
  $("plot-fps").setAttribute("aria-label", `Frames per second over the last minute, now ${status.fps.toFixed(1)}`);
  listStages(status.stages_ms);
  document.title = `${status.recording ? "● " : ""}${status.running ? `${status.fps.toFixed(0)} fps` : "stopped"} – Mocap Bridge`;
  listOutputs($("outputs"), status.outputs, {
    edit: (key, host, port) => controls.ask({ do: "edit_output", key, host, port }),
    remove: (key) => controls.ask({ do: "remove_output", key }),
    rate: (key, packets) => {
      const hz = rates.add(key, performance.now() / 1000, packets);
      return hz === null ? null : [`${hz.toFixed(0)}/s`];
    },
  });
  const possible = status.can.includes("picture");
  if (screen.possible !== possible) screen.settle((screen.possible = possible));
  if (notes !== (notes = status.notes.join("\n")) && notes) toast(status.notes.at(-1), true);
}

function listStages(stagesMs) {
  $("legend").hidden = Object.keys(stagesMs).length === 0;
  for (const entry of $("legend").children) {
    entry.lastElementChild.textContent = (stagesMs[entry.dataset.stage] ?? 0).toFixed(1);
  }
  const told = Object.entries(stagesMs).map(([stage, ms]) => `${stage} ${ms.toFixed(1)}`).join(", ");
  $("plot-ms").setAttribute("aria-label", `Milliseconds per frame and stage over the last minute, now ${told}`);
}

let asking = false;
async function connected(open, attempts) {
  if (open) {
    if (!$("lost").hidden) toast("Connected again.");
    $("lost").hidden = true;
    document.body.classList.remove("lost");
    look();
    if (!controls.status || controls.status.can.includes("choose")) desk.ask({ do: "find_cameras" }).catch(() => {});
    return;
  }
  desk.drop();
  pulse("lost", "no connection");
  const allowed = await letsIn(token); // a program that was started anew may have a new token
  if (allowed === false) return askAgain();
  if (control.wanted && !control.isOpen) lose(attempts);
}

function lose(attempts) {
  $("lost-why").textContent = attempts > 3 ? "It may have ended; this page comes back by itself as soon as it runs again." : "Trying again…";
  $("lost").hidden = false;
  document.body.classList.add("lost");
  document.title = "no connection – Mocap Bridge";
}

async function askAgain() {
  if (asking) return;
  asking = true;
  $("lost").hidden = true;
  [control, stream].forEach((feed) => feed.close());
  token = await askForToken($("token-dialog"), token !== "");
  asking = false;
  control.open();
}

/** Scenes are sent only while somebody looks: a tab behind another costs the line nothing. */
function look() {
  if (document.hidden) stream.close();
  else if (control.isOpen) stream.open();
}

function pulse(state, text) {
  $("pulse").dataset.state = state;
  if ($("pulse").lastElementChild.textContent !== text) $("pulse").lastElementChild.textContent = text;
}

function toast(text, trouble = false) {
  const said = element("p", { class: trouble === true ? "trouble" : "" }, text);
  $("toasts").append(said);
  setTimeout(() => said.remove(), trouble === true ? 8000 : 4000);
}

async function dress(file) {
  try {
    const credit = await figures.dress(file && (await avatarFile(file)));
    $("avatar-credit").firstElementChild.textContent = credit || file?.name;
    $("avatar-credit").hidden = !file;
    $("drop-hint").hidden = Boolean(file);
    stale = recent.newest !== null;
  } catch (error) {
    toast(error.message, true);
  }
}

const toggle = (button, change) =>
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", on);
    change(on);
  });

for (const button of document.querySelectorAll("[data-show]")) {
  toggle(button, (on) => {
    if (button.dataset.show === "frustum") stage.frustum.visible = on;
    else figures.shown[button.dataset.show] = on;
    stage.stale = true;
    stale = recent.newest !== null;
  });
}
toggle($("picture-on"), (on) => screen.settle((screen.wanted = on)));
toggle($("overlay-on"), (on) => ((screen.picture.joints = on), screen.setEffects(!$("effects").hidden)));
toggle($("effects-on"), (on) => screen.setEffects(on));
$("frame-view").addEventListener("click", () => stage.look());
$("vrm-file").addEventListener("change", ({ target }) => {
  if (target.files[0]) dress(target.files[0]);
  target.value = ""; // the same file may be chosen again
});
$("undress").addEventListener("click", () => (dress(null), $("vrm-file").focus()));
$("again").addEventListener("click", () => control.again());
document.addEventListener("visibilitychange", look);
addEventListener("dragover", (event) => {
  event.preventDefault();
  $("drop").hidden = !event.dataTransfer.types.includes("Files");
});
addEventListener("dragleave", (event) => event.relatedTarget === null && ($("drop").hidden = true));
addEventListener("drop", (event) => {
  event.preventDefault();
  $("drop").hidden = true;
  if (event.dataTransfer.files[0]) dress(event.dataTransfer.files[0]);
});

for (const [name, colour] of Object.entries(STAGE_COLOURS)) {
  const swatch = element("i");
  swatch.style.background = colour;
  $("legend").append(element("li", { "data-stage": name }, swatch, name, element("b")));
}
startTheme($("theme"), (painted) => stage.paint((theme = painted)));
control.open();
requestAnimationFrame(draw);

// For the browser's console, and for tests that look at what is drawn.
window.mocap = { stage, figures, screen, recent, events, controls, rules, stream, dress };
