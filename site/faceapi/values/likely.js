// What was probably meant by a value that is none: the end of a message, in code that can be pasted.
// As pyface_web/values/likely.py.

import { isTask, part } from "./given.js";

/** Where a function is given what detectSingleFace gives without a face. */
export const NO_FACE = "was no face found? Then detectSingleFace gives undefined, so ask first: if (result) ...";

/** What to do where item should be a result that has more; call: what of a task adds it. */
export function lacking(item, call) {
  if (item === undefined || item === null) return NO_FACE;
  return isTask(item) ? "await it first" : `add ${call} to the task`;
}
