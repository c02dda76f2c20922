import type { XlatedLine } from "./prog-command-xlated.ts";

/** Slots where a block ends, and where control goes from there. */
type Flow = Readonly<{ next: number; targets: readonly number[]; falls: boolean }>;

const CALL = 0x85;
const EXIT = 0x95;
const LOCAL_CALL = 1; // source register of a call of the program's own function
const LOCAL_FUNCTION = 4; // source register of a load of a function's address

/** The control flow of a program as a graph for Graphviz: a cluster per function, a node per block of instructions. */
export function flowGraph(lines: readonly XlatedLine[]): string {
  const flows = new Map(lines.map((line) => [line.slot, flowOf(line)]));
  const starts = functionStarts(lines);
  const leaders = new Set(starts);
  for (const flow of flows.values()) {
    for (const target of flow.targets) leaders.add(target);
    if (flow.targets.length > 0 || !flow.falls) leaders.add(flow.next);
  }
  let text = 'digraph "program" {\n  node [shape=box, fontname=monospace];\n';
  for (const [i, start] of starts.entries()) {
    const end = starts[i + 1] ?? Number.POSITIVE_INFINITY;
    const own = lines.filter(({ slot }) => slot >= start && slot < end);
    text += clusterText(i, own, flows, leaders);
  }
  return `${text}}\n`;
}

function clusterText(
  index: number,
  lines: readonly XlatedLine[],
  flows: ReadonlyMap<number, Flow>,
  leaders: ReadonlySet<number>,
): string {
  const nodes: string[] = [];
  const edges: string[] = [];
  let block: XlatedLine[] = [];
  const finish = (): void => {
    const [first] = block;
    const last = block.at(-1);
    const flow = last && flows.get(last.slot);
    if (first === undefined || flow === undefined) return;
    nodes.push(
      `    s${first.slot} [label="${block.map(({ slot, disasm }) => `${slot}: ${quoted(disasm)}\\l`).join("")}"];\n`,
    );
    for (const target of flow.targets)
      edges.push(`    s${first.slot} -> s${target}${flow.falls ? ' [label="yes"]' : ""};\n`);
    if (flow.falls && leaders.has(flow.next))
      edges.push(`    s${first.slot} -> s${flow.next}${flow.targets.length > 0 ? ' [label="no"]' : ""};\n`);
    block = [];
  };
  for (const line of lines) {
    if (leaders.has(line.slot)) finish();
    block.push(line);
  }
  finish();
  const name = lines[0]?.proto ?? `function at ${lines[0]?.slot ?? 0}`;
  return `  subgraph "cluster_${index}" {\n    label="${quoted(name)}";\n${nodes.join("")}${edges.join("")}  }\n`;
}

/** Functions begin where the types say so, and where the program calls or refers to them. */
function functionStarts(lines: readonly XlatedLine[]): number[] {
  const starts = new Set([0]);
  const slots = new Set(lines.map(({ slot }) => slot));
  for (const { slot, proto, opcodes } of lines) {
    if (proto !== undefined) starts.add(slot);
    const view = new DataView(opcodes.buffer, opcodes.byteOffset, opcodes.length);
    const source = (opcodes[1] ?? 0) >> 4;
    // The kernel puts an address into the immediate of a call; its offset still says where the function is.
    const target =
      opcodes[0] === CALL && source === LOCAL_CALL
        ? slot + 1 + view.getInt16(2, true)
        : opcodes[0] === 0x18 && source === LOCAL_FUNCTION
          ? slot + 1 + view.getInt32(4, true)
          : undefined;
    if (target !== undefined && slots.has(target)) starts.add(target);
  }
  return [...starts].sort((a, b) => a - b);
}

/** Source: RFC 9669, section 4.3. */
function flowOf({ slot, opcodes }: XlatedLine): Flow {
  const code = opcodes[0] ?? 0;
  const next = slot + opcodes.length / 8;
  const isJump = (code & 7) === 5 || (code & 7) === 6;
  if (!isJump || code === CALL) return { next, targets: [], falls: true };
  if (code === EXIT) return { next, targets: [], falls: false };
  const view = new DataView(opcodes.buffer, opcodes.byteOffset, opcodes.length);
  if (code === 0x06) return { next, targets: [next + view.getInt32(4, true)], falls: false };
  const targets = [next + view.getInt16(2, true)];
  const always = code === 0x05;
  return { next, targets: !always && targets[0] === next ? [] : targets, falls: !always };
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, "\\$&");
}
