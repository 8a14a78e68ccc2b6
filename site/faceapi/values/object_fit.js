// Where CSS puts a picture in its element (CSS Images 4, "object-fit" and "object-position"), and which
// way up it is shown. Pure numbers; the rules are those of pyface_web/values/object_fit.py.

import { Box } from "./geometry.js";

const EDGES = { left: ["x", 0], right: ["x", 1], top: ["y", 0], bottom: ["y", 1], center: [undefined, 0.5] };
const TOKEN = /calc|min|max|clamp|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?:px|%)?|[()+\-*/,]/gi;
const WORD = /(?:[^\s()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+/g; // with what is in parentheses
const FUNCTIONS = {
  calc: (value) => value,
  min: Math.min,
  max: Math.max,
  clamp: (least, value, most) => Math.max(least, Math.min(value, most)),
};

/**
 * The box in which a picture is shown, from the upper left of its element's
 * content box, beyond which it may reach. natural, content: { width, height } in CSS pixels. fit,
 * position: as getComputedStyle has them, with lengths in px. view: the part of it that fills that, as
 * viewBox gives it; undefined for all of it.
 */
export function objectBox(natural, content, fit, position, view = undefined) {
  const { width, height } = objectSize(view ?? natural, content, fit);
  const [x, y] = objectPosition(position, content.width - width, content.height - height);
  if (!view) return new Box({ x, y, width, height });
  const [across, down] = [width / view.width, height / view.height];
  return new Box({ x: x - view.x * across, y: y - view.y * down, width: natural.width * across, height: natural.height * down });
}

/**
 * The part of a picture, in its natural pixels, that `object-view-box` shows; undefined where that is all of it.
 * shape: as getComputedStyle has it, undefined where a browser does not know it.
 */
export function viewBox(shape, { width, height }) {
  const [, kind, inside] = shape?.match(/^(inset|xywh|rect)\((.*)\)$/i) ?? [];
  if (!kind) return undefined;
  const words = inside.split(/\bround\b/)[0].match(WORD) ?? [];
  const box = VIEWS[kind.toLowerCase()](words, width, height);
  return box.width > 0 && box.height > 0 ? box : undefined;
}

const VIEWS = {
  inset([above, right = above, below = above, left = right], width, height) {
    const [x, y] = [cssLength(left, width), cssLength(above, height)];
    return new Box({ x, y, width: width - x - cssLength(right, width), height: height - y - cssLength(below, height) });
  },
  xywh: ([x, y, across, down], width, height) =>
    new Box({ x: cssLength(x, width), y: cssLength(y, height), width: cssLength(across, width), height: cssLength(down, height) }),
  rect([above, right, below, left], width, height) {
    const edge = (word, whole, automatic) => (word === "auto" ? automatic : cssLength(word, whole));
    return new Box({ left: edge(left, width, 0), top: edge(above, height, 0), right: edge(right, width, width), bottom: edge(below, height, height) });
  },
};

function objectSize(natural, content, fit) {
  if (!natural.width || !natural.height) return content;
  const scales = [content.width / natural.width, content.height / natural.height];
  const uniform = {
    contain: Math.min(...scales),
    cover: Math.max(...scales),
    none: 1,
    "scale-down": Math.min(1, ...scales),
  }[fit];
  if (uniform === undefined) return content; // fill
  return { width: natural.width * uniform, height: natural.height * uniform };
}

// [x, y] of a position of one to four parts, where so much room is left over; negative where it is cropped.
function objectPosition(position, roomX, roomY) {
  const words = position.toLowerCase().match(WORD) ?? [];
  const hasOffsets = words.length > 2; // from the edges that are named
  const sides = [];
  while (words.length) {
    const word = words.shift();
    const [axis, edge = 0] = EDGES[word] ?? [];
    const isPair = hasOffsets && axis && words.length && !(words[0] in EDGES);
    sides.push({ axis, edge, offset: isPair ? words.shift() : word in EDGES ? undefined : word });
  }
  const [first, second] = sides;
  const isTurned = first?.axis === "y" || second?.axis === "x";
  const [x, y] = isTurned ? [second, first] : [first, second];
  return [placed(x, roomX), placed(y, roomY)];
}

function placed(part, room) {
  const { edge = 0.5, offset } = part ?? {};
  if (offset === undefined) return edge * room;
  return edge ? room - cssLength(offset, room) : cssLength(offset, room);
}

/** A length of CSS such as "10px", "25%" or "calc(50% - 3px)" in pixels. whole: what 100% is. */
export function cssLength(words, whole) {
  const tokens = words.match(TOKEN) ?? [];
  const value = sum(tokens, whole);
  return Number.isFinite(value) ? value : 0;
}

function sum(tokens, whole) {
  let value = product(tokens, whole);
  while (tokens[0] === "+" || tokens[0] === "-") {
    const sign = tokens.shift() === "+" ? 1 : -1;
    value += sign * product(tokens, whole);
  }
  return value;
}

function product(tokens, whole) {
  let value = operand(tokens, whole);
  while (tokens[0] === "*" || tokens[0] === "/") {
    const isTimes = tokens.shift() === "*";
    const other = operand(tokens, whole);
    value = isTimes ? value * other : value / other;
  }
  return value;
}

function operand(tokens, whole) {
  let token = tokens.shift() ?? "0";
  const apply = FUNCTIONS[token.toLowerCase()];
  if (apply) token = tokens.shift();
  if (token !== "(") return token.endsWith("%") ? (parseFloat(token) / 100) * whole : parseFloat(token);
  const given = [sum(tokens, whole)];
  while (tokens[0] === ",") {
    tokens.shift();
    given.push(sum(tokens, whole));
  }
  tokens.shift(); // ")"
  return (apply ?? FUNCTIONS.calc)(...given);
}

// Quarter turns and mirrorings, as [a, b, c, d] of x' = a x + c y, y' = b x + d y.
const TURNS = [
  [1, 0, 0, 1], [0, 1, -1, 0], [-1, 0, 0, -1], [0, -1, 1, 0],
  [-1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0], [0, -1, -1, 0],
];

/**
 * Which quarter turn or mirroring [a, b, c, d] a picture is nearest to on the screen, so that after it
 * text can be read. linear: [a, b, c, d] of how it is shown, x to the right and y down.
 */
export function nearestTurn(a, b, c, d) {
  const [wide, high] = [Math.hypot(a, b) || 1, Math.hypot(c, d) || 1];
  const isMirrored = a * d - b * c < 0;
  let [best, most] = [TURNS[0], -Infinity];
  for (const turn of isMirrored ? TURNS.slice(4) : TURNS.slice(0, 4)) {
    const likeness = (turn[0] * a + turn[1] * b) / wide + (turn[2] * c + turn[3] * d) / high;
    if (likeness > most + 1e-9) [best, most] = [turn, likeness];
  }
  return best;
}
