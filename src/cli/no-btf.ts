import { SkepError } from "../base/errors.ts";

/** `what` cannot be done, since this kernel does not tell its types. */
export function noBtf(what: string): SkepError {
  return new SkepError(`${what} needs the kernel's types (BTF), and this kernel has none`, {
    code: "cli/no-btf",
    remedy:
      "use a kernel of Linux 5.4 or newer with CONFIG_DEBUG_INFO_BTF: `ls /sys/kernel/btf/vmlinux` finds them there",
  });
}
