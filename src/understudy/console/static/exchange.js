// One exchange: its command for the clipboard, and a field that only one kind of fault needs.

import { announce } from "./console.js";

function copyOldWay(text) {
  // Beyond this machine, plain HTTP has no clipboard.
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(text);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.textContent;
  const copied = await copy(document.querySelector(button.dataset.copy).textContent);
  button.focus();
  button.textContent = copied ? "Copied" : "Select it and copy it yourself";
  announce(button.textContent);
  setTimeout(() => (button.textContent = label), 2000);
});

const what = document.querySelector("select[name=what]");
const delay = document.querySelector("input[name=delay]").closest("label");
const showDelay = () => (delay.hidden = what.value !== "slow");
what.addEventListener("change", showDelay);
showDelay();
