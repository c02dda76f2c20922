import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AttachSpec } from "./attach-spec.ts";
import { LINK_TYPES } from "./link-types.ts";
import type { ProgramKind } from "./program-kind.ts";
import { PROGRAM_KINDS } from "./program-kinds.ts";
import { PROGRAM_TYPES } from "./program-types.ts";
import { compareReleases } from "./release.ts";
import { SECTION_RULES } from "./section-names.ts";

const ROOT = join(import.meta.dirname, "../..");

// Complete by its type: a kind of attachment that is missing here does not compile.
const KINDS: Readonly<Record<AttachSpec["kind"], true>> = {
  manual: true,
  tracepoint: true,
  rawTracepoint: true,
  kprobe: true,
  kprobeMulti: true,
  ksyscall: true,
  fentry: true,
  fexit: true,
  fmodRet: true,
  btfTracepoint: true,
  uprobe: true,
  uprobeMulti: true,
  usdt: true,
  software: true,
  profile: true,
  interval: true,
  perfEvent: true,
  breakpoint: true,
  lsm: true,
  lsmCgroup: true,
  iter: true,
  xdp: true,
  tc: true,
  netkit: true,
  netfilter: true,
  cgroup: true,
  sockmap: true,
  skLookup: true,
  flowDissector: true,
  socketFilter: true,
  skReuseport: true,
  route: true,
  structOps: true,
  freplace: true,
  lirc: true,
};

test("every section, program type and kind of attachment has its record", () => {
  const sections = PROGRAM_KINDS.flatMap((kind) => kind.sections);
  expect([...sections].sort()).toEqual(SECTION_RULES.map((rule) => rule.name).sort());
  expect(new Set(PROGRAM_KINDS.flatMap((kind) => kind.attach))).toEqual(new Set(Object.keys(KINDS)));
  const types = SECTION_RULES.map((rule) => rule.program);
  expect(new Set(types)).toEqual(new Set(Object.keys(PROGRAM_TYPES)));
});

test.each(PROGRAM_KINDS)("$name: sections are of its type, releases are right, the test is there", (kind) => {
  const { type, sections, since, link, test: file, examples = [] } = kind;
  const types = new Set(
    SECTION_RULES.filter((rule) => sections.includes(rule.name)).map((rule) => rule.program),
  );
  if (type !== "lwtXmit") expect([...types]).toEqual([type]);
  if (link) expect(compareReleases(link.since, since)).toBeGreaterThanOrEqual(0);
  if (link) expect(Object.keys(LINK_TYPES)).toContain(link.type);
  for (const path of [file, ...examples.map(exampleOf)]) expect(existsSync(join(ROOT, path)), path).toBe(true);
});

const exampleOf = (name: string) => `examples/hooks/${name}.bpf.c`;

function section(kind: ProgramKind): string {
  const rules = SECTION_RULES.filter((rule) => kind.sections.includes(rule.name));
  const names = rules.map((rule) => {
    const spelled = rule.target === "free" ? `${rule.name}/…` : rule.name;
    const more = [rule.sleepable && `${rule.name}.s`, rule.frags && rule.name.replace("xdp", "xdp.frags")];
    return [spelled, ...more.filter((name) => name !== undefined)].map((name) => `\`${name}\``).join(" ");
  });
  const rows = [
    ["Sections", names.join(", ")],
    ["Context", PROGRAM_TYPES[kind.type].context],
    ["Attach", kind.attach.map((name) => `\`${name}\``).join(", ") || "–"],
    ["Linux", kind.since],
    ["Link", kind.link ? `${LINK_TYPES[kind.link.type].kernelName}, Linux ${kind.link.since}` : "–"],
    ["Without it", kind.fallback ?? "–"],
    ["Cookies", kind.cookies ? `Linux ${kind.cookies}` : "–"],
    ["Run by itself", kind.testRun ? `Linux ${kind.testRun}` : "–"],
    ["Needs", kind.options?.join(", ") ?? "–"],
    ["Examples", (kind.examples ?? []).map((name) => `[${name}](../${exampleOf(name)})`).join(", ") || "–"],
    ["Test", `[${kind.test}](../${kind.test})`],
  ];
  const table = rows.map(([name, text]) => `| ${name} | ${text} |`).join("\n");
  return `## ${kind.name}\n\n${kind.doc}\n\n| | |\n|---|---|\n${table}\n`;
}

const HEAD = `# Program types

Where a program can run, how it gets there, and since which Linux. \`Attach\` names the kind that
\`loaded.link(program, { kind: … })\` takes; the fields of each are in the type \`AttachSpec\` of \`skep/linux\`. A fallback is reported
through \`onNote\`, on the command line with \`-v\`. Made from \`src/abi/program-kinds-*.ts\` by the test:
\`npx vitest run src/abi/program-kinds --update\`.

Each is seen to run by its test, with three exceptions that no kernel at hand offers, and that are tested up to the
kernel's refusal: \`bpf_override_return\` (CONFIG_BPF_KPROBE_OVERRIDE), schedulers by struct_ops (sched_ext, Linux 6.12
with CONFIG_SCHED_CLASS_EXT), and hardware counters (absent from most virtual machines). \`skep doctor\` tells which of
all this works on a machine, and \`skep feature\` what its kernel knows.
`;

test("docs/program-types.md is made from the records", async () => {
  const text = [HEAD, ...PROGRAM_KINDS.map(section)].join("\n");
  await expect(text).toMatchFileSnapshot(join(ROOT, "docs/program-types.md"));
});
