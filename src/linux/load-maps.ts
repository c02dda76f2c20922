import { existsSync } from "node:fs";
import { join } from "node:path";
import type { KernelObject } from "../abi/attach-spec.ts";
import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { SkepError } from "../base/errors.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { kernelMapName } from "../object/kernel-map-name.ts";
import { createMap, freezeMap, type MapCreate } from "./bpf-map.ts";
import { loadBtf } from "./bpf-prog.ts";
import type { Fd } from "./fd.ts";
import { LinuxMap } from "./maps.ts";
import type { KernelTypes } from "./module-btf.ts";
import { mapInfoOf } from "./objects.ts";
import { openKernelObject, openPinned, pinObject } from "./open-object.ts";
import {
  createStructOpsMap,
  memberOf,
  resolveStructOps,
  type StructOps,
  structOpsValue,
} from "./struct-ops.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** What making maps must know of the machine and of the object. */
export type MapContext = Readonly<{
  kernel: Kernel;
  /** Read when a map asks for them: most do not. */
  possibleCpus: () => readonly number[];
  pageSize: number;
  types: KernelTypes;
  /** Kernel names of sections begin with it. */
  objectName: string | undefined;
  /** The object's BTF: in the kernel, and as it is read. */
  btf: Fd | undefined;
  local: () => BtfBlob | undefined;
  /** Folder of a bpf file system for maps that are pinned by name. */
  pinPath: string;
  /** Files for single maps, and maps to use in place of new ones; by the object's names. */
  pins: Readonly<Record<string, string>>;
  given: Readonly<Record<string, KernelObject>>;
  /** The card that an offloaded program runs on. */
  ifindex?: number;
  note: (text: string) => void;
}>;

export type MadeMap = Readonly<{ map: LinuxMap; structOps?: StructOps }>;

/** What the kernel demands of buffers, where a declaration names the type of their records instead. */
const BUFFER_SIZES: Readonly<Partial<Record<MapSpec["type"], Pick<MapSpec, "keySize" | "valueSize">>>> = {
  ringbuf: { keySize: 0, valueSize: 0 },
  userRingbuf: { keySize: 0, valueSize: 0 },
  perfEventArray: { keySize: 4, valueSize: 4 },
};

const STACK_FRAMES = 127; // kernel.perf_event_max_stack, as long as nobody changed it
const BUILD_ID_BYTES = 32; // struct bpf_stack_build_id, include/uapi/linux/bpf.h, v6.12

/** Buffers have the sizes that the kernel demands; maps of stacks whose loader was to say theirs, the usual ones. */
function withUsualSizes(declared: MapSpec): MapSpec {
  if (declared.type !== "stackTrace") return { ...declared, ...BUFFER_SIZES[declared.type] };
  const bytes = STACK_FRAMES * (declared.flags & MAP_FLAGS.stackBuildId ? BUILD_ID_BYTES : 8);
  return { ...declared, keySize: declared.keySize || 4, valueSize: declared.valueSize || bytes };
}

/** Map types that hold something even if their declaration says no number of entries. */
const UNSIZED: ReadonlySet<MapSpec["type"]> = new Set([
  "ringbuf",
  "userRingbuf",
  "perfEventArray",
  "skStorage",
  "taskStorage",
  "inodeStorage",
  "cgrpStorage",
  "cgroupStorage",
  "percpuCgroupStorage",
  "structOps",
]);

/** What is wrong with a map that the kernel does not make: loaders set sizes that its declaration leaves out. */
function explained(error: unknown, spec: MapSpec): unknown {
  if (!(error instanceof SystemError) || error.errno !== "EINVAL") return error;
  const { name, type, maxEntries } = spec;
  if (maxEntries !== 0 || UNSIZED.has(type)) return error;
  return new SkepError(`map ${name} of type ${type} is declared without a number of entries`, {
    code: "linux/unsized-map",
    remedy: `give it: .maps({ ${name}: { maxEntries: 1024 } }) in a program, --entries ${name}=1024 with \`skep load\``,
    cause: error,
  });
}

/**
 * Creates an empty map that belongs to the caller. `btf` holds its types: kernels before 6.2 take a map without types for
 * another kind than one with them, and so refuse it as an inner map. Throws SystemError.
 */
export function createEmptyMap(kernel: Kernel, spec: MapSpec, cpus: number, btf?: Uint8Array): LinuxMap {
  const { name, keySize, valueSize, maxEntries, flags, mapExtra, btfKey = 0, btfValue = 0 } = spec;
  const type = MAP_TYPES[spec.type].number;
  const plain = {
    name,
    type,
    keySize,
    valueSize,
    maxEntries,
    flags,
    ...(mapExtra !== undefined && { mapExtra }),
  };
  const isTyped = btf !== undefined && (btfKey !== 0 || btfValue !== 0);
  using types = isTyped ? loadBtf(kernel, btf) : undefined;
  const fd = createMap(kernel, { ...plain, ...(types && { btf: types, btfKey, btfValue }) });
  return new LinuxMap(kernel, spec, fd, cpus);
}

/** Creates a map, or opens it where it is pinned, and gives it its first value. Throws SkepError and leaves nothing then. */
export function makeMap(context: MapContext, declared: MapSpec): MadeMap {
  const spec = withUsualSizes(declared);
  if (spec.structOps !== undefined) return makeStructOps(context, spec);
  const { kernel, given } = context;
  const use = given[spec.name];
  if (use !== undefined)
    return {
      map: wrap(context, spec, checked(context, spec, openKernelObject(kernel, "map", use), OTHER_MAP)),
    };
  const pinned = pinOf(context, spec);
  const found = pinned === undefined ? undefined : openExisting(context, spec, pinned);
  if (found !== undefined) return { map: wrap(context, spec, found) };
  const inner = spec.inner && create(context, withUsualSizes(spec.inner));
  try {
    const fd = create(context, spec, inner);
    const map = wrap(context, spec, fd);
    try {
      if (spec.initial !== undefined) map.setFirst(spec.initial);
      if (spec.readOnly) freezeMap(kernel, fd);
      if (pinned !== undefined) pinObject(kernel, fd, pinned);
    } catch (error) {
      fd.close();
      throw error;
    }
    return { map };
  } finally {
    inner?.close();
  }
}

function wrap({ kernel, possibleCpus }: MapContext, spec: MapSpec, fd: Fd): LinuxMap {
  return new LinuxMap(kernel, spec, fd, MAP_TYPES[spec.type].perCpu ? possibleCpus().length : 1);
}

function makeStructOps(context: MapContext, spec: MapSpec): MadeMap {
  const { kernel, types, btf, local } = context;
  const found = resolveStructOps(spec, types);
  const blob = local();
  if (blob === undefined) throw new Error("bug: a struct of functions without BTF");
  for (const { offset } of found.ops.programs) memberOf(found, offset, blob); // before anything is made
  const { fd, linked } = createStructOpsMap(kernel, found, btf);
  if (spec.structOps?.link && !linked)
    context.note(
      `map ${spec.name}: this kernel has no links for struct_ops (6.4), so the map itself is registered`,
    );
  const value = (programFd: (name: string) => number) => structOpsValue(found, blob, programFd);
  const structOps = { linked, value };
  const sized = { ...spec, valueSize: found.valueBytes };
  return { map: new LinuxMap(kernel, sized, fd, 1, structOps), structOps: found };
}

function create(context: MapContext, spec: MapSpec, innerMap?: Fd): Fd {
  const { btf, ifindex } = context;
  const plain = {
    name: kernelMapName(spec, context.objectName),
    type: MAP_TYPES[spec.type].number,
    keySize: spec.keySize,
    valueSize: spec.valueSize,
    maxEntries: entriesOf(context, spec),
    flags: spec.flags,
    ...(innerMap && { innerMap }),
    ...(spec.mapExtra !== undefined && { mapExtra: spec.mapExtra }),
    ...(spec.numaNode !== undefined && (spec.flags & MAP_FLAGS.numaNode) !== 0 && { numaNode: spec.numaNode }),
    ...(ifindex !== undefined && { ifindex }),
  };
  try {
    if (btf === undefined || (!spec.btfKey && !spec.btfValue)) return createMap(context.kernel, plain);
    return createTyped(context.kernel, plain, {
      btf,
      btfKey: spec.btfKey ?? 0,
      btfValue: spec.btfValue ?? 0,
    });
  } catch (error) {
    throw explained(error, spec);
  }
}

// Several map types take no BTF, and which ones do depends on the kernel.
function createTyped(
  kernel: Kernel,
  plain: MapCreate,
  types: Pick<MapCreate, "btf" | "btfKey" | "btfValue">,
): Fd {
  try {
    return createMap(kernel, { ...plain, ...types });
  } catch (error) {
    if (!(error instanceof SystemError) || error.errno === "EPERM") throw error;
    return createMap(kernel, plain);
  }
}

function entriesOf({ pageSize, possibleCpus }: MapContext, spec: MapSpec): number {
  if (spec.type === "ringbuf" || spec.type === "userRingbuf") return Math.max(spec.maxEntries, pageSize);
  if (spec.type === "perfEventArray" && spec.maxEntries === 0) return (possibleCpus().at(-1) ?? 0) + 1;
  return spec.maxEntries;
}

function openExisting(context: MapContext, spec: MapSpec, path: string): Fd | undefined {
  if (!existsSync(path)) return undefined;
  return checked(context, spec, openPinned(context.kernel, path), {
    where: path,
    remedy: `remove it if nobody needs it (rm ${path}), or load with another pin path`,
  });
}

function pinOf({ pins, pinPath }: MapContext, spec: MapSpec): string | undefined {
  return pins[spec.name] ?? (spec.pinning === "byName" ? join(pinPath, spec.name) : undefined);
}

const OTHER_MAP = { where: "what was given", remedy: "give a map of the same type, sizes and flags" } as const;

/** The map, if it is as the object declares it. Else it is closed, and SkepError thrown. */
function checked(
  context: MapContext,
  spec: MapSpec,
  fd: Fd,
  { where, remedy }: Readonly<{ where: string; remedy: string }>,
): Fd {
  const info = mapInfoOf(context.kernel, fd);
  const rows: readonly (readonly [string, number, number])[] = [
    ["type", info.type, MAP_TYPES[spec.type].number],
    ["key size", info.keySize, spec.keySize],
    ["value size", info.valueSize, spec.valueSize],
    ["number of entries", info.maxEntries, entriesOf(context, spec)],
    ["flags", info.mapFlags, spec.flags],
  ];
  const other = rows.find(([, there, wanted]) => there !== wanted);
  if (other === undefined) return fd;
  fd.close();
  const [what, there, wanted] = other;
  throw new SkepError(`map ${spec.name}: ${where} holds a map of another ${what}: ${there}, not ${wanted}`, {
    code: "linux/pinned-differs",
    remedy,
  });
}
