// The objects of a collection.

import { walk } from "./rows.js";

const table = document.getElementById("objects");
if (table) walk(table.tBodies[0]);
document.querySelector("form.filter").addEventListener("formdata", (event) => {
  const { formData } = event;
  const isOfField = formData.get("field") !== "";
  for (const [name, value] of [...formData]) {
    if (!value && !(name === "value" && isOfField)) formData.delete(name);
  }
});
