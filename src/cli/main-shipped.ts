import "./build-parts.ts";
import { printError } from "./report-error.ts";
import { shippedRun } from "./shipped-run.ts";

const run = shippedRun(process.argv.slice(2));

/** The bundle that the launcher is to start instead of this one; undefined: this one runs. */
export const next = run === undefined ? "skep" : undefined;

run?.()
  .catch(printError)
  .then((status) => process.exit(status));
