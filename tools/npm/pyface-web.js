#!/usr/bin/env node
// npx pyface-web copy FOLDER: what pages need beside their bundle, in a folder that the server shows.

import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, resolve, sep } from "node:path";
import { parseArgs } from "node:util";

import { NETS } from "../dist/tables.js";

const DIST = new URL("../dist/", import.meta.url);
const LISTING = "files.json";
const USAGE = `pyface-web copy FOLDER [--models NAME,NAME]

Copies the modules, Python and the models into FOLDER, which your server has to show, such as
public/pyface with Vite. Only what changed is written, and what earlier versions had there is removed.

  --models  only these, of: ${NETS.map(({ option }) => option).join(", ")}
            "" for none, where pages have them from elsewhere (modelsURL)
  --help    prints this, as -h does`;

const OPTIONS = { models: { type: "string" }, help: { type: "boolean", short: "h" } };

class Refusal extends Error {}

async function main(given) {
  const wanted = read(given);
  if (!wanted) return console.log(USAGE);
  const { folder, models } = wanted;
  const listing = JSON.parse(await readFile(new URL(LISTING, DIST), "utf8"));
  if (models) listing.files = Object.fromEntries(Object.entries(listing.files).filter(([name]) => isWanted(name, models)));
  const before = await namesIn(folder);
  let bytes = 0;
  let written = 0;
  for (const [name, file] of Object.entries(listing.files)) {
    bytes += file.bytes;
    written += Number(await place(name, resolve(folder, name), file));
  }
  for (const name of before) if (!(name in listing.files)) await rm(resolve(folder, name), { force: true });
  await writeFile(resolve(folder, LISTING), `${JSON.stringify(listing, null, 1)}\n`);
  const count = Object.keys(listing.files).length;
  console.log(`${folder}: ${count} files, ${(bytes / 1e6).toFixed(1)} MB, ${written} of them written.`);
  console.log(`Pages need its address on your server, such as loadPyface({ baseURL: "/${basename(resolve(folder))}/" })`);
}

// What is wanted: { folder, models }, or undefined for the usage.
function read(args) {
  let found;
  try {
    found = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new Refusal(`${error.message}\n\n${USAGE}`);
  }
  const { values, positionals: [command, folder, ...more] } = found;
  if (values.help) return undefined;
  if (command !== "copy" || !folder || more.length) throw new Refusal(USAGE);
  const models = values.models?.split(",").map((name) => name.trim()).filter(Boolean);
  const known = NETS.map(({ option }) => option);
  const unknown = models?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Refusal(`--models: expected some of ${known.join(", ")}, got ${unknown}`);
  return { folder, models };
}

// Whether a file is none of a model's, or of one that is wanted.
function isWanted(name, models) {
  if (!name.startsWith("models/")) return true;
  const wanted = NETS.filter(({ option }) => models.includes(option));
  return wanted.some(({ model, otherModels = [] }) => [model, ...otherModels].some((file) => name.startsWith(`models/${file}-`)));
}

// Names of what an earlier copy left, all of them below the folder.
async function namesIn(folder) {
  try {
    const { files } = JSON.parse(await readFile(resolve(folder, LISTING), "utf8"));
    return Object.keys(files).filter((name) => resolve(folder, name).startsWith(resolve(folder) + sep));
  } catch {
    return []; // there is none yet, or it is somebody else's
  }
}

// Returns whether it had to be written.
async function place(name, target, { bytes, sha256 }) {
  const found = await stat(target).catch(() => undefined);
  if (found?.isFile() && found.size === bytes && hash(await readFile(target)) === sha256) return false;
  await mkdir(dirname(target), { recursive: true });
  await copyFile(new URL(name, DIST), target);
  return true;
}

const hash = (content) => createHash("sha256").update(content).digest("hex");

main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof Refusal ? error.message : `pyface-web: ${error.message}`);
  process.exitCode = error instanceof Refusal ? 2 : 1;
});
