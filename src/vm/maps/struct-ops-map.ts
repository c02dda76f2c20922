import { MAP_FLAGS } from "../../abi/map-flags.ts";
import type { MapSpec } from "../../abi/map-spec.ts";
import { ERRNO } from "../errno.ts";
import type { Status, VmMap } from "./vm-map.ts";

const COMMON_BYTES = 64; // struct bpf_struct_ops_common_value: references, then the state at 4, and padding
const STATES = { initial: 0, inUse: 1, toBeFreed: 2, ready: 3 } as const;

/** What hears that a kernel interface made of programs comes and goes: 0, or -errno to refuse it. */
export type StructOpsHost = Readonly<{
  register(spec: MapSpec, value: Uint8Array): Status;
  unregister(spec: MapSpec): void;
}>;

/**
 * A kernel interface made of programs. User space writes its one value, which registers it; with BPF_F_LINK a link does
 * so later. What user space reads begins with a count of references and a state.
 * Source: kernel/bpf/bpf_struct_ops.c, v6.18.
 */
export class StructOpsMap implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize: number;
  readonly #host: StructOpsHost;
  #state: number = STATES.initial;
  #value: Uint8Array;

  constructor(spec: MapSpec, id: number, host: StructOpsHost) {
    this.spec = spec;
    this.id = id;
    this.#host = host;
    this.userValueSize = spec.valueSize;
    this.#value = new Uint8Array(spec.valueSize);
  }

  userLookup(key: Uint8Array): Uint8Array | Status {
    if (key.some((byte) => byte !== 0)) return -ERRNO.ENOENT;
    const value = new Uint8Array(this.spec.valueSize);
    if (this.#state === STATES.initial) return value;
    value.set(this.#value);
    if (value.length < 8) return value;
    const view = new DataView(value.buffer);
    view.setUint32(0, 1, true);
    view.setUint32(4, this.#state, true);
    return value;
  }

  userUpdate(key: Uint8Array, value: Uint8Array, flags: number): Status {
    if (flags !== 0) return -ERRNO.EINVAL;
    if (key.some((byte) => byte !== 0)) return -ERRNO.E2BIG;
    if (value.length >= COMMON_BYTES && value.subarray(0, 8).some((byte) => byte !== 0)) return -ERRNO.EINVAL;
    if (this.#state !== STATES.initial) return -ERRNO.EBUSY;
    const isLinked = (this.spec.flags & MAP_FLAGS.link) !== 0;
    const status = isLinked ? 0 : this.#host.register(this.spec, value);
    if (status < 0) return status;
    this.#value = value.slice();
    this.#state = isLinked ? STATES.ready : STATES.inUse;
    return 0;
  }

  userDelete(): Status {
    if ((this.spec.flags & MAP_FLAGS.link) !== 0) return -ERRNO.EOPNOTSUPP;
    if (this.#state === STATES.initial) return -ERRNO.ENOENT;
    if (this.#state === STATES.toBeFreed) return -ERRNO.EINPROGRESS;
    this.#host.unregister(this.spec);
    this.#state = STATES.toBeFreed;
    return 0;
  }

  userNextKey(key: Uint8Array | undefined): Uint8Array | Status {
    return key === undefined ? new Uint8Array(4) : -ERRNO.ENOENT;
  }
}
