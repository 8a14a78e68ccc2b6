// Where an element of the page shows its picture on the screen, whatever CSS does to it, and a canvas
// over it. As pyface_web/draw/placement.py does.
//
// An element and its ancestors may be turned, mirrored, scaled and zoomed. How far they are moved need
// not be known: the middle of the box that getBoundingClientRect gives is the middle of the element.

import { cssLength, objectBox, viewBox } from "../values/object_fit.js";
import { getMediaDimensions } from "./media.js";

const MOST_SIDE = 4096; // of a canvas over an element, in its pixels
const TRIAL = 16; // CSS pixels of a step to see where it leads
const TOP_LAYER = ":is(:fullscreen, :modal, :popover-open)"; // where transforms of ancestors end
const HELD = /transform|translate|rotate|scale|filter|perspective/; // in will-change
const MOVING = ["transform", "translate", "rotate", "scale", "offsetDistance", "offsetPath", "offsetRotate"];
const CORNERS = ["TopLeft", "TopRight", "BottomRight", "BottomLeft"];
const SIDES = ["Left", "Top", "Right", "Bottom"];

const viewOf = (element) => element.ownerDocument.defaultView;
const styleOf = (element) => viewOf(element).getComputedStyle(element);
const px = (length) => parseFloat(length) || 0;
const isInTopLayer = (element) => element.matches(TOP_LAYER);
const middle = ({ left, top, width, height }) => [left + width / 2, top + height / 2];

// In the tree as it is shown, with shadow roots and their slots.
const parentOf = (element) => element.assignedSlot ?? element.parentElement ?? element.parentNode?.host;

/**
 * How an element is shown, or undefined where it is not: { style, border, content (boxes of it, from the
 * upper left of the first), toScreen (DOMMatrix, from there to the window); linear, around and own (what of
 * that turns and scales: all, what is around it, its own transform) }.
 */
export function layoutOf(element) {
  if (!element.isConnected || !viewOf(element)) return undefined;
  const style = styleOf(element);
  const rect = element.getBoundingClientRect();
  if (!rect.width || !rect.height || style.width === "auto") return undefined;
  const [left, top, right, bottom] = SIDES.map((side) => px(style[`border${side}Width`]) + px(style[`padding${side}`]));
  const sides = [px(style.width), px(style.height)];
  const [insetX, insetY] = [left + right, top + bottom];
  const [width, height] = style.boxSizing === "border-box" ? sides : [sides[0] + insetX, sides[1] + insetY];
  const around = isInTopLayer(element) ? new DOMMatrix() : linearOf(parentOf(element));
  const own = ownLinear(style) ?? new DOMMatrix();
  const whole = around.scale(px(style.zoom) || 1);
  const linear = flat(whole.multiply(own));
  const content = { x: left, y: top, width: width - insetX, height: height - insetY };
  return { element, style, rect, border: { width, height }, content, own: flat(own), around: flat(whole), ...screenOf(linear, rect, width, height) };
}

// With perspective a box is no parallelogram; then it is one with the same outer box.
function screenOf(linear, rect, width, height) {
  const [x, y] = middle(rect);
  const wide = Math.abs(linear.a) * width + Math.abs(linear.c) * height;
  const high = Math.abs(linear.b) * width + Math.abs(linear.d) * height;
  const isExact = Math.abs(wide - rect.width) <= 1 && Math.abs(high - rect.height) <= 1;
  const found = isExact || !wide || !high ? linear : new DOMMatrix().scale(rect.width / wide, rect.height / high).multiply(linear);
  return { linear: found, toScreen: new DOMMatrix().translate(x, y).multiply(found).translate(-width / 2, -height / 2) };
}

function linearOf(element) {
  let linear = new DOMMatrix();
  for (let at = element; at; at = parentOf(at)) {
    const style = styleOf(at);
    if (style.transformStyle !== "preserve-3d") linear = flat(linear);
    const own = ownLinear(style);
    if (own) linear = own.multiply(linear);
    if (style.zoom && px(style.zoom) !== 1) linear = new DOMMatrix().scale(px(style.zoom)).multiply(linear);
    if (isInTopLayer(at)) break;
  }
  return linear;
}

// What rotate, scale and transform do, without moving; undefined where they do nothing.
function ownLinear({ rotate, scale, transform }) {
  const words = [rotation(rotate), scaling(scale), transform].filter((word) => word && word !== "none").join(" ");
  if (!words) return undefined;
  const matrix = new DOMMatrix(words);
  matrix.m41 = matrix.m42 = matrix.m43 = 0;
  return matrix;
}

function rotation(rotate) {
  if (!rotate || rotate === "none") return "";
  const words = rotate.split(" ");
  if (words.length === 1) return `rotate(${rotate})`;
  return words.length === 2 ? `rotate${words[0].toUpperCase()}(${words[1]})` : `rotate3d(${words.join(", ")})`;
}

function scaling(scale) {
  if (!scale || scale === "none") return "";
  const [x, y = x, z = "1"] = scale.split(" ");
  return `scale3d(${x}, ${y}, ${z})`;
}

function flat({ a, b, c, d }) {
  return new DOMMatrix([a, b, c, d, 0, 0]);
}

/** The box of an element's picture, from the upper left of its border; undefined before it has one. */
function pictureIn({ style, content }, natural) {
  if (!natural.width || !natural.height) return undefined;
  const view = viewBox(style.objectViewBox, natural);
  return objectBox(natural, content, style.objectFit, style.objectPosition, view).shift(content.x, content.y);
}

// What an element hides of its picture: all outside of its content, and the parts that object-view-box leaves out.
function ownClips(layout, natural, picture) {
  const own = clipOf(layout, layout.content);
  const view = viewBox(layout.style.objectViewBox, natural);
  if (!view) return [own];
  const { x, y, width, height } = view.rescale({ width: picture.width / natural.width, height: picture.height / natural.height });
  return [own, { x: picture.x + x, y: picture.y + y, width, height, radii: CORNERS.map(() => ({ x: 0, y: 0 })), toScreen: layout.toScreen }];
}

// A box with round corners that hides what is outside, from the upper left of the border of its element.
function clipOf({ style, border, toScreen }, box) {
  const insets = [box.x, box.y, border.width - box.x - box.width, border.height - box.y - box.height];
  const radii = CORNERS.map((corner) => {
    const [x, y = x] = style[`border${corner}Radius`].split(/\s+(?![^(]*\))/);
    const besides = [insets[corner.endsWith("Left") ? 0 : 2], insets[corner.startsWith("Top") ? 1 : 3]];
    const radius = [cssLength(x, border.width) - besides[0], cssLength(y, border.height) - besides[1]];
    return radius.some((side) => side <= 0) ? { x: 0, y: 0 } : { x: radius[0], y: radius[1] };
  });
  return { ...box, radii, toScreen };
}

// What ancestors hide of an element, but not of a canvas beside it whose place is given from further outside.
function clipsAround({ element, style }) {
  const clips = [];
  if (["absolute", "fixed"].includes(style.position) || isInTopLayer(element)) return clips;
  const { body, documentElement } = element.ownerDocument;
  for (let at = parentOf(element); at && at !== body && at !== documentElement; at = parentOf(at)) {
    const outer = styleOf(at);
    if (holdsPlaces(outer) || isInTopLayer(at)) break;
    if ((outer.overflowX === "visible" && outer.overflowY === "visible") || /inline$|contents/.test(outer.display)) continue;
    const border = { width: at.offsetWidth, height: at.offsetHeight };
    const [left, top, right, bottom] = SIDES.map((side) => px(outer[`border${side}Width`]));
    const box = { x: left, y: top, width: border.width - left - right, height: border.height - top - bottom };
    const { toScreen } = screenOf(flat(linearOf(at)), at.getBoundingClientRect(), border.width, border.height);
    clips.push(clipOf({ style: outer, border, toScreen }, box));
  }
  return clips;
}

// Whether places of absolute elements inside are given from this one.
function holdsPlaces(style) {
  const changed = [style.transform, style.translate, style.rotate, style.scale, style.perspective, style.filter, style.backdropFilter];
  return style.position !== "static" || changed.some((value) => value && value !== "none") ||
    HELD.test(style.willChange) || /layout|paint|strict|content/.test(style.contain);
}

// What a box shows of another one's clip, as edges from the upper left of the first one's border.
function cut(part, toLocal, clip) {
  const corners = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([x, y]) =>
    toLocal.multiply(clip.toScreen).transformPoint({ x: clip.x + x * clip.width, y: clip.y + y * clip.height }));
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [left, top] = [Math.max(part.x, Math.min(...xs)), Math.max(part.y, Math.min(...ys))];
  const [right, bottom] = [Math.min(part.x + part.width, Math.max(...xs)), Math.min(part.y + part.height, Math.max(...ys))];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

// Pixels of a canvas for each of CSS, so that it is sharp as it is shown.
function densityOf(element, { a, b, c, d }, { width, height }) {
  const scale = Math.max(Math.hypot(a, b), Math.hypot(c, d)) || 1;
  return Math.min(viewOf(element).devicePixelRatio * scale, MOST_SIDE / Math.max(width, height));
}

function resize(canvas, { width, height }, density) {
  const size = [width, height].map((side) => Math.max(1, Math.round(side * density)));
  if (canvas.width !== size[0] || canvas.height !== size[1]) Object.assign(canvas, { width: size[0], height: size[1] });
  return new DOMMatrix().scale(size[0] / width, size[1] / height);
}

/**
 * A canvas of its own over an img, video or canvas element: beside it, with the same transforms, so what
 * is done to its ancestors is done to both. The page's layout stays as it is.
 */
export class OverElement {
  #element; // weakly: an overlay does not keep an element alive that the page has let go
  #left = 0;
  #top = 0;
  #css = "";
  #way; // what turns steps of the canvas on the screen, where it had to be tried
  #known = ""; // what was known of it
  #copies = new Map(); // animation of the element -> that of the canvas
  #isRight;

  /** isRight: tells of the element whether it shows what is drawn over it. */
  constructor(element, isRight = () => true) {
    this.#isRight = isRight;
    this.#element = new WeakRef(element);
    /** How often it was put into the page; what it shows is to be drawn again then, in WebKit. */
    this.insertions = 0;
    this.canvas = element.ownerDocument.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.context = this.canvas.getContext("2d");
  }

  get isGone() { return this.#element.deref() === undefined; }

  /** Puts the canvas over the element; { picture, toPixels, linear, clips, size }, or undefined where it is not shown, or shows something else. */
  place() {
    const element = this.#element.deref();
    const layout = element && this.#isRight(element) ? layoutOf(element) : undefined;
    const size = layout && getMediaDimensions(element);
    const picture = layout && layout.style.visibility === "visible" ? pictureIn(layout, size) : undefined;
    if (!picture) return this.remove();
    const toLocal = layout.toScreen.inverse();
    const around = clipsAround(layout);
    const part = around.reduce((rest, clip) => cut(rest, toLocal, clip), layout.content);
    if (!(part.width > 0 && part.height > 0)) return this.remove();
    this.#insert(element);
    this.#cover(layout, part);
    const density = densityOf(element, layout.linear, part);
    const toPixels = resize(this.canvas, part, density).translate(-part.x, -part.y);
    const clips = [...ownClips(layout, size, picture), ...around].map((clip) => ({
      ...clip, toPixels: toPixels.multiply(toLocal).multiply(clip.toScreen),
    }));
    const linear = this.#way ? this.#way.multiply(layout.own) : layout.linear;
    return { picture, toPixels, linear, clips, size };
  }

  /** Takes the canvas away; it comes back with `place`. */
  remove() {
    this.canvas.remove();
  }

  #insert(element) {
    const { canvas } = this;
    if (canvas.parentNode !== element.parentNode) {
      element.after(canvas);
      this.insertions++;
    }
    if (canvas.slot !== element.slot) canvas.slot = element.slot;
    if (!("popover" in canvas)) return;
    const isTop = isInTopLayer(element); // as in full screen: only what comes later to the top lies over it
    if (!isTop && canvas.popover) canvas.popover = null;
    if (isTop && !canvas.popover) canvas.popover = "manual";
    if (isTop && !canvas.matches(":popover-open")) canvas.showPopover();
  }

  // Styles like those of the element, and the same place, which is found by looking where it comes to lie.
  #cover(layout, part) {
    const { element, around, toScreen } = layout;
    const goal = toScreen.transformPoint({ x: part.x + part.width / 2, y: part.y + part.height / 2 });
    const css = coveringCss(layout, part, this.#move(element));
    const known = [around.a, around.b, around.c, around.d].join();
    if (this.#known !== known) [this.#known, this.#way] = [known, undefined];
    for (let look = 0; look < 4; look++) {
      this.#style(css);
      const [x, y] = middle(this.canvas.getBoundingClientRect());
      const [missX, missY] = [goal.x - x, goal.y - y];
      if (Math.abs(missX) < 0.03 && Math.abs(missY) < 0.03) break;
      if (look === 2) this.#way = this.#tried(css, x, y); // perspective, or a closed shadow root that turns what it shows
      const step = (this.#way ?? around).inverse().transformPoint({ x: missX, y: missY });
      if (!Number.isFinite(step.x + step.y)) break;
      this.#left += step.x;
      this.#top += step.y;
    }
    this.#style(css);
  }

  // What becomes on the screen of steps to the right and down, from where its middle is now.
  #tried(css, x, y) {
    const columns = [[TRIAL, 0], [0, TRIAL]].flatMap(([right, down]) => {
      this.#style(css, right, down);
      const [tryX, tryY] = middle(this.canvas.getBoundingClientRect());
      return [(tryX - x) / TRIAL, (tryY - y) / TRIAL];
    });
    return new DOMMatrix([...columns, 0, 0]);
  }

  // Has the canvas move by the animations of the element, which go on between our looks; the properties that they
  // change.
  #move(element) {
    const running = (element.getAnimations?.() ?? []).filter(({ effect }) => effect?.target === element && !effect.pseudoElement);
    for (const [original, { copy }] of this.#copies) {
      if (running.includes(original)) continue;
      copy?.cancel();
      this.#copies.delete(original);
    }
    for (const original of running) {
      if (!this.#copies.has(original)) this.#copies.set(original, copied(original, this.canvas));
      const { copy } = this.#copies.get(original);
      if (copy) synchronize(copy, original);
    }
    return [...this.#copies.values()].flatMap(({ names }) => names);
  }

  #style(css, right = 0, down = 0) {
    const [left, top] = [this.#left + right, this.#top + down].map((side) => side.toFixed(3));
    const whole = `${css}; left: ${left}px !important; top: ${top}px !important`;
    if (whole === this.#css) return;
    this.canvas.style.cssText = whole;
    this.#css = whole;
  }
}

// An animation for another element, if it moves, turns or scales; and by which properties.
function copied({ effect, timeline }, canvas) {
  const frames = effect.getKeyframes();
  const names = MOVING.filter((name) => frames.some((frame) => name in frame));
  return { names, copy: names.length ? canvas.animate(frames, { ...effect.getTiming(), timeline }) : undefined };
}

function synchronize(copy, { startTime, currentTime, playbackRate }) {
  if (copy.playbackRate !== playbackRate) copy.playbackRate = playbackRate;
  if (startTime !== null) {
    if (copy.startTime !== startTime) copy.startTime = startTime;
  } else if (copy.currentTime !== currentTime) { // it rests
    copy.pause();
    copy.currentTime = currentTime;
  }
}

// moved: properties that animations change, which have to have their way.
function coveringCss({ element, style, border }, part, moved) {
  const isWhole = part.x === 0 && part.y === 0 && part.width === border.width && part.height === border.height;
  const [x, y, z = "0px"] = style.transformOrigin.split(" ");
  const isPlaced = style.position !== "static" || /flex|grid/.test(styleOf(parentOf(element) ?? element).display);
  const values = {
    all: "initial",
    display: "block",
    position: style.position === "fixed" || isInTopLayer(element) ? "fixed" : "absolute",
    width: `${part.width}px`,
    height: `${part.height}px`,
    "pointer-events": "none",
    "z-index": isPlaced ? style.zIndex : "auto",
    transform: style.transform,
    "transform-origin": `${px(x) - part.x}px ${px(y) - part.y}px ${z}`,
    rotate: style.rotate,
    scale: style.scale,
    zoom: style.zoom,
    "backface-visibility": style.backfaceVisibility,
    "clip-path": isWhole ? style.clipPath : "",
    "offset-path": style.offsetPath,
    "offset-distance": style.offsetDistance,
    "offset-rotate": style.offsetRotate,
  };
  for (const name of moved) delete values[name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)];
  return Object.entries(values).filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${value}${moved.length && name === "all" ? "" : " !important"}`).join("; ");
}

/** A canvas of the page's own, which lies over an element or shows all of its picture by itself. */
export class OnCanvas {
  #element;
  #isFixed = false; // whether its size on the page is that of its pixels, which are left alone then

  constructor(context, element) {
    this.insertions = 0;
    this.context = context;
    this.canvas = context.canvas;
    this.#element = new WeakRef(element);
  }

  get isGone() { return false; }

  /** As of OverElement; the canvas gets the pixels that it is shown with. size: of the picture. */
  place(size) {
    const { canvas } = this;
    const element = this.#element.deref();
    const own = canvas.ownerDocument && layoutOf(canvas);
    let toPixels = new DOMMatrix();
    let frame = { x: 0, y: 0, width: canvas.width, height: canvas.height };
    if (own) {
      this.#resize(own);
      const shown = pictureIn(own, canvas);
      toPixels = new DOMMatrix().scale(canvas.width / shown.width, canvas.height / shown.height).translate(-shown.x, -shown.y);
      frame = own.content;
    }
    const layout = own && element?.ownerDocument === canvas.ownerDocument ? layoutOf(element) : undefined;
    if (layout && isOver(layout, own)) {
      const natural = getMediaDimensions(element);
      const picture = pictureIn(layout, natural);
      if (!picture) return undefined;
      toPixels = toPixels.multiply(own.toScreen.inverse()).multiply(layout.toScreen);
      const clips = ownClips(layout, natural, picture).map((clip) => ({ ...clip, toPixels }));
      return { picture, toPixels, linear: layout.linear, clips, size: natural };
    }
    if (!size || !frame.width || !frame.height) return undefined;
    const picture = objectBox(size, frame, "contain", "50% 50%").shift(frame.x, frame.y);
    return { picture, toPixels, linear: own?.linear ?? new DOMMatrix(), clips: [], size };
  }

  #resize({ linear, content }) {
    if (this.#isFixed) return;
    const { canvas } = this;
    const { width, height } = canvas;
    resize(canvas, content, densityOf(canvas, linear, content));
    if (canvas.width === width && canvas.height === height) return;
    const now = layoutOf(canvas)?.content ?? content;
    this.#isFixed = Math.abs(now.width - content.width) > 0.5 || Math.abs(now.height - content.height) > 0.5;
    if (this.#isFixed) Object.assign(canvas, { width, height }); // else it would grow for ever
  }

  remove() {
    const { context, canvas } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
  }
}

// Whether a canvas lies over what an element shows, by half of the smaller one at least.
function isOver({ style, rect }, { rect: over }) {
  if (style.visibility !== "visible" || style.opacity === "0") return false;
  const wide = Math.min(rect.right, over.right) - Math.max(rect.left, over.left);
  const high = Math.min(rect.bottom, over.bottom) - Math.max(rect.top, over.top);
  return wide > 0 && high > 0 && wide * high >= Math.min(rect.width * rect.height, over.width * over.height) / 2;
}
