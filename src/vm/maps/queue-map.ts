import { ELEM_FLAGS } from "../../abi/map-flags.ts";
import type { MapSpec } from "../../abi/map-spec.ts";
import { ERRNO } from "../errno.ts";
import type { Status, VmMap } from "./vm-map.ts";

/** First in, first out; or last in, first out. Values never have an address. */
export class QueueMap implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.EINVAL;
  readonly userValueSize: number;
  #values: Uint8Array[] = []; // oldest first
  #first = 0; // those before it were taken

  constructor(spec: MapSpec, id: number) {
    this.spec = spec;
    this.id = id;
    this.userValueSize = spec.valueSize;
  }

  push(value: Uint8Array, flags: number): Status {
    if (flags !== ELEM_FLAGS.any && flags !== ELEM_FLAGS.exist) return -ERRNO.EINVAL;
    if (this.#values.length - this.#first >= this.spec.maxEntries) {
      if (flags !== ELEM_FLAGS.exist) return -ERRNO.E2BIG;
      this.#first++; // the oldest makes room, in stacks too
    }
    this.#values.push(value.slice());
    this.#compact();
    return 0;
  }

  pop(value: Uint8Array): Status {
    const found = this.#look(value);
    if (found !== 0) return found;
    if (this.spec.type === "queue") this.#first++;
    else this.#values.pop();
    this.#compact();
    return 0;
  }

  peek(value: Uint8Array): Status {
    return this.#look(value);
  }

  userLookup(): Uint8Array | Status {
    const value = new Uint8Array(this.userValueSize);
    return this.peek(value) || value;
  }

  userUpdate(_key: Uint8Array, value: Uint8Array, flags: number): Status {
    return this.push(value, flags);
  }

  userDelete(): Status {
    return -ERRNO.EINVAL;
  }

  userNextKey(): Status {
    return -ERRNO.EINVAL;
  }

  userLookupAndDelete(): Uint8Array | Status {
    const value = new Uint8Array(this.userValueSize);
    return this.pop(value) || value;
  }

  #look(value: Uint8Array): Status {
    const found = this.spec.type === "queue" ? this.#values[this.#first] : this.#values.at(-1);
    if (this.#values.length === this.#first || found === undefined) {
      value.fill(0);
      return -ERRNO.ENOENT;
    }
    value.set(found);
    return 0;
  }

  #compact(): void {
    if (this.#first < 64 || this.#first * 2 < this.#values.length) return;
    this.#values = this.#values.slice(this.#first);
    this.#first = 0;
  }
}
