import { expect, test } from "vitest";
import { nlmsgError, nlmsgHeader } from "../abi/netlink.ts";
import { type Answer, FakeKernel } from "./fake-kernel.ts";
import { listFilters } from "./net-tc.ts";
import { listInterfaces, setXdp } from "./net-xdp.ts";
import { attributesOf, encodeAttributes, Netlink } from "./netlink.ts";

const u32 = (...values: number[]) => new Uint8Array(Uint32Array.of(...values).buffer);
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

test("attributes are padded to 4 bytes, nested, and read again", () => {
  const bytes = encodeAttributes([
    [1, 7],
    [2, "abc"],
    [3, Uint8Array.of(1, 2, 3, 4, 5)],
    [4, [[9, 1]]],
  ]);
  expect(bytes.length).toBe(8 + 8 + 12 + 12);
  const found = attributesOf(bytes);
  expect([...(found.get(1) ?? [])]).toEqual([7, 0, 0, 0]);
  expect(new TextDecoder().decode(found.get(2))).toBe("abc\0");
  expect(found.get(3)).toHaveLength(5);
  expect(attributesOf(found.get(4) ?? new Uint8Array()).get(9)).toHaveLength(4);
});

// biome-ignore format: one case per line
test.each([
  { rule: "a length of nothing",      bytes: Uint8Array.of(0, 0, 1, 0, 9, 9, 9, 9) },
  { rule: "a length below its own",   bytes: Uint8Array.of(3, 0, 1, 0) },
  { rule: "longer than there is",     bytes: Uint8Array.of(200, 0, 1, 0, 1, 2, 3, 4) },
  { rule: "cut off",                  bytes: Uint8Array.of(8, 0) },
])("malformed attributes end the list: $rule", ({ bytes }) => {
  expect(attributesOf(bytes).size).toBe(0);
});

type Message = { type: number; body: Uint8Array; flags?: number };

/** A kernel that answers each request with messages of the request's own number. */
function answering(answer: (request: Uint8Array, type: number) => Message[]): FakeKernel {
  const queue: Uint8Array[] = [];
  const reply: Answer = (name, args) => {
    if (name === "sendto") {
      const request = args[1] as Uint8Array;
      const { type, seq } = nlmsgHeader.decode(request);
      const messages = answer(request.subarray(nlmsgHeader.bytes), type).map(({ type: t, body, flags = 0 }) =>
        join(nlmsgHeader.encode({ len: nlmsgHeader.bytes + body.length, type: t, flags, seq }), body),
      );
      queue.push(join(...messages));
      return request.length;
    }
    if (name === "recvfrom") {
      const next = queue.shift() ?? new Uint8Array();
      (args[1] as Uint8Array).set(next);
      return next.length;
    }
    return name === "socket" ? 5 : 0;
  };
  return new FakeKernel(reply);
}

const ack = (error: number, text?: string): Message => ({
  type: 2,
  flags: text === undefined ? 0 : 0x200,
  body: join(
    nlmsgError.encode({ error }),
    text === undefined ? new Uint8Array() : encodeAttributes([[1, text]]),
  ),
});

test("the kernel's own words come with its refusal", () => {
  using netlink = new Netlink(answering(() => [ack(-16, "already in use")]));
  expect(netlink.request({ type: 19, head: new Uint8Array(16) })).toEqual({
    answers: [],
    errno: -16,
    text: "already in use",
  });
});

test("a dump ends with its last message, and answers to others are not taken", () => {
  const kernel = answering(() => [
    { type: 16, body: u32(1) },
    { type: 16, body: u32(2) },
    { type: 3, body: u32(0) },
  ]);
  using netlink = new Netlink(kernel);
  expect(netlink.request({ type: 18, flags: 0x300, head: new Uint8Array(16) }).answers).toHaveLength(2);
});

test("a connection that ends gives up", () => {
  using netlink = new Netlink(answering(() => []));
  expect(netlink.request({ type: 18, head: new Uint8Array(16) }).errno).toBe(0);
});

test("XDP is set by nested attributes; a refusal says why", () => {
  const sent: number[][] = [];
  const kernel = answering((request) => {
    const xdp = attributesOf(attributesOf(request, 16).get(43) ?? new Uint8Array());
    sent.push([1, 3, 8].map((type) => new Int32Array(xdp.get(type)?.slice().buffer ?? [])[0] ?? 0));
    return [sent.length === 1 ? ack(0) : ack(-16, "XDP program already attached")];
  });
  setXdp(kernel, { ifindex: 3, programFd: 7, mode: "generic", replace: false });
  expect(sent).toEqual([[7, 1 | 2, 0]]);
  expect(() => setXdp(kernel, { ifindex: 3, programFd: -1, expectedFd: 9 })).toThrow(
    expect.objectContaining({ code: "system/EBUSY", remedy: "the kernel says: XDP program already attached" }),
  );
  expect(sent[1]).toEqual([-1, 16, 9]);
});

test("interfaces are listed with their programs by mode", () => {
  const info = (index: number) => join(u32(0, index, 0, 0));
  const named = (name: string, more: Parameters<typeof encodeAttributes>[0] = []) =>
    encodeAttributes([[3, name], ...more]);
  const kernel = answering(() => [
    { type: 16, body: join(info(1), named("lo")) },
    {
      type: 16,
      body: join(
        info(2),
        named("va", [
          [
            43,
            [
              [2, Uint8Array.of(1)],
              [4, 77],
            ],
          ],
        ]),
      ),
    },
    {
      type: 16,
      body: join(
        info(3),
        named("vb", [
          [
            43,
            [
              [2, Uint8Array.of(4)],
              [5, 8],
              [6, 9],
            ],
          ],
        ]),
      ),
    },
    { type: 3, body: u32(0) },
  ]);
  expect(listInterfaces(kernel)).toEqual([
    { ifindex: 1, name: "lo", xdp: {} },
    { ifindex: 2, name: "va", xdp: { native: 77 } },
    { ifindex: 3, name: "vb", xdp: { native: 8, generic: 9 } },
  ]);
});

test("only eBPF filters are listed, and their list heads are not", () => {
  const head = (handle: number, priority: number) => u32(0, 3, handle, 0, priority << 16);
  const kernel = answering(() => [
    { type: 44, body: join(head(0, 5), encodeAttributes([[1, "bpf"]])) },
    {
      type: 44,
      body: join(
        head(1, 5),
        encodeAttributes([
          [1, "bpf"],
          [
            2,
            [
              [7, "mine"],
              [11, 12],
            ],
          ],
        ]),
      ),
    },
    { type: 44, body: join(head(2, 6), encodeAttributes([[1, "u32"]])) },
    { type: 3, body: u32(0) },
  ]);
  expect(listFilters(kernel, { ifindex: 3, direction: "ingress" })).toEqual([
    { priority: 5, handle: 1, name: "mine", programId: 12 },
  ]);
});
