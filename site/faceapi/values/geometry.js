// Points, sizes and boxes: values in pixels, x to the right and y down. The rules are those of
// pyface_web/values/geometry.py; fields have the names that face-api.js gives them.

import { finite, inputError, shapeError, text } from "./errors.js";

/** A point or an offset. */
export class Point {
  constructor(x, y) {
    this._x = finite(x, "Point.x");
    this._y = finite(y, "Point.y");
  }
  get x() { return this._x; }
  get y() { return this._y; }
  add(other) { return new Point(this.x + other.x, this.y + other.y); }
  sub(other) { return new Point(this.x - other.x, this.y - other.y); }
  /** Component-wise product. */
  mul(other) { return new Point(this.x * other.x, this.y * other.y); }
  /** Component-wise quotient. */
  div(other) { return new Point(this.x / other.x, this.y / other.y); }
  abs() { return new Point(Math.abs(this.x), Math.abs(this.y)); }
  magnitude() { return Math.hypot(this.x, this.y); }
  floor() { return new Point(Math.floor(this.x), Math.floor(this.y)); }
}

/** A size in pixels; 0 is allowed. */
export class Dimensions {
  constructor(width, height) {
    for (const [name, value] of [["width", width], ["height", height]]) {
      if (finite(value, `Dimensions.${name}`) < 0) {
        throw inputError(`Dimensions.${name}: expected at least 0, got ${value}`);
      }
    }
    this._width = width;
    this._height = height;
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
    if (value instanceof Dimensions) return value;
    if (typeof value !== "object" || value === null || !("width" in value && "height" in value)) {
      throw inputError(`a size: expected something with width and height, got ${text(value)}`);
    }
    return new Dimensions(value.width, value.height);
  }
}

const FORMS = [["x", "y", "width", "height"], ["left", "top", "right", "bottom"]];

/** An axis-aligned box, in pixels or as fractions of a picture. Methods return a new plain Box. */
export class Box {
  /** box: { x, y, width, height } or { left, top, right, bottom }; the first wins. */
  constructor(box, allowNegativeDimensions = true) {
    const name = new.target.name;
    const form = FORMS.find((keys) => keys.every((key) => typeof box?.[key] === "number"));
    if (!form) {
      throw inputError(`${name}: expected x, y, width, height or left, top, right, bottom, got ${text(box)}`);
    }
    const [x, y, third, fourth] = form.map((key) => finite(box[key], `${name}.${key}`));
    this._x = x;
    this._y = y;
    this._width = form === FORMS[0] ? third : third - x;
    this._height = form === FORMS[0] ? fourth : fourth - y;
    if (!allowNegativeDimensions && (this._width < 0 || this._height < 0)) {
      throw inputError(
        `${name}: expected a width and height of at least 0, got ${this._width} x ${this._height}; are two corners exchanged?`,
      );
    }
  }

  /** Whether a value has finite x, y, width and height. */
  static isRect(value) {
    return FORMS[0].every((key) => Number.isFinite(value?.[key]));
  }
  /** Throws unless a value has these, and none of its sides is negative (unless that is allowed). */
  static assertIsValidBox(box, callee, allowNegativeDimensions = false) {
    if (!Box.isRect(box)) throw inputError(`${callee}: expected x, y, width, height, got ${text(box)}`);
    if (!allowNegativeDimensions && (box.width < 0 || box.height < 0)) {
      throw inputError(`${callee}: expected a width and height of at least 0, got ${box.width} x ${box.height}`);
    }
  }

  get x() { return this._x; }
  get y() { return this._y; }
  get width() { return this._width; }
  get height() { return this._height; }
  get left() { return this.x; }
  get top() { return this.y; }
  get right() { return this.x + this.width; }
  get bottom() { return this.y + this.height; }
  get area() { return this.width * this.height; }
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
    const [sx, sy] = typeof scale === "number" ? [scale, scale] : [scale.width, scale.height];
    return boxOf(this.x * sx, this.y * sy, this.width * sx, this.height * sy);
  }

  /** Grown by padX in width and padY in height, half on each side. */
  pad(padX, padY) {
    return boxOf(this.x - padX / 2, this.y - padY / 2, this.width + padX, this.height + padY);
  }

  /** The part inside the picture, floored; of negative or no size if the box lies outside. */
  clipAtImageBorders(imageWidth, imageHeight) {
    const x = Math.max(this.x, 0);
    const y = Math.max(this.y, 0);
    return boxOf(x, y, Math.min(this.right - x, imageWidth - x), Math.min(this.bottom - y, imageHeight - y)).floor();
  }

  shift(x, y) { return boxOf(this.x + x, this.y + y, this.width, this.height); }

  /** The range of pixels, counted from 1 and inclusive, that MTCNN cuts for this box. */
  padAtBorders(imageHeight, imageWidth) {
    return {
      y: Math.max(this.top, 1),
      ey: Math.min(this.bottom, imageHeight),
      x: Math.max(this.left, 1),
      ex: Math.min(this.right, imageWidth),
      w: this.width + 1,
      h: this.height + 1,
    };
  }

  /** Corners moved by region (fractions of this size), then squared and rounded, as MTCNN does. */
  calibrate(region) {
    const { left, top, right, bottom } = region;
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
    this._label = finite(label, "LabeledBox.label");
  }
  get label() { return this._label; }
  /** Throws unless a value is a box with a class number. */
  static assertIsValidLabeledBox(box, callee) {
    Box.assertIsValidBox(box, callee);
    finite(box.label, `${callee}: label`);
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
    for (const name of ["score", "classScore"]) {
      if (!(box[name] >= 0 && box[name] <= 1)) {
        throw inputError(`${callee}: ${name}: expected a number from 0 to 1, got ${text(box[name])}`);
      }
    }
  }
}

/** A box and the text that drawDetection writes at it. */
export class BoxWithText extends Box {
  constructor(box, label) {
    super(box);
    this._text = String(label);
  }
  get text() { return this._text; }
}

/** Overlap of two boxes, 0..1: intersection over union, or over the smaller area. */
export function iou(box1, box2, isIOU = true) {
  const [a, b] = [new Box(box1), new Box(box2)];
  const width = Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left));
  const height = Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const intersection = width * height;
  return intersection / (isIOU ? a.area + b.area - intersection : Math.min(a.area, b.area));
}

/** The smallest box around points. */
export function minBbox(pts) {
  if (!pts?.length) throw inputError(`minBbox: expected one or more points, got ${pts?.length ?? text(pts)}`);
  const [xs, ys] = [pts.map((p) => p.x), pts.map((p) => p.y)];
  return new BoundingBox(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
}

/**
 * Indices of the boxes to keep, by descending score (of equal scores the higher index first). A box
 * goes if its overlap with a kept one is above iouThreshold or not a number.
 */
export function nonMaxSuppression(boxes, scores, iouThreshold, isIOU = true) {
  if (boxes.length !== scores.length) {
    throw shapeError(`nonMaxSuppression: expected a score for each box, got ${boxes.length} boxes and ${scores.length} scores`);
  }
  let left = boxes.map((_, index) => index).sort((a, b) => scores[a] - scores[b]);
  const kept = [];
  while (left.length) {
    const best = left.pop();
    kept.push(best);
    left = left.filter((index) => iou(boxes[best], boxes[index], isIOU) <= iouThreshold);
  }
  return kept;
}

/** A number cut off after some decimals (0.876 -> 0.87), as face-api.js does in every label. */
export function truncate(value, decimals = 2) {
  const factor = 10 ** decimals;
  return Number.isFinite(value) ? Math.floor(value * factor) / factor : value;
}
