import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { gunzipSync } from "node:zlib";

const MOST_BYTES = 8 << 20; // a configuration has a few hundred KiB

/** Text of the running kernel's configuration; undefined where neither the kernel nor the distribution kept it. */
export function readKernelConfig(kernelRelease = release()): string | undefined {
  const places = ["/proc/config.gz", `/boot/config-${kernelRelease}`, `/lib/modules/${kernelRelease}/config`];
  for (const path of places) {
    if (!existsSync(path)) continue;
    const bytes = readFileSync(path);
    return (path.endsWith(".gz") ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes).toString("utf8");
  }
  return undefined;
}
