#!/usr/bin/env node
// node scripts/verify-codes.mjs
//
// Writes the table of the verifier's codes in docs/errors.md, between its marks, from src/verify/finding/codes.ts.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { importSources } from "./import-sources.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const PAGE = join(ROOT, "docs/errors.md");
const [START, END] = ["<!-- verifier's codes: start -->", "<!-- verifier's codes: end -->"];

const { CODES } = await importSources(`export { CODES } from "./src/verify/finding/codes.ts";`);

// A code's cases are called CODE.LANGUAGE.case or CODE-VARIANT.LANGUAGE.case; the longest code that fits is meant.
const cases = readdirSync(join(ROOT, "test/verify-cases")).filter((name) => name.endsWith(".case"));
const codeOf = (name) =>
  Object.keys(CODES)
    .filter((code) => `verify/${name}`.startsWith(code))
    .sort((a, b) => b.length - a.length)[0];
const examples = (code) =>
  cases
    .filter((name) => codeOf(name) === code)
    .map((name) => `[${name.replace(".case", "")}](../test/verify-cases/${name})`)
    .join(", ");

// A pipe would end the cell.
const cell = (text) => text.replaceAll("|", "\\|").replace(/\s+/g, " ");
const rows = Object.entries(CODES)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([code, { meaning, fix }]) => `| \`${code}\` | ${cell(meaning)} | ${cell(fix)} | ${examples(code)} |`);
const section = `${START}
## The verifier

What is in braces stands for what the message fills in. The files of the last column show a program that is refused, the
explanation, and the program as it is accepted.

| code | what it means | what to do | refused, explained, fixed |
|---|---|---|---|
${rows.join("\n")}
${END}`;

const page = readFileSync(PAGE, "utf8");
const between = new RegExp(`${START}[\\s\\S]*${END}`);
writeFileSync(
  PAGE,
  between.test(page) ? page.replace(between, () => section) : `${page.trimEnd()}\n\n${section}\n`,
);
console.log(`${rows.length} codes`);
