import type { FileSpec } from "../files/vfs.ts";
import { VFS } from "../files/vfs.ts";
import type { BinarySpec } from "../hooks/binary.ts";
import type { ProgramMaker } from "../process/programs.ts";
import type { World } from "../world/world.ts";

export const LIBC_PATH = "/usr/lib/x86_64-linux-gnu/libc.so.6";

/** A program or library that every simulated machine has: the functions of its file, and what it does when it is run. */
export type InstalledBinary = Omit<BinarySpec, "path"> &
  Readonly<{
    path: string;
    /** Size of the file; default 35 KiB. */
    fileBytes?: number;
    make?: ProgramMaker;
  }>;

const SMALL_PROGRAM = 35_208;

/** A C program of which nobody cares to know more than where it begins. */
export function plainBinary(path: string): InstalledBinary {
  return { path, functions: ["_start", "main"], libraries: [LIBC_PATH] };
}

/** Puts a program into the machine: its file, links to it, its functions and what it does. */
export function install(world: World, { fileBytes = SMALL_PROGRAM, make, ...binary }: InstalledBinary): void {
  const { path, aliases = [] } = binary;
  if (world.hooks.binary(path) === undefined) world.hooks.addBinary(binary);
  putFile(world, path, { size: fileBytes, mode: 0o755 });
  for (const alias of aliases) putFile(world, alias, { kind: "symlink", target: path });
  if (make === undefined) return;
  for (const name of [path, ...aliases]) world.programs.add(name, make);
}

function putFile(world: World, path: string, file: FileSpec): void {
  const vfs = world.get(VFS);
  if (vfs.find(path) === undefined) vfs.addFile(path, file);
}
