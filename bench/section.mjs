// Sections of docs/benchmarks.md: each benchmark writes its own and leaves the others alone.
import { readFileSync, writeFileSync } from "node:fs";

/** Rows of cells as a table in Markdown; the first is its head. */
export function tableOf([head, ...rows]) {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The sections behind the first part of the page, each with its title. */
export function sectionsOf(page) {
  return page.split(/^(?=## )/m).slice(1);
}

/** Replaces the section with that title, or adds it. */
export function writeSection(file, title, text) {
  const page = readFileSync(file, "utf8");
  const [first = ""] = page.split(/^(?=## )/m);
  const section = `## ${title}\n\n${text.trim()}\n`;
  const sections = sectionsOf(page);
  const at = sections.findIndex((one) => one.startsWith(`## ${title}\n`));
  if (at === -1) sections.push(section);
  else sections[at] = section;
  const whole = [first, ...sections].map((part) => part.trimEnd()).join("\n\n");
  writeFileSync(file, `${whole}\n`);
}
