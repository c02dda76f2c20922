import { helpTable } from "./help-layout.ts";
import { plainCall } from "./invocation.ts";

/** What `skep sim --help` prints. */
export function simHelp(): string {
  return `Simulated machines, for tracing without privileges and for tests.

Usage: ${plainCall()} sim list [--json]
       ${plainCall()} sim show NAME
       ${plainCall()} --sim[=NAME] …   anything that traces: one-liners, scripts, tools, list

list names the scenarios that come with skep, show says what runs on one. NAME can also be a file: a scenario in
JSON, or a JavaScript module that exports one (docs/scenarios.md).

Options of everything that traces:
${helpTable([
  ["--sim[=NAME]", "trace a simulated machine; without NAME the first one of the list"],
  ["--sim-speed N|max", "simulated seconds per second, or as fast as possible"],
  ["--sim-seed N", "another course of the same scenario"],
  ["--no-sim", "without privileges, fail instead of tracing a simulated machine"],
])}`;
}
