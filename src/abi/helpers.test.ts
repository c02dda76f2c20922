import { expect, test } from "vitest";
import { HELPER_WIDENINGS } from "./helper-history.ts";
import { EVERY } from "./helper-programs.ts";
import { HELPERS, helperArgs, helperById, helperByName, helperSignature, mayCall } from "./helpers.ts";
import { PROGRAM_TYPES } from "./program-types.ts";

const helper = (name: string) => {
  const found = helperByName(name);
  if (found === undefined) throw new Error(`no helper ${name}`);
  return found;
};

test("ids run from 1 to 211 and names are unique", () => {
  expect(HELPERS.map((h) => h.id)).toEqual(Array.from({ length: 211 }, (_, i) => i + 1));
  expect(new Set(HELPERS.map((h) => h.name)).size).toBe(211);
  expect(EVERY).toHaveLength(30);
});

test("helpers are found both ways, with and without the prefix", () => {
  expect(helperByName("bpf_ringbuf_reserve")?.id).toBe(131);
  expect(helperByName("ringbuf_reserve")?.id).toBe(131);
  expect(helperById(14)?.name).toBe("bpf_get_current_pid_tgid");
  expect(helperByName("bpf_nothing")).toBeUndefined();
  expect(helperById(0)).toBeUndefined();
  expect(helperById(212)).toBeUndefined();
});

test.each(HELPERS.map((h) => [h.name, h] as const))("record of %s is sound", (_, h) => {
  expect(h.name).toMatch(/^bpf_\w+$/);
  expect(h.since).toMatch(/^[3-6]\.\d+$/);
  expect(h.doc).toMatch(/^[A-Z].*[^.]$/);
  expect(new Set(h.programs).size, "a program type twice").toBe(h.programs.length);
  for (const args of [h.args, ...(h.variants ?? []).map((variant) => variant.args)]) {
    expect(args.length).toBeLessThanOrEqual(5);
    for (const [i, arg] of args.entries()) {
      if (arg.kind === "mem") expect(args[i + 1]?.kind).toBe("size");
      if (arg.kind === "size") expect(args[i - 1]?.kind).toBe("mem");
      if (arg.kind === "map") expect(h.maps, "which maps it takes").toBeDefined();
    }
  }
  for (const [program, attach] of Object.entries(h.only ?? {})) {
    expect(h.programs).toContain(program);
    const known: readonly string[] = PROGRAM_TYPES[program as keyof typeof PROGRAM_TYPES].attach;
    for (const type of attach) expect(known).toContain(type);
  }
  for (const variant of h.variants ?? [])
    for (const program of variant.programs) expect(h.programs).toContain(program);
});

test.each(HELPERS.map((h) => [h.name, h] as const))("prototype of %s fits its arguments", (_, h) => {
  const { returns, params } = helperSignature(h);
  expect(returns).toMatch(/^(void|int|long|u32|u64|s64|unsigned long|(struct \w+|void) \*)$/);
  const named = params.filter((param) => param.name !== "");
  const most = Math.max(h.args.length, ...(h.variants ?? []).map((variant) => variant.args.length));
  expect(named).toHaveLength(most);
  const pointer = h.returns.kind !== "int" && h.returns.kind !== "size" && h.returns.kind !== "void";
  if (pointer) expect(returns).toMatch(/\*$|^long$/);
});

test("a signature is taken apart", () => {
  expect(helperSignature(helper("map_lookup_elem"))).toEqual({
    returns: "void *",
    params: [
      { type: "struct bpf_map *", name: "map" },
      { type: "const void *", name: "key" },
    ],
  });
  expect(helperSignature(helper("ktime_get_ns"))).toEqual({ returns: "u64", params: [] });
  expect(helperSignature(helper("trace_printk")).params.at(-1)).toEqual({ type: "...", name: "" });
});

test("arguments differ between program types where the kernel's do", () => {
  expect(helperArgs(helper("get_socket_cookie"), "schedCls")).toEqual([{ kind: "ctx" }]);
  expect(helperArgs(helper("get_socket_cookie"), "tracing")).toEqual([{ kind: "sockCommon", nullable: true }]);
  expect(helperArgs(helper("get_cgroup_classid"), "schedCls")).toEqual([{ kind: "ctx" }]);
  expect(helperArgs(helper("get_cgroup_classid"), "kprobe")).toEqual([]);
});

// biome-ignore format: one case per line
test.each<{ rule: string; name: string; caller: Parameters<typeof mayCall>[1]; gives: boolean }>([
  { rule: "anybody",                         name: "map_lookup_elem",      caller: { program: "netfilter" },                                gives: true },
  { rule: "another program type's",          name: "skb_load_bytes",       caller: { program: "kprobe" },                                   gives: false },
  { rule: "the right attach type",           name: "get_func_arg",         caller: { program: "tracing", attach: "traceFentry" },           gives: true },
  { rule: "the wrong attach type",           name: "get_func_arg",         caller: { program: "tracing", attach: "traceRawTp" },            gives: false },
  { rule: "any attach type",                 name: "get_func_arg",         caller: { program: "tracing" },                                  gives: true },
  { rule: "before the helper's release",     name: "ringbuf_output",       caller: { program: "kprobe", release: "5.7" },                   gives: false },
  { rule: "in the helper's release",         name: "ringbuf_output",       caller: { program: "kprobe", release: "5.8.0-44-generic" },      gives: true },
  { rule: "before the right was widened",    name: "send_signal",          caller: { program: "xdp", release: "6.12" },                     gives: false },
  { rule: "after the right was widened",     name: "send_signal",          caller: { program: "xdp", release: "6.18.1" },                   gives: true },
  { rule: "not concerned by the widening",   name: "send_signal",          caller: { program: "kprobe", release: "5.4" },                   gives: true },
])("mayCall: $rule", ({ name, caller, gives }) => {
  expect(mayCall(helper(name), caller)).toBe(gives);
});

test("every widening names helpers that are there and rights that they have now", () => {
  for (const { by, helpers, programs } of HELPER_WIDENINGS)
    for (const name of helpers)
      for (const program of programs) expect(mayCall(helper(name), { program, release: by }), name).toBe(true);
});
