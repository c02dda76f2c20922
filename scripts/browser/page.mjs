// What runs in the page: loads the test files one after the other, runs them with Vitest's runner and tells the server.
import { startTests } from "@vitest/runner";
import { processError } from "@vitest/utils/error";
import "../../test/support/fixed-seed.ts";

/** `files`: how to load each test file. Each ends with a report, all of them with `done`. */
export async function runTests(files) {
  for (const [path, load] of Object.entries(files)) {
    await tell({ kind: "begin", path });
    const [file] = await startTests([path], new PageRunner(load));
    await tell({ kind: "end", path, ...outcome(file) });
  }
  await tell({ kind: "done" });
}

function tell(message) {
  return fetch("/report", { method: "POST", body: JSON.stringify(message) });
}

class PageRunner {
  config = {
    root: "/",
    setupFiles: [],
    name: undefined,
    passWithNoTests: false,
    testNamePattern: undefined,
    allowOnly: false,
    sequence: { seed: 1, hooks: "stack", setupFiles: "list" },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  };

  constructor(load) {
    this.importFile = load;
  }
}

/** Counts of a file, with what failed and what was skipped. */
function outcome(file) {
  const result = { passed: 0, failed: [], skipped: [] };
  const visit = (task, name) => {
    const errors = (task.result?.errors ?? []).map(errorText);
    if (task.type !== "test") {
      if (errors.length > 0) result.failed.push({ name, errors });
      for (const child of task.tasks) visit(child, name === "" ? child.name : `${name} > ${child.name}`);
    } else if (task.result?.state === "pass") result.passed++;
    else if (task.result?.state === "fail") result.failed.push({ name, errors });
    else result.skipped.push({ name, reason: task.result?.note ?? "" });
  };
  visit(file, "");
  return result;
}

function errorText(error) {
  const { message, diff, stack } = processError(error);
  return { message: String(message), diff: diff ?? "", stack: stack ?? "" };
}
