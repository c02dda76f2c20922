import { isPattern } from "../../base/glob.ts";
import { didYouMean } from "../../base/suggest.ts";
import { findByPattern } from "../../btf/lookup.ts";
import type { AttachPoint } from "./ast.ts";
import type { Composite, CompositeField } from "./composite.ts";
import type { Env } from "./env.ts";
import { partText } from "./part-text.ts";
import type { ResolvedPoint } from "./resolve-probes.ts";

const CONTEXT = "bpf_iter__"; // the kernel's struct that an iterator's program gets is bpf_iter__KIND
const BPF_FS = "/sys/fs/bpf/";

/** The kinds of things that this kernel's iterators show, by its BTF. */
function iteratorKinds(env: Pick<Env, "btf">): string[] {
  if (env.btf === undefined) return [];
  const found = findByPattern(env.btf.btf, "struct", `${CONTEXT}*`);
  return [...new Set(found.map(({ name }) => name.slice(CONTEXT.length)))].sort();
}

/** `iter:task`, `iter:task_file:PIN`: a walk over what the kernel holds. */
export function resolveIterator(point: AttachPoint, env: Env): readonly ResolvedPoint[] {
  const [kind = "", pin] = point.parts.map((part) => partText(part, env) ?? "");
  if (kind === "" || point.parts.length > 2) {
    env.report.error(
      "probe/parts",
      point.span,
      "an iterator is written `iter:KIND` or `iter:KIND:PIN`",
      "for example `iter:task { print((ctx.task.comm, ctx.task.pid)); }`",
    );
    return [];
  }
  const context = isPattern(kind) ? undefined : env.btf?.struct(CONTEXT + kind);
  if (context?.kind !== "struct") {
    const kinds = iteratorKinds(env);
    env.report.error(
      "probe/not-found",
      point.parts[0]?.span ?? point.span,
      `this kernel has no iterator over \`${kind}\``,
      didYouMean(kind, kinds) ??
        (kinds.length > 0 ? `there are ${kinds.join(", ")}` : "iterators need a kernel with BTF, Linux 5.8"),
    );
    return [];
  }
  const pid = env.onlyProcess > 0 && kind.startsWith("task") ? { task: { pid: env.onlyProcess } } : {};
  return [
    {
      kind: "iter",
      programType: "tracing",
      section: `iter/${kind}`,
      attach: { kind: "iter", target: kind, ...pid },
      probe: `iter:${kind}${pin ? `:${pin}` : ""}`,
      func: "",
      signature: `iter ${kind}`,
      space: "kernel",
      args: iteratorContext(context.composite),
      ...(pin && { own: pin.startsWith("/") ? pin : BPF_FS + pin }),
    },
  ];
}

/** The verifier knows what the context's pointers point to, so fields are loaded without a helper. */
function iteratorContext(of: Composite): Composite {
  const fields = of.fields().map((field): CompositeField => {
    if (field.type.kind !== "pointer" || field.type.to.kind !== "struct") return field;
    return { ...field, type: { ...field.type, kernelObject: true } };
  });
  return {
    name: of.name,
    bytes: of.bytes,
    field: (name) => fields.find((field) => field.name === name),
    fields: () => fields,
  };
}
