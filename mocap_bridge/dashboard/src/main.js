// The page: three feeds in, everything that shows them out.
import { Controls } from "./controls.js";
import { Desk, Feed, socketUrl } from "./feed.js";
import { Figures } from "./figures.js";
import { EventSpans, History } from "./history.js";
import { element, listOutputs, listPeople } from "./panels.js";
import { STAGE_COLOURS, plotEvents, plotFps, plotStages } from "./plots.js";
import { RecentScenes, sceneFrom } from "./scene.js";
import { RuleEditor } from "./rules.js";
import { Screen } from "./screen.js";
import { Stage } from "./stage.js";
import { colours, startTheme } from "./theme.js";
import { askForToken, letsIn, tokenOfPage } from "./token.js";
import { avatarFile } from "./vrm.js";

const STREAM_HZ = 30;
const LISTS_EVERY_MS = 250;
const $ = (id) => document.getElementById(id);

let token = tokenOfPage();
let theme = colours();
const recent = new RecentScenes();
const lastMinute = new History();
const events = new EventSpans();
const figures = new Figures(toast);
const stage = new Stage($("stage"), figures);
const screen = new Screen({ canvas: $("picture"), effectsCanvas: $("effects"), recent, token: () => token, onTrouble: toast });

const stream = new Feed(() => socketUrl(location.href, "./stream", token, { hz: STREAM_HZ }), { onMessage: showScene });
const control = new Feed(() => socketUrl(location.href, "./control", token), { onMessage: told, onState: connected });
const desk = new Desk(control);
const controls = new Controls((request) => {
  const answer = desk.ask(request);
  answer.then(toast, (error) => toast(error.message, true));
  return answer;
});
const rules = new RuleEditor({ quietly: (request) => desk.ask(request), aloud: (request) => controls.ask(request) });

let listedMs = 0;
let stale = false;
function showScene(text) {
  const scene = sceneFrom(text);
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
  stage.render(nowMs);
}

function lists() {
  const scene = recent.newest;
  listPeople($("people"), scene);
  $("nobody").hidden = scene.people.length > 0;
  $("no-events").hidden = events.names.length > 0;
  $("timeline").hidden = events.names.length === 0;
  if (events.names.length) plotEvents($("timeline"), events, theme);
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
  $("fps").textContent = status.fps.toFixed(1);
  $("latency").textContent = status.latency_ms.toFixed(0);
  $("people-count").textContent = status.people;
  $("packets").textContent = status.packets.toLocaleString("en");
  $("dropped").textContent = status.dropped.toLocaleString("en");
  plotFps($("plot-fps"), lastMinute, theme);
  plotStages($("plot-ms"), lastMinute, theme);
  $("legend").hidden = Object.keys(status.stages_ms).length === 0;
  listOutputs($("outputs"), status.outputs, {
    edit: (key, host, port) => controls.ask({ do: "edit_output", key, host, port }),
    remove: (key) => controls.ask({ do: "remove_output", key }),
  });
  const possible = status.can.includes("picture");
  $("no-picture").textContent = possible ? "" : "A take holds no pictures: these are its joints.";
  $("no-picture").hidden = possible;
  if (screen.possible !== possible) screen.settle((screen.possible = possible));
  if (notes !== (notes = status.notes.join("\n")) && notes) toast(status.notes.at(-1), true);
}

async function connected(open, attempts) {
  if (open) {
    stream.open();
    if (!controls.status || controls.status.can.includes("choose")) desk.ask({ do: "find_cameras" }).catch(() => {});
    return;
  }
  desk.drop();
  pulse("lost", "no connection");
  if (attempts === 1 && (await letsIn(token)) === false) {
    token = await askForToken($("token-dialog"));
    [control, stream].forEach((feed) => feed.close());
    control.open();
  }
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
    const credit = await figures.dress(await avatarFile(file));
    $("avatar-credit").textContent = credit;
    $("avatar-credit").hidden = !credit;
    $("drop-hint").hidden = true;
    stale = true;
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
$("vrm-file").addEventListener("change", ({ target }) => target.files[0] && dress(target.files[0]));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) dress(event.dataTransfer.files[0]);
});

for (const [name, colour] of Object.entries(STAGE_COLOURS)) {
  const swatch = element("i");
  swatch.style.background = colour;
  $("legend").append(element("li", {}, swatch, name));
}
startTheme($("theme"), (painted) => stage.paint((theme = painted)));
control.open();
requestAnimationFrame(draw);

// For the browser's console, and for tests that look at what is drawn.
window.mocap = { stage, figures, screen, recent, controls, rules, dress };
