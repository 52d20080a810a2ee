// The token: taken out of the address bar, kept for this tab only.
const KEY = "mocap-bridge-token";

export function tokenOfPage() {
  const offered = new URLSearchParams(location.hash.slice(1)).get("token");
  if (offered) {
    sessionStorage.setItem(KEY, offered);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(KEY) ?? "";
}

/** Whether the server lets this token in; null if there is no server to ask. */
export async function letsIn(token) {
  try {
    const { status } = await fetch("./metrics", { headers: token ? { Authorization: `Bearer ${token}` } : {} });
    return status !== 401;
  } catch {
    return null;
  }
}

/** The token in what somebody has pasted: itself, or the whole address. */
export const tokenIn = (text) => text.trim().split("#token=").at(-1);

/** Asks for the token and resolves with it; `wrong` says that the last one was none. */
export function askForToken(dialog, wrong) {
  return new Promise((resolve) => {
    const form = dialog.querySelector("form");
    dialog.querySelector("#token-wrong").hidden = !wrong;
    dialog.oncancel = (event) => event.preventDefault(); // without it there is nothing to see
    form.onsubmit = () => {
      const token = tokenIn(form.token.value);
      sessionStorage.setItem(KEY, token);
      resolve(token);
    };
    if (!dialog.open) dialog.showModal();
    form.token.select();
  });
}
