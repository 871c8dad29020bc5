// Parts of a page that the server is asked for again and again, while somebody looks.
// <section data-live="URL" data-every="2000">: the answer is a fragment of HTML.

async function fetchFragment(url) {
  const answer = await fetch(url, { headers: { "X-Fragment": "1" } });
  return answer.ok ? answer.text() : null;
}

function isBusy(part) {
  const focused = document.activeElement;
  if (part.contains(focused) && focused.matches("input, select, textarea")) return true;
  if (document.querySelector("dialog[open]")) return true;
  const selection = window.getSelection();
  return !selection.isCollapsed && part.contains(selection.anchorNode);
}

function replace(part, html) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const opened = [...part.querySelectorAll("details[open][id]")].map((one) => one.id);
  part.innerHTML = html;
  opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  part.dispatchEvent(new CustomEvent("fresh", { bubbles: true }));
}

export async function refresh(part) {
  const html = await fetchFragment(part.dataset.live).catch(() => null);
  part.toggleAttribute("data-stale", html === null);
  if (html === null || part.shown === html || isBusy(part)) return;
  part.shown = html;
  replace(part, html);
}

async function watch(part) {
  const every = Number(part.dataset.every) || 2000;
  const again = async () => {
    if (!document.hidden) await refresh(part);
    if (part.isConnected) setTimeout(again, every);
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && part.isConnected) refresh(part);
  });
  setTimeout(again, every);
}

export async function refreshAll() {
  await Promise.all([...document.querySelectorAll("[data-live]")].map(refresh));
}

export function keepFresh(root = document) {
  root.querySelectorAll("[data-live]").forEach(watch);
}
