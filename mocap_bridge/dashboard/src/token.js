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

/** Asks for the token and resolves with it. */
export function askForToken(dialog) {
  return new Promise((resolve) => {
    const form = dialog.querySelector("form");
    form.onsubmit = () => {
      sessionStorage.setItem(KEY, form.token.value.trim());
      resolve(form.token.value.trim());
    };
    if (!dialog.open) dialog.showModal();
  });
}
