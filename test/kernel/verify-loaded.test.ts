// `skep verify id N`: programs that the test loads are read back from the kernel and verified as what they were.

import { readFileSync } from "node:fs";
import { afterAll, expect, test, vi } from "vitest";
import { openThisMachine } from "../../src/cli/this-machine.ts";
import { askedKernels } from "../../src/cli/verify-command-kernel.ts";
import { loadedAnswer } from "../../src/cli/verify-command-loaded.ts";
import { verifySettings } from "../../src/cli/verify-command-options.ts";
import type { Answer } from "../../src/cli/verify-command-report.ts";
import { reportText } from "../../src/cli/verify-command-text.ts";
import type { Insn } from "../../src/isa/insn.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { programInfo } from "../../src/linux/objects.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { CODES } from "../../src/verify/public.ts";
import { settingsOf, verifyCases } from "../support/verify-case.ts";
import { ObjectLab } from "./clang-object.ts";

vi.setConfig({ testTimeout: 300_000 });

const machine = openThisMachine();
const backend = openLinux();
const lab = new ObjectLab();
afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
  machine[Symbol.dispose]();
});
const UAPI = ["-I", `/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`];

function verifyLoaded(id: number, ...options: readonly string[]): Answer & Readonly<{ text: string }> {
  const settings = verifySettings(["id", String(id), ...options]);
  if (settings === undefined) throw new Error("help");
  const [own] = askedKernels({ ...settings, kernels: [] }, machine);
  if (own === undefined) throw new Error("no kernel");
  const answer = loadedAnswer(settings, askedKernels(settings, machine), own);
  return { ...answer, text: reportText(answer, settings) };
}

/** Loads the only program of a C text, and does something with its id. */
function whileLoaded<T>(name: string, text: string, use: (id: number, insns: readonly Insn[]) => T): T {
  const object = fromElf(readFileSync(lab.compile(`${name}.c`, { text, flags: UAPI })));
  using loaded = backend.load(object);
  const [program] = object.programs;
  if (program === undefined) throw new Error("no program");
  return use(programInfo(backend.kernel, loaded.program(program.name).fd).id, program.insns);
}

const calls = (insns: readonly Insn[]) =>
  insns.flatMap((insn) => (insn.kind === "call" && insn.target.kind === "helper" ? [insn.target.id] : []));

const TRACING = `
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define MAP(name, kind, entries) struct { \\
	__uint(type, BPF_MAP_TYPE_##kind); __uint(max_entries, entries); __type(key, u32); __type(value, u64); \\
} name SEC(".maps")

MAP(array, ARRAY, 10);
MAP(hash, HASH, 64);
MAP(lru, LRU_HASH, 64);
MAP(cpu_array, PERCPU_ARRAY, 2);
MAP(cpu_hash, PERCPU_HASH, 64);
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");

const volatile u32 wanted = 7;
u64 total;

static __attribute__((noinline)) int add(u64 *to, u64 n)
{
	if (!to)
		return 0;
	*to += n;
	return 1;
}

SEC("raw_tp/sys_enter")
int all_kinds(struct bpf_raw_tracepoint_args *ctx)
{
	u32 key = bpf_get_current_pid_tgid() & 15;
	u64 one = 1;

	if (key == wanted)
		return 0;
	total += add(bpf_map_lookup_elem(&array, &key), 1);
	total += add(bpf_map_lookup_elem(&hash, &key), bpf_ktime_get_ns());
	total += add(bpf_map_lookup_elem(&lru, &key), bpf_get_smp_processor_id());
	total += add(bpf_map_lookup_elem(&cpu_array, &key), 4);
	total += add(bpf_map_lookup_elem(&cpu_hash, &key), 5);
	bpf_map_update_elem(&hash, &key, &one, BPF_ANY);

	u64 *event = bpf_ringbuf_reserve(&ring, 8, 0);
	if (event) {
		*event = ctx->args[1];
		bpf_ringbuf_submit(event, 0);
	}
	bpf_map_delete_elem(&hash, &key);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
`;

test("a tracing program: inlined lookups are calls again, and all its paths are followed", () => {
  whileLoaded("all-kinds", TRACING, (id, insns) => {
    const { judged, text, notes } = verifyLoaded(id);
    expect(judged.map(({ program, verdict }) => [program.name, verdict.ok])).toEqual([["all_kinds", true]]);
    expect(calls(judged[0]?.program.insns ?? [])).toEqual(calls(insns));
    expect(notes?.[0]).toContain("Verified here by what the kernel holds of it");
    expect(text).toMatch(/all_kinds +raw_tracepoint +accepted/);
  });
});

test("other kernels are asked, and the source lines are the program's own", () => {
  whileLoaded("all-kinds", TRACING, (id) => {
    const { text, judged } = verifyLoaded(id, "--kernel", "5.4,5.10,6.18");
    expect(judged.map(({ kernel, verdict }) => [kernel.profile.release, verdict.ok])).toEqual([
      ["5.4", false],
      ["5.10", true],
      ["6.18", true],
    ]);
    expect(text).toContain("u64 *event = bpf_ringbuf_reserve(&ring, 8, 0);");
  });
});

const PACKETS = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int words(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;

	if (data + 14 > end)
		return 0;
	skb->cb[1] = skb->len + skb->hash + skb->ifindex;
	skb->tc_classid = skb->protocol + skb->mark;
	return ((__u8 *)data)[12] == 8 ? 0 : 2;
}

char LICENSE[] SEC("license") = "GPL";
`;

test("a program of packets: what the kernel reads of its own structs are fields of the context again", () => {
  const fields = (insns: readonly Insn[]) =>
    insns.flatMap((i) => ((i.kind === "load" || i.kind === "store") && i.off >= 0 ? [[i.kind, i.off]] : []));
  whileLoaded("packets", PACKETS, (id, insns) => {
    const { judged, notes } = verifyLoaded(id);
    expect(notes?.[0]).toContain("Verified here by what the kernel holds of it");
    const program = judged[0]?.program.insns ?? [];
    expect(
      fields(program)
        .filter(([, off]) => off !== 12 && off !== 0)
        .sort(),
    ).toEqual(
      fields(insns)
        .filter(([, off]) => off !== 12 && off !== 0)
        .sort(),
    );
  });
});

// Programs of every kind that this kernel takes.
const fixed = verifyCases(Object.keys(CODES), "c").filter((one) => {
  const { privileged, kernels } = settingsOf(one);
  return privileged && kernels.length === 0;
});

test("what the kernel holds is verified, or it is said why not", () => {
  const unfollowed: (string | undefined)[] = [];
  for (const one of fixed)
    whileLoaded(`fixed-${one.name}`, one.file.sections.get("fixed") ?? "", (id) => {
      const { judged, notes } = verifyLoaded(id);
      expect([one.name, judged.map(({ verdict }) => verdict.ok)]).toEqual([one.name, [true]]);
      const [note = ""] = notes ?? [];
      if (note.includes("Verified here")) return;
      expect(note).toContain("the kernel rewrote it (");
      unfollowed.push(judged[0]?.program.type);
    });
  expect(unfollowed.length).toBeLessThan(5); // exceptions, and instructions that only the kernel has
});
