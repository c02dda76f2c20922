import { i32, struct, u16, u32, u64 } from "../base/struct.ts";

/**
 * Argument of perf_event_open(2). `flags` are the bits of PERF_EVENT_FLAGS.
 * Source: include/uapi/linux/perf_event.h, `struct perf_event_attr`, v6.12.
 */
export const perfEventAttr = struct("perf_event_attr", 136, {
  type: u32,
  size: u32,
  config: u64,
  samplePeriod: u64, // or sample_freq, with the flag `freq`
  sampleType: u64,
  readFormat: u64,
  flags: u64,
  wakeupEvents: u32,
  bpType: u32,
  config1: u64, // uprobe: address of the path; kprobe: of the function's name
  config2: u64, // uprobe and kprobe: offset
  branchSampleType: u64,
  sampleRegsUser: u64,
  sampleStackUser: u32,
  clockid: i32,
  sampleRegsIntr: u64,
  auxWatermark: u32,
  sampleMaxStack: u16,
  reserved2: u16,
  auxSampleSize: u32,
  reserved3: u32,
  sigData: u64,
  config3: u64,
});

/** The bit-field of `perf_event_attr`, as values of its 64-bit word. Source: as above. */
export const PERF_EVENT_FLAGS = {
  disabled: 1n << 0n,
  inherit: 1n << 1n,
  excludeUser: 1n << 4n,
  excludeKernel: 1n << 5n,
  freq: 1n << 10n,
  inheritThread: 1n << 35n, // Linux 5.13
} as const;
