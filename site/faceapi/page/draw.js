// Drawing results onto a canvas (or its id, or a 2D context): the functions of face-api.js 0.15
// and its `draw` module of 0.22. The same strokes as pyface_web/draw/results.py. Nothing is cleared.

import { DRAW_DETECTION, DRAW_LANDMARKS, MIN_EXPRESSION } from "../../tables.js";
import {
  AnchorPosition, DrawBox, DrawBoxOptions, DrawFaceLandmarks, DrawFaceLandmarksOptions, DrawTextField,
  DrawTextFieldOptions, drawContour, landmarksToDraw, strokeContours, withDefaults,
} from "./drawables.js";
import { allFinite, finite, inputError, text } from "../values/errors.js";
import { Box, BoxWithText, Point, PredictedBox, truncate } from "../values/geometry.js";
import { flat, isA, part, textOf } from "../values/given.js";
import { lacking } from "../values/likely.js";
import { FaceLandmarks68 } from "../values/landmarks.js";
import { getContext2dOrThrow } from "./media.js";
import { asResult, FaceResult, ObjectDetection } from "../values/results.js";

export { drawContour };

/** How drawDetection draws by default (colours, sizes in pixels, which texts), with options over it. */
export const getDefaultDrawOptions = (options) => withDefaults("DrawOptions", DRAW_DETECTION, options);

/**
 * Draws boxes, and the score or text of each at its lower left.
 * detection: one or a list of boxes, BoxWithText, PredictedBox, detections, results.
 */
export function drawDetection(canvasArg, detection, options) {
  const ctx = getContext2dOrThrow(canvasArg);
  const style = withDefaults("DrawOptions", DRAW_DETECTION, options);
  for (const given of flat(detection, "detections to draw")) {
    const face = asResult(given);
    const item = part(face, "detection") ?? face;
    const { x, y, width, height, bottom } = new Box(isA(item, ObjectDetection) ? item.box : item);
    drawBox(ctx, x, y, width, height, style);
    const label = labelOf(item, style);
    if (label) drawText(ctx, x, bottom, label, style);
  }
}

function labelOf(item, { withScore, withClassName }) {
  if (isA(item, BoxWithText)) return item.text;
  if (isA(item, PredictedBox)) return withScore ? `${truncate(item.score)}` : "";
  if (!isA(item, ObjectDetection)) return "";
  const name = withClassName ? item.className : "";
  const score = withScore ? `${truncate(item.score)}` : "";
  return name && score ? `${name} (${score})` : name || score;
}

/** Strokes a rectangle in boxColor. */
export function drawBox(canvasArg, x, y, width, height, options) {
  const ctx = getContext2dOrThrow(canvasArg);
  const { boxColor, lineWidth } = withDefaults("DrawOptions", DRAW_DETECTION, options);
  const sides = allFinite("drawBox", { x, y, width, height });
  ctx.strokeStyle = boxColor;
  ctx.lineWidth = lineWidth;
  ctx.strokeRect(...sides);
}

/** Writes a line of text in textColor below and to the right of (x, y). */
export function drawText(canvasArg, x, y, line, options) {
  const ctx = getContext2dOrThrow(canvasArg);
  const { textColor, lineWidth, fontSize, fontStyle } = withDefaults("DrawOptions", DRAW_DETECTION, options);
  const [left, top] = allFinite("drawText", { x, y });
  const said = textOf(line, "drawText: line");
  const padding = 2 + lineWidth;
  ctx.fillStyle = textColor;
  ctx.font = `${fontSize}px ${fontStyle}`;
  ctx.fillText(said, left + padding, top + padding + 0.6 * fontSize);
}

/** Draws the landmark points, or with drawLines the contours of 68 points. One or a list. */
export function drawLandmarks(canvasArg, faceLandmarks, options) {
  const ctx = getContext2dOrThrow(canvasArg);
  const { lineWidth, color, drawLines } = withDefaults("DrawLandmarksOptions", DRAW_LANDMARKS, options);
  for (const item of flat(faceLandmarks, "landmarks to draw")) {
    const landmarks = landmarksToDraw(item);
    if (drawLines && isA(landmarks, FaceLandmarks68)) {
      ctx.strokeStyle = color;
      ctx.lineWidth = lineWidth;
      strokeContours(ctx, landmarks);
    } else {
      ctx.fillStyle = color;
      ctx.beginPath();
      for (const { x, y } of landmarks.positions) ctx.rect(x - lineWidth / 2, y - lineWidth / 2, lineWidth, lineWidth);
      ctx.fill();
    }
  }
}

/** Draws boxes with their score above. One or a list of detections, results, boxes. */
export function drawDetections(canvasArg, detections) {
  const ctx = getContext2dOrThrow(canvasArg);
  for (const given of flat(detections, "detections to draw")) {
    const face = asResult(given);
    const item = part(face, "detection") ?? face;
    const isDetection = isA(item, ObjectDetection);
    const box = isDetection ? item.box : item;
    const label = isDetection ? `${truncate(item.score)}` : undefined;
    new DrawBox(box, { label }).draw(ctx);
  }
}

/** Draws contours and points. One or a list of landmarks, or of results that have them. */
export function drawFaceLandmarks(canvasArg, faceLandmarks) {
  const ctx = getContext2dOrThrow(canvasArg);
  for (const item of flat(faceLandmarks, "landmarks to draw")) new DrawFaceLandmarks(landmarksToDraw(item)).draw(ctx);
}

/**
 * Writes the expressions that are more probable than minConfidence, the most probable first, with
 * their probabilities: below the box of a result, else at textFieldAnchor. One or a list of
 * FaceExpressions, of objects name -> probability, or of results that have expressions.
 */
export function drawFaceExpressions(canvasArg, faceExpressions, minConfidence = MIN_EXPRESSION, textFieldAnchor = undefined) {
  const ctx = getContext2dOrThrow(canvasArg);
  const least = finite(minConfidence, "minConfidence");
  for (const item of flat(faceExpressions, "expressions to draw")) {
    const lines = probabilitiesOf(item)
      .filter(([, probability]) => probability > least)
      .sort(([, a], [, b]) => b - a)
      .map(([expression, probability]) => `${expression} (${truncate(probability)})`);
    const detection = asResult(part(item, "detection"));
    const anchor = isA(detection, ObjectDetection) ? detection.box.bottomLeft : textFieldAnchor;
    new DrawTextField(lines, anchor ?? new Point(0, 0)).draw(ctx);
  }
}

/** [name, probability] of each expression. */
function probabilitiesOf(item) {
  const found = part(item, "expressions");
  const isResult = isA(item, FaceResult) || part(item, "detection") || found;
  let pairs = [];
  try {
    pairs = Object.entries((isResult ? found : item) ?? {});
  } catch {
    // a proxy that throws
  }
  if (pairs.length && pairs.every(([, value]) => Number.isFinite(value))) return pairs;
  throw inputError(
    `expressions to draw: expected expressions or a result that has them, got ${text(item)}; ${lacking(item, ".withFaceExpressions()")}`,
  );
}

/** The `draw` module of face-api.js 0.22. */
export const draw = Object.freeze({
  AnchorPosition,
  DrawBox,
  DrawBoxOptions,
  DrawFaceLandmarks,
  DrawFaceLandmarksOptions,
  DrawTextField,
  DrawTextFieldOptions,
  drawContour,
  drawDetections,
  drawFaceExpressions,
  drawFaceLandmarks,
});
