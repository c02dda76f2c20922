// Source: include/linux/license.h, v6.18.
const COMPATIBLE: readonly string[] = [
  "GPL",
  "GPL v2",
  "GPL and additional rights",
  "Dual BSD/GPL",
  "Dual MIT/GPL",
  "Dual MPL/GPL",
];

/** Whether a program under that license may call what is only for such programs. */
export function isGplCompatible(license: string): boolean {
  return COMPATIBLE.includes(license);
}
