// Runs the files of tests that bundle.mjs has put together, one after the other in this process, and says what came of
// them: a line for each file, for each slow test, and for each that failed what differed. Part of the bundle.
import { writeFileSync } from "node:fs";
import { collectTests, startTests } from "@vitest/runner";
import { getTests } from "@vitest/runner/utils";

const LIMIT_MS = 120_000;
const SLOW_MS = 2000;

const CONFIG = {
  root: "/",
  setupFiles: [],
  passWithNoTests: false,
  allowOnly: false,
  sequence: { hooks: "stack", setupFiles: "list" },
  chaiConfig: undefined,
  maxConcurrency: 1,
  testTimeout: LIMIT_MS,
  hookTimeout: LIMIT_MS,
  retry: 0,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
  diffOptions: undefined,
};

/** Runs the modules of all files and none of their tests, for the code that V8 makes of them. */
export async function collectFiles(files) {
  for (const { path, load } of files) await collectTests([path], runnerOf(load));
}

const runnerOf = (load) => ({ config: CONFIG, importFile: async () => void load() });

/**
 * Runs those of `files` that are for this guest's kernel and whose path has one of the `wanted` words (none: all). A file
 * is `{ kernel, path, load }`: "both" or the series of one, and a function that runs its module. Whether all was well.
 */
export async function runFiles(files, wanted, { SKEP_GUEST_KERNEL: series, SKEP_LANE_RESULT: resultFile }) {
  const result = { passed: 0, failed: 0, skipped: [] };
  const stray = (error) => {
    result.failed++;
    print(`FAILED outside of any test\n${indented(error?.stack ?? String(error))}`);
  };
  process.on("uncaughtException", stray);
  process.on("unhandledRejection", stray);
  const mine = files.filter(
    ({ kernel, path }) =>
      (kernel === "both" || series === undefined || kernel === series) &&
      (wanted.length === 0 || wanted.some((word) => path.includes(word))),
  );
  for (const { path, load } of mine) {
    const started = performance.now();
    const [file] = await startTests([path], runnerOf(load));
    count(path, file, performance.now() - started, result);
  }
  print(
    `${result.passed} passed, ${result.failed} failed, ${result.skipped.length} skipped in ${mine.length} files`,
  );
  if (resultFile) writeFileSync(resultFile, JSON.stringify(result));
  return result.failed === 0;
}

/** Adds a file's tests to `result` and prints its lines. */
function count(path, file, ms, result) {
  const tests = getTests(file);
  const troubles = suiteErrors(file);
  result.failed += troubles.length;
  const lines = troubles.map((error) => `FAILED ${path}\n${indented(describe(error))}`);
  for (const test of tests) {
    const name = test.fullTestName;
    const state = test.result?.state;
    if (state === "pass") result.passed++;
    else if (state === "fail") {
      result.failed++;
      const errors = test.result.errors ?? [];
      lines.push(`FAILED ${name}\n${errors.map((error) => indented(describe(error))).join("\n")}`);
    } else result.skipped.push({ name: `${path} > ${name}`, reason: test.result?.note ?? "" });
    const took = test.result?.duration ?? 0;
    if (took > SLOW_MS) lines.push(`${seconds(took)}  ${name}`);
  }
  const good = tests.filter((test) => test.result?.state === "pass").length;
  print(`${seconds(ms)} ${path}: ${good} of ${tests.length} passed`);
  for (const line of lines) print(indented(line));
}

function suiteErrors(suite) {
  const inner = suite.tasks.filter((task) => task.type === "suite").flatMap(suiteErrors);
  return [...(suite.result?.errors ?? []), ...inner];
}

const describe = (error) => `${error.stack ?? error.message}${error.diff ? `\n${error.diff}` : ""}`;
const indented = (text) => text.replace(/^/gm, "    ");
const seconds = (ms) => (ms / 1000).toFixed(1).padStart(6);
const print = (line) => process.stdout.write(`${line}\n`);
