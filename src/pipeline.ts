import { checkInput, checkSome, OBJECT, TEXT } from "./base/check-input.ts";
import { Report } from "./base/diagnostic.ts";
import { SkepError } from "./base/errors.ts";
import type { SourceText } from "./base/span.ts";
import { generate } from "./codegen/generate.ts";
import type { Module } from "./ir/ir.ts";
import { compileBt } from "./lang/bt/compile-bt.ts";
import type { BtOptions } from "./lang/bt/env.ts";
import type { NamedFile } from "./object/link.ts";
import type { ObjectSpec } from "./object/object.ts";
import { optimize } from "./opt/pipeline.ts";
import { CONTROL_ONLY_OFFSET, CONTROL_PID_OFFSET, CONTROL_START_OFFSET, type Plan } from "./plan/plan.ts";
import type { Target } from "./plan/target.ts";
import type { Backend, Loaded, LoadOptions } from "./runtime/backend.ts";
import { ScriptSession, type SessionOptions } from "./runtime/script-session.ts";
import { explainRefusal } from "./verify/explain/explain-refusal.ts";

/** A script as an object that a kernel can load, and the plan of what user space does for it. */
export type Compiled = Readonly<{
  object: ObjectSpec;
  plan: Plan;
  /** Functions in C came along with the script. */
  hasImports?: boolean;
  /** The same with user stacks by frame pointers, where it walks them in another way: for kernels that refuse that. */
  byFramePointers?: () => Compiled | undefined;
}>;

export type CompileOptions = BtOptions &
  Readonly<{
    onModule?: (stage: "ir" | "optimized", module: Module) => void;
    /** Puts the functions of imported objects into the script's (object/library.ts); for scripts that call some. */
    linkLibraries?: (object: ObjectSpec, libraries: readonly NamedFile[]) => ObjectSpec;
  }>;

/** Source text to object, for one target. What is wrong with the source is in `report`; `compiled` is absent then. */
export function compile(
  source: SourceText,
  target: Target,
  options: CompileOptions = {},
): { compiled?: Compiled; report: Report } {
  checkSome("compile: the source", source, { name: TEXT, text: TEXT });
  checkInput("compile: the source's text", source.text, TEXT);
  checkInput("compile: the machine it is for", target, OBJECT);
  checkInput("compile: its options", options, OBJECT);
  const report = new Report();
  const script = compileBt(source, target, report, options); // lang/    parse, check, lower to SSA
  if (script === undefined) return { report };
  options.onModule?.("ir", script.module);
  optimize(script.module); //                                   opt/     each pass is one file
  options.onModule?.("optimized", script.module);
  const own = generate(script.module, {
    cpuVersion: target.has("cpuV4") ? 4 : 3,
    cpus: target.cpus,
    report,
  }); // codegen/ bytecode
  if (report.hasErrors) return { report };
  const { linkLibraries } = options;
  const libraries = script.libraries.map(({ path, bytes }) => ({ name: path, bytes }));
  const object = libraries.length > 0 && linkLibraries ? linkLibraries(own, libraries) : own;
  const byFramePointers = () => compile(source, target, { ...options, framePointers: true }).compiled;
  const walks = script.plan.rings.unwind !== undefined;
  const hasImports = libraries.length > 0;
  return { compiled: { object, plan: script.plan, hasImports, ...(walks && { byFramePointers }) }, report };
}

/** Of a shipped script: the process that it traces, and whether all others' events count as well. */
type ShippedOptions = Readonly<{ pid?: number; everybody?: boolean }>;

/** Object to live programs: loaded, not attached yet. The session owns what was loaded. */
export function load(
  compiled: Compiled,
  backend: Backend,
  options: SessionOptions & LoadOptions & ShippedOptions,
): ScriptSession {
  checkInput("load: what was compiled", compiled, OBJECT);
  checkInput("load: the kernel", backend, OBJECT);
  checkSome("load", options, { resolver: OBJECT, host: OBJECT });
  let loaded: Loaded;
  try {
    loaded = backend.load(compiled.object, { explainRefusal, ...options }); // linux/ or sim/
  } catch (error) {
    const plain = isRefusal(error) ? compiled.byFramePointers?.() : undefined;
    if (plain === undefined) throw ofScript(error, compiled);
    options.onNote?.("user stacks are followed by frame pointers: this kernel refuses to walk them");
    return load(plain, backend, options);
  }
  noteStart(loaded, compiled.plan, options);
  const session = new ScriptSession(loaded, compiled.plan, options); // runtime/ attaches, reads events and maps
  session.predictCost(compiled.object);
  return session;
}

function isRefusal(error: unknown): error is SkepError {
  return error instanceof SkepError && error.code === "system/verifier-refused";
}

/** What a script calls in the kernel, or brings along in C, is not the compiler's: nor is a refusal, then. */
function ofScript(error: unknown, { object, hasImports = false }: Compiled): unknown {
  if (!isRefusal(error)) return error;
  const calls = object.externs?.some(({ kind }) => kind === "function") ?? false;
  if (!calls && !hasImports) return error;
  return new SkepError(error.message, {
    code: "system/call-refused",
    remedy:
      "change the call that the explanation points at: the kernel checks what a script calls where it is called",
    cause: error,
  });
}

/**
 * Programs count `elapsed` from here: nanoseconds since boot in the control word's map, beside the process that a
 * shipped script traces. Files that were built before that could be told have no room for whose events count.
 */
function noteStart(loaded: Loaded, plan: Plan, options: SessionOptions & ShippedOptions): void {
  const { host, resolver, pid = 0, everybody = false } = options;
  const control = loaded.map(plan.rings.control);
  const value = new Uint8Array(control.spec.valueSize);
  const now = host.unixTimeNs() - resolver.clockOffsetNs("boot");
  new DataView(value.buffer).setBigUint64(CONTROL_START_OFFSET, now, true);
  new DataView(value.buffer).setBigUint64(CONTROL_PID_OFFSET, BigInt(pid), true);
  if (value.length > CONTROL_ONLY_OFFSET)
    new DataView(value.buffer).setBigUint64(CONTROL_ONLY_OFFSET, BigInt(everybody ? 0 : pid), true);
  control.update(new Uint8Array(4), value);
}
