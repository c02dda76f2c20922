import { isPattern } from "../../base/glob.ts";
import type { Btf, BtfId } from "../../btf/types.ts";
import type { BpfFunction } from "../../plan/target.ts";
import type { AttachPoint } from "./ast.ts";
import { BtfTypes } from "./btf-types.ts";
import type { Env } from "./env.ts";
import { type FunctionPrototype, protoTypeOf, prototypeOf, tracingArgs } from "./function-args.ts";
import type { ResolvedPoint } from "./resolve-probes.ts";
import type { Type } from "./types.ts";

/** What is written as the module of functions that belong to loaded BPF programs. */
export const BPF_MODULE = "bpf";

/** `fentry:bpf:NAME` and `fentry:bpf:ID:NAME`: functions of BPF programs that are loaded. */
export function resolveBpfFunction(
  point: AttachPoint,
  kind: "fentry" | "fexit",
  parts: readonly string[],
  env: Env,
): readonly ResolvedPoint[] {
  const name = parts.at(-1) ?? "";
  const ids = parts.length === 3 ? (parts[1] ?? "") : "*";
  const last = point.parts.at(-1);
  if (parts.length > 3 || name === "" || ids === "") {
    env.report.error(
      "probe/parts",
      point.span,
      `a ${kind} of a BPF program is written \`${kind}:bpf:NAME\` or \`${kind}:bpf:ID:NAME\``,
      `list what is loaded with \`skep list '${kind}:bpf:*'\``,
    );
    return [];
  }
  if ((last?.offset ?? 0n) !== 0n) {
    const help = "leave the offset out: these probes are on entry or return";
    env.report.error("probe/offset", point.span, `a ${kind} has no offset`, help);
    return [];
  }
  if (!env.target.has("fentry")) {
    const help = `trace what the program is attached to, or use a kernel with ${kind}`;
    env.report.error("probe/unsupported", point.span, `this kernel has no ${kind} probes`, help);
    return [];
  }
  const found = env.target.bpfFunctions?.(name, ids) ?? [];
  // Kernels let hardly any tracing program trace another: who means one says which.
  const points = found.filter((fn) => !(fn.traces && isPattern(ids))).map((fn) => pointOf(fn, kind, env));
  if (points.length === 0) reportMissing(point, kind, name, ids, env);
  return points;
}

function reportMissing(point: AttachPoint, kind: string, name: string, ids: string, env: Env): void {
  const all = env.target.bpfFunctions?.("*", ids) ?? [];
  const names = [...new Set(all.map((fn) => fn.name))].slice(0, 5);
  env.report.error(
    "probe/not-found",
    point.parts.at(-1)?.span ?? point.span,
    isPattern(ids)
      ? `no BPF program has a function \`${name}\``
      : `BPF program ${ids} has no function \`${name}\``,
    names.length > 0
      ? `there are ${names.map((one) => `\`${one}\``).join(", ")}; list all with \`skep list '${kind}:bpf:*'\``
      : "only programs that were loaded with BTF can be traced; list them with `skep prog`",
  );
}

function pointOf(fn: BpfFunction, kind: "fentry" | "fexit", env: Env): ResolvedPoint {
  const full = `${kind}:bpf:${fn.program}:${fn.name}`;
  const prototype = prototypeIn(fn, env);
  return {
    kind,
    programType: "tracing",
    section: `${kind}/bpf:${fn.program}:${fn.name}`,
    attach: { kind, function: fn.name, program: fn.program },
    probe: full,
    func: fn.name,
    signature: full,
    space: "kernel",
    ...(prototype && { args: tracingArgs(fn.name, prototype, false), returns: prototype.returns }),
  };
}

function prototypeIn({ btf, id, type: program }: BpfFunction, env: Env): FunctionPrototype | undefined {
  const proto = protoTypeOf(id, btf);
  if (proto === undefined) return undefined;
  const types = new BtfTypes(btf, false);
  return prototypeOf(proto, types, (at) => kernelContext(at, btf, program, env));
}

/**
 * What a program's context is inside of the kernel, which a tracing program gets, by the name that the program knows it
 * by. Source: include/linux/bpf_types.h, v6.12.
 */
const KERNEL_CONTEXT: Readonly<Record<string, string>> = {
  __sk_buff: "sk_buff",
  xdp_md: "xdp_buff",
  bpf_sock: "sock",
  bpf_sock_addr: "bpf_sock_addr_kern",
  bpf_sock_ops: "bpf_sock_ops_kern",
  sk_msg_md: "sk_msg",
  bpf_perf_event_data: "bpf_perf_event_data_kern",
  bpf_sysctl: "bpf_sysctl_kern",
  bpf_sockopt: "bpf_sockopt_kern",
  sk_reuseport_md: "sk_reuseport_kern",
  bpf_sk_lookup: "bpf_sk_lookup_kern",
};

function kernelContext(at: BtfId, btf: Btf, program: BpfFunction["type"], env: Env): Type | undefined {
  const pointer = btf.type(at);
  if (pointer.kind !== "pointer") return undefined;
  const target = btf.type(pointer.to);
  if (target.kind !== "struct") return undefined;
  const name = program === "flowDissector" ? "bpf_flow_dissector" : KERNEL_CONTEXT[target.name];
  const to = name === undefined ? undefined : env.btf?.struct(name);
  return to && { kind: "pointer", to, space: "kernel", kernelObject: true };
}
