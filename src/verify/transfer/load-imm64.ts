import { resolve, resolveId, sizeOf } from "../../btf/layout.ts";
import type { BtfId } from "../../btf/types.ts";
import type { ImmRef, Insn } from "../../isa/insn.ts";
import type { MapInfo } from "../program/map-info.ts";
import type { State } from "../state/state.ts";
import { setReg } from "../state/state.ts";
import { ATTR, constant, POISON, pointer, UNKNOWN_VALUE, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { mayWrite } from "./read-register.ts";

type LoadImm64 = Extract<Insn, { kind: "loadImm64" }>;

/** A 64-bit constant, or the address of a map, a value, a function or a kernel variable. */
export function transferLoadImm64(a: Analysis, s: State, insn: LoadImm64): void {
  if (!mayWrite(a, s, insn.dst)) return;
  setReg(s, insn.dst, insn.ref ? referenced(a, s, insn.ref) : constant(insn.imm));
}

function referenced(a: Analysis, s: State, ref: ImmRef): Value {
  switch (ref.kind) {
    case "map":
      return withMap(a, s, ref.map, (map) => pointer("map", { map }));
    case "mapValue":
      return withMap(a, s, ref.map, (map) => firstValue(a, s, map, ref.off));
    case "func":
    case "funcOff": {
      const target = a.program.targetOf[s.insn] ?? 0;
      return addressOf(a, s, a.program.subprogramOf[target] ?? 0);
    }
    case "btfVar":
      return variable(a, s, ref.btfId as BtfId);
    case "ksym":
      return symbol(a, s, ref.name, ref.weak);
    default:
      a.fault(s, {
        code: "verify/bad-instruction",
        message: "a map is named by a number that means nothing here",
        values: { fix: "declare it: --map NAME:TYPE:KEY:VALUE:ENTRIES" },
      });
      return POISON;
  }
}

/** Only static functions are called back. */
function addressOf(a: Analysis, s: State, subprogram: number): Value {
  const own = a.program.subprograms[subprogram];
  if (own?.linkage !== "global") return pointer("func", { subprogram });
  const message = `the address of ${own.name === "" ? "a global function" : `the global function ${own.name}()`} is taken`;
  a.fault(s, {
    code: "verify/callback-argument",
    message,
    values: { expected: "the address of a static function" },
  });
  return POISON;
}

function withMap(a: Analysis, s: State, name: string, use: (map: MapInfo) => Value): Value {
  const map = a.env.maps.get(name);
  if (map) return use(map);
  a.fault(s, {
    code: "verify/bad-instruction",
    message: `there is no map \`${name}\``,
    values: { fix: `declare it: --map ${name}:TYPE:KEY:VALUE:ENTRIES` },
  });
  return POISON;
}

/** The address in the first value of an array of one entry. */
function firstValue(a: Analysis, s: State, map: MapInfo, off: number): Value {
  if (map.type === "arena") return UNKNOWN_VALUE; // a cast makes it an address. Source: check_ld_imm, v6.18
  const fits = map.type === "array" && map.maxEntries === 1;
  // Once the same lock in the same value was another one each time that its address was written out.
  const isNew = map.fields.some(({ kind }) => kind === "spinLock") && !a.env.profile.has("allocation");
  if (fits && off >= 0 && off < map.valueSize)
    return pointer("mapValue", { map, off, id: isNew ? a.newId() : 0 });
  const message = fits
    ? `offset ${off} is outside of map \`${map.name}\`, whose value has ${map.valueSize} bytes`
    : `map \`${map.name}\` is no array of one entry, so that its value has no fixed address`;
  a.fault(s, { code: "verify/map-value-bounds", message, values: { bound: String(map.valueSize) } });
  return POISON;
}

/** A variable of the kernel, by its VAR in the kernel's types. */
function variable(a: Analysis, s: State, id: BtfId): Value {
  const { kernel } = a.env;
  const type = kernel && id > 0 && id < kernel.count ? kernel.type(id) : undefined;
  if (kernel === undefined || type === undefined || (type.kind !== "var" && type.kind !== "func")) {
    const message = "the address of a kernel variable, which the kernel's BTF does not know";
    a.fault(s, { code: "verify/no-kernel-types", message });
    return POISON;
  }
  if (type.kind === "func") return UNKNOWN_VALUE;
  const target = resolve(kernel, type.type);
  if (isPerCpu(a, id))
    return pointer("btf", { btf: kernel, type: resolveId(kernel, type.type), attrs: ATTR.perCpu });
  if (target.kind === "struct" || target.kind === "union")
    return pointer("btf", { btf: kernel, type: resolveId(kernel, type.type) });
  return pointer("mem", { size: sizeOf(kernel, type.type), attrs: ATTR.readOnly });
}

function isPerCpu(a: Analysis, id: BtfId): boolean {
  const { kernel } = a.env;
  return (kernel?.find(".data..percpu", "section") ?? []).some((section) => {
    const type = kernel?.type(section);
    return type?.kind === "section" && type.vars.some((v) => v.type === id);
  });
}

function symbol(a: Analysis, s: State, name: string, weak: boolean): Value {
  const found = a.env.kernel?.find(name, "var")[0];
  if (found !== undefined) return variable(a, s, found);
  if (weak) return constant(0n);
  return UNKNOWN_VALUE;
}
