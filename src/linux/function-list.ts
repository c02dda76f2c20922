import { functionListKey } from "./function-list-key.ts";
import { keepText, readKept } from "./kept-text.ts";

const LIST = "kernel-functions"; // the file's name

/** Where the list comes from: tracefs, or a fake in tests. */
export type FunctionLister = Readonly<{ root(): string; functionList(): string | undefined }>;

/**
 * The kernel's list of functions that it can trace; undefined where it has none. Writing it takes the kernel 50 to 300 ms,
 * and it changes only when modules come and go: with a folder it is kept there from one run to the next. Throws SkepError.
 */
export function listOfFunctions(
  tracefs: FunctionLister,
  folder: string | undefined,
  keyOf: (root: string) => string | undefined = functionListKey,
): string | undefined {
  const key = folder === undefined ? undefined : keyOf(tracefs.root());
  if (folder === undefined || key === undefined) return tracefs.functionList();
  const entry = { name: LIST, key };
  const kept = readKept(folder, entry);
  if (kept !== undefined) return kept;
  const list = tracefs.functionList();
  // A module that came while the list was written is in half of it.
  if (list !== undefined && keyOf(tracefs.root()) === key) keepText(folder, entry, list);
  return list;
}

/** The list that an earlier run kept, if it is still right. Throws SkepError. */
export function keptListOfFunctions(
  tracefs: FunctionLister,
  folder: string | undefined,
  keyOf: (root: string) => string | undefined = functionListKey,
): string | undefined {
  const key = folder === undefined ? undefined : keyOf(tracefs.root());
  return folder === undefined || key === undefined ? undefined : readKept(folder, { name: LIST, key });
}
