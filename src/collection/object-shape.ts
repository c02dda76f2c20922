import type { MapSpec, Variable } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { SkepError } from "../base/errors.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { parseBtf } from "../btf/decode.ts";
import { resolve } from "../btf/layout.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { kernelStructs } from "./kernel-structs.ts";
import { recordTypeNamed, recordTypeOf } from "./record-type.ts";
import { type StructMember, structMembers } from "./struct-members.ts";
import { submittedSizes } from "./submitted-sizes.ts";
import { type Layout, Layouts, plainLayout } from "./value-layout.ts";

/** The types of a map: what it takes as keys and values. */
export type MapShape = Readonly<{ key: Layout; value: Layout; inner?: MapShape }>;

/** A global variable: the map that holds it, and where. */
export type VariableShape = Readonly<{ map: MapSpec; variable: Variable; layout: Layout }>;

const BUFFERS: ReadonlySet<MapSpec["type"]> = new Set(["ringbuf", "perfEventArray", "userRingbuf"]);
const FRAME_BYTES = 8;

/** The types of everything that an object has, from its BTF; plain numbers and bytes where that says nothing. */
export class ObjectShape {
  readonly object: ObjectSpec;
  #btf: BtfBlob | undefined;
  #layouts: Layouts | undefined;
  #sizes: ReadonlyMap<string, ReadonlySet<number>> | undefined;
  #kernels: ReadonlySet<number> | undefined;
  #variables: ReadonlyMap<string, VariableShape> | undefined;

  constructor(object: ObjectSpec) {
    this.object = object;
  }

  /** The object's types. Throws BtfError when they are damaged. */
  get btf(): BtfBlob | undefined {
    this.#btf ??= this.object.btf && parseBtf(this.object.btf);
    return this.#btf;
  }

  /** `spec` may have been opened from the kernel: its types are ids of this object's BTF. */
  map(spec: MapSpec): MapShape {
    return {
      key: this.#typed(spec.btfKey, spec.keySize),
      value: this.#value(spec),
      ...(spec.inner && { inner: this.map(spec.inner) }),
    };
  }

  /** The type of a ring or perf buffer's records; undefined when the object does not tell it. Throws for an unknown name. */
  record(spec: MapSpec, named?: string): Layout | undefined {
    if (named !== undefined) return this.#at(recordTypeNamed(spec.name, this.btf, named));
    if (this.btf === undefined) return undefined;
    this.#sizes ??= submittedSizes(this.object);
    this.#kernels ??= kernelStructs(this.object, this.btf);
    const id = recordTypeOf(spec, this.btf, this.#sizes.get(spec.name) ?? new Set(), this.#kernels);
    return id === undefined ? undefined : this.#at(id);
  }

  /** What may be set of a struct of programs before it is made; of other maps nothing. */
  structMembers({ structOps }: MapSpec): readonly StructMember[] {
    if (structOps === undefined || this.btf === undefined) return [];
    return structMembers(structOps, this.#at(structOps.type as BtfId), this.btf);
  }

  static isBuffer(spec: MapSpec): boolean {
    return BUFFERS.has(spec.type);
  }

  /** Global variables by name; of those that share one, the first that other objects see. */
  get variables(): ReadonlyMap<string, VariableShape> {
    this.#variables ??= this.#findVariables(this.object.maps);
    return this.#variables;
  }

  /** The same of maps that were configured: a section that has got another size has a longer or shorter last variable. */
  variablesOf(maps: readonly MapSpec[]): ReadonlyMap<string, VariableShape> {
    const sizes = new Map(maps.map(({ name, valueSize }) => [name, valueSize]));
    const isSame = this.object.maps.every((map) => !map.section || sizes.get(map.name) === map.valueSize);
    return isSame ? this.variables : this.#findVariables(maps);
  }

  /** What a program takes as its context, where its function's declaration says it. */
  context(program: ProgramSpec): Layout | undefined {
    const { btf } = this;
    const entry = program.functions.find((info) => info.insnIndex === 0)?.btfId;
    if (btf === undefined || !entry) return undefined;
    const func = btf.type(entry as BtfId);
    const proto = func.kind === "func" ? btf.type(func.proto) : undefined;
    const [param] = proto?.kind === "funcProto" ? proto.params : [];
    const pointer = param && resolve(btf, param.type);
    if (pointer?.kind !== "pointer" || !isSized(btf, pointer.to)) return undefined;
    const layout = this.#at(pointer.to);
    return layout?.kind === "record" ? layout : undefined;
  }

  #findVariables(maps: readonly MapSpec[]): ReadonlyMap<string, VariableShape> {
    const found = new Map<string, VariableShape>();
    const all = maps.flatMap((map) => (map.section?.variables ?? []).map((variable) => ({ map, variable })));
    for (const { map, variable } of all) {
      const known = found.get(variable.name);
      if (known !== undefined && (variable.linkage === "static" || known.variable.linkage !== "static"))
        continue;
      found.set(variable.name, { map, variable, layout: this.#variable(variable) });
    }
    return found;
  }

  /** An array in a section of another size has as many elements as have room. */
  #variable({ type, size }: Variable): Layout {
    const known = type ? this.#at(type as BtfId) : undefined;
    const isArray = this.btf !== undefined && type && resolve(this.btf, type as BtfId).kind === "array";
    if (known === undefined || !isArray || known.bytes === size) return this.#typed(type, size);
    return lengthened(known, size) ?? plainLayout(size);
  }

  #value(spec: MapSpec): Layout {
    if (spec.type === "stackTrace" && !spec.btfValue) return framesOf(spec.valueSize);
    if (spec.section !== undefined) return { kind: "bytes", bytes: spec.valueSize };
    return this.#typed(spec.btfValue, spec.valueSize);
  }

  #typed(id: number | undefined, bytes: number): Layout {
    const known = id ? this.#at(id as BtfId) : undefined;
    return known !== undefined && known.bytes === bytes ? known : plainLayout(bytes);
  }

  /** Undefined for a type that damaged BTF does not define. */
  #at(id: BtfId): Layout | undefined {
    try {
      this.#layouts ??= this.btf && new Layouts(this.btf);
      return this.#layouts?.of(id);
    } catch (error) {
      if (error instanceof SkepError) return undefined;
      throw error;
    }
  }
}

/** An array with as many elements as have room. */
function lengthened(layout: Layout, bytes: number): Layout | undefined {
  if (layout.kind === "text" || layout.kind === "bytes") return { ...layout, bytes };
  if (layout.kind !== "array" || layout.of.bytes === 0 || bytes % layout.of.bytes !== 0) return undefined;
  return { ...layout, bytes, length: bytes / layout.of.bytes };
}

function framesOf(bytes: number): Layout {
  const of: Layout = { kind: "int", bytes: FRAME_BYTES, signed: false };
  return { kind: "array", bytes, of, length: Math.floor(bytes / FRAME_BYTES) };
}

function isSized(btf: Btf, id: BtfId): boolean {
  const type = resolve(btf, id);
  return type.kind === "struct" && type.bytes > 0;
}

/** Whether each key has a value for every CPU. */
export function isPerCpu(spec: MapSpec): boolean {
  return MAP_TYPES[spec.type].perCpu;
}
