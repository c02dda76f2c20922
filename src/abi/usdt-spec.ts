import { i16, struct, u8, u32, u64 } from "../base/struct.ts";

// What libbpf's usdt.bpf.h has in its maps: programs written with it find there where a probe's arguments are.
// Source: libbpf 1.5, src/usdt.bpf.h.

export const USDT_SPECS_MAP = "__bpf_usdt_specs";
export const USDT_PLACES_MAP = "__bpf_usdt_ip_to_spec_id"; // for kernels without cookies
export const USDT_MOST_ARGS = 12;

/** `argType` is of USDT_ARG_TYPES. */
export const usdtArgSpec = struct("__bpf_usdt_arg_spec", 16, {
  valOff: u64, // the constant, or what is added to the register
  argType: u32,
  regOff: i16, // in struct pt_regs, bytes
  argSigned: u8,
  argBitshift: u8, // 64 minus the argument's bits
});

/** What follows the specs of `USDT_MOST_ARGS` arguments. */
export const usdtSpecTail = struct("__bpf_usdt_spec.tail", 16, { usdtCookie: u64, argCnt: i16 });
export const USDT_SPEC_BYTES = USDT_MOST_ARGS * usdtArgSpec.bytes + usdtSpecTail.bytes;

export const USDT_ARG_TYPES = { constant: 0, register: 1, memory: 2 } as const;
