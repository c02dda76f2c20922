import type { ProgramType } from "./attach-spec.ts";
import type { AttachType } from "./attach-types.ts";
import type { MapType } from "./map-spec.ts";

/** What a helper does to memory: "read" and "update" need every byte initialised before, "write" fills it. */
export type MemAccess = "read" | "write" | "update";

/** What a callback is called with, in order. "context" is the pointer that was given to the helper. */
export type CallbackParam = "map" | "mapKey" | "mapValue" | "context" | "index" | "task" | "vma" | "dynptr";

/**
 * What a helper takes in one of r1 to r5. `nullable`: NULL is accepted. `release`: the reference is given back.
 * Source: `enum bpf_arg_type` in include/linux/bpf.h, v6.18.
 */
export type HelperArg = Readonly<
  | { kind: "scalar" } // any value; privileged programs may also pass pointers
  | { kind: "ctx"; nullable?: boolean } // r1 as the program got it
  | { kind: "map" } // a 64-bit load of a map
  | { kind: "mapKey" } // the map's key size, initialised
  | { kind: "mapValue"; access: MemAccess; nullable?: boolean } // the map's value size
  | { kind: "mem"; access: MemAccess; nullable?: boolean } // of as many bytes as the next argument says
  | { kind: "fixedMem"; access: MemAccess; bytes: number; align: number }
  | { kind: "size"; zero: boolean } // bytes of the memory before it; the verifier must know a bound; `zero`: may be 0
  | { kind: "constSize" } // bytes, a constant: what the helper returns has this size
  | { kind: "constString" } // NUL-terminated, in a read-only map value
  | { kind: "spinLock" } // bpf_spin_lock in a map value
  | { kind: "timer" } // bpf_timer in a map value
  | { kind: "kptrSlot" } // a field of a map value that owns a kernel object
  | { kind: "kptr" } // object that moves into the slot: owned, or NULL
  | { kind: "btf"; type: string; nullable?: boolean } // trusted pointer to a kernel struct
  | { kind: "percpu" } // address of a kernel per-CPU variable
  | { kind: "sockCommon"; nullable?: boolean; release?: boolean } // any socket, also by BTF
  | { kind: "contextSock" } // socket that the context or a socket helper gave
  | { kind: "fullSock"; nullable?: boolean }
  | { kind: "ringbufRecord"; release: true }
  | { kind: "dynptr"; of: "any" } // initialised, read or written through
  | { kind: "dynptr"; of: "local" | "ringbuf"; make: true } // uninitialised: the helper makes it
  | { kind: "dynptr"; of: "ringbuf"; release: true }
  | { kind: "callback"; params: readonly CallbackParam[] }
  | { kind: "callbackContext" } // pointer to the stack, or NULL
>;

/** What a helper leaves in r0. Source: `enum bpf_return_type` in include/linux/bpf.h, v6.18. */
export type HelperReturn = Readonly<
  | { kind: "int" } // 64 bits; most return 0 or a negative errno
  | { kind: "size" } // at most the size argument, or a negative errno
  | { kind: "void" }
  | { kind: "mapValue"; nullable: boolean }
  | { kind: "mem"; of: "ringbuf" | "dynptr"; nullable: true } // as long as the constant size argument says
  | { kind: "percpu"; nullable: boolean } // read-only memory or kernel struct, by the variable's type
  | { kind: "socket" | "tcpSocket" | "sockCommon"; nullable: true } // struct bpf_sock, bpf_tcp_sock, bpf_sock
  | { kind: "btf"; type: string; nullable: boolean; trusted: boolean }
  | { kind: "kptr"; nullable: true } // of the type that the slot has
>;

export type Helper = Readonly<{
  id: number;
  /** As in the kernel, with "bpf_". */
  name: string;
  /** First Linux release that has it. */
  since: string;
  /** Its C type, with the names of its parameters: "void *(struct bpf_map *map, const void *key)". */
  prototype: string;
  args: readonly HelperArg[];
  returns: HelperReturn;
  /** Program types that may call it (v6.18); `ext` programs may what the program that they replace may. */
  programs: readonly ProgramType[];
  /** Of these program types, only those with the attach types listed. */
  only?: Readonly<Partial<Record<ProgramType, readonly AttachType[]>>>;
  /** Types of map that its map argument accepts. */
  maps?: readonly MapType[];
  /** Only programs under a GPL-compatible license may call it. */
  gplOnly?: true;
  /** Memory arguments may lie in the packet. */
  packetAccess?: true;
  /** Only sleepable programs may call it. */
  mightSleep?: true;
  /** Pointers into the packet that were checked before the call are void after it. */
  movesPacket?: true;
  /** What it returns (or the dynptr it makes) is a reference that must be released on every path. */
  acquires?: true;
  /** Other arguments in some program types. */
  variants?: readonly HelperVariant[];
  doc: string;
}>;

export type HelperVariant = Readonly<{ programs: readonly ProgramType[]; args: readonly HelperArg[] }>;
