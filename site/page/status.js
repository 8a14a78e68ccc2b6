// <page-status>: what is going on, how far it is, what went wrong. One bar over all bytes of a load,
// with what is being loaded, how long it will take, and a button that ends it. The build fills it, and its
// height is reserved in CSS, so nothing jumps.

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

function timeLeft(seconds) {
  if (seconds === undefined) return "";
  return seconds < 100 ? `, about ${Math.max(1, Math.round(seconds))} s left` : `, about ${Math.round(seconds / 60)} min left`;
}

const PARTS = Object.entries({
  text: "status", amount: "amount", bar: "progress", alert: "alert", notice: "notice", spoken: "announcement", button: "cancel",
});

class PageStatus extends HTMLElement {
  connectedCallback() {
    if (this.line) return;
    this.line = this.querySelector(".status");
    for (const [name, id] of PARTS) this[name] = this.querySelector(`#${id}`);
    this.button.addEventListener("click", () => this.pressed());
  }

  /** Says what is going on. With a total the bar says how far, else it only moves. */
  busy(text, loaded = 0, total = 0, unit = "bytes", seconds = undefined) {
    this.text.textContent = text;
    this.bar.hidden = false;
    if (!total) {
      this.amount.textContent = "";
      this.bar.removeAttribute("value");
      return;
    }
    this.amount.textContent = unit === "bytes"
      ? `${megabytes(loaded)} of ${megabytes(total)} MB${timeLeft(seconds)}`
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

  /** Shows an error: a title, what happened, and (again: a function) a button of these words. */
  error(title, text, again = undefined, words = "Try again") {
    const heading = document.createElement("strong");
    const paragraph = document.createElement("p");
    heading.textContent = title;
    paragraph.textContent = text;
    this.alert.replaceChildren(heading, paragraph);
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      button.addEventListener("click", again, { once: true });
      this.alert.append(button);
    }
  }

  // --- while the page loads

  /** Says that a load begins; cancel: a function that ends it. */
  loading(cancel) {
    this.clear();
    this.busy("Loading");
    this.offer("Cancel", cancel);
  }

  /** Progress of loadPyface. */
  progress({ loadedBytes, totalBytes, cachedBytes, secondsLeft, what, stage }) {
    if (stage === "download") {
      const verb = cachedBytes < loadedBytes ? "Downloading" : "Loading";
      this.busy(`${verb} ${what}`, loadedBytes, totalBytes, "bytes", secondsLeft);
    } else {
      this.busy("Starting Python");
    }
    if (stage === "ready") this.offer();
  }

  /** Says that the visitor ended the load; again: a function that begins it anew. */
  cancelled(again) {
    this.done("Not loaded");
    this.offer("Load again", again);
  }

  failed(error, again) {
    this.done("Not loaded");
    this.offer();
    this.error("The page could not be loaded", error.message, again);
  }

  /** Says that Python has ended by itself; again: a function that starts anew. */
  stopped(error, again) {
    this.done("Stopped");
    this.offer();
    this.error("Python has stopped", `What it was doing is lost (${error.cause ?? error.message}).`, again, "Start again");
  }

  // One button for both, so that it keeps the keyboard's focus.
  offer(text = "", action = () => {}) {
    this.button.hidden = !text;
    this.button.textContent = text;
    this.pressed = action;
  }
}

customElements.define("page-status", PageStatus);
