import type { Tool } from "./define-tool.ts";
import { execsnoop } from "./execsnoop.ts";
import { opensnoop } from "./opensnoop.ts";

/** Every tool. */
export const TOOLS: readonly Tool[] = [execsnoop, opensnoop];

export function findTool(name: string): Tool | undefined {
  return TOOLS.find((tool) => tool.name === name);
}
