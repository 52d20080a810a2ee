// Light or dark: the system's wish until the user says otherwise. Canvases ask for the colours that CSS has.
const KEY = "mocap-bridge-theme";

export function startTheme(button, onChange) {
  const system = matchMedia("(prefers-color-scheme: light)");
  const root = document.documentElement;
  const apply = () => {
    root.dataset.theme = localStorage.getItem(KEY) ?? (system.matches ? "light" : "dark");
    onChange(colours());
  };
  system.addEventListener("change", apply);
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, root.dataset.theme === "light" ? "dark" : "light");
    apply();
  });
  apply();
}

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: of("text"), dim: of("dim"), line: of("line"), accent: of("accent"),
    background: of("stage"), grid: of("grid"), gridFine: of("grid-fine"), frustum: of("accent"),
  };
}
