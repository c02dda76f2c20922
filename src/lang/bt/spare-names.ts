import { syscallNumbers } from "../../abi/syscalls.ts";
import type { AttachPoint } from "./ast.ts";
import type { Env } from "./env.ts";
import { partText } from "./part-text.ts";
import { otherNamesOf } from "./renamed-function.ts";

/**
 * Whether one of a probe's list may be missing, since the list is written for several kernels or versions of a library:
 * another one in it names the same function as other kernels do, it is a system call that only some processors have, or
 * a function of a library that is named without a path, of which the machine has the version that it has.
 */
export function isSpareName(point: AttachPoint, list: readonly AttachPoint[], env: Env): boolean {
  const name = lastPart(point, env);
  switch (point.type) {
    case "kprobe":
    case "kretprobe":
    case "fentry":
    case "fexit":
      return list.some((other) => other !== point && isSameFunction(name, lastPart(other, env)));
    case "tracepoint":
      return isSystemCall(point, env);
    case "uprobe":
    case "uretprobe":
      return list.some((other) => other !== point && namesSameLibrary(point, other, env));
    default:
      return false;
  }
}

function lastPart(point: AttachPoint, env: Env): string {
  const part = point.parts.at(-1);
  return part === undefined ? "" : (partText(part, env) ?? "");
}

function isSameFunction(one: string, other: string): boolean {
  return stem(one) === stem(other) || otherNamesOf(one).includes(other);
}

/** The name without what compilers, architectures and inner variants put around it. */
function stem(name: string): string {
  const [plain = ""] = name.split(".");
  return plain.replace(/^(__x64_|__ia32_|__arm64_|__se_|__do_|k|SyS_)?(sys_)/i, "$2").replace(/^_+/, "");
}

const CALL = /^sys_(?:enter|exit)_(.+)$/;

function isSystemCall(point: AttachPoint, env: Env): boolean {
  const [, call = ""] = CALL.exec(lastPart(point, env)) ?? [];
  return ARCHITECTURES.some((arch) => [...syscallNumbers(arch)].some(([name]) => name === call));
}

const ARCHITECTURES = ["x86_64", "aarch64"] as const;

function namesSameLibrary(point: AttachPoint, other: AttachPoint, env: Env): boolean {
  const [file, otherFile] = [point, other].map(({ parts: [first] }) => first && partText(first, env));
  return file !== undefined && file === otherFile && !file.includes("/");
}
