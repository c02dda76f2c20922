import type { Lowering } from "./lowering.ts";
import type { WatchSetup } from "./probe-variant.ts";
import { ARGUMENT_REGISTERS } from "./registers.ts";
import { U64 } from "./types.ts";

const WATCHED_MAP = ".watched";
const MOST_WATCHED = 1024; // addresses; processors watch four at a time
const BPF_ANY = 0; // include/uapi/linux/bpf.h, v6.12
const SIGSTOP = 19; // include/uapi/asm-generic/signal.h, v6.12

/**
 * What runs when a function is entered whose argument is to be watched: an address that is new is sent to user space,
 * and the process stops until it is watched, if that was asked for.
 */
export function lowerWatch(l: Lowering, setup: WatchSetup): void {
  const { b } = l;
  const address = l.register(ARGUMENT_REGISTERS[l.env.target.arch][setup.argument] ?? "");
  l.plan.addMap({
    ...{ name: WATCHED_MAP, type: "hash", keySize: 16, valueSize: 8, maxEntries: MOST_WATCHED, flags: 0 },
  });
  const key = l.temporary("watched", 16);
  b.store("stack", 8, key.base, key.off, address);
  b.store("stack", 8, key.base, key.off + 8, b.const(setup.number));
  const known = b.helper("bpf_map_lookup_elem", [b.mapAddr(WATCHED_MAP), l.address(key)], "ptr");
  const fresh = b.block();
  const done = b.block();
  b.branch("eq", 64, known, b.const(0), fresh, done);
  b.enter(fresh);
  const one = l.temporary("one", 8);
  b.store("stack", 8, one.base, one.off, b.const(1));
  b.helper("bpf_map_update_elem", [b.mapAddr(WATCHED_MAP), l.address(key), l.address(one), b.const(BPF_ANY)]);
  // Stopped before it is told: user space lets it go on once it has heard of it.
  if (setup.stops) b.helper("bpf_send_signal", [b.const(SIGSTOP)]);
  const process = b.binary("rsh", b.helper("bpf_get_current_pid_tgid", []), b.const(32));
  const values = [address, process].map((value) => ({ type: U64, operand: { kind: "int", value } as const }));
  l.emit(values, ([at, pid]) => {
    if (!at || !pid) throw new Error("bug: a watch without its address");
    return { kind: "watch", program: setup.program, address: at, process: pid, stopped: setup.stops };
  });
  b.jump(done);
  b.enter(done);
}
