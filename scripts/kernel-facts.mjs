#!/usr/bin/env node
// Reads facts about tracepoints, system calls and functions from the running kernel (its BTF and tracefs, as root) and
// writes them to src/sim/btf/facts/*.gen.ts, compactly: what the simulated kernel has is chosen in kernel-facts/choice.mjs,
// how it looks is asked here. The same kernel gives the same files. Run it after a change of the choice, or to move to
// a newer kernel; test/kernel/sim-facts.test.ts compares the files with whatever kernel the tests run on.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { importSources } from "./import-sources.mjs";
import { FUNCTIONS, RAW_ONLY, TRACEPOINTS } from "./kernel-facts/choice.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const OUT = join(ROOT, "src/sim/btf/facts");
const WIDTH = 112;

const { Tracefs, openKernel, parseBtf, CWriter, plainNames, nameOf, kindOf, syscallNumbers } = await load();
const btf = parseBtf(new Uint8Array(readFileSync("/sys/kernel/btf/vmlinux")));
const writer = new CWriter(btf, { names: plainNames(btf), unnamed: "ellipsis" });
const classes = readClasses();
const written = new Set(); // functions, each once

using(new Tracefs(openKernel()), (tracefs) => {
  for (const [file, categories] of Object.entries(TRACEPOINTS)) writeTracepoints(tracefs, file, categories);
  writeSyscalls(tracefs);
});
for (const [file, names] of Object.entries(FUNCTIONS)) writeFunctions(file, names);

/** The parts of Skep that read a kernel, bundled, since Node does not read TypeScript. */
async function load() {
  const exports = {
    "linux/tracefs.ts": "Tracefs",
    "linux/syscall.ts": "openKernel",
    "btf/decode.ts": "parseBtf",
    "btf/c-writer.ts": "CWriter",
    "btf/c-names.ts": "plainNames",
    "btf/lookup.ts": "nameOf, kindOf",
    "abi/syscalls.ts": "syscallNumbers",
  };
  const contents = Object.entries(exports)
    .map(([path, what]) => `export { ${what} } from "./src/${path}";`)
    .join("\n");
  return await importSources(contents);
}

function using(resource, work) {
  try {
    return work(resource);
  } finally {
    resource[Symbol.dispose]();
  }
}

// ---- C text

/** Integer types as people write them: the compiler's own spelling is "long unsigned int". */
function short(text) {
  return text
    .replace(/\s+/g, " ")
    .replace(/\blong long unsigned int\b/g, "unsigned long long")
    .replace(/\blong unsigned int\b/g, "unsigned long")
    .replace(/\bshort unsigned int\b/g, "unsigned short")
    .replace(/\blong long int\b/g, "long long")
    .replace(/\b(long|short) int\b/g, "$1")
    .replace(/\bvoid __seg_gs \*/g, "void *");
}

function declare(type, name) {
  return short(writer.spell(type, name));
}

/** Parameters of a prototype as C text, the first `skip` left out; names are those of `named` where it has them. */
function parameters(proto, skip, named = proto) {
  const params = proto.params.slice(skip).map((param, i) => {
    const name = param.name || named?.params[i + skip]?.name || "";
    return declare(param.type, name);
  });
  if (proto.variadic) params.push("...");
  return params.length === 0 ? "void" : params.join(", ");
}

function protoOf(func) {
  const id = btf.find(func, "func")[0];
  return id === undefined ? undefined : btf.type(btf.type(id).proto);
}

/** `head`, then `parts` on lines that are indented. */
function wrapped(head, parts, separator) {
  const lines = [];
  let line = head;
  for (const [i, part] of parts.entries()) {
    const text = i < parts.length - 1 ? `${part}${separator}` : part;
    if (line.length + 1 + text.length > WIDTH && line.trim() !== "") {
      lines.push(line);
      line = "  ";
    }
    line += line === "" || line === "  " ? text : ` ${text}`;
  }
  lines.push(line);
  return lines.join("\n");
}

// ---- tracepoints

/** Event classes: structs trace_event_raw_NAME by their members, with the prototype that __bpf_trace_NAME has. */
function readClasses() {
  const found = [];
  for (let id = 1; id < btf.count; id++) {
    if (kindOf(btf, id) !== "struct") continue;
    const name = /^trace_event_raw_(.+)$/.exec(nameOf(btf, id))?.[1];
    if (name === undefined) continue;
    const members = btf
      .type(id)
      .members.map((m) => m.name.replace(/^__(data|rel)_loc_/, ""))
      .filter((m) => m !== "ent" && m !== "__data");
    const proto = protoOf(`__bpf_trace_${name}`);
    found.push({ name, members: members.join(" "), params: proto && parameters(unnamed(proto), 1) });
  }
  return found;
}

function unnamed(proto) {
  return { ...proto, params: proto.params.map((param) => ({ ...param, name: "" })) };
}

/** Arguments of a raw tracepoint; their names are those of its class, if it has one. */
function rawProto(event, group) {
  const id = btf.find(`btf_trace_${event}`, "typedef")[0];
  if (id === undefined) return undefined;
  const proto = btf.type(btf.type(btf.type(id).to).to);
  const named =
    protoOf(`__bpf_trace_${group}`) ?? protoOf(`__probestub_${event}`) ?? protoOf(`__traceiter_${event}`);
  return { text: parameters(proto, 1, named), types: parameters(unnamed(proto), 1) };
}

/** The class of an event: its own, else the one of the same fields and arguments whose name is most like it. */
function classOf(event, fields, types) {
  const names = fields.map((field) => field.name).join(" ");
  const own = classes.filter((one) => one.members === names && one.params === types);
  const exact = own.find((one) => one.name === event);
  if (exact || own.length === 0) return event;
  const likeness = (name) => [...name].findIndex((c, i) => c !== event[i]) >>> 0;
  return own.sort((a, b) => likeness(b.name) - likeness(a.name) || (a.name < b.name ? -1 : 1))[0].name;
}

/** Fields of a format file, with the C text that it has. */
function readFields(tracefs, category, event) {
  const text = readFileSync(`${tracefs.root()}/events/${category}/${event}/format`, "utf8");
  const fields = [];
  for (const [, declaration] of text.matchAll(/^\tfield:(.+?);\toffset:/gm)) {
    const name = /(\w+)(?:\[[^\]]*\])*$/.exec(declaration)[1];
    if (!name.startsWith("common_")) fields.push({ name, text: `${tidy(declaration)};` });
  }
  return fields;
}

function tidy(declaration) {
  return short(declaration)
    .replace(/\* /g, "*")
    .replace(/(\w)\*/g, "$1 *");
}

function writeTracepoints(tracefs, file, categories) {
  const lines = [];
  for (const [category, patterns] of Object.entries(categories)) {
    const wanted = patterns.split(" ").map((p) => new RegExp(`^${p.replaceAll("*", ".*")}$`));
    const groups = new Map();
    for (const { name } of tracefs.list(category, "*")) {
      if (!wanted.some((pattern) => pattern.test(name))) continue;
      const fields = readFields(tracefs, category, name);
      const raw = rawProto(name);
      if (raw === undefined) throw new Error(`${category}:${name} has no raw tracepoint`);
      const group = classOf(name, fields, raw.types);
      const args = rawProto(name, group).text;
      if (!groups.has(group)) groups.set(group, { head: `${group}(${args})`, fields, events: [] });
      groups.get(group).events.push(name);
    }
    if (groups.size === 0) console.error(`no tracepoints ${category}:${patterns}`);
    lines.push(`# ${category}`);
    for (const [group, { head, fields, events }] of [...groups].sort()) {
      const names = events.length === 1 && events[0] === group ? [] : ["=", ...events];
      lines.push(wrapped("", [...head.split(/(?<=,) /), ...names, "{"], ""));
      lines.push(wrapped("  ", [...fields.map((f) => f.text), "}"], ""));
    }
  }
  for (const name of RAW_ONLY[file] ?? []) {
    const raw = rawProto(name);
    if (raw === undefined) console.error(`no raw tracepoint ${name}`);
    else lines.push(...(lines.includes("# -") ? [] : ["# -"]), `${name}(${raw.text})`);
  }
  write(`tracepoints-${file}`, lines);
}

// ---- system calls and functions

function writeSyscalls(tracefs) {
  const lines = [];
  for (const [name] of [...syscallNumbers("x86_64")].sort((a, b) => a[1] - b[1])) {
    if (tracefs.id("syscalls", `sys_enter_${name}`) === undefined) continue;
    const [, ...fields] = readFields(tracefs, "syscalls", `sys_enter_${name}`);
    const args = fields.map((field) => field.text.slice(0, -1)).join(", ") || "void";
    lines.push(`${name}(${args})`);
  }
  write("syscalls", lines);
}

function writeFunctions(file, names) {
  const lines = [];
  for (const name of names.split(/\s+/)) {
    if (written.has(name)) continue;
    written.add(name);
    const proto = protoOf(name);
    if (proto === undefined) console.error(`no function ${name}`);
    else
      lines.push(
        wrapped("", `${declare(proto.returns, `${name}(${parameters(proto, 0)})`)};`.split(/(?<=,) /), ""),
      );
  }
  write(`functions-${file}`, lines);
}

function write(name, lines) {
  const constant = name.toUpperCase().replaceAll("-", "_");
  mkdirSync(OUT, { recursive: true });
  const head =
    "// Written by scripts/kernel-facts.mjs from a running kernel: change scripts/kernel-facts/choice.mjs instead.";
  const text = lines.join("\n");
  if (/[`\\]|\$\{/.test(text)) throw new Error(`${name}: text that needs escapes`);
  writeFileSync(join(OUT, `${name}.gen.ts`), `${head}\nexport const ${constant} = \`\n${text}\n\`;\n`);
  console.log(`${name}: ${lines.join("\n").split("\n").length} lines`);
}
