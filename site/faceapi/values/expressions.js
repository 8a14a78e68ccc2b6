// What the expression net and the age and gender net find. The rules are those of
// pyface_web/values/expressions.py.

import { EXPRESSION_LABELS, GENDERS } from "../../tables.js";
import { inputError, shapeError, text } from "./errors.js";
import { isA, isArray, isVector, itemsOf, parts } from "./given.js";

/** The expressions, in the order in which the net gives their probabilities. */
export const FACE_EXPRESSION_LABELS = Object.freeze(EXPRESSION_LABELS);

/** The genders that the net tells apart. */
export const Gender = Object.freeze(GENDERS);

/** Probabilities 0..1 of the seven expressions, which add up to 1: `expressions.happy`. */
export class FaceExpressions {
  /** probabilities: seven numbers in the order of FACE_EXPRESSION_LABELS. */
  constructor(probabilities) {
    const right = isVector(probabilities);
    const values = right ? itemsOf(probabilities, "FaceExpressions", "probabilities", shapeError) : [];
    if (values.length !== FACE_EXPRESSION_LABELS.length) {
      const got = right ? values.length : text(probabilities);
      throw shapeError(
        `FaceExpressions: expected ${FACE_EXPRESSION_LABELS.length} probabilities, ${FACE_EXPRESSION_LABELS.join(", ")}, got ${got}`,
      );
    }
    FACE_EXPRESSION_LABELS.forEach((expression, i) => {
      const probability = values[i];
      if (!isProbability(probability)) {
        throw shapeError(`FaceExpressions.${expression}: expected a number from 0 to 1, got ${text(probability)}`);
      }
      this[expression] = probability;
    });
  }

  /** [{ expression, probability }, ...], the most probable first. */
  asSortedArray() {
    return FACE_EXPRESSION_LABELS.map((expression) => ({ expression, probability: this[expression] }))
      .sort((a, b) => b.probability - a.probability);
  }
}

const isProbability = (value) => typeof value === "number" && value >= 0 && value <= 1;

/** FaceExpressions from these, or from an object of all seven. */
export function expressionsOf(values) {
  if (isA(values, FaceExpressions)) return values;
  if (typeof values !== "object" || values === null || isArray(values)) {
    throw inputError(`FaceExpressions: expected these, or an object of probabilities, got ${text(values)}`);
  }
  const missing = FACE_EXPRESSION_LABELS.filter((label) => !parts(values, [label]));
  if (missing.length) throw inputError(`FaceExpressions: ${missing.join(", ")} missing`);
  return new FaceExpressions(parts(values, FACE_EXPRESSION_LABELS) ?? []);
}
