// Runs the bundled tests: node tests.cjs FOLDER [-c CACHE] [PART OF A NAME...]
// With -c it runs no test: it loads every file of them and writes the code that V8 has made of the bundle. With that
// code a guest, which is a slow machine, need not parse and compile the bundle.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const [folder, ...words] = process.argv.slice(2);
const file = path.join(folder, "tests.cjs");
const cache = path.join(folder, "tests.cache");
const writes = words[0] === "-c";

const script = new vm.Script(fs.readFileSync(file, "latin1"), {
  filename: file,
  cachedData: !writes && fs.existsSync(cache) ? fs.readFileSync(cache) : undefined,
});
const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, require, bundle, file, folder);

async function main() {
  if (writes) {
    await bundle.exports.load();
    fs.writeFileSync(cache, script.createCachedData());
    return 0;
  }
  if (script.cachedDataRejected) console.log("V8 does not take its cached code");
  return (await bundle.exports.run(words, process.env)) ? 0 : 1;
}

main().then((status) => process.exit(status));
