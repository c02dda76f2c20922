import type { BreakpointAccess } from "../../abi/attach-spec.ts";
import type { AttachPoint } from "./ast.ts";
import type { Env } from "./env.ts";
import { partText } from "./part-text.ts";
import type { ResolvedPoint } from "./resolve-probes.ts";

const ACCESS: Readonly<Record<string, BreakpointAccess>> = {
  r: "read",
  w: "write",
  rw: "readWrite",
  wr: "readWrite",
  x: "execute",
};

/**
 * `watchpoint:ADDRESS:LENGTH:MODE`: memory of the process that is traced, or of the kernel when none is. The old spelling
 * has an empty part before the address. A function whose argument is the address may be one of a library of that process:
 * `watchpoint:libc:free+arg0:8:w`.
 */
export function resolveWatchpoint(
  written: AttachPoint,
  type: "watchpoint" | "asyncwatchpoint",
  env: Env,
): readonly ResolvedPoint[] {
  const { point, file } = withoutFile(written, env);
  const parts = point.parts.map((part) => partText(part, env) ?? "");
  const [where = "", length = "", mode = ""] = parts;
  const refuse = (index: number, message: string, help: string): readonly ResolvedPoint[] => {
    env.report.error("probe/watchpoint", point.parts[index]?.span ?? point.span, message, help);
    return [];
  };
  if (parts.length !== 3 || where === "")
    return refuse(
      -1,
      `a ${type} is written \`${type}:ADDRESS:LENGTH:MODE\``,
      `for example \`${type}:0x7ffe1000:8:w\``,
    );
  const called = argumentOf(point, where);
  if (file !== undefined && !called)
    return refuse(
      0,
      `behind a file comes a function that is called with the address, and \`${where}\` is none`,
      `write \`function+arg0\`, as in \`${type}:${file.text}:free+arg0:8:w\``,
    );
  if (called && env.options.pid === 0)
    return refuse(
      0,
      "a function's argument is watched in one process only",
      "give the process with -p PID, or start one with -c COMMAND",
    );
  const address = called ? 0n : addressOf(where, env);
  if (address === undefined)
    return refuse(
      0,
      `\`${where}\` is no address`,
      "write a number such as 0xffffffff81000000, a variable of the kernel, or `function+arg0` of the process that is traced",
    );
  const access = ACCESS[mode];
  if (access === undefined)
    return refuse(
      2,
      `there is no mode \`${mode}\``,
      "modes are w (write), rw (read and write) and x (execute)",
    );
  if (access === "read" && env.target.arch === "x86_64")
    return refuse(2, "this processor cannot watch reads alone", "watch reads and writes: mode rw");
  const bytes = LENGTHS.find((known) => String(known) === length);
  if (bytes === undefined) return refuse(1, "a watched place is 1, 2, 4 or 8 bytes long", "write its length");
  if (access === "execute" && bytes !== 8)
    return refuse(1, "an instruction is watched with length 8", "write `:8:x`");
  if (address % BigInt(bytes) !== 0n && access !== "execute")
    return refuse(0, `the address is not a multiple of ${bytes}`, "watch fewer bytes, or an aligned address");
  const pid = env.options.pid > 0 ? { pid: env.options.pid } : {};
  return [
    {
      kind: "watchpoint",
      programType: "perfEvent",
      section: "perf_event",
      attach: { kind: "breakpoint", address, length: bytes, access, ...pid },
      probe: `${type}:${file ? `${file.text}:` : ""}${parts.join(":")}`,
      func: "",
      signature: called ? `watchpoint ${file?.text ?? ""} ${where}` : "watchpoint",
      ...(called && {
        argumentOf: { ...called, stops: type === "watchpoint", ...(file && { file: file.text }) },
      }),
      space: "auto",
    },
  ];
}

/** The attach point without what may stand before its three parts: nothing between colons, or a file. */
function withoutFile(point: AttachPoint, env: Env): { point: AttachPoint; file?: { text: string } } {
  const [first, ...rest] = point.parts;
  if (!first || rest.length !== 3) return { point };
  const text = partText(first, env) ?? "";
  return { point: { ...point, parts: rest }, ...(text !== "" && { file: { text } }) };
}

const LENGTHS = [1, 2, 4, 8] as const;

/** `function+argN`: what the function is called with. */
function argumentOf(point: AttachPoint, where: string) {
  const [, func, argument] = /^(.+)\+arg([0-5])$/.exec(where) ?? [];
  if (func === undefined || argument === undefined) return undefined;
  return { func, argument: Number(argument), span: point.parts[0]?.span ?? point.span };
}

/** A number; or, where the kernel's memory is meant, one of its symbols. */
function addressOf(text: string, env: Env): bigint | undefined {
  if (/^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(text)) {
    const value = BigInt(text);
    return value < 1n << 64n ? value : undefined;
  }
  return env.options.pid > 0 ? undefined : env.target.kernelSymbol(text);
}
