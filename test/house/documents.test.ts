// README.md, ARCHITECTURE.md, CONTRIBUTING.md and docs/: links lead somewhere, commands and options are those there are,
// and what is shown for simulated machines runs.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { MORE_NAMES } from "../../src/cli/more-names.ts";
import { TOOLS } from "../../src/tools/table.ts";

const isBuilt = existsSync("dist/skep-full.cjs");
const inDocs = readdirSync("docs", { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".md"),
);
const PAGES = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", ...inDocs.map((path) => join("docs", path))];
const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;
const textOf = (page: string): string => readFileSync(page, "utf8");

/** As code hosts make it of a headline. */
const anchorOf = (headline: string): string =>
  headline
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

function anchors(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, headline = ""]) => anchorOf(headline));
}

test.each(PAGES)("links of %s lead to what is there", (page) => {
  const links = [
    ...textOf(page)
      .replace(FENCE, "")
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, to = ""]) => to);
  const dead = links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    return !existsSync(target) || (anchor !== undefined && !anchors(target).includes(anchor));
  });
  expect(dead).toEqual([]);
});

/** What pages call `skep` with, in lines and in examples: without "# comment". */
function commandsOf(page: string): string[] {
  const text = textOf(page);
  const inLines = [...text.replace(FENCE, "").matchAll(/`skep ([^`]+)`/g)].map(([, words = ""]) => words);
  const shown = [...text.matchAll(FENCE)].flatMap(([, language, lines = ""]) => {
    const calls = language === "sh" ? /^skep (.+?)(?: {2,}#.*)?$/gm : /^[$#] skep (.+)$/gm;
    return [...lines.matchAll(calls)].map(([, words = ""]) => words);
  });
  return [...inLines, ...shown].map((words) => words.replaceAll("\\|", "|"));
}

const COMMANDS: readonly string[] = [...MORE_NAMES, ...TOOLS.map(({ name }) => name), "list", "help"];
const helps = new Map<string, string>();

function helpOf(command: string): string {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const words = command === "" || command === "help" ? ["--help"] : [command, "--help"];
  const done = spawnSync(process.execPath, ["bin/skep.cjs", ...words], { encoding: "utf8" });
  expect({ command, status: done.status }).toEqual({ command, status: 0 });
  helps.set(command, done.stdout);
  return done.stdout;
}

test.runIf(isBuilt).each(PAGES)("commands of %s exist, with their options", (page) => {
  const unknown = commandsOf(page).filter((line) => {
    const [first = "", ...rest] = line.replace(/'[^']*'/g, "'…'").split(" ");
    const names = /^[a-z_|]+$/.test(first) ? first.split("|") : [""];
    const words = names[0] === "" ? [first, ...rest] : rest;
    if (names.some((name) => name !== "" && !COMMANDS.includes(name))) return true;
    const options = words.flatMap((word) => /^-[a-z]\b|^--[a-z-]+/.exec(word)?.[0] ?? []);
    return names.some((name) => options.some((option) => !hasOption(helpOf(name), option)));
  });
  expect(unknown).toEqual([]);
});

function hasOption(help: string, option: string): boolean {
  return option === "--help" || new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(help);
}

test.runIf(isBuilt)("what docs/scenarios.md shows runs", () => {
  const shown = [...textOf("docs/scenarios.md").matchAll(FENCE)].filter(([, language]) => language === "sh");
  const lines = shown.flatMap(([, , text = ""]) => text.trimEnd().split("\n"));
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) {
    const call = line.replace(/^skep /, `"${process.execPath}" ${join(process.cwd(), "bin/skep.cjs")} `);
    const short = call.replace(/( --duration \d+)?$/, " --duration 2 --sim-speed max");
    const done = spawnSync("sh", ["-c", short], { encoding: "utf8", cwd: "examples/scenarios" });
    expect({ line, err: done.stderr, status: done.status }).toEqual({ line, err: "", status: 0 });
    expect(done.stdout.split("\n").length).toBeGreaterThan(2);
  }
});
