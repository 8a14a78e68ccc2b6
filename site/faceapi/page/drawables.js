// What can be drawn on a canvas: boxes, text fields, the contours and points of a face. The same
// strokes as pyface_web/draw/shapes.py. All text is drawn as text, never as markup.

import {
  ANCHOR_POSITIONS, CONTOURS, DRAW_BOX, DRAW_BOX_ANCHOR, DRAW_FACE_LANDMARKS, DRAW_TEXT_FIELD,
} from "../../tables.js";
import { inputError, text } from "../values/errors.js";
import { Box, Dimensions, Point, pointList, pointOf } from "../values/geometry.js";
import { givenOptions, isA, isArray, itemsOf, part, textOf } from "../values/given.js";
import { lacking } from "../values/likely.js";
import { FaceLandmarks, FaceLandmarks68 } from "../values/landmarks.js";
import { asResult } from "../values/results.js";
import { checkedOptions } from "../values/rules.js";
import { getContext2dOrThrow } from "./media.js";

/** Values of options that are not left out, over the defaults. kind: whose options. rules: of tables.js. */
export const withDefaults = (kind, rules, options) =>
  checkedOptions(kind, rules, givenOptions(kind, options, Object.keys(rules)));

/** The landmarks, or those of a result. */
export function landmarksToDraw(given) {
  const item = asResult(given);
  const landmarks = isA(item, FaceLandmarks) ? item : asResult(part(item, "landmarks"));
  if (!isA(landmarks, FaceLandmarks)) {
    throw inputError(
      `landmarks to draw: expected landmarks or a result that has them, got ${text(item)}; ${lacking(item, ".withFaceLandmarks()")}`,
    );
  }
  return landmarks;
}

/** Strokes a line through points, in the context's present style. */
export function drawContour(canvasArg, points, isClosed = false) {
  const ctx = getContext2dOrThrow(canvasArg);
  const found = pointList(points, "drawContour");
  ctx.beginPath();
  trace(ctx, found, isClosed);
  ctx.stroke();
}

function trace(ctx, points, isClosed) {
  points.forEach(({ x, y }, index) => (index ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  if (isClosed && points.length) ctx.closePath();
}

/** All contours of 68 points as one path, stroked once. */
export function strokeContours(ctx, landmarks) {
  ctx.beginPath();
  for (const [first, end, isClosed] of CONTOURS) trace(ctx, landmarks.positions.slice(first, end), isClosed);
  ctx.stroke();
}

/** Which corner of a text field lies at its anchor. */
export const AnchorPosition = Object.freeze(ANCHOR_POSITIONS);

/** How a text field looks: CSS colours, sizes in pixels. */
export class DrawTextFieldOptions {
  constructor(options) {
    Object.assign(this, withDefaults("DrawTextFieldOptions", DRAW_TEXT_FIELD, options));
  }
}

/** How a box looks. Its label stands on its upper edge unless drawLabelOptions says otherwise. */
export class DrawBoxOptions {
  constructor(options) {
    const { label, drawLabelOptions, ...others } = givenOptions("DrawBoxOptions", options, [
      ...Object.keys(DRAW_BOX), "label", "drawLabelOptions",
    ]);
    Object.assign(this, checkedOptions("DrawBoxOptions", DRAW_BOX, others));
    this.label = label === undefined ? undefined : textOf(label, "DrawBoxOptions.label");
    const own = { anchorPosition: DRAW_BOX_ANCHOR, backgroundColor: this.boxColor };
    const given = givenOptions("DrawTextFieldOptions", drawLabelOptions, Object.keys(DRAW_TEXT_FIELD));
    this.drawLabelOptions = new DrawTextFieldOptions({ ...own, ...given });
  }
}

/** How DrawFaceLandmarks draws: contours (68 points only) and points. */
export class DrawFaceLandmarksOptions {
  constructor(options) {
    Object.assign(this, withDefaults("DrawFaceLandmarksOptions", DRAW_FACE_LANDMARKS, options));
  }
}

/** Lines of text on a background, kept inside the canvas. */
export class DrawTextField {
  constructor(lines, anchor, options) {
    const items = isA(lines, DrawTextField) ? lines.text : lines;
    const all = isArray(items) ? itemsOf(items, "DrawTextField") : [items];
    this.text = all.map((line) => textOf(line, "DrawTextField: text"));
    this.anchor = pointOf(anchor);
    this.options = new DrawTextFieldOptions(options);
  }

  /** Width of the widest line, with padding. Sets the context's font. */
  measureWidth(canvasArg) {
    const ctx = getContext2dOrThrow(canvasArg);
    ctx.font = `${this.options.fontSize}px ${this.options.fontStyle}`;
    return Math.max(0, ...this.text.map((line) => ctx.measureText(line).width)) + 2 * this.options.padding;
  }

  measureHeight() {
    return this.text.length * this.options.fontSize + 2 * this.options.padding;
  }

  /** Where the field begins; moved inside canvasDims if they are given. */
  getUpperLeft(ctx, canvasDims) {
    return this._upperLeft(this.measureWidth(ctx), canvasDims);
  }

  _upperLeft(width, canvasDims, origin = { x: 0, y: 0 }) {
    const height = this.measureHeight();
    let { x, y } = this.anchor;
    if (this.options.anchorPosition.endsWith("RIGHT")) x -= width;
    if (this.options.anchorPosition.startsWith("BOTTOM")) y -= height;
    if (canvasDims !== undefined && canvasDims !== null) {
      const size = Dimensions.of(canvasDims);
      x = Math.max(Math.min(x, origin.x + size.width - width), origin.x);
      y = Math.max(Math.min(y, origin.y + size.height - height), origin.y);
    }
    return new Point(x, y);
  }

  draw(canvasArg) {
    const ctx = getContext2dOrThrow(canvasArg);
    const { padding, fontSize, fontColor, backgroundColor } = this.options;
    const width = this.measureWidth(ctx);
    const inside = insideOf(ctx);
    const corner = this._upperLeft(width, inside, inside);
    ctx.fillStyle = backgroundColor;
    ctx.fillRect(corner.x, corner.y, width, this.measureHeight());
    ctx.fillStyle = fontColor;
    this.text.forEach((line, i) => ctx.fillText(line, corner.x + padding, corner.y + padding + (i + 1) * fontSize));
  }
}

// The canvas in the present coordinates of its context, which may be scaled or moved.
function insideOf(ctx) {
  const { width, height } = Dimensions.of(ctx.canvas);
  const matrix = part(ctx, "getTransform") ? ctx.getTransform() : undefined;
  if (!matrix || matrix.isIdentity || !(matrix.a * matrix.d - matrix.b * matrix.c)) return { x: 0, y: 0, width, height };
  const back = matrix.inverse();
  const corners = [[0, 0], [width, 0], [0, height], [width, height]].map(([x, y]) => back.transformPoint({ x, y }));
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** A box with an optional label. */
export class DrawBox {
  constructor(box, options) {
    this.box = new Box(box);
    this.options = new DrawBoxOptions(options);
  }

  draw(canvasArg) {
    const ctx = getContext2dOrThrow(canvasArg);
    const { boxColor, lineWidth, label, drawLabelOptions } = this.options;
    const { x, y, width, height } = this.box;
    ctx.strokeStyle = boxColor;
    ctx.lineWidth = lineWidth;
    ctx.strokeRect(x, y, width, height);
    if (label) new DrawTextField([label], { x: x - lineWidth / 2, y }, drawLabelOptions).draw(ctx);
  }
}

/** The contours and points of one face. */
export class DrawFaceLandmarks {
  constructor(faceLandmarks, options) {
    this.faceLandmarks = landmarksToDraw(faceLandmarks);
    this.options = new DrawFaceLandmarksOptions(options);
  }

  draw(canvasArg) {
    const ctx = getContext2dOrThrow(canvasArg);
    const { drawLines, drawPoints, lineWidth, lineColor, pointSize, pointColor } = this.options;
    if (drawLines && isA(this.faceLandmarks, FaceLandmarks68)) {
      ctx.strokeStyle = lineColor;
      ctx.lineWidth = lineWidth;
      strokeContours(ctx, this.faceLandmarks);
    }
    if (!drawPoints) return;
    ctx.fillStyle = pointColor;
    ctx.beginPath();
    for (const { x, y } of this.faceLandmarks.positions) {
      ctx.moveTo(x + pointSize, y); // else a line joins each circle to the next
      ctx.arc(x, y, pointSize, 0, 2 * Math.PI);
    }
    ctx.fill();
  }
}
