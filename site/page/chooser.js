// <picture-chooser>: sample pictures, and the visitor's own by drop, paste or picker.
//
//   <picture-chooser></picture-chooser>            one picture
//   <picture-chooser multiple></picture-chooser>   any number of them
//
// Attributes: chosen="1 3" ticks samples to begin with; label="People" names it. The build fills it, so that
// it can be used before this runs. Fires "pictures"; `pictures` is what is chosen now: Files, and samples as
// { url, name }.

class PictureChooser extends HTMLElement {
  connectedCallback() {
    if (this.form) return;
    this.files = [];
    this.form = this.querySelector("form");
    this.file = this.form.querySelector("[type=file]");
    this.drop = this.form.querySelector(".drop");
    const samples = this.form.querySelector("fieldset");
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
    this.take(this.file.files); // chosen while this was on its way
  }

  get pictures() {
    if (this.files.length) return this.files;
    return [...this.form.querySelectorAll(":checked")].map((input) => ({
      url: new URL(input.value, document.baseURI).href,
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
