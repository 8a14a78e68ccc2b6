// Shows the chosen pictures at once, decoded, while Python is still on its way. Python takes them from the
// page; see pictures.py, whose `key` is what `data-picture` says of each.

import "./chooser.js";

const taken = new AbortController();
const newest = new WeakMap(); // stage -> the picture that was chosen last

async function preview(picture, stage) {
  newest.set(stage, picture);
  if (!picture) return;
  const frame = stage.querySelector(".frame");
  const there = frame.querySelector("img");
  const url = picture.url ?? URL.createObjectURL(picture);
  const image = there?.src === url ? there : Object.assign(new Image(), { src: url, alt: "" });
  try {
    await image.decode(); // not before: without its size the stage would jump
    if (taken.signal.aborted || newest.get(stage) !== picture) return;
    image.dataset.picture = picture.url ?? [picture.name, picture.size, picture.lastModified].join(" ");
    if (image !== there) {
      there?.remove();
      frame.prepend(image);
    }
    stage.dataset.state = "waiting";
  } catch {
    // Python says what is wrong with it
  } finally {
    if (!picture.url) URL.revokeObjectURL(url);
  }
}

for (const chooser of document.querySelectorAll("picture-chooser:not([multiple])")) {
  const stage = document.getElementById(chooser.id ? `${chooser.id}-stage` : "stage");
  if (!stage) continue;
  const show = () => preview(chooser.pictures[0], stage);
  chooser.addEventListener("pictures", show, { signal: taken.signal });
  show();
}
document.addEventListener("takeover", () => taken.abort());
