// What every page does: shortcuts, questions before what cannot be undone, parts that stay fresh.

import { keepFresh, refreshAll } from "./live.js";

const keys = document.getElementById("keys");
const sure = document.getElementById("confirm");

export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

const SHOWN = 6000;

// A word at the edge of the window; it moves nothing on the page.
export function toast(text, kind = "done") {
  const shown = document.createElement("div");
  shown.className = `message ${kind}`;
  shown.textContent = text;
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), kind === "done" ? SHOWN : 2 * SHOWN);
}

async function wordsOf(answer) {
  const text = await answer.text();
  if (answer.headers.get("content-type")?.startsWith("application/json")) {
    return JSON.parse(text).messages.map((one) => one.text).join("\n");
  }
  return new DOMParser().parseFromString(text, "text/html").body.textContent.trim();
}

export async function send(url, fields = {}) {
  const body = new URLSearchParams(fields);
  const headers = { "X-Form-Token": document.body.dataset.formToken, "X-Fragment": "1" };
  const answer = await fetch(url, { method: "POST", body, headers });
  if (!answer.ok) throw new Error((await wordsOf(answer)) || `Status ${answer.status}`);
  return answer;
}

// <form data-quick>: sent without leaving the page, whose live parts are fetched anew.
async function sendQuickly(form, submitter) {
  try {
    const url = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
    const answer = await send(url, new FormData(form, submitter));
    toast(await wordsOf(answer));
  } catch (error) {
    toast(error.message, "refused");
  }
  await refreshAll();
}

// <form data-busy>: what takes its time says so, and is not sent twice.
function showBusy(button) {
  document.body.classList.add("busy");
  announce("Working …");
  setTimeout(() => {
    button.disabled = true;
    button.textContent = "Working …";
  });
  window.addEventListener("pageshow", () => location.reload(), { once: true });
}

async function copy(button) {
  const before = button.firstChild.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.firstChild.textContent = "Copied";
  } catch {
    window.prompt("Copy it with Ctrl-C", button.dataset.copy);
  }
  setTimeout(() => (button.firstChild.textContent = before), 1500);
}

function isTyping(target) {
  return target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");
}

const withKeys = () =>
  [...document.querySelectorAll("[data-key]")].filter((one) => one.checkVisibility());

function showKeys() {
  const rows = withKeys().map((one) => {
    const term = document.createElement("dt");
    one.dataset.key.split(" ").forEach((key, at) => {
      const shown = document.createElement("kbd");
      shown.textContent = key;
      term.append(at ? " then " : "", shown);
    });
    const told = document.createElement("dd");
    told.textContent = one.dataset.keyLabel || one.textContent.trim();
    return [term, told];
  });
  keys.querySelector("dl").replaceChildren(...rows.flat());
  keys.showModal();
}

let begun = "";

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const typed = begun ? `${begun} ${event.key}` : event.key;
  const found = withKeys().find((one) => one.dataset.key === typed);
  begun = "";
  if (found) {
    event.preventDefault();
    if (found.matches("input:not([type=checkbox]), select, textarea")) found.focus();
    else found.click();
  } else if (withKeys().some((one) => one.dataset.key.startsWith(`${typed} `))) {
    begun = typed;
  }
}

let decide = null;

function onSubmit(event) {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.confirmed) {
    delete form.dataset.confirmed;
    if ("busy" in form.dataset) showBusy(event.submitter);
    if (!("quick" in form.dataset)) return;
    event.preventDefault();
    sendQuickly(form, event.submitter);
    return;
  }
  event.preventDefault();
  document.getElementById("confirm-text").textContent = form.dataset.confirm;
  document.getElementById("confirm-yes").textContent = form.dataset.confirmYes || "Yes";
  sure.returnValue = "no";
  sure.showModal();
  sure.removeEventListener("close", decide);
  decide = () => {
    if (sure.open) return; // that it was closed before is told late
    sure.removeEventListener("close", decide);
    if (sure.returnValue !== "yes") return;
    form.dataset.confirmed = "yes";
    // The server need not ask once more.
    form.querySelectorAll("[name|=ask]").forEach((one) => (one.disabled = true));
    form.requestSubmit(event.submitter);
  };
  sure.addEventListener("close", decide);
}

document.addEventListener("keydown", onKey);
document.addEventListener("submit", onSubmit);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-opens=keys]")) showKeys();
  const copying = event.target.closest("[data-copy]");
  if (copying) copy(copying);
});
keepFresh();
