// The sandbox's clock goes on between two looks at the server, and what is left with it.

const UNITS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

function span(seconds) {
  let rest = Math.floor(seconds);
  const parts = [];
  for (const [length, unit] of UNITS) {
    const count = Math.floor(rest / length);
    rest %= length;
    if (count) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

let reading = null;

function read() {
  const shown = document.querySelector("[data-clock]");
  const { clock, factor } = shown.dataset;
  const seen = `${clock} ${factor}`;
  if (reading?.seen === seen) return;
  reading = { seen, at: Date.parse(clock), factor: Number(factor), since: performance.now() };
}

function tick() {
  read();
  const now = reading.at + (performance.now() - reading.since) * reading.factor;
  const text = new Date(now).toISOString().slice(0, 19).replace("T", " ");
  const shown = document.querySelector("[data-clock]");
  if (shown.textContent !== text) shown.textContent = text;
  for (const one of document.querySelectorAll("[data-until]")) {
    const left = span(Math.max(0, (Date.parse(one.dataset.until) - now) / 1000));
    if (one.textContent !== left) one.textContent = left;
  }
}

read();
setInterval(() => document.hidden || tick(), 250);
document.addEventListener("fresh", tick);
