import type { KernelObject } from "../abi/attach-spec.ts";
import { SkepError } from "../base/errors.ts";
import type { Fd } from "../linux/fd.ts";
import { mapInfoOf, type ObjectKind, objectIds, openObject, programInfo } from "../linux/objects.ts";
import { openKernelObject } from "../linux/open-object.ts";
import type { Kernel } from "../linux/syscall.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";

/** What words on the command line name: an object by its id, its file, its name or (programs) its tag. */
export type Selection = KernelObject | Readonly<{ name: string } | { tag: string }>;

/** Reads `5`, `id 5`, `pinned PATH`, `name NAME` or `tag TAG` at the head of `words`; the words behind it. Throws UsageError. */
export function takeSelection(
  kind: ObjectKind,
  words: readonly string[],
): { selection: Selection; rest: readonly string[] } {
  const [first = "", second] = words;
  if (/^\d+$/.test(first)) return { selection: { id: Number(first) }, rest: words.slice(1) };
  const rest = words.slice(2);
  if (second !== undefined) {
    if (first === "id" && /^\d+$/.test(second)) return { selection: { id: Number(second) }, rest };
    if (first === "pinned") return { selection: { pinned: second }, rest };
    if (first === "name" && (kind === "prog" || kind === "map")) return { selection: { name: second }, rest };
    if (first === "tag" && kind === "prog") return { selection: { tag: second.toLowerCase() }, rest };
  }
  const forms = kind === "prog" || kind === "map" ? "id N, name NAME or pinned PATH" : "id N or pinned PATH";
  throw new UsageError(
    first === "" ? `which ${kind}?` : `\`${words.slice(0, 2).join(" ")}\` names no ${kind}`,
    `write ${forms}`,
  );
}

/** The one word that is left, a path. `usage` says how the command is written. */
export function takePath(words: readonly string[], usage: string): string {
  const [path, ...rest] = words;
  if (path === undefined) throw new UsageError("where to?", `write ${usage}`);
  takeNothing(rest);
  return path;
}

/** Throws UsageError when words are left over. */
export function takeNothing(words: readonly string[]): void {
  if (words.length > 0)
    throw new UsageError(
      `\`${words.join(" ")}\` is too much`,
      "leave it out, or see skep help for this command",
    );
}

/** Opens everything that the words name; the caller closes it. Throws SkepError when there is none. */
export function openSelected(kernel: Kernel, kind: ObjectKind, selection: Selection): Fd[] {
  if (!("name" in selection || "tag" in selection)) return [openKernelObject(kernel, kind, selection)];
  const found: Fd[] = [];
  for (const fd of openAll(kernel, kind))
    if (matches(kernel, kind, fd, selection)) found.push(fd);
    else fd.close();
  if (found.length > 0) return found;
  const what = "name" in selection ? `name ${selection.name}` : `tag ${selection.tag}`;
  throw new SkepError(`the kernel holds no ${kind} with ${what}`, {
    code: "object/none",
    remedy: `list what there is: skep ${kind} list`,
  });
}

/** Opens the only object that the words name. Throws SkepError when there are several. */
export function openOne(kernel: Kernel, kind: ObjectKind, selection: Selection): Fd {
  const [first, ...more] = openSelected(kernel, kind, selection);
  if (first !== undefined && more.length === 0) return first;
  for (const fd of [first, ...more]) fd?.close();
  throw new SkepError(`${more.length + 1} of what the kernel holds are called so (${kind})`, {
    code: "object/several",
    remedy: `name one by its id: skep ${kind} list`,
  });
}

/** Opens all objects of a kind in turn; those that go meanwhile are left out. */
export function* openAll(kernel: Kernel, kind: ObjectKind): Generator<Fd> {
  for (const id of objectIds(kernel, kind)) {
    const fd = openObject(kernel, kind, id);
    if (fd !== undefined) yield fd;
  }
}

function matches(
  kernel: Kernel,
  kind: ObjectKind,
  fd: Fd,
  selection: Readonly<{ name: string } | { tag: string }>,
): boolean {
  if (kind === "map") return "name" in selection && isCalled(mapInfoOf(kernel, fd).name, selection.name);
  const { name, tag } = programInfo(kernel, fd);
  return "name" in selection ? isCalled(name, selection.name) : tagText(tag) === selection.tag;
}

// The kernel keeps 15 characters.
function isCalled(name: string, wanted: string): boolean {
  return name !== "" && name === wanted.slice(0, 15);
}

/** A program's tag as it is written. */
export function tagText(tag: Uint8Array): string {
  return Array.from(tag, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Prints one JSON value on a line. Integers of any size keep their digits. */
export function printJson(value: unknown): void {
  new FdSink(1).write(`${jsonOf(value)}\n`);
}

/** JSON of a plain value in which integers may be bigint. Members without a value are left out. */
export function jsonOf(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${jsonOf(member)}`).join(",")}}`;
}
