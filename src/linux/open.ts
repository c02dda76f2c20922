import type { KernelObject } from "../abi/attach-spec.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { MAP_TYPES, mapTypeOf } from "../abi/map-types.ts";
import { checkInput, DESCRIPTOR, either } from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { checkKernel, checkMap } from "./check-arguments.ts";
import { FD, type Fd } from "./fd.ts";
import { LinuxLink } from "./link.ts";
import { LinuxMap } from "./maps.ts";
import { mapInfoOf, programInfo } from "./objects.ts";
import { openKernelObject } from "./open-object.ts";
import { possibleCpus } from "./procfs.ts";
import { LinuxProgram } from "./program.ts";
import type { Kernel } from "./syscall.ts";

/** Opens a map that the kernel holds; the caller closes it. Names have at most 15 characters. Throws SkepError. */
export function openMap(kernel: Kernel, map: KernelObject): LinuxMap {
  return mapOf(kernel, openKernelObject(kernel, "map", map));
}

/** A map by an open descriptor, which it takes over. Throws SkepError for a type that is newer than this library. */
export function mapOf(kernel: Kernel, fd: Fd): LinuxMap {
  checkKernel(kernel);
  checkInput("the descriptor of a map", fd, FD);
  try {
    return new LinuxMap(kernel, specOf(kernel, fd), fd, possibleCpus().length);
  } catch (error) {
    fd.close();
    throw error;
  }
}

function specOf(kernel: Kernel, fd: Fd): MapSpec {
  const {
    id,
    name,
    type: number,
    keySize,
    valueSize,
    maxEntries,
    mapFlags,
    mapExtra,
    ...btf
  } = mapInfoOf(kernel, fd);
  const type = mapTypeOf(number);
  if (type === undefined)
    throw new SkepError(`map ${id} is of a type that is not known here: ${number}`, {
      code: "linux/unknown-type",
      remedy: "use a newer version of Skep, or look at it with bpftool map show",
    });
  return {
    name: name === "" ? String(id) : name,
    type,
    keySize,
    valueSize,
    maxEntries,
    flags: mapFlags,
    ...(btf.btfKeyTypeId !== 0 && { btfKey: btf.btfKeyTypeId }),
    ...(btf.btfValueTypeId !== 0 && { btfValue: btf.btfValueTypeId }),
    ...(mapExtra !== 0n && { mapExtra }),
  };
}

/** Opens a program that the kernel holds; the caller closes it. Throws SkepError. */
export function openProgram(kernel: Kernel, program: KernelObject): LinuxProgram {
  const fd = openKernelObject(kernel, "prog", program);
  try {
    return new LinuxProgram(kernel, fd, programInfo(kernel, fd).name);
  } catch (error) {
    fd.close();
    throw error;
  }
}

/** Opens a link that the kernel holds; the caller closes it, which detaches when nobody else holds it. Throws SkepError. */
export function openLink(kernel: Kernel, link: KernelObject): LinuxLink {
  return LinuxLink.opened(kernel, openKernelObject(kernel, "link", link));
}

/** The map that a map of maps holds at a key; undefined when there is none. The caller closes it. Throws SkepError. */
export function innerMap(kernel: Kernel, map: LinuxMap, key: Uint8Array): LinuxMap | undefined {
  const id = heldId(map, key, ["arrayOfMaps", "hashOfMaps"]);
  return id === undefined ? undefined : openMap(kernel, { id });
}

/** The program that a program array holds at an index; undefined when there is none. The caller closes it. */
export function heldProgram(kernel: Kernel, map: LinuxMap, key: Uint8Array): LinuxProgram | undefined {
  const id = heldId(map, key, ["progArray"]);
  return id === undefined ? undefined : openProgram(kernel, { id });
}

function heldId(map: LinuxMap, key: Uint8Array, types: readonly MapSpec["type"][]): number | undefined {
  checkMap(map);
  if (!types.includes(map.spec.type))
    throw new SkepError(`map ${map.spec.name} of type ${map.spec.type} holds no such objects`, {
      code: "linux/map-holds-none",
      remedy: `ask a map of type ${types.map((type) => MAP_TYPES[type].kernelName).join(" or ")}`,
    });
  const value = map.lookup(key);
  return value && new DataView(value.buffer, value.byteOffset).getUint32(0, true);
}

/** Puts an object into a map that holds such: a map, a program, a socket, a cgroup, by its descriptor. */
export function putObject(map: LinuxMap, key: Uint8Array, object: Fd | number): void {
  checkMap(map);
  checkInput("the object to be put into a map", object, either(FD, DESCRIPTOR));
  const value = new Uint8Array(map.valueBytes);
  new DataView(value.buffer).setUint32(0, typeof object === "number" ? object : object.number, true);
  map.update(key, value);
}
