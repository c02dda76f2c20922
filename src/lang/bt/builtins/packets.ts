import type { Value } from "../../../ir/ir.ts";
import type { Builtin } from "../builtin.ts";
import { bounded } from "../lower-event.ts";
import { blockParam } from "../lower-memory.ts";
import type { Lowering } from "../lowering.ts";
import { I64, U64 } from "../types.ts";
import { kernelField, loadField } from "./kernel.ts";

const MOST_BYTES = 65_535; // what a packet can have

const skboutput: Builtin = {
  name: "skboutput",
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
    const address = l.int(skb);
    const skip = l.int(offset);
    const wanted = l.int(length);
    const bytes = field(l, address, "len");
    // What lies in pages of its own is not with the rest: the file says how long the packet was.
    const first = b.binary("sub", bytes, field(l, address, "data_len"));
    const there = b.block();
    const none = b.block();
    const done = b.block("i64");
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
    const time = b.helper("bpf_ktime_get_boot_ns", []);
    const whole = b.binary("sub", bytes, skip);
    l.emit(
      [
        { type: U64, operand: { kind: "int", value: time } },
        { type: U64, operand: { kind: "int", value: whole } },
        { type: { kind: "buffer", size: MOST_BYTES }, operand: data },
      ],
      ([at, original, packet]) => {
        if (!at || !original || !packet) throw new Error("bug: a packet without its bytes");
        return { kind: "packet", path: l.text(path) ?? "", time: at, original, data: packet, span: use.span };
      },
    );
    b.jump(done, b.const(0));
    b.enter(done);
    return { kind: "int", value: blockParam(done) };
  },
};

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
