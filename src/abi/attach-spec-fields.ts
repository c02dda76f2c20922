import {
  checkInput,
  checkOptions,
  DESCRIPTOR,
  either,
  FLAG,
  type InputRule,
  integer,
  listOf,
  NAME,
  OBJECT,
  type OptionRules,
  TEXT,
  U32,
  U64_BIGINT,
  word,
} from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { AttachSpec } from "./attach-spec.ts";
import { ATTACH_TYPES } from "./attach-types.ts";

/** Fields of one kind of place: those it must have, those that may be left out, and of which it must have one. */
type Fields = Readonly<{ must: OptionRules; may?: OptionRules; oneOf?: readonly string[] }>;

const PID = integer(0, 0x7fff_ffff);
const OFFSET = integer(0, Number.MAX_SAFE_INTEGER);
const COUNT = integer(1, Number.MAX_SAFE_INTEGER);
const I32 = integer(-0x8000_0000, 0x7fff_ffff);

/** Whether `value` is an object of which one field is as its rule says, and no other field is there. */
function one(expected: string, rules: OptionRules, more: OptionRules = {}): InputRule {
  return {
    expected,
    accepts(value) {
      if (!OBJECT.accepts(value)) return false;
      const given = Object.entries(value as object).filter(([, field]) => field !== undefined);
      const isFit = ([name, field]: [string, unknown]) => (rules[name] ?? more[name])?.accepts(field) ?? false;
      return given.every(isFit) && given.some(([name]) => Object.hasOwn(rules, name));
    },
  };
}

/** How an object that the kernel holds is named. */
export const KERNEL_OBJECT = one("{ id }, { pinned: path } or { fd }", {
  id: U32, // 0 is none, which the kernel says
  pinned: NAME,
  fd: DESCRIPTOR,
});
const CGROUP_FIELDS: OptionRules = { path: NAME, fd: DESCRIPTOR };
const CGROUP = one("the folder of a cgroup, as { path } or { fd }", CGROUP_FIELDS);
const WALKED = one("the folder of a cgroup, as { path } or { fd }, and an order", CGROUP_FIELDS, {
  order: word("self", "descendantsPre", "descendantsPost", "ancestors"),
});
const TASK = one("{ pid }, { tid } or { pidFd }", { pid: PID, tid: PID, pidFd: DESCRIPTOR });
const ORDER = one(
  '{ place: "before" } or { place: "after" }, with a program or without',
  { place: word("before", "after") },
  { program: KERNEL_OBJECT },
);
const NETNS: OptionRules = { netns: NAME };
const CARD: OptionRules = { ifindex: integer(1, 0x7fff_ffff) };
const COOKIES = listOf(U64_BIGINT, "bigints");
const EVENT: OptionRules = { type: U32, config: U64_BIGINT };
const TRACED: Fields = { must: { function: NAME }, may: { module: NAME, program: integer(1, 0xffff_ffff) } };

// biome-ignore format: one kind per line
const FIELDS = {
  manual: { must: {} },
  tracepoint: { must: { category: NAME, name: NAME }, may: { id: U32 } },
  rawTracepoint: { must: { name: NAME } },
  kprobe: { must: { function: NAME, return: FLAG }, may: { offset: OFFSET, module: NAME, address: U64_BIGINT } },
  kprobeMulti: { must: { functions: listOf(NAME, "names of functions"), return: FLAG }, may: { session: FLAG, cookies: COOKIES } },
  ksyscall: { must: { name: NAME, return: FLAG } },
  fentry: TRACED,
  fexit: TRACED,
  fmodRet: TRACED,
  btfTracepoint: { must: { name: NAME }, may: { module: NAME } },
  uprobe: { must: { path: NAME, offset: OFFSET, return: FLAG }, may: { pid: PID, semaphoreOffset: OFFSET } },
  uprobeMulti: { must: { path: NAME, offsets: listOf(OFFSET, "file offsets"), return: FLAG }, may: { pid: PID, session: FLAG, semaphoreOffsets: listOf(OFFSET, "file offsets"), cookies: COOKIES } },
  usdt: { must: { path: NAME, provider: TEXT, name: NAME }, may: { pid: PID } },
  software: { must: { event: NAME, period: COUNT }, may: { pid: PID } },
  profile: { must: {}, may: { freqHz: COUNT, periodNs: COUNT, pid: PID }, oneOf: ["freqHz", "periodNs"] },
  interval: { must: { periodNs: COUNT } },
  perfEvent: { must: EVENT, may: { config1: U64_BIGINT, config2: U64_BIGINT, period: U64_BIGINT, freqHz: COUNT, pid: PID }, oneOf: ["period", "freqHz"] },
  breakpoint: { must: { address: U64_BIGINT, length: { expected: "1, 2, 4 or 8", accepts: (n) => n === 1 || n === 2 || n === 4 || n === 8 }, access: word("read", "write", "readWrite", "execute") }, may: { pid: PID } },
  lsm: { must: { hook: NAME } },
  lsmCgroup: { must: { hook: NAME, cgroup: CGROUP } },
  iter: { must: { target: NAME }, may: { map: NAME, task: TASK, cgroup: WALKED } },
  xdp: { must: CARD, may: { ...NETNS, mode: word("generic", "native", "offload") } },
  tc: { must: { ...CARD, direction: word("ingress", "egress") }, may: { ...NETNS, order: ORDER, via: word("tcx", "clsact"), priority: integer(0, 0xffff), handle: U32 } },
  netkit: { must: { ...CARD, peer: FLAG }, may: { ...NETNS, order: ORDER } },
  netfilter: { must: { family: word("ipv4", "ipv6"), hook: word("preRouting", "localIn", "forward", "localOut", "postRouting"), priority: I32 }, may: { ...NETNS, defrag: FLAG } },
  cgroup: { must: { cgroup: CGROUP, hook: word(...Object.keys(ATTACH_TYPES).filter((name) => name.startsWith("cgroup"))) } },
  sockmap: { must: { map: NAME, hook: word("message", "streamParser", "streamVerdict", "verdict") } },
  skLookup: { must: {}, may: NETNS },
  flowDissector: { must: {}, may: NETNS },
  socketFilter: { must: { socket: DESCRIPTOR } },
  skReuseport: { must: { socket: DESCRIPTOR } },
  route: { must: { ...CARD, hook: word("in", "out", "xmit", "seg6local"), destination: NAME }, may: { ...NETNS, headroom: integer(0, 256) } },
  structOps: { must: { map: NAME } },
  freplace: { must: { program: KERNEL_OBJECT, function: NAME } },
  lirc: { must: { device: NAME } },
} satisfies Readonly<Record<AttachSpec["kind"], Fields>>;

/** A path's place, before its function is looked up in the file's symbols. */
export const USER_FUNCTION: Fields = {
  must: { path: NAME, function: NAME },
  may: { offset: OFFSET, return: FLAG, pid: PID },
};

/** Throws SkepError unless the place is of a known kind and has what that kind asks for, and nothing else. */
export function checkAttachSpec(what: string, attach: unknown): void {
  checkInput(what, attach, either(TEXT_PLACE, OBJECT));
  const { kind } = attach as Readonly<{ kind?: unknown }>;
  if (typeof kind === "string" && Object.hasOwn(FIELDS, kind))
    return checkFields(`${what}: a place of kind ${kind}`, attach, FIELDS[kind as AttachSpec["kind"]]);
  const kinds = Object.keys(FIELDS);
  throw new SkepError(`${what}: there is no kind of place \`${String(kind)}\``, {
    code: "library/bad-argument",
    remedy:
      (typeof kind === "string" ? didYouMean(kind, kinds) : undefined) ?? `give one of: ${kinds.join(", ")}`,
  });
}

const TEXT_PLACE: InputRule = {
  expected: "a section's name such as tracepoint/sched/sched_switch",
  accepts: () => false,
};

/** Looks at a place's fields; `kind` is there beside them. Throws SkepError. */
export function checkFields(what: string, attach: unknown, { must, may = {}, oneOf = [] }: Fields): void {
  checkOptions(what, attach, { kind: TEXT, ...must, ...may });
  const given = attach as Readonly<Record<string, unknown>>;
  for (const [name, rule] of Object.entries(must)) checkInput(`${what}: ${name}`, given[name], rule);
  if (oneOf.length === 0 || oneOf.some((name) => given[name] !== undefined)) return;
  throw new SkepError(`${what}: ${oneOf.join(" or ")} is missing`, {
    code: "library/bad-argument",
    remedy: `give one of: ${oneOf.join(", ")}`,
  });
}
