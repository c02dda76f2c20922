import { isPattern } from "../../base/glob.ts";
import { didYouMean } from "../../base/suggest.ts";
import { findByPattern, type NamedId } from "../../btf/lookup.ts";
import type { Btf } from "../../btf/types.ts";
import type { AttachPoint } from "./ast.ts";
import type { Composite, CompositeField } from "./composite.ts";
import type { Env } from "./env.ts";
import { partText } from "./part-text.ts";
import type { ResolvedPoint } from "./resolve-probes.ts";

const CONTEXT = "bpf_iter__"; // the kernel's struct that an iterator's program gets is bpf_iter__KIND
const BPF_FS = "/sys/fs/bpf/";

/** Of structs that only tell the verifier which pointers it may trust. Source: kernel/bpf/verifier.c, v6.12. */
const FOR_VERIFIER = /__safe_/;

/** The kinds of things that a kernel's iterators show, by its BTF, and the structs that their programs get. */
export function iteratorKinds(btf: Btf): readonly NamedId[] {
  const found = findByPattern(btf, "struct", `${CONTEXT}*`).filter(({ name }) => !FOR_VERIFIER.test(name));
  return found.map(({ name, id }) => ({ name: name.slice(CONTEXT.length), id }));
}

function kindNames({ btf }: Pick<Env, "btf">): string[] {
  return btf === undefined ? [] : [...new Set(iteratorKinds(btf.btf).map(({ name }) => name))].sort();
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
  const context = isPattern(kind) || FOR_VERIFIER.test(kind) ? undefined : env.btf?.struct(CONTEXT + kind);
  if (context?.kind !== "struct") {
    const kinds = kindNames(env);
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
