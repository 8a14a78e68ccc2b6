// The functions of face-api.js on plain numbers and lists.

/** 1 / (1 + exp(-x)). */
export const sigmoid = (x) => 1 / (1 + Math.exp(-x));
/** The inverse: ln(x / (1 - x)). */
export const inverseSigmoid = (x) => Math.log(x / (1 - x));

/** The values of a list in random order; the list stays as it is. */
export function shuffleArray(inputArray) {
  const values = [...inputArray];
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [values[i], values[j]] = [values[j], values[i]];
  }
  return values;
}
