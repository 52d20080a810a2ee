// The rule editor: checked while somebody types, applied at once, saved where the program keeps it.
import { element } from "./panels.js";

const WAIT_MS = 300;
const $ = (id) => document.getElementById(id);

/** Where a line and column (from 1) stand in a text. */
export function offsetOf(text, line, column) {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0);
  return Math.min(text.length, before + Math.min(column - 1, (lines[line - 1] ?? "").length));
}

export class RuleEditor {
  /** `quietly` asks without a word on the page, `aloud` tells how it went. */
  constructor({ quietly, aloud }) {
    this.quietly = quietly;
    this.aloud = aloud;
    this.text = $("rules-text");
    this.problems = [];
    this.text.addEventListener("input", () => this.#changed());
    this.text.addEventListener("scroll", () => ($("rules-lines").scrollTop = this.text.scrollTop));
    this.text.addEventListener("keydown", (event) => this.#key(event));
    $("rules-open").addEventListener("click", () => this.toggle());
    $("rules-close").addEventListener("click", () => this.toggle());
    $("rules-use").addEventListener("click", () => this.apply(false));
    $("rules-save").addEventListener("click", () => this.apply(true));
  }

  async toggle() {
    const opens = $("rules").hidden;
    $("rules").hidden = !opens;
    $("rules-open").setAttribute("aria-expanded", opens);
    if (!opens) return $("rules-open").focus();
    if (!this.text.value) this.text.value = await this.quietly({ do: "read_rules" }).catch((error) => `# ${error.message}`);
    this.#changed();
    this.text.focus();
    this.text.setSelectionRange(0, 0);
  }

  apply(save) {
    return this.aloud({ do: "use_rules", text: this.text.value, save }).catch(() => {});
  }

  #key(event) {
    const asked = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") this.toggle();
    else if (asked && event.key === "Enter") this.apply(false);
    else if (asked && event.key.toLowerCase() === "s") this.apply(true);
    else return;
    event.preventDefault();
  }

  #changed() {
    this.#number();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#check(), WAIT_MS);
  }

  async #check() {
    const text = this.text.value;
    const problems = await this.quietly({ do: "check_rules", text }).catch((error) => [{ line: 1, column: 1, message: error.message }]);
    if (text !== this.text.value) return; // typed on meanwhile: another check is under way
    this.problems = problems;
    this.#number();
    $("rules-use").disabled = $("rules-save").disabled = problems.length > 0;
    $("rules-problems").replaceChildren(
      ...problems.map(({ line, column, message }) =>
        element("li", {}, element("button", { type: "button", onclick: () => this.#show(line, column) }, `${line}:${column}`), element("span", {}, message)),
      ),
      ...(problems.length ? [] : [element("li", { class: "fine" }, "Nothing is wrong with it.")]),
    );
  }

  #number() {
    const wrong = new Set(this.problems.map(({ line }) => line));
    const rows = this.text.value.split("\n").map((_, row) => element("span", { class: wrong.has(row + 1) ? "wrong" : null }, `${row + 1}\n`));
    $("rules-lines").replaceChildren(...rows);
    $("rules-lines").scrollTop = this.text.scrollTop;
  }

  #show(line, column) {
    const at = offsetOf(this.text.value, line, column);
    this.text.focus();
    this.text.setSelectionRange(at, at);
  }
}
