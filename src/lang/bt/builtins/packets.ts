import { CURRENT_CPU } from "../../../abi/map-flags.ts";
import type { Value } from "../../../ir/ir.ts";
import type { Action } from "../../../plan/plan.ts";
import type { ValueField } from "../../../plan/value-type.ts";
import type { Builtin } from "../builtin.ts";
import { bounded } from "../lower-event.ts";
import { blockParam } from "../lower-memory.ts";
import type { Lowering } from "../lowering.ts";
import { PACKETS_MAP } from "../plan-builder.ts";
import { I64, U64 } from "../types.ts";
import { kernelField, loadField } from "./kernel.ts";

const MOST_BYTES = 65_535; // what a packet can have

const skboutput: Builtin = {
  name: "skboutput",
  effect: true,
  usage: 'skboutput("file.pcapng", skb, length, offset)',
  doc: "Writes up to `length` bytes of a packet, from `offset` of its data on, to a file that Wireshark and tcpdump read; gives 0, or -14 when there are no such bytes.",
  form: "call",
  arity: [4, 4],
  check(c, use, [path, skb, length, offset]) {
    if (path && c.text(path) === undefined)
      c.fail(
        "type/constant",
        path.span,
        "skboutput takes a file's name in quotes",
        'write for example `skboutput("packets.pcapng", args.skb, args.skb.len, 0)`',
      );
    const type = skb && c.expr(skb);
    const isPacket = type?.kind === "pointer" || type?.kind === "int" || type?.kind === "none";
    if (skb && !isPacket)
      c.fail(
        "type/address",
        skb.span,
        "a packet is a `struct sk_buff *`",
        "give the argument of a probe, such as `args.skb`",
      );
    for (const number of [length, offset]) if (number) c.integer(number, "length and offset");
    const packet = c.env.btf?.struct("sk_buff");
    if (packet?.kind === "struct" && packet.composite.field("data_len")) return I64;
    return c.fail(
      "kernel/feature",
      use.span,
      "this needs a kernel with BTF",
      "use a kernel with CONFIG_DEBUG_INFO_BTF",
    );
  },
  lower(l, use, [path, skb, length, offset]) {
    if (!path || !skb || !length || !offset) throw new Error("bug: skboutput() without its arguments");
    const { b } = l;
    const packet = l.operand(skb);
    const address = l.toInt(packet, l.typeOf(skb));
    const skip = l.int(offset);
    const wanted = l.int(length);
    const bytes = field(l, address, "len");
    const time = b.helper("bpf_ktime_get_boot_ns", []);
    const known = packet.kind === "object" ? packet.value : undefined;
    const action: PacketAction = (at, original, data) => ({
      ...{ kind: "packet", path: l.text(path) ?? "", time: at, original, data, span: use.span },
    });
    const done = b.block("i64");
    if (known !== undefined) {
      const all = b.block();
      const rest = b.block();
      b.branch("lt", 64, skip, bytes, all, rest);
      b.enter(all);
      const most = smaller(l, wanted, b.binary("sub", bytes, skip));
      const sent = sendWhole(l, { packet: known, time, skip, bytes, most }, action);
      b.branchWith("eq", 64, sent, b.const(0), [done, [sent]], [rest, []]);
      b.enter(rest);
    }
    // By its address alone, what lies in pages of its own is out of reach: the file says how long the packet was.
    const first = b.binary("sub", bytes, field(l, address, "data_len"));
    const there = b.block();
    const none = b.block();
    b.branch("lt", 64, skip, first, there, none);
    b.enter(none);
    b.jump(done, b.const(BigInt.asUintN(64, -14n))); // EFAULT
    b.enter(there);
    const most = smaller(l, wanted, b.binary("sub", first, skip));
    const from = b.binary("add", field(l, address, "data"), skip);
    const data = {
      kind: "bytes",
      space: "kernel",
      address: from,
      length: bounded(l, most, MOST_BYTES),
    } as const;
    const whole = b.binary("sub", bytes, skip);
    l.emit(
      [
        { type: U64, operand: { kind: "int", value: time } },
        { type: U64, operand: { kind: "int", value: whole } },
        { type: { kind: "buffer", size: MOST_BYTES }, operand: data },
      ],
      ([at, original, content]) => {
        if (!at || !original || !content) throw new Error("bug: a packet without its bytes");
        return action(at, original, content);
      },
    );
    b.jump(done, b.const(0));
    b.enter(done);
    return { kind: "int", value: blockParam(done) };
  },
};

type PacketAction = (time: ValueField, original: ValueField, data: ValueField) => Action;
type WholePacket = Readonly<Record<"packet" | "time" | "skip" | "bytes" | "most", Value>>;

const RECORD_BYTES = 32; // the action's index, the time, the packet's length, and where its bytes are

/**
 * Sends `most` bytes of a packet that the verifier follows, pages and all, behind a record like those of the ring. Gives
 * 0, or an error number. What stands before `skip` comes along and is passed over when it is read.
 */
function sendWhole(l: Lowering, { packet, time, skip, bytes, most }: WholePacket, action: PacketAction): Value {
  const { b } = l;
  l.plan.addMap({
    ...{ name: PACKETS_MAP, type: "perfEventArray", keySize: 4, valueSize: 4 },
    maxEntries: l.env.target.cpus,
    flags: 0,
  });
  const entry = l.plan.reserve();
  const number = { kind: "int", size: 8, signed: false } as const;
  entry.set(
    action(
      { offset: 8, type: number },
      { offset: 16, type: number },
      { offset: 24, type: { kind: "tailBuffer", limit: MOST_BYTES } },
    ),
  );
  const record = l.temporary("packet", RECORD_BYTES);
  b.store("stack", 8, record.base, 0, b.const(entry.index));
  b.store("stack", 8, record.base, 8, time);
  b.store("stack", 8, record.base, 16, b.binary("sub", bytes, skip));
  b.store("stack", 4, record.base, 24, b.binary("add", skip, b.const(RECORD_BYTES)));
  b.store("stack", 4, record.base, 28, most);
  const taken = b.binary("lsh", b.binary("add", skip, most), b.const(32));
  const flags = b.binary("or", taken, b.const(CURRENT_CPU));
  return b.helper("bpf_skb_output", [
    packet,
    b.mapAddr(PACKETS_MAP),
    flags,
    record.base,
    b.const(RECORD_BYTES),
  ]);
}

function field(l: Lowering, address: Value, name: string): Value {
  return loadField(l, kernelField(l, address, "sk_buff", name), "sk_buff", name);
}

function smaller(l: Lowering, a: Value, c: Value): Value {
  const { b } = l;
  const done = b.block("i64");
  b.branchWith("lt", 64, a, c, [done, [a]], [done, [c]]);
  b.enter(done);
  return blockParam(done);
}

export const packetBuiltins: readonly Builtin[] = [skboutput];
