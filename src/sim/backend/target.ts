import { SkepError } from "../../base/errors.ts";
import { globMatcher, isPattern } from "../../base/glob.ts";
import type { Btf } from "../../btf/types.ts";
import type {
  Feature,
  KernelFunctionName,
  Target,
  TracepointFormat,
  TracepointName,
  UsdtProbe,
  UserFunction,
} from "../../plan/target.ts";
import { moduleOf } from "../btf/modules.ts";
import type { Binary } from "../hooks/binary.ts";
import type { World } from "../world/world.ts";

/** LINUX_VERSION_CODE of the simulated kernel. */
export const KERNEL_VERSION = (6 << 16) | (12 << 8);
/** What its configuration says, as text of /proc/config.gz. */
export const KERNEL_CONFIG = `CONFIG_64BIT=y
CONFIG_X86_64=y
CONFIG_HZ=250
CONFIG_HZ_250=y
CONFIG_SMP=y
CONFIG_NR_CPUS=256
CONFIG_BPF=y
CONFIG_BPF_SYSCALL=y
CONFIG_BPF_JIT=y
CONFIG_BPF_EVENTS=y
CONFIG_BPF_LSM=y
CONFIG_BPF_KPROBE_OVERRIDE=y
CONFIG_DEBUG_INFO_BTF=y
CONFIG_CGROUPS=y
CONFIG_CGROUP_BPF=y
CONFIG_NAMESPACES=y
CONFIG_FTRACE_SYSCALLS=y
CONFIG_FUNCTION_TRACER=y
CONFIG_KPROBES=y
CONFIG_UPROBES=y
CONFIG_NET=y
CONFIG_INET=y
CONFIG_IPV6=y
CONFIG_XDP_SOCKETS=y
CONFIG_EXT4_FS=y
CONFIG_XFS_FS=y
CONFIG_PREEMPT_DYNAMIC=y
CONFIG_ARCH_HAS_SYSCALL_WRAPPER=y
CONFIG_DEFAULT_HOSTNAME="(none)"
`;
const NOT_PROBED = /^(__bpf_trace_|__probestub_|__traceiter_|bpf_prog_)/; // what the kernel makes for tracepoints
const FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** The simulated machine as compilers ask about it: x86_64, Linux 6.12 with everything that it can do. */
export class SimTarget implements Target {
  readonly arch = "x86_64";
  readonly kernelVersion = KERNEL_VERSION;
  readonly pageSize = 4096;
  readonly cpus: number;
  readonly #world: World;
  readonly #names: readonly TracepointName[];

  constructor(world: World) {
    this.#world = world;
    this.cpus = world.cpus.length;
    this.#names = [...world.tables.tracepoints.keys()].sort().map((full) => {
      const [category = "", name = ""] = full.split(":");
      return { category, name };
    });
  }

  kernelBtf(): Btf {
    return this.#world.tables.btf;
  }

  /** Its stacks are told by what runs there, not walked: no program has memory areas, or tables for them. */
  has(feature: Feature): boolean {
    return feature !== "findVma";
  }

  tracepoints(category: string, name: string): readonly TracepointName[] {
    if (!isPattern(category) && !isPattern(name))
      return this.tracepointFormat(category, name) === undefined ? [] : [{ category, name }];
    const [isCategory, isName] = [globMatcher(category), globMatcher(name)];
    return this.#names.filter((known) => isCategory(known.category) && isName(known.name));
  }

  tracepointFormat(category: string, name: string): TracepointFormat | undefined {
    return this.#world.tables.tracepoints.get(`${category}:${name}`);
  }

  syscallNumber(name: string): number | undefined {
    return this.#world.tables.syscalls.get(name)?.number;
  }

  rawTracepoints(pattern: string): readonly string[] {
    return this.#world.tables.rawTracepoints.filter(globMatcher(pattern));
  }

  resolveBinary(name: string, _pid?: number): string | undefined {
    const { hooks } = this.#world;
    if (name.includes("/")) return hooks.binary(name)?.path;
    for (const folder of FOLDERS) {
      const found = hooks.binary(`${folder}/${name}`);
      if (found !== undefined) return found.path;
    }
    return hooks.binaries.find(({ path }) => isLibrary(path, name))?.path;
  }

  userFunctions(path: string, pattern: string): readonly UserFunction[] {
    const matches = globMatcher(pattern);
    return this.#binary(path)
      .userFunctions()
      .filter((fn) => matches(fn.name));
  }

  userSymbol(path: string, name: string): Readonly<{ address: bigint; size: number }> | undefined {
    const binary = this.#binary(path);
    const found = binary.functions.get(name) ?? binary.variables.get(name);
    return found === undefined ? undefined : { address: BigInt(found.offset), size: found.size };
  }

  cgroupId(path: string): bigint | undefined {
    return this.#world.cgroups.find(path)?.id;
  }

  usdtProbes(path: string): readonly UsdtProbe[] {
    return this.#binary(path).usdtProbes();
  }

  kernelFunctions(pattern: string): readonly KernelFunctionName[] {
    const known = this.#world.hooks.symbols.functions();
    const one = known.includes(pattern) ? [pattern] : [];
    const names = (isPattern(pattern) ? known.filter(globMatcher(pattern)) : one).filter(
      (name) => !NOT_PROBED.test(name),
    );
    return [...names].sort().map((name) => {
      const module = moduleOf(name);
      return { name, ...(module !== undefined && { module }) };
    });
  }

  kernelSymbol(name: string): bigint | undefined {
    return this.#world.hooks.symbols.address(name);
  }

  #binary(path: string): Binary {
    const binary = this.#world.hooks.binary(path);
    if (binary !== undefined) return binary;
    throw new SkepError(`the simulated machine has no program ${path}`, {
      code: "sim/no-binary",
      remedy: `name one that it has: ${this.#world.hooks.binaries.map((known) => known.path).join(", ") || "it has none"}`,
    });
  }
}

/** "libc", "c" and "libc.so.6" all mean /lib/x86_64-linux-gnu/libc.so.6. */
function isLibrary(path: string, name: string): boolean {
  const file = path.split("/").at(-1) ?? "";
  if (file === name) return true;
  const stem = /^(lib[^.]+)\.so/.exec(file)?.[1];
  return stem !== undefined && (stem === name || stem === `lib${name}`);
}
