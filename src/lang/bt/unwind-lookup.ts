import { FuncBuilder } from "../../ir/build.ts";
import type { Value } from "../../ir/ir.ts";
import { fieldOffset } from "./kernel-field.ts";
import type { Lowering } from "./lowering.ts";
import { WalkState } from "./unwind-state.ts";

const VM_EXEC = 4; // include/linux/mm.h, v6.12
const PAGE_SHIFT = 12;

/**
 * Callback of bpf_find_vma: notes where the memory area lies and which file is mapped there. An area without code
 * ends where it begins.
 */
export function regionCallback(l: Lowering): FuncBuilder {
  const b = new FuncBuilder("", undefined, ["ptr", "ptr", "ptr"]);
  const area = b.param(1);
  const state = new WalkState(b, b.param(2));
  const field = kernelFields(l, b);
  const [code, done] = [b.block(), b.block()];
  const low = b.load("btf", 8, ...field(area, "vm_area_struct", "vm_start"));
  state.set("low", low);
  state.set("high", low);
  b.branch(
    "set",
    64,
    b.load("btf", 8, ...field(area, "vm_area_struct", "vm_flags")),
    b.const(VM_EXEC),
    code,
    done,
  );
  b.enter(code);
  const pages = b.load("btf", 8, ...field(area, "vm_area_struct", "vm_pgoff"));
  state.set("high", b.load("btf", 8, ...field(area, "vm_area_struct", "vm_end")));
  state.set("bias", b.binary("sub", low, b.binary("lsh", pages, b.const(PAGE_SHIFT))));
  state.set("file", state.get("zero"));
  state.set("file", state.get("zero"), 8);
  const file = b.loadPtr("btf", ...field(area, "vm_area_struct", "vm_file"));
  const mapped = b.block();
  b.branch("ne", 64, file, b.const(0), mapped, done);
  b.enter(mapped);
  const inode = b.loadPtr("btf", ...field(file, "file", "f_inode"));
  state.set("file", b.load("btf", 8, ...field(inode, "inode", "i_ino")), 8);
  const system = b.loadPtr("btf", ...field(inode, "inode", "i_sb"));
  state.set("file", b.load("btf", 4, ...field(system, "super_block", "s_dev")));
  b.jump(done);
  b.enter(done);
  b.return(b.const(0));
  return b;
}

/** Fields of the kernel's that walking user stacks reads. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  vm_area_struct: ["vm_flags", "vm_start", "vm_end", "vm_pgoff", "vm_file"],
  task_struct: ["mm"],
  file: ["f_inode"],
  inode: ["i_ino", "i_sb"],
  super_block: ["s_dev"],
};

/** Whether the kernel at hand has all of them. */
export function hasAreaFields({ env }: Pick<Lowering, "env">): boolean {
  return Object.entries(FIELDS).every(([struct, names]) => {
    const type = env.btf?.struct(struct);
    return type?.kind === "struct" && names.every((name) => type.composite.field(name) !== undefined);
  });
}

/** Where a field of a kernel's struct lies: base and offset, the latter found when the object is loaded if need be. */
export function kernelFields(l: Lowering, b: FuncBuilder) {
  return (base: Value, struct: string, name: string): [Value, number] => {
    const type = l.env.btf?.struct(struct);
    const field = type?.kind === "struct" ? type.composite.field(name) : undefined;
    if (type?.kind !== "struct" || field === undefined)
      throw new Error(`bug: the kernel has no ${struct}.${name}`);
    if (!l.env.options.relocatable) return [base, field.offset];
    return [b.offset(base, fieldOffset({ b, env: l.env }, type.composite, field)), 0];
  };
}

/**
 * Callback of bpf_loop: halves the chunks that may hold the rule for state.target. The chunk in question is the last
 * one whose first row is not behind it.
 */
export function searchCallback(): FuncBuilder {
  const b = new FuncBuilder("", undefined, ["i64", "ptr"]);
  const state = new WalkState(b, b.param(1));
  const [first, last] = [state.get("first"), state.get("last")];
  const [more, stop, look] = [b.block(), b.block(), b.block()];
  b.branch("lt", 64, first, last, more, stop);
  b.enter(stop);
  b.return(b.const(1));
  b.enter(more);
  const sum = b.binary("add", b.binary("add", first, last), b.const(1));
  const middle = b.binary("rsh", sum, b.const(1));
  state.set("key", middle);
  const chunk = b.helper("bpf_map_lookup_elem", [state.pointer("table"), state.address("key")], "ptr");
  b.branch("ne", 64, chunk, b.const(0), look, stop);
  b.enter(look);
  const [below, above] = [b.block(), b.block()];
  b.branch("gt", 64, b.load("map", 4, chunk, 0), state.get("target"), above, below);
  b.enter(above);
  state.set("last", b.binary("sub", middle, b.const(1)));
  b.return(b.const(0));
  b.enter(below);
  state.set("first", middle);
  b.return(b.const(0));
  return b;
}
