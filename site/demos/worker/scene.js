// Pictures that move on a canvas, as a camera would show them: a video without a file.

const SECONDS = 14; // that each picture is shown

/** A canvas that shows photos, each moved slowly; it stands still until `play`. */
export class Scene {
  #context;
  #pictures = [];
  #request;
  #time = 0; // seconds of playing
  #last;

  constructor(canvas) {
    this.canvas = canvas;
    this.#context = canvas.getContext("2d");
  }

  get isPlaying() { return this.#request !== undefined; }

  /** Fetches photos, each 4:3 or wider, and shows the first. */
  async show(...addresses) {
    const resize = { resizeHeight: this.canvas.height * 1.4, resizeQuality: "medium" };
    const load = async (url) => createImageBitmap(await (await fetch(url)).blob(), resize);
    this.#pictures = await Promise.all(addresses.map(load));
    this.#paint();
  }

  play() {
    if (this.isPlaying) return;
    this.#last = performance.now();
    const step = (now) => {
      this.#request = requestAnimationFrame(step);
      this.#time += Math.max(0, now - this.#last) / 1000;
      this.#last = now;
      this.#paint();
    };
    this.#request = requestAnimationFrame(step);
  }

  pause() {
    cancelAnimationFrame(this.#request);
    this.#request = undefined;
  }

  #paint() {
    const { width, height } = this.canvas;
    const picture = this.#pictures[Math.floor(this.#time / SECONDS) % this.#pictures.length];
    const turn = (this.#time / SECONDS) * 2 * Math.PI;
    const x = (0.5 - 0.5 * Math.cos(turn)) * (picture.width - width);
    const y = (0.5 - 0.5 * Math.cos(2 * turn)) * (picture.height - height);
    this.#context.drawImage(picture, -x, -y);
  }
}
