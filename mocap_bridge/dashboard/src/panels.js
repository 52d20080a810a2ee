// Lists beside the views: people and outputs, in place of what stood there before only where it differs.
import { pixelOf } from "./lens.js";
import { bodySize } from "./rig.js";
import { isBody, isPose } from "./scene.js";
import { personColour } from "./plots.js";

const HEIGHT_M = 1.7;

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
  const feet = Object.values(person.contacts ?? {}).some((contact) => contact > 0.5);
  return {
    joints: seen === null ? "–" : `${seen} of 30`,
    distance: distanceM === null ? "–" : `${distanceM.toFixed(1)} m`,
    height: isPose(person) ? `${(HEIGHT_M * bodySize(person.bone_lengths_m)).toFixed(2)} m` : "–",
    feet: feet ? "on the floor" : "in the air",
  };
}

export function listPeople(list, scene) {
  const wanted = scene.people.map((person) => ({ id: person.id, facts: factsOf(person, scene.camera) }));
  const events = (id) => scene.events.filter((event) => event.id === id).map(({ name }) => name).join(", ");
  const key = JSON.stringify([wanted, scene.events.map(({ id, name }) => [id, name])]);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(
    ...wanted.map(({ id, facts }) => {
      const badge = element("span", { class: "badge" }, `${id}`);
      badge.style.background = personColour(id);
      const rows = [["Joints seen", facts.joints], ["From the lens", facts.distance], ["Tall", facts.height], ["Feet", facts.feet]];
      const doing = events(id);
      return element(
        "li",
        { "data-person": id },
        badge,
        element("dl", {}, ...rows.map(([term, fact]) => element("div", {}, element("dt", {}, term), element("dd", {}, fact)))),
        ...(doing ? [element("p", { class: "doing" }, doing)] : []),
      );
    }),
  );
}

/** Outputs with their counters; a row that is being typed into is left alone. */
export function listOutputs(list, outputs, { edit, remove }) {
  const keys = outputs.map(({ key, url }) => `${key} ${url}`).join("\n");
  if (list.dataset.keys !== keys) {
    list.dataset.keys = keys;
    list.replaceChildren(...outputs.map((output) => outputRow(output, edit, remove)));
  }
  for (const { key, packets, lost, trouble } of outputs) {
    const row = list.querySelector(`[data-output="${key}"]`);
    row.querySelector(".packets").textContent = `${packets.toLocaleString("en")} sent${lost ? `, ${lost} lost` : ""}`;
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
    element("input", { name: "port", value: port, "aria-label": `Port of ${scheme}`, required: true, inputmode: "numeric", pattern: "[0-9]{1,5}" }),
    element("button", { class: "apply" }, "Apply"),
    element("button", { type: "button", class: "icon", "aria-label": `Remove ${url}`, onclick: () => remove(key) }, "×"),
  );
  form.addEventListener("input", () => form.classList.toggle("changed", form.host.value !== host || Number(form.port.value) !== port));
  return element("li", { "data-output": key }, form, counter, trouble);
}
