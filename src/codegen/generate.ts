import { helperByName } from "../abi/helpers.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import type { Report } from "../base/diagnostic.ts";
import { BtfBuilder } from "../btf/encode.ts";
import type { BtfId } from "../btf/types.ts";
import type { Func, Module } from "../ir/ir.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import type { CallGraph } from "./call-graph.ts";
import { buildCallGraph, callersFirst, reachableFrom } from "./call-graph.ts";
import type { CompileContext, FunctionCode } from "./compile-function.ts";
import { compileFunction } from "./compile-function.ts";
import { CoreTypes } from "./core-types.ts";
import { declareKernelFunctions } from "./declare-kernel-functions.ts";
import { addFunctionType } from "./function-types.ts";
import type { CpuVersion } from "./legalize.ts";
import { Lines } from "./lines.ts";
import { linkFunctions } from "./link-functions.ts";
import type { FrameProblem } from "./plan-frames.ts";
import { FramePlanner } from "./plan-frames.ts";
import {
  MOST_SCRATCH_BYTES,
  MOST_WIDE_BYTES,
  scratchMapSpec,
  WIDE_SCRATCH,
  wideScratchSpec,
} from "./scratch.ts";
import type { HelperIds } from "./selection.ts";

export type GenerateOptions = Readonly<{
  cpuVersion: CpuVersion;
  /** Numbers of helpers by name; the kernel's own when left out. */
  helperId?: HelperIds;
  /** CPUs of the machine: programs with more variables than a per-CPU map holds get a place for each. Default 1. */
  cpus?: number;
  /** Receives what is wrong with the user's program: frames that do not fit, recursion. */
  report: Report;
}>;

/**
 * Compiles the module's programs. Every function gets BTF and every instruction its source line. Functions that no
 * program reaches are left out. When the report has errors afterwards, programs are missing from the object.
 */
export function generate(module: Module, options: GenerateOptions): ObjectSpec {
  const generator = new Generator(module, options);
  const programs: ProgramSpec[] = [];
  for (const [index, func] of module.funcs.entries()) {
    const program = func.kind === "program" ? generator.program(index) : undefined;
    if (program) programs.push(program);
  }
  const declared = declareKernelFunctions(module.kernelFunctions ?? new Map(), generator.builder);
  const externs = [...(module.externs?.keys() ?? [])].map((name) => {
    return { kind: "function", name, weak: false, type: declared.get(name) ?? 0 } as const;
  });
  return {
    ...{ programs, maps: generator.maps(), btf: generator.builder.finish(), license: module.license },
    ...(externs.length > 0 && { externs }),
  };
}

class Generator {
  readonly builder = new BtfBuilder();
  private readonly module: Module;
  private readonly options: GenerateOptions;
  private readonly context: CompileContext;
  private readonly graph: CallGraph;
  private readonly planner: FramePlanner;
  private readonly types = new Map<number, BtfId>();
  private sharedKey = -1;
  private scratchBytes = 0;
  private scratchEntries = 0;
  private readonly wide: MapSpec[] = [];

  constructor(module: Module, options: GenerateOptions) {
    this.module = module;
    this.options = options;
    this.graph = buildCallGraph(module);
    const { cpuVersion, helperId = (name: string) => helperByName(name)?.id } = options;
    this.context = {
      cpuVersion,
      helperId,
      maps: module.maps,
      lines: new Lines(module.source),
      core: answers(module, this.builder),
    };
    this.planner = new FramePlanner(module.funcs, this.graph, this.context);
  }

  maps(): readonly MapSpec[] {
    const maps = [...this.module.maps, ...this.wide];
    if (this.scratchEntries === 0) return maps;
    return [...maps, scratchMapSpec(this.scratchBytes, this.scratchEntries)];
  }

  program(root: number): ProgramSpec | undefined {
    const { funcs } = this.module;
    const problem = this.planner.fit(root);
    if (problem) {
      this.complain(problem);
      return undefined;
    }
    const order = reachableFrom(this.graph, root);
    const codes = this.compileAll(root, order);
    if (!codes) return undefined;
    const { lines } = this.context;
    const firstLine = (index: number, code: FunctionCode | undefined) =>
      code?.insns.find((insn) => insn.meta?.line)?.meta ?? lines.metaOf((funcs[index] as Func).span);
    const main = firstLine(root, codes[order.indexOf(root)]); // of functions that stand nowhere in the source
    const linked = linkFunctions(
      order.map((index, i) => {
        const code = codes[i] as FunctionCode;
        const { name } = funcs[index] as Func;
        return { name, insns: code.insns, meta: firstLine(index, code) ?? main };
      }),
    );
    const { name, program } = funcs[root] as Func;
    if (!program) throw new Error(`bug: ${name} is no program`);
    return {
      ...{ name, type: program.type, section: program.section, insns: linked.insns },
      functions: order.map((index, i) => ({
        name: (funcs[index] as Func).name,
        insnIndex: linked.starts[i] as number,
        btfId: this.typeOf(index),
      })),
      ...(program.sleepable && { sleepable: true }),
    };
  }

  /** The code of a program's functions, each with its part of the scratch map below those of its callers. */
  private compileAll(root: number, order: readonly number[]): FunctionCode[] | undefined {
    const { planner } = this;
    const codes = order.map((index) => planner.codeOf(index));
    if (codes.every((code) => code.scratchBytes === 0)) return codes;
    const offsets = new Map<number, number>();
    let bytes = 0;
    for (const index of callersFirst(this.graph, root) ?? []) {
      const end = (offsets.get(index) ?? 0) + planner.codeOf(index).scratchBytes;
      bytes = Math.max(bytes, end);
      for (const callee of this.graph.callees[index] as readonly number[])
        offsets.set(callee, Math.max(offsets.get(callee) ?? 0, end));
    }
    if (bytes > MOST_WIDE_BYTES) {
      this.complain({ kind: "scratch", func: root, bytes });
      return undefined;
    }
    const wide = bytes > MOST_SCRATCH_BYTES ? this.wideScratch(bytes) : undefined;
    const key = wide === undefined ? this.scratchKey(root) : 0;
    if (wide === undefined) this.scratchBytes = Math.max(this.scratchBytes, bytes);
    return order.map((index, i) => {
      const offset = offsets.get(index) ?? 0;
      const code = codes[i] as FunctionCode;
      if (code.scratchBytes === 0 || (wide === undefined && key === 0 && offset === 0)) return code;
      return compileFunction(
        this.module.funcs[index] as Func,
        planner.planOf(index),
        { key, offset, ...(wide && { wide }) },
        this.context,
      );
    });
  }

  /** An array for a program whose variables fit no per-CPU map; gives its name. */
  private wideScratch(bytes: number): string {
    const name = `${WIDE_SCRATCH}${this.wide.length}`;
    this.wide.push(wideScratchSpec(name, bytes, this.options.cpus ?? 1));
    return name;
  }

  /**
   * The entry of the scratch map for a program. Programs that the kernel never runs inside one another on one CPU
   * share an entry: kprobes, tracepoints and perf events, which `bpf_prog_active` guards (kernel/trace/bpf_trace.c,
   * v6.12). A uprobe can be interrupted by any other program, and so can all the rest.
   */
  private scratchKey(root: number): number {
    const program = this.module.funcs[root]?.program;
    const isUprobe = program?.section.startsWith("u") ?? false; // uprobe, uretprobe, usdt
    const guarded = !isUprobe && ["kprobe", "tracepoint", "perfEvent"].includes(program?.type ?? "");
    if (!guarded) return this.scratchEntries++;
    if (this.sharedKey === -1) this.sharedKey = this.scratchEntries++;
    return this.sharedKey;
  }

  private typeOf(index: number): BtfId {
    const known = this.types.get(index);
    if (known !== undefined) return known;
    const id = addFunctionType(this.builder, this.module.funcs[index] as Func);
    this.types.set(index, id);
    return id;
  }

  private complain(problem: FrameProblem): void {
    const func = this.module.funcs[problem.func] as Func;
    const span = func.span ?? firstSpan(func) ?? { start: 0, end: 0 };
    const { report } = this.options;
    if (problem.kind === "recursion")
      report.error(
        "codegen/recursion",
        span,
        `\`${func.name}\` calls itself`,
        "write a loop with a bound instead",
      );
    else if (problem.kind === "stack") {
      const message = `\`${func.name}\` and its callers need ${problem.bytes} bytes of stack; the kernel gives them 512`;
      report.error(
        "codegen/stack-too-large",
        span,
        message,
        "use smaller variables, or fewer functions that call each other",
      );
    } else {
      const message = `\`${func.name}\` needs ${problem.bytes} bytes of variables; ${MOST_WIDE_BYTES} fit in a map`;
      report.error(
        "codegen/scratch-too-large",
        span,
        message,
        "use smaller buffers, or keep them in a map of your own",
      );
    }
  }
}

function answers(module: Module, builder: BtfBuilder): CompileContext["core"] {
  let types: CoreTypes | undefined;
  return (question) => {
    if (module.types === undefined) throw new Error("bug: a question about the kernel's types without them");
    types ??= new CoreTypes(module, module.types, builder);
    return types.answer(question);
  };
}

function firstSpan(func: Func): Func["span"] {
  for (const block of func.blocks) for (const inst of block.insts) if (inst.span) return inst.span;
  return undefined;
}
