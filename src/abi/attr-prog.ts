import { fixedString, i32, struct, u32, u64 } from "../base/struct.ts";

// Arms of `union bpf_attr` for programs and BTF. Source: include/uapi/linux/bpf.h, v6.12.

/** Argument of `bpf(BPF_PROG_LOAD)`. */
export const progLoadAttr = struct("bpf_attr.prog_load", 168, {
  progType: u32,
  insnCnt: u32, // 8-byte slots
  insns: u64, // address
  license: u64, // address of a NUL-terminated string
  logLevel: u32,
  logSize: u32,
  logBuf: u64, // address
  kernVersion: u32, // checked for kprobe programs before 5.0
  progFlags: u32,
  progName: fixedString(16),
  progIfindex: u32,
  expectedAttachType: u32,
  progBtfFd: u32,
  funcInfoRecSize: u32,
  funcInfo: u64, // address
  funcInfoCnt: u32,
  lineInfoRecSize: u32,
  lineInfo: u64, // address
  lineInfoCnt: u32,
  attachBtfId: u32,
  attachBtfObjFd: u32, // or attach_prog_fd
  coreReloCnt: u32,
  fdArray: u64, // address
  coreRelos: u64, // address
  coreReloRecSize: u32,
  logTrueSize: u32, // out
  progTokenFd: i32,
  fdArrayCnt: u32,
  signature: u64, // address; since 6.18, as the two below
  signatureSize: u32,
  keyringId: i32,
});

/** Where a function starts in a program. `insnOff` counts 8-byte slots. */
export const funcInfo = struct("bpf_func_info", 8, { insnOff: u32, typeId: u32 });

/** Which source line an instruction comes from; offsets into the BTF's strings. `lineCol` is line << 10 | column. */
export const lineInfo = struct("bpf_line_info", 16, {
  insnOff: u32,
  fileNameOff: u32,
  lineOff: u32,
  lineCol: u32,
});

/** Argument of `bpf(BPF_PROG_TEST_RUN)`. */
export const progTestRunAttr = struct("bpf_attr.test", 80, {
  progFd: u32,
  retval: u32, // out
  dataSizeIn: u32,
  dataSizeOut: u32, // in: room; out: bytes
  dataIn: u64, // address
  dataOut: u64, // address
  repeat: u32,
  duration: u32, // out: ns per run
  ctxSizeIn: u32,
  ctxSizeOut: u32,
  ctxIn: u64, // address
  ctxOut: u64, // address
  flags: u32,
  cpu: u32,
  batchSize: u32,
});

/** Argument of `bpf(BPF_BTF_LOAD)`. */
export const btfLoadAttr = struct("bpf_attr.btf_load", 40, {
  btf: u64, // address
  btfLogBuf: u64, // address
  btfSize: u32,
  btfLogSize: u32,
  btfLogLevel: u32,
  btfLogTrueSize: u32, // out
  btfFlags: u32,
  btfTokenFd: i32,
});

/** Argument of `bpf(BPF_PROG_BIND_MAP)`. */
export const progBindMapAttr = struct("bpf_attr.prog_bind_map", 12, { progFd: u32, mapFd: u32, flags: u32 });

/** Argument of `bpf(BPF_ENABLE_STATS)`; type 0 counts run time. */
export const enableStatsAttr = struct("bpf_attr.enable_stats", 4, { type: u32 });
