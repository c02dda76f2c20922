import { type ElfSection, SECTION_FLAG, SECTION_TYPE } from "../elf/elf.ts";
import type { ExtraSection } from "./object.ts";
import type { OpenObject } from "./open-object.ts";

/** Sections that are known by their names: what they hold is elsewhere in the object. */
const KNOWN: ReadonlySet<string> = new Set(
  "license version maps .maps .kconfig .ksyms .addr_space.1".split(" "),
);
/** The same, and names that go on with a dot. */
const KNOWN_STEMS = [".data", ".rodata", ".bss", ".struct_ops", "?.struct_ops"];

/**
 * Sections with variables that no loader of the kernel's knows and the object's types describe: other tools read them,
 * such as libxdp `.xdp_run_config`, and libbpf refuses types of a section that is not there.
 */
export function readExtraSections(open: OpenObject): readonly ExtraSection[] {
  const { btf, elf } = open;
  if (btf === undefined) return [];
  const found: ExtraSection[] = [];
  for (const section of elf.sections) {
    if (!isExtra(section) || btf.find(section.name, "section").length === 0) continue;
    if (open.relocations(section).length > 0) continue; // it holds pointers
    found.push({ name: section.name, data: open.data(section).slice() });
  }
  return found;
}

function isExtra({ name, type, flags, size }: ElfSection): boolean {
  if (type !== SECTION_TYPE.progbits || (flags & SECTION_FLAG.exec) !== 0 || size === 0) return false;
  return !KNOWN.has(name) && !KNOWN_STEMS.some((stem) => name === stem || name.startsWith(`${stem}.`));
}
