import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

// bin/skep.cjs in a folder of its own, with a bundle that tells what it was given
const BUNDLE = `(function (exports, require, module, __filename, __dirname) {
  const { NODE_EXTRA_CA_CERTS: certs, SKEP_EXTRA_CA_CERTS: left } = process.env;
  console.log(JSON.stringify({ words: process.argv.slice(2), certs, left, folder: require("node:path").basename(__dirname) }));
})`;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "skep-launcher-"));
  mkdirSync(join(folder, "bin"));
  cpSync("bin/skep.cjs", join(folder, "bin/skep.cjs"));
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "dist/skep.cjs"), BUNDLE);
});

afterEach(() => rmSync(folder, { recursive: true }));

function launch(program: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
  const done = spawnSync(program, words, { encoding: "utf8", env: { ...rest, ...env } });
  return { status: done.status, out: done.stdout, err: done.stderr };
}

const asked = ["-e", 'BEGIN { printf("a b\\n"); }', "", "*"];

test.each([
  { rule: "run as a program", at: "bin/skep.cjs" },
  { rule: "run through a link elsewhere, as npm makes one", at: "link" },
])("arguments arrive unchanged: $rule", ({ at }) => {
  symlinkSync(join(folder, "bin/skep.cjs"), join(folder, "link"));
  const { out, status } = launch(join(folder, at), asked);
  expect(JSON.parse(out)).toEqual({ words: asked, folder: "dist" });
  expect(status).toBe(0);
});

test("the certificates that Node is spared are there again for commands that skep starts", () => {
  const certs = "/nowhere/certs.pem";
  const { out, err } = launch(join(folder, "bin/skep.cjs"), [], { NODE_EXTRA_CA_CERTS: certs });
  expect(JSON.parse(out)).toEqual({ words: [], certs, folder: "dist" });
  expect(err).toBe(""); // Node itself would warn that it cannot read them
});

test("a cache of some other Node, or a damaged one, does no harm", () => {
  writeFileSync(join(folder, "dist/skep.cache"), "not a cache");
  expect(JSON.parse(launch(join(folder, "bin/skep.cjs"), ["x"]).out)).toEqual({ words: ["x"], folder: "dist" });
});

test("a checkout that is not built says how to build it", () => {
  rmSync(join(folder, "dist"), { recursive: true });
  const { status, err } = launch(join(folder, "bin/skep.cjs"), []);
  expect(err).toContain("npm run build");
  expect(status).toBe(2);
});

test("without node in PATH it says what is needed", () => {
  const { status, err } = launch("/bin/sh", [join(folder, "bin/skep.cjs")], { PATH: folder });
  expect(err).toContain("Node.js 20.19");
  expect(status).toBe(127);
});
