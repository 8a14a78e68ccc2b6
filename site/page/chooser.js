// <picture-chooser>: sample pictures, and the visitor's own by drop, paste or picker.
//
//   <picture-chooser></picture-chooser>            one picture
//   <picture-chooser multiple></picture-chooser>   any number of them
//
// Attributes: chosen="1 3" ticks samples to begin with; label="People" names it. Fires "pictures";
// `pictures` is what is chosen now: Files, and samples as { url, name }.

const SAMPLES = [
  "Three women in costume in a dark room",
  "Three women on a sofa looking away",
  "Three women in a bar, smiling",
  "Four women standing in a row",
  "Five women on a staircase",
  "Four women by a window",
];
const HERE = new URL("./", import.meta.url);

class PictureChooser extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    this.files = [];
    const multiple = this.hasAttribute("multiple");
    const chosen = (this.getAttribute("chosen") ?? "").split(" ");
    const label = this.getAttribute("label") ?? "Sample pictures";
    const make = (tag, values) => Object.assign(document.createElement(tag), values);
    this.form = make("form", { autocomplete: "off" });
    const samples = make("fieldset", { className: "thumbs" });
    samples.append(make("legend", { className: "visually-hidden", textContent: label }));
    SAMPLES.forEach((alt, i) => {
      const url = new URL(`../images/sample${i + 1}.jpg`, HERE).href;
      const input = make("input", { type: multiple ? "checkbox" : "radio", name: "sample", value: url });
      input.checked = chosen.includes(String(i + 1));
      const image = make("img", { src: new URL(`samples/${i + 1}.jpg`, HERE).href, width: 96, height: 72, alt });
      const sample = make("label", { className: "thumb" });
      sample.append(input, image);
      samples.append(sample);
    });
    this.file = make("input", { type: "file", accept: "image/*", multiple });
    this.file.setAttribute("aria-label", `${label}: your own ${multiple ? "pictures" : "picture"}`);
    this.drop = make("label", { className: "drop" });
    const words = make("span", {});
    words.append(make("strong", { textContent: multiple ? "Your own pictures" : "Your own picture" }), "Drop, paste or choose");
    this.drop.append(this.file, words);
    this.form.append(samples, this.drop);
    this.append(this.form);
    const first = samples.querySelector(":checked")?.parentElement;
    if (first) samples.scrollLeft = first.getBoundingClientRect().right - samples.getBoundingClientRect().right + 8;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", (event) => {
      event.stopPropagation();
      if (event.target === this.file) this.take(this.file.files);
      else {
        this.files = [];
        this.changed();
      }
    });
    this.addEventListener("focusin", () => (latest = this));
    latest ??= this;
  }

  get pictures() {
    if (this.files.length) return this.files;
    return [...this.form.querySelectorAll(":checked")].map((input) => ({
      url: input.value,
      name: input.nextElementSibling.alt,
    }));
  }

  /** Makes files of the visitor the choice. Returns whether there was one. */
  take(files) {
    if (!files.length) return false;
    this.files = this.file.multiple ? [...files] : [files[0]];
    this.file.value = ""; // so that the same file can be chosen again
    for (const input of this.form.querySelectorAll(":checked")) input.checked = false;
    this.changed();
    return true;
  }

  changed() {
    this.drop.querySelector("strong").textContent = this.files.length
      ? this.files.length === 1 ? this.files[0].name : `${this.files.length} pictures`
      : this.file.multiple ? "Your own pictures" : "Your own picture";
    this.dispatchEvent(new Event("pictures", { bubbles: true }));
  }
}

let latest; // the chooser that pasted files, and files dropped beside any, are for

const over = (event) => event.target.closest?.("picture-chooser") ?? latest;
const mark = (target) => {
  for (const chooser of document.querySelectorAll("picture-chooser")) chooser.drop.classList.toggle("over", chooser === target);
};
document.addEventListener("dragover", (event) => {
  event.preventDefault(); // else the browser leaves the page for a file dropped beside the field
  if (event.dataTransfer.types.includes("Files")) mark(over(event));
});
document.addEventListener("dragleave", (event) => !event.relatedTarget && mark());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  mark();
  over(event)?.take(event.dataTransfer.files);
});
document.addEventListener("paste", (event) => {
  if (latest?.take(event.clipboardData.files)) event.preventDefault();
});

customElements.define("picture-chooser", PictureChooser);
