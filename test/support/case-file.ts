/**
 * A case shows one program at several stages: sections that begin with a line `-- NAME`, of which `source` is given and
 * the others follow from it. What stands before the first section is a remark.
 */
export type CaseFile = Readonly<{ remark: string; sections: ReadonlyMap<string, string> }>;

/** Reads a case file. Throws when a section stands twice or there is no source. */
export function parseCase(text: string): CaseFile {
  const [remark = "", ...parts] = `\n${text}`.split(/^(?=-- \w+$)/m);
  const sections = new Map<string, string>();
  for (const part of parts) {
    const [head = "", ...lines] = part.split("\n");
    const name = head.slice(3);
    if (sections.has(name)) throw new Error(`the section ${name} stands twice`);
    sections.set(name, lines.join("\n").trimEnd());
  }
  if (!sections.has("source")) throw new Error("a case needs a section `-- source`");
  return { remark: remark.slice(1), sections };
}

/** The file with its sections; `parseCase` gives the same back. */
export function printCase({ remark, sections }: CaseFile): string {
  return remark + [...sections].map(([name, body]) => `-- ${name}\n${body}\n`).join("");
}
