// The names that the JavaScript face replaces, from its own table.

import { REPLACED } from "../faceapi/compat/replaced.js";

const rows = document.getElementById("javascript");
for (const [name, instead] of Object.entries(REPLACED)) {
  const row = rows.insertRow();
  const code = document.createElement("code");
  code.textContent = name.replace(".prototype", "");
  row.insertCell().append(code);
  row.insertCell().textContent = instead;
}
