// <page-status>: what is going on, how far it is, what went wrong. One bar over all bytes of a load,
// with what is being loaded. Its height is reserved in CSS, so nothing jumps.

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

class PageStatus extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    const make = (tag, values) => Object.assign(document.createElement(tag), values);
    this.line = make("div", { className: "status" });
    this.text = make("p", { id: "status", textContent: "Loading" });
    this.amount = make("p", { id: "amount" });
    this.bar = make("progress", { id: "progress" });
    this.bar.setAttribute("aria-labelledby", "status");
    this.alert = make("div", { id: "alert" });
    this.alert.setAttribute("role", "alert");
    this.notice = make("p", { id: "notice", className: "notice" });
    this.spoken = make("p", { id: "announcement", className: "visually-hidden" });
    this.spoken.setAttribute("role", "status");
    this.line.append(this.text, this.amount, this.bar);
    this.append(this.line, this.alert, this.notice, this.spoken);
  }

  /** Says what is going on. With a total the bar says how far, else it only moves. */
  busy(text, loaded = 0, total = 0, unit = "bytes") {
    this.text.textContent = text;
    this.bar.hidden = false;
    if (!total) {
      this.amount.textContent = "";
      this.bar.removeAttribute("value");
      return;
    }
    this.amount.textContent = unit === "bytes"
      ? `${megabytes(loaded)} of ${megabytes(total)} MB`
      : `${loaded} of ${total} ${unit}`;
    this.bar.max = total;
    this.bar.value = loaded;
  }

  /** Says what came out, and says it to those who do not see the page, too. */
  done(text) {
    this.bar.hidden = true;
    this.text.textContent = text;
    this.amount.textContent = "";
    this.say(text);
  }

  say(text) {
    this.spoken.textContent = text;
  }

  note(text) {
    this.notice.textContent = text;
  }

  clear() {
    this.alert.replaceChildren();
    this.notice.textContent = "";
  }

  /** Shows an error: a title, what happened, and (again: a function) a button to try again. */
  error(title, text, again = undefined) {
    const heading = document.createElement("strong");
    const paragraph = document.createElement("p");
    heading.textContent = title;
    paragraph.textContent = text;
    this.alert.replaceChildren(heading, paragraph);
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Try again";
      button.addEventListener("click", again, { once: true });
      this.alert.append(button);
    }
  }

  // --- while the page loads

  /** Progress of loadPyface. */
  progress({ loadedBytes, totalBytes, stage }) {
    if (stage === "download" && loadedBytes < totalBytes) {
      this.busy("Downloading Python and the models", loadedBytes, totalBytes);
    } else {
        this.busy("Starting Python");
    }
  }

  failed(error, again) {
    const retry = () => {
      this.clear();
      this.busy("Loading");
      again();
    };
    this.done("Not loaded");
    this.error("The page could not be loaded", error.message, retry);
  }
}

customElements.define("page-status", PageStatus);
