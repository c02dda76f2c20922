#!/usr/bin/env node
// node scripts/verify-codes.mjs
//
// Writes the table of the verifier's codes in docs/errors.md, between its marks, from src/verify/finding/codes.ts.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const PAGE = join(ROOT, "docs/errors.md");
const [START, END] = ["<!-- verifier's codes: start -->", "<!-- verifier's codes: end -->"];

const outfile = join(ROOT, ".cache/verify-codes.mjs");
await build({
  entryPoints: [join(ROOT, "src/verify/finding/codes.ts")],
  bundle: true,
  format: "esm",
  outfile,
  logLevel: "error",
});
const { CODES } = await import(pathToFileURL(outfile).href);

// A pipe would end the cell.
const cell = (text) => text.replaceAll("|", "\\|").replace(/\s+/g, " ");
const rows = Object.entries(CODES)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([code, { meaning, fix }]) => `| \`${code}\` | ${cell(meaning)} | ${cell(fix)} |`);
const section = `${START}
## The verifier

What is in braces stands for what the message fills in.

| code | what it means | what to do |
|---|---|---|
${rows.join("\n")}
${END}`;

const page = readFileSync(PAGE, "utf8");
const between = new RegExp(`${START}[\\s\\S]*${END}`);
writeFileSync(
  PAGE,
  between.test(page) ? page.replace(between, () => section) : `${page.trimEnd()}\n\n${section}\n`,
);
console.log(`${rows.length} codes`);
