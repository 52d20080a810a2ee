// Buttons and what they ask for; keys do the same. What a run cannot do is not shown.
import { element } from "./panels.js";

const $ = (id) => document.getElementById(id);
const LOOK = "\n"; // no source is called so
const HOLD_S = 3;
const KEYS = {
  " ": ["run", "Start or stop"], r: ["record", "Record, or end it"], m: ["mirror", "Like a mirror image"], c: ["calibrate", "Measure a performer"],
  p: ["picture-on", "Picture on or off"], j: ["overlay-on", "Joints over the picture"], e: ["effects-on", "Effects that bodies hide"],
  f: ["frame-view", "Look at the people again"], u: ["rules-open", "Write rules of your own"], l: ["theme", "Light or dark"], "?": ["help", "These keys"],
};
const MORE_KEYS = [["Tab", "The next control"], ["Esc", "Close what is open"], ["Ctrl Enter", "Try the rules"], ["Ctrl S", "Save the rules"]];

/** What whoever is measured must know with so much of the time held, and how it looks: from afar. */
function countdown(share) {
  return share > 0 ? [`Hold it … ${Math.max(1, Math.ceil(HOLD_S * (1 - share)))}`, "hold"] : ["Now take the pose. Counting begins when it is seen.", ""];
}

export class Controls {
  /** `ask` shows the answer to the user, `quietly` does not. */
  constructor(ask, quietly) {
    this.ask = ask;
    this.quietly = quietly;
    this.status = null;
    $("run").onclick = () => ask({ do: this.status?.running ? "stop" : "start" });
    $("record").onclick = () => ask({ do: this.status?.recording ? "end_recording" : "record" });
    $("mirror").onclick = () => ask({ do: "mirror", on: !this.status?.mirror });
    $("camera-choice").onchange = ({ target }) => this.#choose(target);
    $("help").onclick = () => $("keys-dialog").showModal();
    const named = Object.entries(KEYS).map(([key, [, what]]) => [key === " " ? "Space" : key.toUpperCase(), what]);
    $("keys").replaceChildren(...[...named, ...MORE_KEYS].map(([key, what]) => element("div", {}, element("dt", {}, element("kbd", {}, key)), element("dd", {}, what))));
    $("calibrate").onclick = () => (this.#say(""), $("calibrate-dialog").showModal());
    $("calibrate-close").onclick = () => $("calibrate-dialog").close();
    $("calibrate-go").onclick = (event) => this.#measure(event);
    $("calibrate-dialog").onclose = () => this.measuring && quietly({ do: "end_calibration" }).catch(() => {}); // the measuring itself is refused, and says so
    $("add-output").onsubmit = (event) => this.#add(event);
    $("add-output").scheme.onchange = ({ target }) => ($("add-output").port.value = target.selectedOptions[0].dataset.port);
    addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const typing = event.target.closest("input:not([type=file]), select, textarea, dialog[open]");
    const pressing = event.key === " " && event.target.closest("button, a");
    if (typing || pressing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const button = $(KEYS[event.key.toLowerCase()]?.[0]);
    if (!button || button.hidden) return;
    event.preventDefault();
    button.click();
  }

  #choose(choice) {
    if (choice.value !== LOOK) return this.ask({ do: "choose", source: choice.value });
    choice.dataset.key = ""; // whatever is found, the choice goes back to what is open
    return this.ask({ do: "find_cameras" });
  }

  #add(event) {
    event.preventDefault();
    const { scheme, host, port } = event.target;
    const name = host.value.trim();
    this.ask({ do: "add_output", url: `${scheme.value}:${name.includes(":") ? `[${name}]` : name}:${port.value}` });
  }

  async #measure(event) {
    event.preventDefault();
    const form = $("calibrate-dialog").querySelector("form");
    if (!form.reportValidity()) return;
    const height = Number(form.height.value);
    this.measuring = true;
    $("calibrate-go").disabled = true;
    this.#say(...countdown(0));
    const request = { do: "calibrate", performer: form.performer.value.trim(), ...(height ? { height_m: height } : {}) };
    const said = await this.quietly(request).then(
      (done) => [done, "done"],
      (error) => [error.message, "trouble"],
    );
    this.measuring = false; // before anything is said: a status that is under way must not speak over it
    this.#say(...said);
    $("calibrate-go").disabled = false;
  }

  #say(text, kind = "") {
    const said = $("calibrate-said");
    if (said.textContent !== text) said.textContent = text; // told aloud once
    said.className = kind;
  }

  show(status) {
    this.status = status;
    const can = new Set(status.can);
    for (const [id, ability] of [["run", "stop"], ["record", "record"], ["mirror", "mirror"], ["calibrate", "calibrate"], ["picture-on", "picture"], ["rules-open", "rules"]]) {
      $(id).hidden = !can.has(ability);
    }
    this.#label("run", status.running ? "stop" : "start", status.running ? "Stop" : "Start");
    $("run").classList.toggle("primary", !status.running);
    const { recording, calibration } = status;
    $("record").setAttribute("aria-pressed", Boolean(recording));
    this.#label("record", "record", recording ? `${recording.frames} frames` : "Record");
    $("record").title = recording ? `Writing ${recording.file}; press to end (R)` : "Record a take (R)";
    $("mirror").setAttribute("aria-pressed", status.mirror);
    $("calibrate-share").hidden = !calibration;
    if (calibration) $("calibrate-share").value = calibration.share;
    if (calibration && this.measuring) this.#say(...countdown(calibration.share));
    this.#cameras(status);
  }

  #label(id, icon, text) {
    const button = $(id);
    const use = button.querySelector("use");
    if (use.getAttribute("href") !== `#i-${icon}`) use.setAttribute("href", `#i-${icon}`);
    if (button.querySelector("span").textContent !== text) button.querySelector("span").textContent = text;
  }

  #cameras({ can, cameras, source }) {
    const choice = $("camera-choice");
    choice.hidden = !can.includes("choose");
    const key = JSON.stringify([cameras, source]);
    if (choice.dataset.key === key) return;
    choice.dataset.key = key;
    const listed = cameras.some((camera) => camera.source === source) ? cameras : [{ source, name: source.split("/").at(-1) }, ...cameras];
    const options = listed.map((camera) => new Option(camera.name, camera.source, false, camera.source === source));
    choice.replaceChildren(...options, new Option("Look for cameras…", LOOK));
  }
}
