// The journal as it grows: new rows on top, as long as the newest are on the page.

import { announce } from "./console.js";
import { walk } from "./rows.js";

const EVERY = 700;
const MOST = 400; // rows on the page; older ones are a page away

const table = document.getElementById("journal");
const body = table.tBodies[0];
const pause = document.getElementById("pause");
const total = document.getElementById("total");
const isLive = table.dataset.isLive === "yes";
let last = Number(table.dataset.last);
let isPaused = false;

const thin = (count) => count.toLocaleString("en").replaceAll(",", "\u202f");

function take(html) {
  const answer = new DOMParser().parseFromString(html, "text/html").querySelector("tbody");
  const now = Number(answer.dataset.last);
  const isCleared = body.rows.length > 0 && Number(answer.dataset.ring) <= now - last;
  if (now < last || isCleared) return location.reload(); // none of what is shown is there any more
  const rows = [...answer.rows];
  const missed = Number(answer.dataset.came) - rows.length;
  last = now;
  if (missed > 0) tellOfMissed(missed);
  if (!rows.length) return undefined;
  rows.forEach((row) => row.classList.add("new"));
  body.prepend(...rows);
  while (body.rows.length > MOST) body.lastElementChild.remove();
  document.getElementById("nothing").hidden = true;
  total.textContent = thin(Number(answer.dataset.kept));
  return undefined;
}

function tellOfMissed(count) {
  const told = document.getElementById("missed");
  told.textContent = `${thin(count)} more came at once than are shown here; reload to page through them.`;
  told.hidden = false;
}

async function look() {
  const url = `${table.dataset.rows}${table.dataset.rows.includes("?") ? "&" : "?"}since=${last}`;
  const answer = await fetch(url, { headers: { "X-Fragment": "1" } });
  if (answer.ok) take(await answer.text());
  table.toggleAttribute("data-stale", !answer.ok);
}

async function watch() {
  if (!isPaused && !document.hidden) await look().catch(() => table.toggleAttribute("data-stale", true));
  setTimeout(watch, EVERY);
}

walk(body);
document.getElementById("filters").addEventListener("change", (event) => {
  if (event.target.matches("select, [type=checkbox]")) event.currentTarget.requestSubmit();
});
document.getElementById("filters").addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});
pause.addEventListener("click", () => {
  isPaused = !isPaused;
  pause.textContent = isPaused ? "Go on" : "Pause";
  pause.setAttribute("aria-pressed", String(isPaused));
  announce(isPaused ? "The journal stands still" : "The journal goes on");
});
if (isLive) {
  pause.hidden = false;
  setTimeout(watch, EVERY);
}
