// Makes the app with each bundler, then has Vite serve it as a developer sees it, until the input ends.
//
//   node bundles.js    in a folder with app/, react/ and public/; writes bundles/, prints Vite's address

import { once } from "node:events";
import esbuild from "esbuild";
import { build, createServer } from "vite";
import webpack from "webpack";

const HERE = import.meta.dirname;
const OUT = `${HERE}/bundles`;
const ENTRY = `${HERE}/app/app.js`;

async function byVite(root, out, options) {
  await build({ configFile: false, logLevel: "warn", root, base: `/bundles/${out}/`, build: { outDir: `${OUT}/${out}`, emptyOutDir: true, ...options } });
}

async function byWebpack(mode) {
  const output = { path: `${OUT}/webpack-${mode}`, filename: "app.js" };
  const stats = await new Promise((resolve, reject) => {
    webpack({ mode, context: HERE, entry: ENTRY, output }, (error, stats) => (error ? reject(error) : resolve(stats)));
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  for (const { message } of [...errors, ...warnings]) throw new Error(`webpack: ${message}`);
}

async function byEsbuild(format, minify) {
  const options = { entryPoints: [ENTRY], bundle: true, format, minify, logLevel: "warning" };
  const { warnings } = await esbuild.build({ ...options, outfile: `${OUT}/esbuild-${format}/app.js` });
  for (const { text } of warnings) throw new Error(`esbuild: ${text}`);
}

await byVite(`${HERE}/app`, "vite", { rolldownOptions: { input: ENTRY, output: { entryFileNames: "app.js" } } });
await byVite(`${HERE}/react`, "react");
for (const mode of ["development", "production"]) await byWebpack(mode);
await Promise.all([byEsbuild("iife", false), byEsbuild("esm", true)]);

const server = await createServer({ configFile: false, logLevel: "warn", root: `${HERE}/app`, publicDir: `${HERE}/public`, server: { host: "127.0.0.1", port: 0 } });
await server.listen();
const { port } = server.httpServer.address();
console.log(`http://127.0.0.1:${port}/`);
process.stdin.resume();
await once(process.stdin, "end");
await server.close();
process.exit();
