// The editor of an object: line numbers, the lines at fault, saving by keyboard, nothing lost.

const field = document.getElementById("text");
const gutter = document.querySelector(".gutter");
const bad = new Set((field.dataset.problems || "").split(" ").filter((line) => line !== "0"));
const before = field.value;
let count = 0;

function number() {
  const lines = field.value.split("\n").length;
  if (lines === count) return;
  count = lines;
  gutter.replaceChildren(
    ...Array.from({ length: lines }, (_, at) => {
      const one = document.createElement("div");
      one.textContent = at + 1;
      one.classList.toggle("bad", bad.has(String(at + 1)));
      return one;
    }),
  );
}

function goTo(line) {
  const lines = field.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  field.focus();
  field.setSelectionRange(start, start + (lines[line - 1] || "").length);
  field.scrollTop = Math.max(0, (line - 4) * (field.scrollHeight / lines.length));
}

field.addEventListener("input", number);
field.addEventListener("scroll", () => (gutter.scrollTop = field.scrollTop));
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form.requestSubmit();
  if (event.key === "Escape") field.blur();
});
document.addEventListener("click", (event) => {
  const jump = event.target.closest("[data-line]");
  if (jump) goTo(Number(jump.dataset.line));
});
let isSaving = false;
field.form.addEventListener("submit", () => (isSaving = true));
window.addEventListener("beforeunload", (event) => {
  if (!isSaving && field.value !== before) event.preventDefault();
});
number();
document.getElementById("problems")?.focus();
