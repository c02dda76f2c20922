import { type ElfSection, SECTION_FLAG, SECTION_TYPE } from "../elf/elf.ts";
import type { ExtraSection } from "./object.ts";
import type { OpenObject } from "./open-object.ts";

/** Sections that are known by their names: what they hold is elsewhere in the object. */
const KNOWN =
  /^(license|version|\.?maps|\.kconfig|\.ksyms|\.addr_space\.1|\??\.struct_ops(\..*)?|\.(data|rodata|bss)(\..*)?)$/;

/**
 * Sections with variables that no loader of the kernel's knows and the object's types describe: other tools read them,
 * such as libxdp `.xdp_run_config`, and libbpf refuses types of a section that is not there.
 */
export function readExtraSections(open: OpenObject): readonly ExtraSection[] {
  const { btf, elf } = open;
  if (btf === undefined) return [];
  return elf.sections.filter(isExtra).flatMap((section) => {
    const [id] = btf.find(section.name, "section");
    const hasPointers = id !== undefined && open.relocations(section).length > 0;
    return id === undefined || hasPointers ? [] : [{ name: section.name, data: open.data(section).slice() }];
  });

  function isExtra({ name, type, flags, size }: ElfSection): boolean {
    const isData = type === SECTION_TYPE.progbits && (flags & SECTION_FLAG.exec) === 0;
    return isData && size > 0 && !KNOWN.test(name);
  }
}
