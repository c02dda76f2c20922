// Node loads the library from one file with V8's cached code, pages and bundlers load modules: both are the same.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script } from "node:vm";
import { expect, test } from "vitest";
import { publicEntries } from "../../scripts/build.mjs";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const load = (file: string) => import(pathToFileURL(join(DIST, file)).href) as Promise<Record<string, unknown>>;
const isBuilt = existsSync(join(DIST, "node/library.cjs"));

test.runIf(isBuilt).each(Object.keys(publicEntries()))(
  "%s exports the same for Node as for others",
  async (name) => {
    const [forNode, forOthers] = await Promise.all([load(`node/${name}.js`), load(`lib/${name}.js`)]);
    const kinds = (all: object) => Object.entries(all).map(([key, value]) => [key, typeof value]);
    expect(Object.keys(forNode).length).toBeGreaterThan(0);
    expect(kinds(forNode)).toEqual(kinds(forOthers));
  },
);

test.runIf(isBuilt)("entries share their classes, and run in strict mode", async () => {
  const [{ SkepError, Collection }, { BtfError, parseBtf }] = (await Promise.all([
    load("node/index.js"),
    load("node/btf.js"),
  ])) as [typeof import("../../src/public.ts"), typeof import("../../src/btf/public.ts")];
  expect(BtfError.prototype).toBeInstanceOf(SkepError);
  expect(() => parseBtf(Uint8Array.of(1))).toThrow(SkepError);
  expect(() => Collection.read(Uint8Array.of(1))).toThrow(SkepError);
  expect(readFileSync(join(DIST, "node/library.cjs"), "latin1")).toMatch(/^\(function [^{]*\{ ?"use strict";/);
});

test.runIf(isBuilt)("the cached code is of the file beside it", () => {
  const cache = join(DIST, "node/library.cache");
  if (!existsSync(cache)) return; // a warning of the build said why
  const source = readFileSync(join(DIST, "node/library.cjs"), "latin1");
  const script = new Script(source, { cachedData: readFileSync(cache) });
  expect(script.cachedDataRejected).toBe(false);
});

test.runIf(isBuilt)("what is built does not tell where: caches keep file names for stack traces", () => {
  const built = readdirSync(DIST, { recursive: true, encoding: "utf8" });
  const caches = built.filter((path) => path.endsWith(".cache"));
  const telling = caches.filter((path) => readFileSync(join(DIST, path)).includes(DIST));
  expect(telling).toEqual([]);
});
