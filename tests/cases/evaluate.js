// The cases of this folder in JavaScript; their format is written down in cases.py.
// evaluateCases(faceapi, given, cases): an outcome each, { value | error: [class, message], calls }.

function evaluateCases(faceapi, given, cases) {
  return cases.map((one) => outcomeOf(faceapi, given, one));
}

function outcomeOf(faceapi, given, { do: expression, gives }) {
  const calls = [];
  try {
    const value = evaluate(expression, { faceapi, given, calls });
    return { value: plain(value, gives, faceapi), calls };
  } catch (error) {
    return { error: [error.name, error.message], calls };
  }
}

function evaluate(expression, scope) {
  const each = (items) => items.map((item) => evaluate(item, scope));
  if (Array.isArray(expression)) return each(expression);
  if (typeof expression !== "object" || expression === null) return expression;
  const kind = Object.keys(MAKE).find((key) => key in expression);
  if (kind) return MAKE[kind](expression, scope, each);
  return evaluateEach(expression, scope);
}

const evaluateEach = (values, scope) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, evaluate(value, scope)]));

const MAKE = {
  number: ({ number }) => Number(number),
  given: ({ given }, scope) => evaluate(scope.given[given], scope),
  box: ({ box: [x, y, width, height] }, { faceapi }) => new faceapi.Box({ x, y, width, height }),
  point: ({ point }, { faceapi }) => new faceapi.Point(...point),
  size: ({ size }, { faceapi }) => new faceapi.Dimensions(...size),
  descriptor({ descriptor }, _, each) {
    const start = each(descriptor);
    return Float32Array.from({ length: 128 }, (_, i) => start[i] ?? 0);
  },
  array: ({ array }, scope) => Float32Array.from(evaluate(array, scope)),
  repeat: ({ repeat, times }, scope) => Array.from({ length: times }, () => evaluate(repeat, scope)),
  ladder: ({ ladder, by: [x, y] }, { faceapi }) =>
    Array.from({ length: ladder }, (_, i) => new faceapi.Point(i * x, i * y)),
  joined: ({ joined }, _, each) => each(joined).flat(),
  canvas: ({ canvas }, { calls }) => recordingCanvas(canvas, calls),
  context: ({ context }, { calls }) => recordingCanvas(context, calls).getContext("2d"),
  options: ({ options, values }, scope) => new (named(scope.faceapi, options).value)(evaluate(values, scope)),
  json: ({ json }, scope) => JSON.stringify(evaluate(json, scope)),
  kept: ({ kept }, scope) => JSON.parse(JSON.stringify(evaluate(kept, scope))),
  numbered: ({ numbered }, scope) => Object.fromEntries([...evaluate(numbered, scope)].entries()),
  object: ({ object }, scope) => evaluateEach(object, scope),
  is: (expression, scope) => evaluate(expression.of, scope) instanceof named(scope.faceapi, expression.is).value,
  new: (expression, scope) => new (named(scope.faceapi, expression.new).value)(...argumentsOf(expression, scope)),
  call: (expression, scope) => call(target(expression, scope), expression, scope),
  get: (expression, scope) => named(target(expression, scope), expression.get).value,
};

function target({ of, after = [] }, scope) {
  if (of === undefined) return scope.faceapi;
  const owner = evaluate(of, scope);
  for (const step of after) call(owner, step, scope);
  return owner;
}

function call(owner, expression, scope) {
  const { owner: last, value } = named(owner, expression.call);
  if (typeof value !== "function") throw new Error(`the case names ${expression.call}, which is no function`);
  return value.apply(last, argumentsOf(expression, scope));
}

/** What a dotted name stands for, and what it belongs to. */
function named(owner, path) {
  return path.split(".").reduce(({ value }, name) => ({ owner: value, value: value[name] }), { value: owner });
}

function argumentsOf({ args = [], named }, scope) {
  const last = named ? [evaluateEach(named, scope)] : [];
  return [...evaluate(args, scope), ...last];
}

/** A value in the shape of what is expected: plain numbers, texts, lists and the fields that matter. */
function plain(value, expected, faceapi) {
  if (Array.isArray(expected)) {
    const items = listOf(value);
    return items ? items.map((item, i) => plain(item, expected[i], faceapi)) : described(value);
  }
  if (typeof expected === "object" && expected !== null && !("number" in expected)) {
    if (typeof value !== "object" || value === null) return described(value);
    return Object.fromEntries(
      Object.entries(expected).map(([key, item]) =>
        key === "is" ? [key, classOf(value, faceapi)] : [key, plain(value[key], item, faceapi)]),
    );
  }
  return described(value);
}

/** Name of a value's class in the namespace; the original's classes are minified. */
function classOf({ constructor }, faceapi) {
  const known = { ...faceapi.draw, ...faceapi };
  return Object.keys(known).find((name) => known[name] === constructor) ?? constructor.name;
}

const described = (value) => value instanceof URL ? value.href : (typeof value === "object" && value !== null ? `a ${value.constructor.name}` : value ?? null);

/** A list, or the numbers of a point, size or box. */
function listOf(value) {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value);
  if (typeof value !== "object" || value === null) return undefined;
  const names = [["x", "y", "width", "height"], ["x", "y"], ["width", "height"]]
    .find((keys) => keys.every((key) => key in value));
  return names?.map((key) => value[key]);
}

const DRAWING = [
  "strokeRect", "fillRect", "fillText", "beginPath", "moveTo", "lineTo", "closePath", "rect", "arc", "stroke", "fill",
];

/** A canvas whose 2D context writes down every call and every style that is set. */
function recordingCanvas([width, height], calls) {
  const canvas = { width, height };
  const methods = Object.fromEntries(DRAWING.map((name) => [name, (...args) => { calls.push([name, ...args]); }]));
  const context = new Proxy({ ...methods, canvas, measureText: (text) => ({ width: 7 * text.length }) }, {
    set(_, name, value) {
      calls.push([name, value]);
      return true;
    },
  });
  canvas.getContext = (kind) => (kind === "2d" ? context : null);
  return canvas;
}
