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

/** Where to draw a line under what is wrong: from its place to the end of its word, [from, to] in order, none twice. */
export function marksOf(text, problems) {
  const marks = problems.map(({ line, column }) => {
    const from = offsetOf(text, line, column);
    return [from, from + Math.max(1, text.slice(from).match(/^[\w.-]*/)[0].length)];
  });
  marks.sort(([one], [other]) => one - other);
  return marks.filter(([from], index) => index === 0 || from >= marks[index - 1][1]);
}

/** The word that a complaint offers for the one that stands there, as {wrong, right}; null if it offers none. */
export function fixOf(text, { line, column, message }) {
  const [, right] = message.match(/did you mean "([^"]+)"/) ?? [];
  const from = offsetOf(text, line, column);
  const [wrong] = text.slice(from).match(/^\w*/);
  return right && wrong && message.includes(`"${wrong}"`) ? { wrong, right, from } : null;
}

export class RuleEditor {
  /** `quietly` asks without a word on the page, `aloud` tells how it went. */
  constructor({ quietly, aloud }) {
    this.quietly = quietly;
    this.aloud = aloud;
    this.text = $("rules-text");
    this.problems = [];
    this.text.addEventListener("input", () => this.#changed());
    this.text.addEventListener("scroll", () => this.#scroll());
    $("rules").addEventListener("keydown", (event) => this.#key(event));
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
    this.problems = []; // they were of another text; what is still wrong is found again in a moment
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
    this.text.setAttribute("aria-invalid", problems.length > 0);
    $("rules-use").disabled = $("rules-save").disabled = problems.length > 0;
    $("rules-problems").replaceChildren(
      ...problems.map((problem) => this.#complaint(text, problem)),
      ...(problems.length ? [] : [element("li", { class: "fine" }, "Nothing is wrong with this.")]),
    );
  }

  #complaint(text, problem) {
    const { line, column, message } = problem;
    const place = element("button", { type: "button", "aria-label": `Line ${line}, column ${column}`, onclick: () => this.#show(line, column) }, `${line}:${column}`);
    const fix = fixOf(text, problem);
    const mend = fix && element("button", { type: "button", class: "mend", onclick: () => this.#mend(fix) }, `Use ${fix.right}`);
    return element("li", {}, place, element("span", {}, message), ...(mend ? [mend] : []));
  }

  #mend({ wrong, right, from }) {
    this.text.focus();
    this.text.setRangeText(right, from, from + wrong.length, "end");
    this.#changed();
  }

  #scroll() {
    $("rules-lines").scrollTop = $("rules-marks").scrollTop = this.text.scrollTop;
    $("rules-marks").scrollLeft = this.text.scrollLeft;
  }

  /** The text once more, unseen, with a wavy line under what is wrong. */
  #mark() {
    const text = this.text.value;
    const parts = [];
    let at = 0;
    for (const [from, to] of marksOf(text, this.problems)) {
      parts.push(text.slice(at, from), element("mark", {}, text.slice(from, to).replace(/^\n?$/, " ")));
      at = to;
    }
    $("rules-marks").replaceChildren(...parts, `${text.slice(at)}\n`);
  }

  #number() {
    this.#mark();
    const wrong = new Set(this.problems.map(({ line }) => line));
    const rows = this.text.value.split("\n").map((_, row) => element("span", { class: wrong.has(row + 1) ? "wrong" : null }, `${row + 1}\n`));
    $("rules-lines").replaceChildren(...rows);
    this.#scroll();
  }

  #show(line, column) {
    const at = offsetOf(this.text.value, line, column);
    this.text.focus();
    this.text.setSelectionRange(at, at);
  }
}
