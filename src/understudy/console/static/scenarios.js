// Shows the scenarios that say what is looked for.

const find = document.getElementById("find");
const all = [...document.querySelectorAll(".scenarios > li")];
const texts = all.map((one) => one.textContent.toLowerCase());

find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\s+/);
  all.forEach((one, at) => (one.hidden = !words.every((word) => texts[at].includes(word))));
});
