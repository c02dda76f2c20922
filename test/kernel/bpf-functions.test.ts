import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import type { LinuxLoaded } from "../../src/linux/loaded.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { TraceError, type TraceRecord, trace } from "../../src/public.ts";
import { BPF_OBJECT, compiledOnce } from "./compiled-once.ts";
import { needs } from "./needs.ts";
import { runSkep } from "./skep-command.ts";

// Functions of BPF programs that are loaded: fentry:bpf:NAME and fexit:bpf:ID:NAME.

const SOURCE = `
struct xdp_md { unsigned data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex; };
__attribute__((noinline)) int skep_check(unsigned length, int factor) {
  return length > 1000 ? -1 : (int)length * factor;
}
__attribute__((section("xdp"), used)) int skep_on_packet(struct xdp_md *ctx) {
  unsigned length = ctx->data_end - ctx->data;
  return skep_check(length, 3) > 0 ? 2 : 1;
}
char _license[] __attribute__((section("license"), used)) = "GPL";`;

const PACKET = new Uint8Array(60);
const backend = openLinux();
let loaded: LinuxLoaded | undefined;

beforeAll(() => {
  const out = compiledOnce({ ...BPF_OBJECT, source: { name: "packet.c", text: SOURCE } });
  if (out === undefined) throw new Error("needs clang");
  loaded = backend.load(fromElf(readFileSync(out)));
});

afterAll(() => {
  loaded?.close();
  backend[Symbol.dispose]();
});

const target = () => {
  if (loaded === undefined) throw new Error("nothing was loaded");
  return loaded.program("skep_on_packet");
};
const id = () => target().id;

async function linesOf(script: string): Promise<string[]> {
  const lines: string[] = [];
  using running = await trace(script);
  expect(target().testRun({ data: PACKET }).returned).toBe(2);
  setTimeout(() => running.stop(), 300);
  for await (const record of running as AsyncIterable<TraceRecord>)
    if (record.kind === "printf") lines.push(record.text);
  return lines;
}

// biome-ignore format: one case per line
test.for<{ rule: string; script: () => string; lines: () => string[] }>([
  { rule: "its context is the kernel's",      script: () => 'fentry:bpf:skep_on_packet { printf("%d", args.ctx.data_end - args.ctx.data); }',           lines: () => ["60"] },
  { rule: "what it returns",                  script: () => 'fexit:bpf:skep_on_packet { printf("%s %d", probe, retval); }',                             lines: () => [`fexit:bpf:${id()}:skep_on_packet 2`] },
  { rule: "a subprogram's arguments",         script: () => 'fexit:bpf:skep_check { printf("%s %d %d %d", func, args.length, args.factor, retval); }',  lines: () => ["skep_check 60 3 180"] },
  { rule: "one program's functions by its id", script: () => `fentry:bpf:${id()}:skep_* { printf("%s", probe); }`,                                      lines: () => [`fentry:bpf:${id()}:skep_on_packet`, `fentry:bpf:${id()}:skep_check`] },
])("a BPF program is traced: $rule", async ({ script, lines }, t) => {
  needs(t, "fentry");
  expect(await linesOf(script())).toEqual(lines());
});

test("what is not there is told with what there is", async (t) => {
  needs(t, "fentry");
  const failed = trace(`fentry:bpf:${id()}:skep_chek { }`);
  await expect(failed).rejects.toThrow(TraceError);
  await expect(failed).rejects.toThrow(/`skep_on_packet`, `skep_check`/);
  await expect(trace("fentry:bpf:skep_none { }")).rejects.toThrow(/no BPF program has a function/);
});

test("they are listed with their arguments", async (t) => {
  needs(t, "fentry");
  const { out } = await runSkep("list", "-v", `fexit:bpf:${id()}:*`);
  expect(out.trim().split(/\s*\n\s*/)).toEqual([
    `fexit:bpf:${id()}:skep_on_packet`,
    "struct xdp_md * ctx",
    "int retval",
    `fexit:bpf:${id()}:skep_check`,
    "unsigned int length",
    "int factor",
    "int retval",
  ]);
});
