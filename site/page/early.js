// Buttons that only Python can answer: those that are pressed before it is there are pressed again then.
// One that has an answer of its own prevents the default.

const pressed = new Set(); // in their order
const taken = new AbortController();

document.addEventListener("click", ({ target, defaultPrevented }) => {
  const button = target.closest("main button");
  if (button && !defaultPrevented && !button.closest("page-status, .sample")) pressed.add(button);
}, { signal: taken.signal });
document.addEventListener("ready", () => {
  taken.abort();
  for (const button of pressed) button.click();
});
