import { address, type ContextLayout, field, whole } from "./layout.ts";

// Contexts of programs that watch the kernel. Source: kernel/trace/bpf_trace.c, v6.18; sizes as on x86-64.

const PT_REGS = 168; // struct pt_regs
const MAX_TRACE = 8192; // PERF_MAX_TRACE_SIZE
const RAW_ARGUMENTS = 12;

export const PROBE: ContextLayout = {
  type: "struct pt_regs",
  size: PT_REGS,
  fields: [field("the registers", 0, { size: PT_REGS, unit: 8, reads: "any" })],
};

/**
 * The first 8 bytes are the kernel's. It compares offsets with them as unsigned numbers, so that it lets negative ones
 * pass.
 */
export const TRACEPOINT: ContextLayout = {
  type: "the tracepoint's format",
  size: MAX_TRACE,
  fields: [
    field("the tracepoint's fields", 8, { size: MAX_TRACE - 8, unit: 8, reads: "any" }),
    field("what is before the record", -0x8000, { size: 0x8000, unit: 8, reads: "any" }),
  ],
};

export const RAW_TRACEPOINT: ContextLayout = {
  type: "struct bpf_raw_tracepoint_args",
  size: RAW_ARGUMENTS * 8,
  fields: [field("args", 0, { size: RAW_ARGUMENTS * 8, unit: 8, reads: "any" })],
};

export const RAW_TRACEPOINT_WRITABLE: ContextLayout = {
  type: "struct bpf_raw_tracepoint_args",
  size: RAW_ARGUMENTS * 8,
  fields: [
    address("args[0]", 0, 8, { kind: "tpBuffer" }),
    field("args[0]", 1, { size: 7, unit: 8, reads: "any" }),
    field("args", 8, { size: (RAW_ARGUMENTS - 1) * 8, unit: 8, reads: "any" }),
  ],
};

export const PERF_EVENT: ContextLayout = {
  type: "struct bpf_perf_event_data",
  size: PT_REGS + 16,
  fields: [
    whole("the registers", 0, { size: PT_REGS, unit: 8 }),
    field("sample_period", PT_REGS, { unit: 8 }),
    field("addr", PT_REGS + 8, { unit: 8 }),
  ],
};

export const LIRC: ContextLayout = { type: "unsigned int", size: 4, fields: [whole("the sample", 0)] };

/** Memory that user space gave. */
export const SYSCALL: ContextLayout = {
  type: "the program's own",
  size: 0xffff,
  fields: [field("the argument", 0, { size: 0xffff, unit: 8, reads: "any", writes: "any" })],
};

export const NETFILTER: ContextLayout = {
  type: "struct bpf_nf_ctx",
  size: 16,
  fields: [
    address("state", 0, 8, { kind: "btf", struct: "nf_hook_state" }),
    address("skb", 8, 8, { kind: "btf", struct: "sk_buff" }),
  ],
};
