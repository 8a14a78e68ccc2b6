// How evenly a page moves: a ball on a rail, and a bar for the time between two pictures on the
// screen. Both are drawn by the page's own thread, so they show when it has no time.

const BAR = 3; // pixels
const JERK = 50; // milliseconds
const TOP = 200; // milliseconds of the highest bar

export class Pulse {
  #ball;
  #context;
  #gaps = [];
  #last;
  #request;

  /** ball: an element on a rail, its parent. canvas: for the bars. */
  constructor(ball, canvas) {
    this.#ball = ball;
    this.#context = canvas.getContext("2d");
  }

  /** Milliseconds of the longest gap that is shown. */
  get longest() { return Math.max(0, ...this.#gaps); }

  play() {
    this.#last = undefined;
    this.#gaps = [];
    const step = (now) => {
      this.#request = requestAnimationFrame(step);
      if (this.#last !== undefined) this.#gaps.push(now - this.#last);
      this.#last = now;
      this.#paint(now);
    };
    cancelAnimationFrame(this.#request);
    this.#request = requestAnimationFrame(step);
  }

  pause() {
    cancelAnimationFrame(this.#request);
  }

  #paint(now) {
    const rail = this.#ball.parentElement.clientWidth - 32;
    this.#ball.style.transform = `translateX(${(0.5 - 0.5 * Math.cos(now / 500)) * rail}px)`;

    const { canvas } = this.#context;
    const { clientWidth: width, clientHeight: height } = canvas;
    Object.assign(canvas, { width: width * devicePixelRatio, height: height * devicePixelRatio });
    this.#context.scale(devicePixelRatio, devicePixelRatio);
    this.#gaps = this.#gaps.slice(-Math.floor(width / BAR));
    const high = (gap) => (Math.min(gap, TOP) / TOP) * height;
    const { color } = getComputedStyle(canvas);
    this.#gaps.forEach((gap, i) => {
      this.#context.fillStyle = gap > JERK ? "#d97706" : color;
      this.#context.fillRect(i * BAR, height - high(gap), BAR - 1, high(gap));
    });
    this.#context.fillStyle = color;
    this.#context.globalAlpha = 0.5;
    this.#context.fillRect(0, height - high(JERK), width, 1);
  }
}
