import { CAPABILITIES, type Capability } from "../../src/linux/caps.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { SystemError } from "../../src/linux/system-error.ts";

const VERSION_3 = 0x20080522; // _LINUX_CAPABILITY_VERSION_3, include/uapi/linux/capability.h, v6.12
const kernel = openKernel();

/** Runs `body` without these capabilities, which the process keeps the right to have back. */
export function without<T>(capabilities: readonly Capability[], body: () => T): T {
  const header = new Uint8Array(Uint32Array.of(VERSION_3, 0).buffer);
  const sets = new Uint32Array(6); // effective, permitted, inheritable; then the same for bits 32 and up
  expectOk("capget", kernel.call("capget", header, new Uint8Array(sets.buffer)));
  const fewer = sets.slice();
  for (const capability of capabilities) {
    const bit = CAPABILITIES[capability];
    const at = bit < 32 ? 0 : 3;
    fewer[at] = ((fewer[at] ?? 0) & ~(1 << (bit % 32))) >>> 0;
  }
  expectOk("capset", kernel.call("capset", header, new Uint8Array(fewer.buffer)));
  try {
    return body();
  } finally {
    expectOk("capset", kernel.call("capset", header, new Uint8Array(sets.buffer)));
  }
}

function expectOk(call: string, result: number): void {
  if (result < 0) throw new SystemError("change this thread's capabilities", call, result);
}
