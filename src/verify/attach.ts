import type { AttachType } from "../abi/attach-types.ts";
import { parseSection } from "../abi/section-names.ts";
import { resolveId } from "../btf/layout.ts";
import type { Btf, BtfType } from "../btf/types.ts";
import type { ProgramSpec } from "../object/object.ts";
import type { AttachPlace } from "./environment.ts";

/** How the kernel's types spell the target of each attach type. */
const SPELLING: Readonly<Partial<Record<AttachType, Readonly<{ kind: BtfType["kind"]; prefix: string }>>>> = {
  traceRawTp: { kind: "typedef", prefix: "btf_trace_" },
  traceFentry: { kind: "func", prefix: "" },
  traceFexit: { kind: "func", prefix: "" },
  modifyReturn: { kind: "func", prefix: "" },
  lsmMac: { kind: "func", prefix: "bpf_lsm_" },
  lsmCgroup: { kind: "func", prefix: "bpf_lsm_" },
  traceIter: { kind: "func", prefix: "bpf_iter_" },
};

/** What a program is loaded for, by what it says itself or by its section's name. */
export function attachOf(
  program: ProgramSpec,
  kernel: Btf | undefined,
): Readonly<{ attachType: AttachType | undefined; attachPlace: AttachPlace | undefined }> {
  const section = parseSection(program.section);
  const attachType =
    program.attachType ?? (section?.rule.program === program.type ? section.rule.attach : undefined);
  const target = program.attachTo ?? section?.target;
  return { attachType, attachPlace: placeOf(attachType, target, kernel) };
}

function placeOf(
  type: AttachType | undefined,
  target: string | undefined,
  kernel: Btf | undefined,
): AttachPlace | undefined {
  const spelling = type && SPELLING[type];
  if (spelling === undefined || target === undefined || kernel === undefined) return undefined;
  const [id] = kernel.find(spelling.prefix + target, spelling.kind);
  const found = id === undefined ? undefined : kernel.type(id);
  if (found?.kind === "func") return { name: spelling.prefix + target, proto: found.proto };
  if (found?.kind !== "typedef") return undefined;
  const pointer = kernel.type(resolveId(kernel, found.to));
  return pointer.kind === "pointer" ? { name: target, proto: resolveId(kernel, pointer.to) } : undefined;
}
