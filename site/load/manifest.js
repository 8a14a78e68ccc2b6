// Weight manifests, which come from outside: all of one is checked before the first shard is asked
// for. The rules are those of pyface_web/weights/manifest.py, held by tests/cases/manifests.json.

import { PyfaceError, text as shown } from "../faceapi/values/errors.js";
import { MANIFEST } from "../tables.js";

const UNPRINTABLE = new RegExp(MANIFEST.unprintable, "u");
const UNSAFE_PATH = new RegExp(MANIFEST.unsafePath, "u");

/** { paths, nbytes }: the shards that the text of a manifest names, and their bytes together; a ManifestError otherwise. */
export function parse(text, url = "manifest") {
  const refuse = (message) => {
    throw new PyfaceError("ManifestError", `${url}: ${message}`);
  };
  const atMost = (limit, count, what) => count > limit && refuse(`${count} ${what}, expected at most ${limit}`);
  atMost(MANIFEST.maxBytes, text.length, "characters");
  const groups = json(text, refuse);
  if (!Array.isArray(groups) || !groups.length) {
    refuse(`expected a JSON array of weight groups, got ${groups?.length === 0 ? "an empty one" : shown(groups)}; is this the *-weights_manifest.json file?`);
  }
  const all = (key) => groups.flatMap((group) => listOf(group, key, refuse));
  const items = all("weights");
  const paths = all("paths");
  atMost(MANIFEST.maxTensors, items.length, "tensors");
  atMost(MANIFEST.maxShards, paths.length, "shards");
  const entries = items.map((item) => entryOf(item, refuse));
  for (const path of paths) {
    if (isBelow(path)) continue;
    refuse(`the shard ${shown(path)} is not below the folder of its manifest; expected a path such as 'net-shard1', without a scheme, '..', '?' or control characters`);
  }
  const names = new Set();
  const twice = new Set();
  for (const { name } of entries) (names.has(name) ? twice : names).add(name);
  if (twice.size) refuse(`tensors listed twice: ${some([...twice].sort())}`);
  const nbytes = entries.reduce((total, entry) => total + entry.nbytes, 0);
  atMost(MANIFEST.maxWeightBytes, nbytes, "bytes of weights");
  if (nbytes && !paths.length) refuse(`it names no shards for the ${nbytes} bytes of its tensors`);
  return { paths, nbytes };
}

function json(text, refuse) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(`not JSON (${error.message}); it begins with ${shown(text.slice(0, 40))}. Does the server answer with a page instead of the file?`);
  }
}

const some = (names) => names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isName = (value) => typeof value === "string" && value !== "" && [...value].length <= MANIFEST.maxCharacters;

function listOf(group, key, refuse) {
  const found = isObject(group) ? group[key] : group;
  if (isObject(group) && Array.isArray(found)) return found;
  return refuse(`not a weight manifest, the list '${key}' of a group is missing or of the wrong type (${shown(found)}); expected groups of 'paths' and 'weights'`);
}

/** Whether a shard's path, put behind the address of a folder, names a file below that folder. */
export function isBelow(path) {
  if (!isName(path)) return false;
  try {
    return !UNSAFE_PATH.test(decodeURIComponent(path).normalize("NFKC"));
  } catch {
    return false; // what follows a % is no text
  }
}

function entryOf(item, refuse) {
  if (!isObject(item)) refuse(`not a weight manifest, ${shown(item)} stands for a tensor`);
  const { name, shape, dtype, quantization = null } = item;
  if (!isName(name) || UNPRINTABLE.test(name)) {
    refuse(`not a weight manifest, the name of a tensor is missing or of the wrong type (${shown(name)})`);
  }
  const isSide = (n) => Number.isInteger(n) && n >= 0 && n <= MANIFEST.maxWeightBytes;
  if (!Array.isArray(shape) || shape.length > MANIFEST.maxAxes || !shape.every(isSide)) {
    refuse(`${name} has the shape ${JSON.stringify(shape)?.slice(0, 100)}, expected a list of at most ${MANIFEST.maxAxes} whole numbers up to ${MANIFEST.maxWeightBytes}`);
  }
  const count = shape.reduce((product, n) => product * n, 1);
  const stored = (kind, known) => {
    if (known.includes(kind)) return MANIFEST.sizes[kind];
    return refuse(`${name} is stored as ${shown(kind)}, expected ${known.join(", ")}`);
  };
  if (quantization === null) return { name, nbytes: count * stored(dtype, Object.keys(MANIFEST.sizes)) };
  if (!isObject(quantization)) {
    refuse(`${name} is quantised with ${shown(quantization)}, expected an object with 'dtype', 'scale' and 'min'`);
  }
  stored(dtype, MANIFEST.unquantised);
  const size = stored(quantization.dtype, Object.keys(MANIFEST.largest));
  const { scale, min } = quantization;
  if (!Number.isFinite(scale) || !Number.isFinite(min) || scale <= 0) {
    refuse(`${name} is quantised with scale ${shown(scale)} and min ${shown(min)}; expected two finite numbers, the scale above 0`);
  }
  const highest = MANIFEST.largest[quantization.dtype] * scale + min;
  if (!(Math.max(Math.abs(min), Math.abs(highest)) <= MANIFEST.float32Max)) {
    refuse(`${name} is quantised with scale ${scale} and min ${min}, which gives values that are not finite in float32; the file is corrupted`);
  }
  return { name, nbytes: count * size };
}
