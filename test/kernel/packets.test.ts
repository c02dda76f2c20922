import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { ScriptLab } from "./script-lab.ts";

// skboutput() writes the packets that a process of the test sends to itself.

const lab = new ScriptLab();
const folder = mkdtempSync(join(tmpdir(), "skep-packets-"));
afterAll(() => {
  lab[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const SENDER = `
const socket = require("node:dgram").createSocket("udp4");
let left = 3;
socket.on("message", () => { if (--left === 0) socket.close(); });
socket.bind(0, "127.0.0.1", () => {
  for (let i = 0; i < 3; i++) socket.send("packet " + i + " of skep", socket.address().port, "127.0.0.1");
});`;

/** The packets of a file: how long they were, and what of them is there. */
function packetsIn(file: string): { length: number; data: Uint8Array }[] {
  const bytes = readFileSync(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const packets: { length: number; data: Uint8Array }[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at + 4, true))
    if (view.getUint32(at, true) === 6)
      packets.push({
        length: view.getUint32(at + 24, true),
        data: bytes.subarray(at + 28, at + 28 + view.getUint32(at + 20, true)),
      });
  return packets;
}

const STREAM_BYTES = 200_000;
const STREAM = `
const net = require("node:net");
const server = net.createServer((socket) => {
  let got = 0;
  socket.on("data", (data) => { got += data.length; if (got === ${STREAM_BYTES}) { socket.destroy(); server.close(); } });
});
server.listen(0, "127.0.0.1", () => net.connect(server.address().port, "127.0.0.1").write(Buffer.alloc(${STREAM_BYTES}, "x")));`;

test.for([
  { rule: "whole", offset: 0 },
  { rule: "without what stands before an offset", offset: 20 },
])(
  "packets in pages of their own are there $rule, where the probe has typed arguments",
  async ({ offset }, t) => {
    needs(t, "btf", "raw-tp");
    const file = join(folder, `stream-${offset}.pcapng`);
    const script = `rawtracepoint:netif_receive_skb /pid == $PID/ {
    @[skboutput("${file}", args.skb, args.skb.len, ${offset})] = count();
  }`;
    const { maps, losses } = await lab.trace(script, [process.execPath, "-e", STREAM]);
    expect(maps).toMatch(/^@\[0\]: \d+\n$/);
    expect(losses.events).toBe(0n);
    const packets = packetsIn(file);
    for (const { length, data } of packets) expect(data.length).toBe(length);
    const content = packets.reduce((sum, { data }) => sum + data.filter((byte) => byte === 0x78).length, 0);
    expect(content).toBeGreaterThanOrEqual(STREAM_BYTES);
    expect(Math.max(...packets.map(({ length }) => length))).toBeGreaterThan(1500);
  },
);

test("packets of a process are in the file, with their addresses and what they carry", async () => {
  const file = join(folder, "own.pcapng");
  const script = `tracepoint:net:netif_receive_skb /pid == $PID/ {
    if (skboutput("${file}", (struct sk_buff *)args.skbaddr, args.len, 0) == 0) { @ = count(); }
  }`;
  const { maps } = await lab.trace(script, [process.execPath, "-e", SENDER]);
  expect(maps).toContain("@: 3");
  const bytes = readFileSync(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const packets: string[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at + 4, true)) {
    if (view.getUint32(at, true) !== 6) continue;
    const length = view.getUint32(at + 20, true);
    const data = bytes.subarray(at + 28, at + 28 + length);
    expect(data[0]).toBe(0x45); // IPv4, without an Ethernet header
    expect([...data.subarray(12, 20)]).toEqual([127, 0, 0, 1, 127, 0, 0, 1]);
    packets.push(data.subarray(28).toString());
  }
  expect(packets).toEqual(["packet 0 of skep", "packet 1 of skep", "packet 2 of skep"]);
});

test("a range that the packet does not have gives an error and no packet", async () => {
  const file = join(folder, "none.pcapng");
  const script = `tracepoint:net:netif_receive_skb /pid == $PID/ {
    @[skboutput("${file}", (struct sk_buff *)args.skbaddr, 10, 70000)] = count();
  }`;
  const { maps } = await lab.trace(script, [process.execPath, "-e", SENDER]);
  expect(maps).toContain("@[-14]: 3");
});
