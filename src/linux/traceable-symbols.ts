import type { FtraceRecords } from "./ftrace-records.ts";
import type { KernelFunction } from "./kernel-functions.ts";

/** A function with where it starts, if that is known. */
export type PlacedFunction = KernelFunction & Readonly<{ address?: bigint }>;

const LINE = /^([0-9a-f]{1,16})\t([0-9a-f]{1,2})\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$/;
const CODE = /^[tTwW]$/;
const NOT_OF_FTRACE = /^(?:bpf|__builtin__.*)$/; // generated code, which the kernel lists under modules of these names
const ENDBR_BYTES = 4n; // an instruction that may be before ftrace's place; farther behind, a place is of another function

/** `second`: the other place of the function's where ftrace may be, if that is not another symbol's. */
type Candidate = Required<PlacedFunction> & Readonly<{ second: bigint }>;

/**
 * The functions that ftrace can trace among the symbols of a walk (symbol-walk.ts) whose names `matches` takes: the same
 * that the kernel's list of them has, for x86-64. Undefined when the text is damaged, or the records cannot be read.
 * Source: kernel/trace/ftrace.c, print_rec() and FTRACE_MCOUNT_MAX_OFFSET, v6.12.
 */
export function traceableSymbols(
  text: string,
  matches: (name: string) => boolean,
  records: Pick<FtraceRecords, "placesAmong">,
): readonly PlacedFunction[] | undefined {
  const candidates: Candidate[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, value, type = "", name = "", module = "", called = "", behind = ""] = LINE.exec(line) ?? [];
    if (value === undefined) return undefined;
    if (name === "") continue; // the first symbol of each module
    if (!CODE.test(String.fromCharCode(Number.parseInt(type, 16)))) continue;
    if (NOT_OF_FTRACE.test(module)) continue;
    const own =
      module === "" || !called.endsWith(` [${module}]`) ? called : called.slice(0, -module.length - 3);
    // Another name of a place; but the kernel leaves out what Clang's link-time optimization adds to a name.
    if (own !== name && !name.startsWith(`${own}.llvm.`)) continue;
    if (matches(own)) {
      const address = BigInt(`0x${value}`);
      candidates.push({
        name: own,
        module,
        address,
        second: behind === called ? address + ENDBR_BYTES : address,
      });
    }
  }
  const places = records.placesAmong(candidates.flatMap(({ address, second }) => [address, second]));
  return (
    places &&
    candidates
      .filter(({ address, second }) => places.has(address) || places.has(second))
      .map(({ name, module, address }) => ({ name, ...(module !== "" && { module }), address }))
  );
}
