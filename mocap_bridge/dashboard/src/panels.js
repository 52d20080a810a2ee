// Lists beside the views: people and outputs, in place of what stood there before only where it differs.
import { pixelOf } from "./lens.js";
import { bodySize } from "./rig.js";
import { isBody, isPose } from "./scene.js";
import { personColour } from "./plots.js";

const HEIGHT_M = 1.7;
const PORT = "[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5]"; // 1 to 65535
const ARROWS = ["→", "↗", "↑", "↖", "←", "↙", "↓", "↘"]; // from +x on, as somebody sees it who stands at the camera

/** An element with text and attributes; nothing that a stream says is ever parsed as HTML. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** What the list says about one person of a scene. */
export function factsOf(person, camera) {
  const seen = isBody(person) ? person.visibility.filter((share) => share > 0.5).length : null;
  const distanceM = isPose(person) ? pixelOf(camera, person.hips_world_m)[2] : null;
  return {
    joints: seen === null ? "–" : `${seen} of 30`,
    distance: distanceM === null ? "–" : `${distanceM.toFixed(1)} m`,
    height: isPose(person) ? `${(HEIGHT_M * bodySize(person.bone_lengths_m)).toFixed(2)} m` : "–",
    feet: feetOf(person.contacts),
  };
}

/** Which feet stand, by their heels and toes. */
function feetOf(contacts) {
  if (!contacts) return "–";
  const stands = (side) => Object.entries(contacts).some(([name, contact]) => name.startsWith(side) && contact > 0.5);
  const [left, right] = [stands("L_"), stands("R_")];
  return left && right ? "both" : left ? "left" : right ? "right" : "none";
}

/** A direction as the camera sees it. */
function arrowOf([x, y, z]) {
  if (Math.hypot(x, y) < 0.5) return z > 0 ? "at the camera" : "away";
  return ARROWS[Math.round(Math.atan2(y, x) / (Math.PI / 4)) & 7];
}

/** An event as a person says it: how often, with whom, which way. */
export function doing({ name, count, other_id: other, direction_world: way }) {
  return `${name}${count ? ` ×${count}` : ""}${way ? ` ${arrowOf(way)}` : ""}${other === undefined ? "" : ` with ${other}`}`;
}

/** Milliseconds as [number, unit], short enough to be read at a glance. */
export function spoken(ms) {
  return ms < 1000 ? [ms.toFixed(0), "ms"] : [(ms / 1000).toFixed(1), "s"];
}

/** How many a second, from counters that come again and again with a time in seconds. */
export class Rates {
  constructor(lastS = 2) {
    this.lastS = lastS;
    this.samples = new Map();
  }

  add(key, timeS, counter) {
    const before = this.samples.get(key) ?? [];
    const kept = before.length && before.at(-1)[1] > counter ? [] : before.filter(([at]) => at > timeS - this.lastS); // it began anew
    this.samples.set(key, [...kept, [timeS, counter]]);
    const [[firstS, first]] = this.samples.get(key);
    return timeS > firstS ? (counter - first) / (timeS - firstS) : null;
  }
}

export function listPeople(list, scene) {
  const wanted = scene.people.map((person) => ({ id: person.id, facts: factsOf(person, scene.camera) }));
  const events = (id) => scene.events.filter((event) => event.id === id || event.other_id === id).map((event) => doing(seenBy(id, event))).join(", ");
  const key = JSON.stringify([wanted, wanted.map(({ id }) => events(id))]);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(
    ...wanted.map(({ id, facts }) => {
      const badge = element("span", { class: "badge" }, `${id}`);
      badge.style.background = personColour(id);
      const rows = [["Joints seen", facts.joints], ["From the lens", facts.distance], ["Tall", facts.height], ["Feet down", facts.feet]];
      const now = events(id);
      return element(
        "li",
        { "data-person": id },
        badge,
        element("dl", {}, ...rows.map(([term, fact]) => element("div", {}, element("dt", {}, term), element("dd", {}, fact)))),
        ...(now ? [element("p", { class: "doing" }, now)] : []),
      );
    }),
  );
}

/** Of a pair each is with the other. */
const seenBy = (id, event) => (event.other_id === id ? { ...event, other_id: event.id } : event);

/** Outputs with their counters; a row that is being typed into is left alone. */
export function listOutputs(list, outputs, { edit, remove, rate }) {
  const keys = outputs.map(({ key, url }) => `${key} ${url}`).join("\n");
  if (list.dataset.keys !== keys) {
    list.dataset.keys = keys;
    const held = list.contains(document.activeElement) && document.activeElement.closest("li").dataset.output;
    list.replaceChildren(...outputs.map((output) => outputRow(output, edit, remove)));
    // Whoever works by keyboard stays where they were, or near it.
    if (held) (list.querySelector(`[data-output="${held}"] input`) ?? document.querySelector("#add-output button")).focus();
  }
  for (const { key, packets, lost, trouble } of outputs) {
    const row = list.querySelector(`[data-output="${key}"]`);
    row.querySelector(".packets").textContent = [
      ...(rate(key, packets) ?? []), `${packets.toLocaleString("en")} sent`, ...(lost ? [`${lost.toLocaleString("en")} lost`] : []),
    ].join(" · ");
    row.classList.toggle("ill", Boolean(trouble));
    row.querySelector(".trouble").textContent = trouble ?? "";
  }
}

function outputRow({ key, url, host, port }, edit, remove) {
  const scheme = url.split(":", 1)[0];
  const counter = element("span", { class: "packets" });
  const trouble = element("p", { class: "trouble" });
  if (host === null) {
    return element("li", { "data-output": key }, element("div", { class: "row" }, element("b", {}, scheme), element("code", {}, url.slice(scheme.length + 1)), counter), trouble);
  }
  const form = element(
    "form",
    { class: "row", onsubmit: (event) => (event.preventDefault(), edit(key, form.host.value.trim(), Number(form.port.value))) },
    element("b", {}, scheme),
    element("input", { name: "host", value: host, "aria-label": `Host of ${scheme}`, required: true, maxlength: 253 }),
    element("input", { name: "port", value: port, "aria-label": `Port of ${scheme}`, required: true, inputmode: "numeric", pattern: PORT, title: "A number up to 65535" }),
    element("button", { class: "apply" }, "Apply"),
    element("button", { type: "button", class: "icon", "aria-label": `Remove ${url}`, onclick: () => remove(key) }, "×"),
  );
  form.addEventListener("input", () => form.classList.toggle("changed", form.host.value !== host || Number(form.port.value) !== port));
  return element("li", { "data-output": key }, form, counter, trouble);
}
