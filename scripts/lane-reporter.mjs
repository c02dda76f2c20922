// Vitest reporter that leaves a lane's counts for scripts/test.mjs in the file that SKEP_LANE_RESULT names.
import { writeFileSync } from "node:fs";

// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter by its default export
export default class LaneReporter {
  onTestRunEnd(modules, unhandled) {
    const result = { passed: 0, failed: unhandled.length, skipped: [] };
    for (const module of modules) {
      // A file that cannot be loaded has errors and no tests.
      result.failed += module.errors().length;
      for (const suite of module.children.allSuites()) result.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === "passed") result.passed++;
        else if (state === "failed") result.failed++;
        else result.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: note ?? "" });
      }
    }
    if (process.env.SKEP_LANE_RESULT) writeFileSync(process.env.SKEP_LANE_RESULT, JSON.stringify(result));
  }
}
