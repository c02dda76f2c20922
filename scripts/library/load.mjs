// dist/node/load.js: what `import … from "skep"` runs in Node. The whole library is one file, and V8's compiled code for it
// lies beside it, so that a program neither parses the library nor compiles what every program calls.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const folder = dirname(fileURLToPath(import.meta.url));
const file = join(folder, "library.cjs");

function readCache() {
  try {
    return readFileSync(join(folder, "library.cache"));
  } catch {
    return undefined; // V8 compiles as usual then, as it does when the code is of another version of Node
  }
}

const script = new Script(readFileSync(file, "latin1"), { filename: file, cachedData: readCache() });
const library = { exports: {} };
script.runInThisContext()(library.exports, createRequire(file), library, file, folder);

/** What a public entry exports: "index" is `skep`, "btf" is `skep/btf`. */
export function entry(name) {
  return library.exports[name];
}
