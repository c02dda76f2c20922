/**
 * What an object in a file is called, as libbpf calls it: the file's name up to its first dot, so that the data sections
 * of `build/prog.bpf.o` are "prog.bss" and the like in the kernel.
 */
export function objectNameOf(path: string): string {
  const file = path.slice(path.lastIndexOf("/") + 1);
  const dot = file.indexOf(".");
  return dot > 0 ? file.slice(0, dot) : file;
}
