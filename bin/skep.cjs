#!/bin/sh
":" /* the shell runs these lines, up to exec, and Node those after the comment
command -v node >/dev/null 2>&1 || { echo "skep needs Node.js 20.19 or later, and found no node in PATH" >&2; exit 127; }
[ -z "$NODE_EXTRA_CA_CERTS" ] || { export SKEP_EXTRA_CA_CERTS="$NODE_EXTRA_CA_CERTS"; unset NODE_EXTRA_CA_CERTS; }
exec node "$0" "$@"
*/
"use strict";
// Starts the bundled command with V8's cached code. The shell above is there for one reason: with NODE_EXTRA_CA_CERTS in
// the environment, Node 20 reads all certificates before it does anything else, 40 ms that no tracer needs. The variable
// is put back here, so that commands which skep starts (-c) see it.
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

if (process.env.SKEP_EXTRA_CA_CERTS !== undefined) {
  process.env.NODE_EXTRA_CA_CERTS = process.env.SKEP_EXTRA_CA_CERTS;
  delete process.env.SKEP_EXTRA_CA_CERTS;
}

// Without a listener, Node answers this signal by opening a port for debuggers: with a tracer's privileges, to anybody.
process.on("SIGUSR1", () => {});

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`skep needs Node.js 20.19 or later; this is ${process.version}, at ${process.execPath}`);
  process.exit(2);
}

const dist = path.join(__dirname, "..", "dist");

function readOr(name, encoding) {
  try {
    return fs.readFileSync(name, encoding);
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Scripts use more of the language than one-liners: they have a larger cache of their own. */
const namesScript = process.argv.slice(2).some((argument) => argument.endsWith(".bt"));

/** Runs a bundle with its cached code; what it exports. */
function start(name) {
  const file = path.join(dist, `${name}.cjs`);
  const source = readOr(file, "latin1"); // bundles are plain ASCII
  if (source === undefined) {
    console.error(`skep is not built: ${file} is missing. In a checkout run: npm ci (or: npm run build)`);
    process.exit(2);
  }
  const cachedData =
    (namesScript && readOr(path.join(dist, `${name}.scripts.cache`))) || readOr(path.join(dist, `${name}.cache`));
  // A cache from another version of Node is rejected by V8, which then compiles as usual.
  const script = new vm.Script(source, { filename: file, cachedData });
  const module_ = { exports: {} };
  process.argv[1] = file;
  script.runInThisContext()(module_.exports, require, module_, file, dist);
  return module_.exports;
}

/** The bundle of a command that the small one does not have: then that is not read at all. */
function bundleOf(words) {
  const file = path.join(dist, "more-names.cjs");
  return fs.existsSync(file) ? require(file).bundleOf(words) : undefined;
}

// The small bundle does what is done most; it names another one for everything else.
for (let next = bundleOf(process.argv.slice(2)) ?? "skep"; next !== undefined; ) next = start(next).next;
