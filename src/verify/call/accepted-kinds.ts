import type { HelperArg } from "../../abi/helper-types.ts";
import { ATTR, hasAttr, type Pointer, type PointerKind, type Value } from "../state/value.ts";

/** One kind of value that an argument accepts; `attrs` must all be there, and no other of those that matter. */
type Accepted = Readonly<{ kind: PointerKind; attrs?: number }>;

const SOCKETS: readonly Accepted[] = [
  { kind: "sockCommon" },
  { kind: "socket" },
  { kind: "tcpSocket" },
  { kind: "xdpSocket" },
];

const MEMORY: readonly Accepted[] = [
  { kind: "stack" },
  { kind: "packet" },
  { kind: "packetMeta" },
  { kind: "mapKey" },
  { kind: "mapValue" },
  { kind: "mem" },
  { kind: "mem", attrs: ATTR.ringbuf },
  { kind: "buf" },
  { kind: "btf", attrs: ATTR.trusted },
];

const OBJECTS: readonly Accepted[] = [
  { kind: "btf" },
  { kind: "btf", attrs: ATTR.trusted },
  { kind: "btf", attrs: ATTR.rcu },
];

const OWN_OBJECT: Accepted = { kind: "btf", attrs: ATTR.alloc };

/** What an argument accepts besides numbers. Source: `compatible_reg_types` in kernel/bpf/verifier.c, v6.18. */
export function acceptedKinds(arg: HelperArg): readonly Accepted[] {
  switch (arg.kind) {
    case "ctx":
      return [{ kind: "ctx" }];
    case "map":
      return [{ kind: "map" }];
    case "mapKey":
    case "mapValue":
    case "mem":
    case "fixedMem":
      return MEMORY;
    case "constString":
    case "timer":
      return [{ kind: "mapValue" }];
    case "spinLock":
    case "kptrSlot":
      return [{ kind: "mapValue" }, OWN_OBJECT];
    case "kptr":
      return [...OBJECTS, OWN_OBJECT, { kind: "btf", attrs: ATTR.alloc | ATTR.perCpu }];
    case "btf":
      return OBJECTS;
    case "percpu":
      return [
        { kind: "btf", attrs: ATTR.perCpu },
        { kind: "btf", attrs: ATTR.perCpu | ATTR.rcu },
        { kind: "btf", attrs: ATTR.perCpu | ATTR.trusted },
      ];
    case "sockCommon":
      return [...SOCKETS, ...OBJECTS];
    case "contextSock":
      return SOCKETS;
    case "fullSock":
      return [{ kind: "socket" }];
    case "ringbufRecord":
      return [{ kind: "mem", attrs: ATTR.ringbuf }];
    case "dynptr":
      return [{ kind: "stack" }, { kind: "dynptr" }];
    case "callback":
      return [{ kind: "func" }];
    case "callbackContext":
      return [{ kind: "stack" }];
    default:
      return [];
  }
}

/** Whether the argument is a number. */
export function takesNumber(arg: HelperArg): boolean {
  return arg.kind === "size" || arg.kind === "constSize";
}

/** Whether a value that is not NULL is of one of the kinds. Read-only memory is accepted where it is only read. */
export function isAccepted(value: Pointer, accepted: readonly Accepted[], readOnlyAllowed: boolean): boolean {
  const ignored = readOnlyAllowed ? ATTR.readOnly : 0;
  return accepted.some(({ kind, attrs = 0 }) => value.kind === kind && (value.attrs & ~ignored) === attrs);
}

/** What an argument accepts, in words. */
export function describeAccepted(arg: HelperArg): string {
  switch (arg.kind) {
    case "ctx":
      return "the program's context, as it was given";
    case "map":
      return "a map";
    case "mapKey":
      return "a pointer to a key: on the stack, in a map value or in the packet";
    case "mapValue":
      return "a pointer to a value: on the stack, in a map value or in the packet";
    case "mem":
    case "fixedMem":
      return "a pointer to memory: the stack, a map value, the packet or a ring buffer record";
    case "size":
      return "a number of bytes";
    case "constSize":
      return "a constant number of bytes";
    case "constString":
      return "a constant string in a read-only map";
    case "spinLock":
      return "the address of a lock in a map value";
    case "timer":
      return "the address of a timer in a map value";
    case "kptrSlot":
      return "the address of a kernel object's pointer in a map value";
    case "kptr":
      return "an owned kernel object, or NULL";
    case "btf":
      return `a trusted pointer to struct ${arg.type}`;
    case "percpu":
      return "the address of a per-CPU variable of the kernel";
    case "sockCommon":
    case "contextSock":
      return "a pointer to a socket";
    case "fullSock":
      return "a pointer to a full socket";
    case "ringbufRecord":
      return "a record that bpf_ringbuf_reserve() returned";
    case "dynptr":
      return "the address of a dynptr on the stack";
    case "callback":
      return "the address of a static function";
    case "callbackContext":
      return "a pointer to the stack, or NULL";
    default:
      return "any value";
  }
}

/** Whether NULL is accepted in place of a pointer. */
export function acceptsNull(arg: HelperArg): boolean {
  if (arg.kind === "kptr" || arg.kind === "callbackContext") return true;
  return "nullable" in arg && arg.nullable === true;
}

export function isUntrusted(value: Value): boolean {
  return value.kind === "btf" && hasAttr(value, ATTR.untrusted);
}
