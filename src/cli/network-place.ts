import { enterNetns } from "../linux/netns.ts";
import type { Kernel } from "../linux/syscall.ts";
import { interfaceIndex } from "./interface-name.ts";
import type { OptionSpec, ParsedOptions } from "./options.ts";
import { valueOf } from "./options.ts";
import { UsageError } from "./report-error.ts";

/** Options of the commands that attach to interfaces. */
// biome-ignore format: one option per line
export const NETWORK_OPTIONS: readonly OptionSpec[] = [
  { name: "program", short: "p", value: "NAME", help: "which program of the object file" },
  { name: "section", short: "s", value: "NAME", help: "which section of the object file" },
  { name: "netns", short: "n", value: "FILE", help: "in another network namespace, such as /run/netns/blue or /proc/PID/ns/net" },
  { name: "verbose", short: "v", help: "tell when something older is used in place of something newer" },
  { name: "json", short: "j", help: "JSON" },
  { name: "help", short: "h", help: "print this help" },
];

/** Moves this process to the network namespace of --netns, for good. Throws SkepError. */
export function enterNamedNetns(kernel: Kernel, options: ParsedOptions): void {
  const path = valueOf(options, "netns");
  if (path !== undefined) enterNetns(kernel, path);
}

/** An interface of this network namespace. */
export type Device = Readonly<{ name: string; ifindex: number }>;

/** Takes `dev NAME` wherever it stands, else the first word, as an interface; the words that are left. */
export function takeDevice(
  kernel: Kernel,
  words: readonly string[],
): { device: Device; rest: readonly string[] } {
  const at = words.indexOf("dev");
  const name = at === -1 ? words[0] : words[at + 1];
  if (name === undefined) throw new UsageError("which interface?", "name one of those that `ip link` lists");
  const rest = at === -1 ? words.slice(1) : [...words.slice(0, at), ...words.slice(at + 2)];
  return { device: { name, ifindex: interfaceIndex(name, kernel) }, rest };
}

/** Prints what is older in place of newer, where that was asked for. */
export function noteOf(options: ParsedOptions): (note: string) => void {
  return (note) => {
    if (options.switches.has("verbose")) process.stderr.write(`note: ${note}\n`);
  };
}
