import { readdirSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import { type BtfBlob, parseBtf } from "../btf/decode.ts";
import type { BtfId } from "../btf/types.ts";
import { findSection } from "../elf/elf.ts";
import { parseElf } from "../elf/read.ts";
import { sectionData } from "../elf/section-data.ts";
import type { Fd } from "../linux/fd.ts";
import { openKernelBtf } from "../linux/kernel-btf.ts";
import { btfInfoOf, mapInfoOf, openObject, programInfo, readBtf } from "../linux/objects.ts";
import type { Kernel } from "../linux/syscall.ts";
import { noBtf } from "./no-btf.ts";
import { openOne, takeNothing, takeSelection } from "./object-command-select.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";

const KERNEL_TYPES = "/sys/kernel/btf/vmlinux";

/** Types, the first that are not their base's, and those that were asked for where that is not all of them. */
export type Types = Readonly<{ btf: BtfBlob; first: number; roots?: readonly BtfId[] }>;

/** Reads the types that the words name: `file PATH`, `id N`, `prog PROG`, `map MAP [key|value|kv|all]`. Throws SkepError. */
export function openTypes(kernel: () => Kernel, words: readonly string[], base: string | undefined): Types {
  const [kind, ...rest] = words;
  switch (kind) {
    case undefined:
      return ownTypes(kernel());
    case "file": {
      const [path, ...more] = rest;
      if (path === undefined) throw new UsageError("which file?", "write skep btf dump file PATH");
      takeNothing(more);
      return readFile(kernel, path, base);
    }
    case "id": {
      const [id = "", ...more] = rest;
      if (!/^\d+$/.test(id))
        throw new UsageError("which id?", "write skep btf dump id N; skep btf list shows them");
      takeNothing(more);
      return typesOf(kernel(), Number(id), "", base);
    }
    case "prog": {
      const { selection, rest: more } = takeSelection("prog", rest);
      takeNothing(more);
      using program = openOne(kernel(), "prog", selection);
      return typesOf(kernel(), programInfo(kernel(), program).btfId, "program", base);
    }
    case "map":
      return mapTypes(kernel(), rest, base);
    default:
      if (/^\d+$/.test(kind)) return openTypes(kernel, ["id", ...words], base);
      throw new UsageError(`\`${kind}\` has no types`, "write file PATH, id N, prog PROG or map MAP");
  }
}

function ownTypes(kernel: Kernel): Types {
  const btf = openKernelBtf(kernel);
  if (btf === undefined) throw noBtf("skep btf dump");
  return { btf, first: 1 };
}

/** The kernel's types by the id of their blob: its own, or a module's; 0 for those of kernels that do not say. */
export function kernelTypes(kernel: Kernel, id: number): BtfBlob {
  return id === 0 ? ownTypes(kernel).btf : typesOf(kernel, id, "", undefined).btf;
}

function mapTypes(kernel: Kernel, words: readonly string[], base: string | undefined): Types {
  const { selection, rest } = takeSelection("map", words);
  const [part = "kv", ...more] = rest;
  takeNothing(more);
  if (!["key", "value", "kv", "all"].includes(part))
    throw new UsageError(`\`${part}\` is no part of a map`, "write key, value, kv (both, the default) or all");
  using map = openOne(kernel, "map", selection);
  const { btfId, btfKeyTypeId, btfValueTypeId, btfVmlinuxId, btfVmlinuxValueTypeId } = mapInfoOf(kernel, map);
  if (btfVmlinuxValueTypeId !== 0 && part !== "all")
    return { btf: kernelTypes(kernel, btfVmlinuxId), first: 1, roots: [btfVmlinuxValueTypeId as BtfId] };
  const types = typesOf(kernel, btfId, "map", base);
  if (part === "all") return types;
  const wanted = [...(part === "value" ? [] : [btfKeyTypeId]), ...(part === "key" ? [] : [btfValueTypeId])];
  return { ...types, roots: wanted.filter((id) => id !== 0) as BtfId[] };
}

function readFile(kernel: () => Kernel, path: string, basePath: string | undefined): Types {
  if (path === KERNEL_TYPES && basePath === undefined) return ownTypes(kernel());
  const isModule = path.startsWith("/sys/kernel/btf/");
  const under = basePath ?? (isModule ? KERNEL_TYPES : undefined);
  const base = under === undefined ? undefined : readFile(kernel, under, undefined).btf;
  const bytes = readInput(path);
  return { btf: parseBtf(bytes[0] === 0x7f ? sectionOf(bytes, path) : bytes, base), first: base?.count ?? 1 };
}

function sectionOf(bytes: Uint8Array, path: string): Uint8Array {
  const elf = parseElf(bytes);
  const section = findSection(elf, ".BTF");
  if (section !== undefined) return sectionData(elf, section);
  throw new SkepError(`${path} has no types: there is no section .BTF`, {
    code: "object/no-btf",
    remedy: "compile it with -g, or give another file",
  });
}

/** By the id of a blob that the kernel holds; those of modules stand on the kernel's own. */
function typesOf(kernel: Kernel, id: number, owner: string, basePath: string | undefined): Types {
  using fd = id === 0 ? undefined : openObject(kernel, "btf", id);
  if (fd === undefined)
    throw new SkepError(
      id === 0 ? `this ${owner} was loaded without types` : `the kernel holds no types with id ${id}`,
      { code: "object/no-btf", remedy: "list what there is: skep btf list" },
    );
  const bytes = readBtf(kernel, fd);
  const base =
    basePath !== undefined
      ? readFile(() => kernel, basePath, undefined).btf
      : isModule(kernel, fd)
        ? ownTypes(kernel).btf
        : undefined;
  return { btf: parseBtf(bytes, base), first: base?.count ?? 1 };
}

function isModule(kernel: Kernel, fd: Fd): boolean {
  const { name, ofKernel } = btfInfoOf(kernel, fd);
  return ofKernel && name !== "vmlinux" && readdirSync("/sys/kernel/btf").includes(name);
}
