import type { KernelObject } from "../memory/kernel-object.ts";
import { PAGE_BYTES, UserMemory } from "../memory/user-memory.ts";
import type { Process } from "./process.ts";

const encoder = new TextEncoder();

/** A process's struct mm_struct. */
export function makeMm(process: Process): KernelObject {
  const { memory } = process.world;
  return memory.make("mm_struct", {
    "mm_count.counter": 1,
    "mm_users.counter": 1,
    task_size: 0x7fff_ffff_f000n,
    start_code: UserMemory.textStart,
    start_brk: UserMemory.heapStart,
    brk: UserMemory.heapStart,
    start_stack: UserMemory.stackTop,
    mmap_base: 0x7fff_f7ff_f000n,
  });
}

/** A new program's memory: its binary and libraries mapped, its arguments and environment at the end of the stack. */
export function loadProgram(process: Process): void {
  process.dropMemory();
  const memory = new UserMemory();
  process.memory = memory;
  process.mm = makeMm(process);
  const { binary } = process;
  const bytes = binary?.bytes ?? PAGE_BYTES;
  const name = binary?.path ?? process.executable;
  memory.map({
    start: UserMemory.textStart,
    end: UserMemory.textStart + bytes,
    access: "r-xp",
    name,
    pageOffset: 0,
  });
  process.mm.set("end_code", UserMemory.textStart + bytes);
  if (binary !== undefined) process.mappings.set(binary, UserMemory.textStart);
  for (const path of binary?.spec.libraries ?? []) {
    const library = process.world.hooks.binary(path);
    if (library === undefined) continue;
    const region = memory.mapAnywhere(library.bytes, { access: "r-xp", name: library.path });
    process.mappings.set(library, region.start);
  }
  placeArguments(process, memory, process.mm);
}

/** Strings at the top of the stack: arguments, then environment, then the program's path. */
function placeArguments(process: Process, memory: UserMemory, mm: KernelObject): void {
  const args = encoder.encode(process.argv.map((text) => `${text}\0`).join(""));
  const variables = Object.entries(process.env).map(([name, value]) => `${name}=${value}\0`);
  const env = encoder.encode(variables.join(""));
  const path = encoder.encode(`${process.executable}\0`);
  const most = 0x1_0000;
  const total = Math.min(args.length + env.length + path.length, most);
  const start = UserMemory.stackTop - 8 - total;
  const all = new Uint8Array(args.length + env.length + path.length);
  all.set(args);
  all.set(env, args.length);
  all.set(path, args.length + env.length);
  memory.write(start, all.subarray(0, total));
  const argEnd = Math.min(start + args.length, start + total);
  const envEnd = Math.min(argEnd + env.length, start + total);
  mm.fill({ arg_start: start, arg_end: argEnd, env_start: argEnd, env_end: envEnd, start_stack: start - 64 });
}

/** An array of pointers to texts, ended by NULL, as execve(2) takes it; its address. */
export function pointerArray(memory: UserMemory, texts: readonly string[]): number {
  const view = new DataView(new ArrayBuffer((texts.length + 1) * 8));
  for (const [i, text] of texts.entries()) view.setBigUint64(i * 8, BigInt(memory.text(text)), true);
  return memory.bytes(new Uint8Array(view.buffer));
}
