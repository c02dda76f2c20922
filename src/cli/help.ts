import { BUILTINS } from "../lang/bt/builtins/table.ts";
import type { Tool } from "../tools/define-tool.ts";
import { TOOLS } from "../tools/table.ts";
import { EXIT } from "./exit-status.ts";
import type { OptionSpec } from "./options.ts";
import { toolOptionSpecs } from "./tool-options.ts";
import { TRACE_OPTIONS } from "./trace-options.ts";
import { VERSION } from "./version.ts";

/** `skep` alone. Gives the exit status. */
export function printShortHelp(): number {
  process.stdout.write(`skep ${VERSION}: trace a live Linux kernel\n`);
  return EXIT.ok;
}

/** `skep --help`. Gives the exit status. */
export function printHelp(): number {
  process.stdout.write(`${optionLines(TRACE_OPTIONS).join("\n")}\n`);
  process.stdout.write(`${TOOLS.map((tool) => `  ${tool.name}  ${tool.summary}`).join("\n")}\n`);
  process.stdout.write(`${BUILTINS.length} builtins\n`);
  return EXIT.ok;
}

/** `skep TOOL --help`. Gives the exit status. */
export function printToolHelp(tool: Tool): number {
  process.stdout.write(`${tool.summary}\n${optionLines(toolOptionSpecs(tool)).join("\n")}\n`);
  return EXIT.ok;
}

function optionLines(specs: readonly OptionSpec[]): string[] {
  return specs.map(
    ({ name, short, value, help }) =>
      `  ${short ? `-${short}, ` : "    "}--${name}${value ? ` ${value}` : ""}  ${help}`,
  );
}
