// Points, sizes and boxes: values in pixels, x to the right and y down. The rules are those of
// pyface_web/values/geometry.py; fields have the names that face-api.js gives them.

import { allFinite, finite, inputError, shapeError, text, unquoted } from "./errors.js";
import { kindAndRemedy } from "./kinds.js";
import { copyOf, isA, isVector, itemsOf, part, parts, textOf } from "./given.js";
import { NO_FACE, notThere } from "./likely.js";

/** A point or an offset. Where a method takes another one, anything with x and y will do. */
export class Point {
  constructor(x, y) {
    this._x = finite(x, "Point.x");
    this._y = finite(y, "Point.y");
  }
  get x() { return this._x; }
  get y() { return this._y; }
  add(other) { return this._with(other, (a, b) => a + b); }
  sub(other) { return this._with(other, (a, b) => a - b); }
  /** Component-wise product. */
  mul(other) { return this._with(other, (a, b) => a * b); }
  /** Component-wise quotient; throws if a component of the other is 0. */
  div(other) {
    const { x, y } = pointOf(other);
    if (!x || !y) throw inputError(`Point.div: cannot divide by (${x}, ${y}), a component is 0`);
    return new Point(this.x / x, this.y / y);
  }
  _with(other, join) {
    const { x, y } = pointOf(other);
    return new Point(join(this.x, x), join(this.y, y));
  }
  abs() { return new Point(Math.abs(this.x), Math.abs(this.y)); }
  magnitude() { return finite(Math.hypot(this.x, this.y), "Point.magnitude"); }
  floor() { return new Point(Math.floor(this.x), Math.floor(this.y)); }
}

/** A point from anything with x and y. */
export function pointOf(value) {
  if (isA(value, Point)) return value;
  const pair = parts(value, ["x", "y"]);
  if (!pair) throw inputError(`a point: expected x and y, got ${text(value)}`);
  return new Point(...pair);
}

/** What JSON leaves of a point, a size or a box, { _x: 1 }, with the names of its parts: { x: 1 }. */
export function unmarked(value) {
  const fields = Object.entries(copyOf(value, "what was JSON"));
  return Object.fromEntries(fields.map(([name, field]) => [name.replace(/^_/, ""), field]));
}

/** A list of points, from any with x and y; it may be empty. */
export function pointList(pts, what) {
  return itemsOf(pts, what, "a list of points").map(pointOf);
}

/** The same, of at least one point. */
export function pointsOf(pts, what) {
  const points = pointList(pts, what);
  if (!points.length) throw inputError(`${what}: expected at least one point, got none`);
  return points;
}

/** A size in pixels; 0 is allowed. */
export class Dimensions {
  constructor(width, height) {
    for (const [name, value] of [["width", width], ["height", height]]) {
      this[`_${name}`] = finite(value, `Dimensions.${name}`);
      if (this[`_${name}`] < 0) throw inputError(`Dimensions.${name}: expected at least 0, got ${value}`);
    }
  }
  get width() { return this._width; }
  get height() { return this._height; }
  /** (1/width, 1/height); throws if one of them is 0. */
  reverse() {
    if (!this.width || !this.height) {
      throw inputError(`Dimensions.reverse: ${this.width} x ${this.height} has a side of 0`);
    }
    return new Dimensions(1 / this.width, 1 / this.height);
  }

  /** From anything with a width and a height. */
  static of(value) {
    if (isA(value, Dimensions)) return value;
    const sides = parts(value, ["width", "height"]);
    if (!sides) throw inputError(`a size: expected something with width and height, got ${kindAndRemedy(value)}${notThere(value)}`);
    return new Dimensions(...sides);
  }
}

/** What x and y are multiplied by from one size to another; throws if a side of the first is 0. */
export function scaleBetween(from, width, height) {
  const to = new Dimensions(width, height);
  if (!from.width || !from.height) {
    throw inputError(`a size of ${from.width} x ${from.height} has a side of 0, so nothing can be scaled from it`);
  }
  return [finite(to.width / from.width, "a scale"), finite(to.height / from.height, "a scale")];
}

const missing = (value) => (value === undefined || value === null ? `; ${NO_FACE}` : "");
const FORMS = [["x", "y", "width", "height"], ["left", "top", "right", "bottom"]];

/** An axis-aligned box, in pixels or as fractions of a picture. Methods return a new plain Box. */
export class Box {
  /** box: { x, y, width, height } or { left, top, right, bottom }; the first wins. */
  constructor(box, allowNegativeDimensions = true) {
    const name = new.target.name;
    const found = FORMS.map((keys) => keys.map((key) => part(box, key)));
    const index = found.findIndex((values) => !values.includes(undefined));
    if (index < 0) {
      throw inputError(`${name}: expected x, y, width, height or left, top, right, bottom, got ${text(box)}${missing(box)}`);
    }
    const form = FORMS[index];
    const [x, y, third, fourth] = form.map((key, i) => finite(found[index][i], `${name}.${key}`));
    this._x = x;
    this._y = y;
    this._width = form === FORMS[0] ? third : finite(third - x, `${name}.width`);
    this._height = form === FORMS[0] ? fourth : finite(fourth - y, `${name}.height`);
    if (!allowNegativeDimensions && (this._width < 0 || this._height < 0)) {
      throw inputError(
        `${name}: expected a width and height of at least 0, got ${this._width} x ${this._height}; are two corners exchanged?`,
      );
    }
  }

  /** Whether a value has finite x, y, width and height. */
  static isRect(value) {
    return FORMS[0].every((key) => Number.isFinite(part(value, key)));
  }
  /** Throws unless a value has these, and none of its sides is negative (unless that is allowed). */
  static assertIsValidBox(box, callee, allowNegativeDimensions = false) {
    const what = textOf(callee, "callee");
    if (!Box.isRect(box)) throw inputError(`${what}: expected a box with x, y, width, height, got ${text(box)}`);
    const [width, height] = ["width", "height"].map((side) => part(box, side));
    if (!allowNegativeDimensions && (width < 0 || height < 0)) {
      throw inputError(`${what}: expected a width and height of at least 0, got ${width} x ${height}`);
    }
  }

  get x() { return this._x; }
  get y() { return this._y; }
  get width() { return this._width; }
  get height() { return this._height; }
  get left() { return this.x; }
  get top() { return this.y; }
  get right() { return finite(this.x + this.width, "Box.right"); }
  get bottom() { return finite(this.y + this.height, "Box.bottom"); }
  get area() { return finite(this.width * this.height, "Box.area"); }
  get topLeft() { return new Point(this.left, this.top); }
  get topRight() { return new Point(this.right, this.top); }
  get bottomLeft() { return new Point(this.left, this.bottom); }
  get bottomRight() { return new Point(this.right, this.bottom); }

  /** Each of x, y, width, height to the nearest integer, halves upwards. */
  round() { return this._map(Math.round); }
  /** Each of x, y, width, height floored, so right and bottom may lose up to 2 px. */
  floor() { return this._map(Math.floor); }
  _map(change) { return boxOf(change(this.x), change(this.y), change(this.width), change(this.height)); }

  /** The shorter side widened to the longer one, around the same centre. */
  toSquare() {
    const { x, y, width, height } = this;
    const difference = Math.abs(width - height);
    if (width < height) return boxOf(x - difference / 2, y, width + difference, height);
    if (height < width) return boxOf(x, y - difference / 2, width, height + difference);
    return boxOf(x, y, width, height);
  }

  /** All four times a number, or x, width and y, height times a width and a height. */
  rescale(scale) {
    const number = unquoted(scale);
    const { width: sx, height: sy } = Number.isFinite(number) ? { width: number, height: number } : Dimensions.of(scale);
    return boxOf(this.x * sx, this.y * sy, this.width * sx, this.height * sy);
  }

  /** Grown by padX in width and padY in height, half on each side. */
  pad(padX, padY) {
    const [across, down] = allFinite("Box.pad", { padX, padY });
    return boxOf(this.x - across / 2, this.y - down / 2, this.width + across, this.height + down);
  }

  /** The part inside the picture, floored; of negative or no size if the box lies outside. */
  clipAtImageBorders(imageWidth, imageHeight) {
    const [right, bottom] = allFinite("Box.clipAtImageBorders", { imageWidth, imageHeight });
    const x = Math.max(this.x, 0);
    const y = Math.max(this.y, 0);
    return boxOf(x, y, Math.min(this.right - x, right - x), Math.min(this.bottom - y, bottom - y)).floor();
  }

  shift(shiftX, shiftY) {
    const [across, down] = allFinite("Box.shift", { shiftX, shiftY });
    return boxOf(this.x + across, this.y + down, this.width, this.height);
  }

  /** The range of pixels, counted from 1 and inclusive, that MTCNN cuts for this box. */
  padAtBorders(imageHeight, imageWidth) {
    const [bottom, right] = allFinite("Box.padAtBorders", { imageHeight, imageWidth });
    return {
      y: Math.max(this.top, 1),
      ey: Math.min(this.bottom, bottom),
      x: Math.max(this.left, 1),
      ex: Math.min(this.right, right),
      w: this.width + 1,
      h: this.height + 1,
    };
  }

  /** Corners moved by region (fractions of this size), then squared and rounded, as MTCNN does. */
  calibrate(region) {
    const { left, top, right, bottom } = new Box(region);
    return new Box({
      left: this.left + left * this.width,
      top: this.top + top * this.height,
      right: this.right + right * this.width,
      bottom: this.bottom + bottom * this.height,
    }).toSquare().round();
  }
}

const boxOf = (x, y, width, height) => new Box({ x, y, width, height });

/** A box from x, y, width and height; refuses negative sizes unless told otherwise. */
export class Rect extends Box {
  constructor(x, y, width, height, allowNegativeDimensions = false) {
    super({ x, y, width, height }, allowNegativeDimensions);
  }
}

/** A box from its edges; refuses right < left and bottom < top unless told otherwise. */
export class BoundingBox extends Box {
  constructor(left, top, right, bottom, allowNegativeDimensions = false) {
    super({ left, top, right, bottom }, allowNegativeDimensions);
  }
}

/** A box with a class number. */
export class LabeledBox extends Box {
  constructor(box, label) {
    super(box);
    this._label = finite(label, `${new.target.name}.label`);
  }
  get label() { return this._label; }
  /** Throws unless a value is a box with a class number. */
  static assertIsValidLabeledBox(box, callee) {
    Box.assertIsValidBox(box, callee);
    const label = part(box, "label");
    if (!Number.isFinite(label)) {
      throw inputError(`${callee}: expected a box whose label is a number, got ${text(label)}`);
    }
  }
}

/** A box with a class number, a score and the score of the class. */
export class PredictedBox extends LabeledBox {
  constructor(box, label, score, classScore) {
    super(box, label);
    this._score = finite(score, "PredictedBox.score");
    this._classScore = finite(classScore, "PredictedBox.classScore");
  }
  get score() { return this._score; }
  get classScore() { return this._classScore; }
  /** Throws unless a value is a box with a class number and scores from 0 to 1. */
  static assertIsValidPredictedBox(box, callee) {
    LabeledBox.assertIsValidLabeledBox(box, callee);
    const [score, classScore] = [part(box, "score"), part(box, "classScore")];
    if (![score, classScore].every((value) => typeof value === "number" && value >= 0 && value <= 1)) {
      throw inputError(`${callee}: expected score and classScore from 0 to 1, got ${text(score)} and ${text(classScore)}`);
    }
  }
}

/** A box and the text that drawDetection writes at it. */
export class BoxWithText extends Box {
  constructor(box, label) {
    super(box);
    this._text = textOf(label, "BoxWithText.text");
  }
  get text() { return this._text; }
}

/**
 * Overlap of two boxes, 0..1: intersection over union, or over the smaller area. NaN where that is 0,
 * as of two empty boxes.
 */
export function iou(box1, box2, isIOU = true) {
  const [a, b] = inUnit([new Box(box1), new Box(box2)]);
  return overlap(a, b, isIOU);
}

function overlap(a, b, isIOU) {
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x));
  const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));
  const intersection = width * height;
  const areas = [a.width * a.height, b.width * b.height];
  return intersection / (isIOU ? areas[0] + areas[1] - intersection : Math.min(...areas));
}

// The boxes in a unit in which their areas are numbers; a power of two changes no quotient.
function inUnit(boxes) {
  const largest = boxes.reduce((most, { x, y, width, height }) => Math.max(most, ...[x, y, width, height].map(Math.abs)), 0);
  if (!largest || (largest > 1e-100 && largest < 1e100)) return boxes;
  const half = 2 ** -Math.round(Math.log2(largest) / 2); // of the power, which may be beyond all numbers itself
  return boxes.map((box) => box._map((value) => value * half * half));
}

/** The smallest box around points. */
export function minBbox(pts) {
  const points = pointsOf(pts, "minBbox");
  const [xs, ys] = [points.map((p) => p.x), points.map((p) => p.y)];
  return new BoundingBox(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
}

/**
 * Indices of the boxes to keep, by descending score (of equal scores the higher index first). A box
 * goes if its overlap with a kept one is above iouThreshold or not a number.
 */
export function nonMaxSuppression(boxes, scores, iouThreshold, isIOU = true) {
  const expected = "a list of boxes and a score for each";
  const error = () => shapeError(`nonMaxSuppression: expected ${expected}, got ${counted(boxes)} and ${counted(scores)}`);
  if (!isVector(scores) || !isVector(boxes) || !Array.isArray(boxes)) throw error();
  const [items, values] = [boxes, scores].map((list) => itemsOf(list, "nonMaxSuppression", expected, shapeError));
  if (items.length !== values.length || !values.every(Number.isFinite)) throw error();
  const threshold = finite(iouThreshold, "nonMaxSuppression: iouThreshold");
  const all = inUnit(items.map((box) => new Box(box)));
  let left = all.map((_, index) => index).sort((a, b) => values[a] - values[b]);
  const kept = [];
  while (left.length) {
    const best = left.pop();
    kept.push(best);
    left = left.filter((index) => overlap(all[best], all[index], isIOU) <= threshold);
  }
  return kept;
}

const counted = (values) => (isVector(values) ? `${text(values)} of length ${part(values, "length")}` : text(values));

/** A number cut off after some decimals (0.876 -> 0.87), as face-api.js does in every label. */
export function truncate(value, decimals = 2) {
  const factor = 10 ** decimals;
  const scaled = value * factor;
  // A number that large has no such decimals, and its product may be beyond all numbers.
  return factor && factor < Infinity && Math.abs(scaled) < 2 ** 53 ? Math.floor(scaled) / factor : value;
}
