// C programs into which several faults were put, marked by `// CODE` at the end of their lines: each is found once, in one
// run, and nothing that follows from them.

import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { relocate } from "../../src/object/relocate.ts";
import { verify } from "../../src/verify/public.ts";
import { ObjectLab } from "./clang-object.ts";

const backend = openLinux();
const lab = new ObjectLab();
afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});
const UAPI = ["-I", `/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`];

const HEAD = `#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct entry { __u64 hits; __u32 slots[16]; };
struct event { __u64 when; __u32 pid; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, __u32); __type(value, struct entry); } entries SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, __u32); __type(value, __u64); } counts SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } events SEC(".maps");
char LICENSE[] SEC("license") = "GPL";
`;

const PROGRAMS: readonly Readonly<{ rule: string; text: string }>[] = [
  {
    rule: "a packet, a lookup and an index",
    text: `
SEC("xdp")
int look(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u32 key = *(__u32 *)(data + 2); // packet-bounds
	__u32 slot = bpf_get_prandom_u32();
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	*count = 1; // null-dereference
	struct entry *entry = bpf_map_lookup_elem(&entries, &key);

	if (!entry || slot > 16)
		return XDP_PASS;
	entry->slots[slot] = 7; // map-value-bounds
	return XDP_DROP;
}`,
  },
  {
    rule: "a leak, a number as a pointer, a helper of others",
    text: `
SEC("tracepoint/syscalls/sys_enter_openat")
int tell(void *ctx)
{
	struct event *event;
	char *task = (char *)bpf_get_current_task();
	char first = task[8]; // bad-dereference

	bpf_redirect(1, 0); // helper-not-allowed
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return 0;
	event->pid = first;
	if (first == 1)
		return 0;
	bpf_ringbuf_submit(event, 0);
	return 0;
} // reference-leak`,
  },
  {
    rule: "two lookups, the wrong argument, four in all",
    text: `
SEC("raw_tp/sys_enter")
int mix(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 key = 1, other = 2;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);
	struct entry *entry;

	*count += 1; // null-dereference
	entry = bpf_map_lookup_elem(&entries, &other);
	entry->hits += 2; // null-dereference
	bpf_map_delete_elem(&counts, (void *)(long)key); // argument-type
	bpf_get_current_comm(&key, bpf_get_prandom_u32()); // zero-size
	return 0;
}`,
  },
];

test.each(PROGRAMS)("$rule", ({ rule, text }) => {
  const name = rule.replace(/\W+/g, "-");
  const source = HEAD + text;
  const wanted = source.split("\n").flatMap((line, i) => {
    const code = /\/\/ ([a-z-]+)$/.exec(line)?.[1];
    return code === undefined ? [] : [[`verify/${code}`, i + 1]];
  });
  const object = fromElf(readFileSync(lab.compile(`${name}.c`, { text: source, flags: UAPI })));
  const kernelBtf = backend.target.kernelBtf();
  const { programs } = verify(relocate(object, backend.target), kernelBtf ? { kernelBtf } : {});
  const found = programs.flatMap(({ findings }) => findings.map(({ code, line }) => [code, line?.line]));
  expect(found.sort()).toEqual(wanted.sort());
});
