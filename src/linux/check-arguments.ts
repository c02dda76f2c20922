import { checkInput, type InputRule, integer, OBJECT } from "../base/check-input.ts";
import type { Kernel } from "./syscall.ts";

const KERNEL: InputRule = {
  expected: "a kernel: openKernel(), or the `kernel` of openLinux()",
  accepts: (value) => hasMethods(value, "call", "addressOf"),
};

const MAP: InputRule = {
  expected: "a map: what openMap() gives, or the `map(name)` of what was loaded",
  accepts: (value) => hasMethods(value, "lookup", "update") && "valueBytes" in (value as object),
};

const LINK: InputRule = {
  expected: "a link: what openLink() gives, or the `link(…)` of what was loaded",
  accepts: (value) => hasMethods(value, "fd", "detach"),
};

/** The index of an interface; 0 is none. */
export const IFINDEX = integer(1, 0x7fff_ffff);

/** Throws SkepError unless it is the way to a kernel. */
export function checkKernel(kernel: Kernel): void {
  if (!KERNEL.accepts(kernel)) checkInput("the first argument", kernel, KERNEL);
}

/** Throws SkepError unless it is a map of this room. */
export function checkMap(map: unknown): void {
  if (!MAP.accepts(map)) checkInput("the map", map, MAP);
}

/** Throws SkepError unless it is a link of this room. */
export function checkLink(link: unknown): void {
  if (!LINK.accepts(link)) checkInput("the link", link, LINK);
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  if (!OBJECT.accepts(value)) return false;
  const record = value as Readonly<Record<string, unknown>>;
  return names.every((name) => typeof record[name] === "function");
}
