// The buttons of code that is shown: data-copy puts it on the clipboard, data-save into a file of that name.

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text.textContent);
    return "Copied";
  } catch { // a page without https has no clipboard, and a visitor may forbid it
    getSelection().selectAllChildren(text);
    return "Selected; copy it with the keyboard";
  }
}

function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text.textContent], { type: "text/html" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // not before it is read
  return "Saved";
}

for (const button of document.querySelectorAll("[data-copy], [data-save]")) {
  const sample = button.closest(".sample");
  button.addEventListener("click", async () => {
    const text = sample.querySelector("pre code");
    const said = sample.querySelector("output");
    said.textContent = ""; // so that the same words are heard again
    said.textContent = button.dataset.copy ? await copy(text) : save(text, button.dataset.save);
  });
}
