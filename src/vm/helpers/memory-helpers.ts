import { ERRNO } from "../errno.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

type Source = "kernel" | "user";

const USER_END = 0x8000_0000_0000n; // addresses of user space lie below it

/** bpf_probe_read(dst, size, address). */
function probe(from: Source) {
  return (call: HelperCall): number => call.probe(call.u64(3), call.write(1, call.size(2)), from);
}

/** bpf_probe_read: from wherever the address lies. */
function probeAny(call: HelperCall): number {
  const address = call.u64(3);
  return call.probe(address, call.write(1, call.size(2)), address < USER_END ? "user" : "kernel");
}

/** bpf_probe_read_str(dst, size, address): bytes read, the NUL included; always ends with a NUL. */
function probeText(from: Source | "any") {
  return (call: HelperCall): number => {
    const size = call.size(2);
    if (size === 0) return 0;
    if (from === "user") return call.readUserText(3, 1, size);
    const address = call.u64(3);
    const source = from !== "any" ? from : address < USER_END ? "user" : "kernel";
    return call.readText(address, call.write(1, size), source);
  };
}

/** Memory of the kernel and of user space. */
export const MEMORY_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_probe_read", run: probeAny },
  { name: "bpf_probe_read_kernel", run: probe("kernel") },
  { name: "bpf_probe_read_user", run: probe("user") },
  { name: "bpf_copy_from_user", run: probe("user") },
  { name: "bpf_probe_read_str", run: probeText("any") },
  { name: "bpf_probe_read_kernel_str", run: probeText("kernel") },
  { name: "bpf_probe_read_user_str", run: probeText("user") },
  {
    name: "bpf_probe_write_user",
    run: (call) => (call.env.writeUser(call.u64(1), call.read(2, call.size(3)).slice()) ? 0 : -ERRNO.EFAULT),
  },
  {
    name: "bpf_d_path",
    run(call) {
      const path = call.env.path(call.u64(1));
      const size = call.size(3);
      if (path === undefined) return -ERRNO.ENOENT;
      const bytes = new TextEncoder().encode(`${path}\0`);
      if (bytes.length > size) return -ERRNO.ENAMETOOLONG;
      call.write(2, size).set(bytes);
      return bytes.length;
    },
  },
];
