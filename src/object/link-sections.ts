import { type ElfSection, SECTION_FLAG, SECTION_TYPE } from "../elf/elf.ts";
import { ObjectError } from "./error.ts";
import type { LinkInput } from "./link-symbols.ts";
import { checkedSize } from "./open-object.ts";

/** A section of the result, and where each file's section of that name begins in it. */
export type OutputSection = {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  align: number;
  bytes: number;
  /** Bytes; none for a section that takes no room in the file. */
  data: Uint8Array | undefined;
  /** By the number of the file. */
  readonly starts: Map<number, number>;
};

const MOST_BYTES = 1 << 30;
const MOST_ALIGN = 1 << 16;

/** Sections of which the files may have one each, if all say the same. */
const ONCE: ReadonlySet<string> = new Set(["license", "version"]);

/** Lays sections of one name one behind the other, in the order of the files. Throws ObjectError. */
export function layOut(inputs: readonly LinkInput[]): ReadonlyMap<string, OutputSection> {
  const out = new Map<string, OutputSection>();
  const parts: { to: OutputSection; at: number; data: Uint8Array }[] = [];
  for (const [input, { open, name: file }] of inputs.entries())
    for (const section of open.elf.sections.filter(isLinked)) {
      const known = out.get(section.name);
      const isBare = section.type === SECTION_TYPE.nobits;
      if (known !== undefined && (known.type !== section.type || known.flags !== section.flags))
        throw bad(section, file, "has another kind than in the files before");
      if (known !== undefined && ONCE.has(section.name)) {
        const before = parts.find((part) => part.to === known)?.data ?? new Uint8Array(0);
        if (!isSame(before, open.data(section)))
          throw bad(section, file, "says something else than in the files before");
        continue;
      }
      if (section.align > MOST_ALIGN) throw bad(section, file, `is aligned to ${section.align} bytes`);
      const to = known ?? newSection(section, out);
      to.align = Math.max(to.align, section.align, 1);
      const at = Math.ceil(to.bytes / to.align) * to.align; // as bpftool does: as aligned as those before
      to.starts.set(input, at);
      to.bytes = at + checkedSize(section);
      if (to.bytes > MOST_BYTES) throw bad(section, file, "makes the result too large");
      if (!isBare) parts.push({ to, at, data: open.data(section) });
    }
  for (const section of out.values())
    if (section.type !== SECTION_TYPE.nobits) section.data = new Uint8Array(section.bytes);
  for (const { to, at, data } of parts) to.data?.set(data, at);
  return out;
}

/** What the kernel gets to see, in some form: code, data and declarations; neither debug information nor tables. */
export function isLinked(section: ElfSection): boolean {
  if (section.size === 0 || (section.flags & SECTION_FLAG.alloc) === 0) return false;
  return section.type === SECTION_TYPE.progbits || section.type === SECTION_TYPE.nobits;
}

function newSection({ name, type, flags }: ElfSection, out: Map<string, OutputSection>): OutputSection {
  const made = { name, type, flags, align: 1, bytes: 0, data: undefined, starts: new Map<number, number>() };
  out.set(name, made);
  return made;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function bad(section: ElfSection, file: string, why: string): ObjectError {
  return new ObjectError("object/cannot-link", `section ${section.name} of ${file} ${why}`, {
    section: section.name,
    remedy: "compile the files by the same rules, and give them the same licence",
  });
}
