import { CURRENT_CPU, RINGBUF_QUERIES, STACK_FLAGS } from "../../abi/map-flags.ts";
import { writeDynptr } from "../dynptr.ts";
import { ERRNO } from "../errno.ts";
import { PerfEventArray, StackTraceMap, UserRingBuffer } from "../maps/event-maps.ts";
import { RingBuffer } from "../maps/ring-buffer.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

const NO_BYTES = new Uint8Array(0);

function ring(call: HelperCall): RingBuffer {
  const map = call.map(1);
  if (map instanceof RingBuffer) return map;
  throw call.state.fail("vm/bad-map", `${map.spec.name} is no ring buffer`);
}

function finish(call: HelperCall, state: "submitted" | "discarded"): number {
  const address = Number(call.u64(1));
  for (const map of call.state.maps) if (map instanceof RingBuffer && map.finish(address, state)) return 0;
  throw call.state.fail("vm/bad-access", "r1 is no reserved record of a ring buffer", call.u64(1));
}

function perfOutput(call: HelperCall): number {
  const map = call.map(2);
  if (!(map instanceof PerfEventArray))
    throw call.state.fail("vm/bad-map", `${map.spec.name} is no perf buffer`);
  const flags = call.u64(3);
  const data = call.read(4, call.size(5));
  if (flags >> 32n !== 0n) return -ERRNO.EINVAL;
  return map.output(flags === CURRENT_CPU ? call.env.cpu() : Number(flags), data);
}

/** Frames for the flags of the stack helpers, at most `most`. */
function frames(call: HelperCall, ctx: bigint, flags: number, most: number): readonly bigint[] {
  const user = (flags & STACK_FLAGS.user) !== 0;
  return call.env.stack({ user, skip: flags & STACK_FLAGS.skipFrames, maxFrames: most, ctx }).slice(0, most);
}

function getStack(call: HelperCall): number {
  const size = call.size(3);
  const flags = Number(BigInt.asUintN(32, call.u64(4)));
  const buffer = call.write(2, size);
  const view = new DataView(buffer.buffer, buffer.byteOffset, size);
  if (size % 8 !== 0) return -ERRNO.EINVAL;
  const found = frames(call, call.u64(1), flags, size / 8);
  buffer.fill(0);
  for (const [i, frame] of found.entries()) view.setBigUint64(i * 8, frame, true);
  return found.length === 0 ? -ERRNO.EFAULT : found.length * 8;
}

/** Ring buffers, perf buffers, stacks. */
export const EVENT_RECORDS: readonly HelperRecord[] = [
  {
    name: "bpf_ringbuf_output",
    run(call) {
      const map = ring(call);
      if (call.address(4) > 3) return -ERRNO.EINVAL;
      const size = call.size(3);
      return size === 0 ? map.output(NO_BYTES) : map.outputFrom(call.readable(2, size), size);
    },
  },
  {
    name: "bpf_ringbuf_reserve",
    run: (call) => (call.u64(3) !== 0n || call.u64(2) > 0x3fff_ffffn ? 0 : ring(call).reserve(call.size(2))),
  },
  { name: "bpf_ringbuf_submit", run: (call) => finish(call, "submitted") },
  { name: "bpf_ringbuf_discard", run: (call) => finish(call, "discarded") },
  {
    name: "bpf_ringbuf_query",
    run(call) {
      const map = ring(call);
      const what = Number(BigInt.asUintN(32, call.u64(2)));
      if (what === RINGBUF_QUERIES.available) return map.available;
      if (what === RINGBUF_QUERIES.size) return map.spec.maxEntries;
      if (what === RINGBUF_QUERIES.consumerPosition) return map.consumer;
      return what === RINGBUF_QUERIES.producerPosition ? map.producer : 0;
    },
  },
  { name: "bpf_perf_event_output", run: perfOutput },
  { name: "bpf_skb_output", run: perfOutput },
  { name: "bpf_xdp_output", run: perfOutput },
  {
    name: "bpf_user_ringbuf_drain",
    run(call) {
      const map = call.map(1);
      if (!(map instanceof UserRingBuffer))
        throw call.state.fail("vm/bad-map", `${map.spec.name} is no user ring buffer`);
      const [callback, context] = [call.u64(2), call.u64(3)];
      return call.state.withScratch(16, (dynptr) =>
        map.drain((address, size) => {
          writeDynptr(call, dynptr, { kind: "memory", start: address, size, readOnly: true });
          return Number(BigInt.asIntN(32, call.callback(callback, [BigInt(dynptr), context])));
        }),
      );
    },
  },
  {
    name: "bpf_get_stackid",
    run(call) {
      const map = call.map(2);
      if (!(map instanceof StackTraceMap))
        throw call.state.fail("vm/bad-map", `${map.spec.name} is no stack trace map`);
      const flags = Number(BigInt.asUintN(32, call.u64(3)));
      return map.put(frames(call, call.u64(1), flags, map.maxFrames), flags);
    },
  },
  { name: "bpf_get_stack", run: getStack },
];
