// What the expression net and the age and gender net find. The rules are those of
// pyface_web/values/expressions.py.

import { EXPRESSION_LABELS, GENDERS } from "../../tables.js";
import { shapeError, text } from "./errors.js";

/** The expressions, in the order in which the net gives their probabilities. */
export const FACE_EXPRESSION_LABELS = Object.freeze(EXPRESSION_LABELS);

/** The genders that the net tells apart. */
export const Gender = Object.freeze(GENDERS);

/** Probabilities 0..1 of the seven expressions, which add up to 1: `expressions.happy`. */
export class FaceExpressions {
  /** probabilities: seven numbers in the order of FACE_EXPRESSION_LABELS. */
  constructor(probabilities) {
    if (probabilities?.length !== FACE_EXPRESSION_LABELS.length) {
      throw shapeError(`FaceExpressions: expected ${FACE_EXPRESSION_LABELS.length} numbers, got ${probabilities?.length}`);
    }
    FACE_EXPRESSION_LABELS.forEach((expression, i) => {
      const probability = probabilities[i];
      if (!(probability >= 0 && probability <= 1)) {
        throw shapeError(`FaceExpressions.${expression}: expected a probability from 0 to 1, got ${text(probability)}`);
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
