// What controls of a page do without its Python, so that they can be used before that is there: an <output>
// says what its slider says; a box with data-needs="other" is ticked only with that one; what has
// data-with="detector=tiny" can be used while that is chosen.

const byId = (id) => document.getElementById(id);

function showOutput(output) {
  const slider = byId(output.htmlFor.value);
  if (slider?.type !== "range") return;
  const digits = slider.step.split(".")[1]?.length ?? 0;
  output.textContent = Number(slider.value).toFixed(digits);
}

function keepPossible({ target }) {
  if (target.checked && target.dataset.needs) byId(target.dataset.needs).checked = true;
  if (target.checked || !target.id) return;
  for (const box of document.querySelectorAll(`[data-needs="${target.id}"]`)) box.checked = false;
}

function enable(control) {
  const [name, value] = control.dataset.with.split("=");
  control.disabled = document.querySelector(`[name="${name}"]:checked`)?.value !== value;
}

const enableAll = () => document.querySelectorAll("[data-with]").forEach(enable);

// Before Python hears of it: these come first.
document.addEventListener("input", ({ target }) => {
  if (target.id) document.querySelectorAll(`output[for="${target.id}"]`).forEach(showOutput);
}, true);
document.addEventListener("change", (event) => {
  keepPossible(event);
  enableAll();
}, true);
document.querySelectorAll("output[for]").forEach(showOutput); // a browser may have kept what was set before
enableAll();
