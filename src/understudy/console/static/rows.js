// Going down and up in a table by its links, one in each row.

export function walk(body) {
  const step = (by) => {
    const links = [...body.querySelectorAll(".what a")];
    const row = document.activeElement.closest("tr");
    const at = links.findIndex((link) => link.closest("tr") === row);
    const next = links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + by))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  document.getElementById("down").addEventListener("click", () => step(1));
  document.getElementById("up").addEventListener("click", () => step(-1));
}
