// Shows the chosen picture at once, while Python is still on its way.

/** For a page with one picture and a stage; returns a function that ends it, when Python takes over. */
export function previewChoice() {
  const chooser = document.querySelector("picture-chooser:only-of-type:not([multiple])");
  const stage = document.getElementById("stage");
  const taken = new AbortController();
  if (chooser && stage) {
    const show = () => chooser.pictures.forEach((picture) => preview(picture, stage, taken.signal));
    document.addEventListener("pictures", show, { signal: taken.signal });
    show();
  }
  return () => taken.abort();
}

let newest;

function preview(picture, stage, taken) {
  const url = picture.url ?? URL.createObjectURL(picture);
  const image = Object.assign(new Image(), { alt: "" });
  const free = () => picture.url || URL.revokeObjectURL(url);
  newest = image;
  image.onerror = free; // Python says what is wrong with it
  image.onload = () => {
    free();
    if (taken.aborted || newest !== image) return;
    const frame = stage.querySelector(".frame");
    frame.querySelector("img")?.remove();
    frame.prepend(image); // not before: without its size the stage would jump
    const hint = stage.querySelector(".hint");
    if (hint) hint.textContent = "Faces are marked as soon as Python has started.";
    stage.dataset.state = "waiting";
  };
  image.src = url;
}
