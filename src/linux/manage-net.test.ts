import { expect, test } from "vitest";
import { interfaceInfo, LINK_ATTRIBUTES, ROUTE_MESSAGES, XDP_ATTRIBUTES, XDP_FLAGS } from "../abi/netlink.ts";
import { ERRNO } from "./errno.ts";
import { FakeKernel } from "./fake-kernel.ts";
import { fakeNetlink, interfaceMessage, type NetlinkAnswer, type SentMessage } from "./fake-netlink.ts";
import { Fd } from "./fd.ts";
import { keepTc } from "./manage-tc.ts";
import { dropXdp, keepXdp } from "./manage-xdp.ts";
import { attributesOf } from "./netlink.ts";

// What is done on older kernels and by poorer drivers, and that nothing of a refused attachment stays.

const { newQdisc, delQdisc, newFilter, getFilter, setLink, getLink } = ROUTE_MESSAGES;
const DEVICE = { name: "eth0", ifindex: 3 };

function scene(answer: (message: SentMessage) => NetlinkAnswer, bpf = -ERRNO.EINVAL) {
  const sent: SentMessage[] = [];
  const netlink = fakeNetlink(sent, answer);
  const kernel = new FakeKernel((name, args, self) => netlink(name, args, self) ?? (name === "bpf" ? bpf : 0));
  return { kernel, program: new Fd(kernel, 50), types: () => sent.map(({ type }) => type), sent };
}

test("tc: without tcx the program becomes a filter, and that is said", () => {
  const { kernel, program, types } = scene(() => ({}));
  const notes: string[] = [];
  const place = keepTc(kernel, {
    device: DEVICE,
    direction: "ingress",
    program,
    name: "p",
    onNote: (n) => notes.push(n),
  });
  expect([place, notes]).toEqual(["clsact/ingress", [expect.stringContaining("6.6")]]);
  expect(types()).toEqual([newQdisc, getFilter, newFilter, getFilter]);
});

// biome-ignore format: one case per line
test.each([
  { rule: "a qdisc that was made goes again",     qdisc: 0,              gone: true },
  { rule: "one that was there stays",             qdisc: -ERRNO.EEXIST,  gone: false },
])("tc: where the filter is refused, $rule", ({ qdisc, gone }) => {
  const refusing = ({ type }: SentMessage) => (type === newQdisc ? { errno: qdisc } : type === newFilter ? { errno: -ERRNO.EPERM } : {});
  const { kernel, program, types } = scene(refusing);
  const wanted = { device: DEVICE, direction: "egress", program, name: "p", via: "clsact" } as const;
  expect(() => keepTc(kernel, wanted)).toThrow(expect.objectContaining({ code: "system/EPERM" }));
  expect(types().includes(delQdisc)).toBe(gone);
});

test("tc: an order is not given up for an older way", () => {
  const { kernel, program, types } = scene(() => ({}));
  const wanted = {
    device: DEVICE,
    direction: "ingress",
    program,
    name: "p",
    placement: { kind: "first" },
  } as const;
  expect(() => keepTc(kernel, wanted)).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining("6.6") }),
  );
  expect(types()).toEqual([]);
});

const xdpFlags = ({ body }: SentMessage) => {
  const xdp = attributesOf(
    attributesOf(body, interfaceInfo.bytes).get(LINK_ATTRIBUTES.xdp) ?? new Uint8Array(),
  );
  const flags = xdp.get(XDP_ATTRIBUTES.flags);
  return flags && new DataView(flags.buffer, flags.byteOffset).getUint32(0, true);
};

const interfaces = (xdp: Parameters<typeof interfaceMessage>[2] = []) => ({
  messages: [interfaceMessage(3, "eth0", xdp)],
});

test("XDP: a driver that cannot leaves it to the stack, and that is said", () => {
  const { kernel, program, sent } = scene((message) => {
    if (message.type === getLink) return interfaces();
    return (xdpFlags(message) ?? 0) & XDP_FLAGS.native ? { errno: -ERRNO.EOPNOTSUPP } : {};
  });
  const notes: string[] = [];
  expect(keepXdp(kernel, { device: DEVICE, program, onNote: (n) => notes.push(n) })).toBe("generic");
  expect(notes).toEqual([expect.stringContaining("eth0")]);
  expect(sent.filter(({ type }) => type === setLink).map(xdpFlags)).toEqual([
    XDP_FLAGS.native | XDP_FLAGS.ifNoExist,
    XDP_FLAGS.generic | XDP_FLAGS.ifNoExist,
  ]);
});

// biome-ignore format: one case per line
test.each([
  { rule: "taken",                 wanted: {},                                        code: "attach/taken" },
  { rule: "of another mode",       wanted: { replace: true, mode: "generic" } as const, code: "attach/other-mode" },
])("XDP: what is $rule is not touched", ({ wanted, code }) => {
  const there = [[XDP_ATTRIBUTES.attached, Uint8Array.of(1)], [XDP_ATTRIBUTES.progId, 77]] as const;
  const { kernel, program, types } = scene(() => interfaces(there));
  expect(() => keepXdp(kernel, { device: DEVICE, program, ...wanted })).toThrow(expect.objectContaining({ code }));
  expect(types()).toEqual([getLink]);
});

test("XDP: where there is nothing, nothing is detached", () => {
  const { kernel, types } = scene(() => interfaces());
  expect(() => dropXdp(kernel, DEVICE)).toThrow(expect.objectContaining({ code: "attach/none" }));
  expect(types()).toEqual([getLink]);
});
