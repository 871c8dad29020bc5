"use strict";

// The page can be read without this: it filters, copies, and opens what an address names.

const rules = [...document.querySelectorAll(".rule")];
const chips = [...document.querySelectorAll(".chip")];
const search = document.getElementById("search");
const level = document.getElementById("level");
const tag = document.getElementById("tag");

const isPressed = (chip) => chip.getAttribute("aria-pressed") === "true";

function filter() {
  const words = search.value.toLowerCase().split(/\s+/);
  const verdicts = chips.filter(isPressed).map((chip) => chip.dataset.verdict);
  let shown = 0;
  for (const rule of rules) {
    const { verdict, level: itsLevel, tag: itsTag, text } = rule.dataset;
    rule.hidden = !(
      (!verdicts.length || verdicts.includes(verdict)) &&
      (!level.value || level.value === itsLevel) &&
      (!tag.value || tag.value === itsTag) &&
      words.every((word) => text.includes(word))
    );
    shown += !rule.hidden;
  }
  const all = rules.length;
  document.getElementById("shown").value = shown === all ? `${all} rules` : `${shown} of ${all} rules`;
  document.getElementById("none").hidden = shown > 0;
}

function reset() {
  search.value = level.value = tag.value = "";
  chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
  filter();
}

// A folded rule hides what an address within it names.
function unfold() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!named || !named.matches(".rule")) return;
  if (named.hidden) reset();
  named.open = true;
  named.scrollIntoView();
}

// Pages from a disk may not write to the clipboard in every browser: then the text is selected.
async function copy(button) {
  const text = button.parentElement.querySelector("pre");
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(text);
    button.textContent = "Selected";
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
}

document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
document.querySelector(".filters").addEventListener("input", filter);
document.getElementById("reset").addEventListener("click", reset);
document.addEventListener("click", ({ target }) => {
  if (target.matches(".chip")) {
    target.setAttribute("aria-pressed", String(!isPressed(target)));
    filter();
  } else if (target.matches(".copy")) {
    copy(target);
  }
});
addEventListener("hashchange", unfold);
filter();
unfold();
