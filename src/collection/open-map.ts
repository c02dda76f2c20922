import type { KernelObject } from "../abi/attach-spec.ts";
import { KERNEL_OBJECT } from "../abi/attach-spec-fields.ts";
import { checkInput, checkOptions, either, madeBy, NAME } from "../base/check-input.ts";
import { LinuxBackend, openLinux } from "../linux/backend.ts";
import { createEmptyMap } from "../linux/load-maps.ts";
import type { LinuxMap } from "../linux/maps.ts";
import { openMap } from "../linux/open.ts";
import { UserRing } from "../linux/user-ring.ts";
import { StringCache } from "../runtime/string-cache.ts";
import { ObjectShape } from "./object-shape.ts";
import { TypedMap } from "./typed-map.ts";

/**
 * A map that the kernel holds already, made by whatever program: by the file it is pinned to, its id or a descriptor.
 * Its keys and values have the types that it was created with. The caller disposes of it; the map itself stays. Throws
 * SkepError.
 *
 *     using counts = openPinned<HashMap<number, bigint>>("/sys/fs/bpf/counts");
 */
export function openPinned<M extends object = TypedMap>(
  map: string | KernelObject,
  options: Readonly<{ backend?: LinuxBackend }> = {},
): M & Disposable {
  checkInput("openPinned: the map", map, either(NAME, KERNEL_OBJECT));
  checkOptions("openPinned", options, { backend: BACKEND });
  const backend = options.backend ?? openLinux();
  const opened = openMap(backend.kernel, typeof map === "string" ? { pinned: map } : map);
  try {
    return typedMap(backend, opened) as unknown as M & Disposable;
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
}

const BACKEND = madeBy(LinuxBackend, "what openLinux() of skep/linux gives");

function typedMap(backend: LinuxBackend, map: LinuxMap): TypedMap {
  const { kernel, target } = backend;
  const btf = map.btfBytes();
  const shape = new ObjectShape({ programs: [], maps: [map.spec], license: "", ...(btf && { btf }) });
  const cpus = () => target.possibleCpus.length;
  return new TypedMap(map, shape.map(map.spec), {
    kernel,
    cpus,
    strings: new StringCache(),
    create: (spec) => createEmptyMap(kernel, spec, cpus(), btf),
    userRing: (ring) => new UserRing(kernel, ring),
  });
}
