import { ReportReader } from "./log-report.ts";

/** A line of a verifier's log, as far as it matters. */
export type LogLine = Readonly<
  | { kind: "insn"; slot: number; code: string; state: string }
  /** A comment with the source line that the instructions behind it are of. */
  | { kind: "source"; text: string; file?: string; line?: number }
  /** The registers as they are at a slot: at the start, or where a branch is taken up again. */
  | { kind: "state"; slot: number; state: string }
  /** A branch that was left for later is followed now. */
  | { kind: "branch"; from: number; to: number; state: string }
  /** "libbpf: prog 'x'" and the like: whose log this is. */
  | { kind: "program"; name: string }
  /** "Reason: …", as newer kernels write it. */
  | { kind: "reason"; text: string }
  /** What failed, and what the kernel suggests, in its own sentences. */
  | { kind: "verdict"; text: string }
  | { kind: "suggestion"; text: string }
  | { kind: "statistics"; text: string }
  | { kind: "complaint"; text: string }
>;

// Of a context whose type is void, though nothing is wrong with it.
const SAID_OF_EVERY_PROGRAM = /reference type\('UNKNOWN|reg type unsupported for arg#\d+ function /;

const MOST_TEXT = 16 << 20; // characters; what comes before is left out
const LONGEST_LINE = 4000;

/** The lines of a log that was pasted from anywhere: with a loader's prefixes, time stamps, colours or escapes. */
export function logLines(text: string): readonly LogLine[] {
  const lines: LogLine[] = [];
  const report = new ReportReader();
  for (const raw of unescaped(text.slice(-MOST_TEXT)).split(/\r?\n/)) {
    const line = withoutPrefix(raw.slice(0, LONGEST_LINE));
    if (line === "" || SAID_OF_EVERY_PROGRAM.test(line)) continue;
    const reported = report.read(line, lines);
    if (reported !== undefined) {
      lines.push(...reported);
      continue;
    }
    const program = programOf(line);
    if (program !== undefined) lines.push({ kind: "program", name: program });
    const parsed = parseLine(line);
    if (parsed !== undefined) lines.push(parsed);
  }
  return lines;
}

/** Logs inside of JSON or of a debug print have their line ends escaped. */
function unescaped(text: string): string {
  const plain = text.replace(/\x1b\[[\d;]*m/g, "").replace(/[\u2018\u2019]/g, "'");
  if (!/\\n\s*(?:\d+: |; |R\d|processed )/.test(plain)) return plain;
  return plain.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replaceAll('\\"', '"');
}

// biome-ignore format: one prefix per line
const PREFIXES: readonly RegExp[] = [
  /^[|>│]\s?/,                                              // quoted
  /^\[\s*\d+\.\d+\]\s*/,                                    // dmesg
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*\s*/,               // ISO time
  /^[A-Z][a-z]{2}\s+\d+ \d\d:\d\d:\d\d \S+ \S+?(?:\[\d+\])?: /, // syslog
  /^(?:libbpf|bpftool|Error|ERROR|error|WARN|warning|stderr): /,
  /^std(?:err|out) [FP] /,                                  // container logs
  /^[A-Za-z][\w.-]*\s+\|\s/,                                       // docker compose
  /^\d+:(?=\d+: (?:\(|R\d)|R\d+[ =]|; |processed |from )/,  // numbers of grep -n
  /^(?:Error: )?the BPF_PROG_LOAD syscall failed\. Verifier output:\s*/, // Aya
  /^level=\w+ (?:msg=)?"?/,                                 // logfmt
];

function withoutPrefix(raw: string): string {
  let line = raw.trim();
  for (let changed = true; changed; ) {
    const before = line;
    for (const prefix of PREFIXES) line = line.replace(prefix, "");
    line = line.trim();
    changed = line !== before;
  }
  return line;
}

const PROGRAM: readonly RegExp[] = [
  /^prog '([^']+)': (?!attach)/, // libbpf
  /^(?:field \w+: )?program (\S+?): load program: /, // cilium/ebpf
  /Error loading (?:BPF )?program:? '?([\w:.-]+)/i, // bpftrace
  /failed to load program [`'"]?([\w:.-]+)/i, // Aya
];

function programOf(line: string): string | undefined {
  for (const form of PROGRAM) {
    const found = form.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

const INSN = /^(\d+): \(([0-9a-f]{2})\) (.*?)(?:\s*;\s*((?:frame\d+: ?)?(?:R\d|fp-).*))?$/;
const BRANCH = /^from (\d+) to (\d+)(?: \(.*?\))?(?:: (.*))?$/;
const STATE = /^(\d+): ((?:frame\d+: ?)?(?:R\d+|fp-\d+)(?:_\w+)?=.*)$/;
const BARE_STATE = /^ ?(?:R\d+(?:_\w+)?=\S+ ?)+(?:fp-\d+\S* ?)*$/;
const SOURCE = /^; (.*?)(?: @ (\S+?):(\d+))?$/;

// What a log holds beside instructions and complaints.
const NOISE =
  /^(?:-+ ?BEGIN|-+ ?END|func#\d|Live regs|last_idx|first_idx|regs=|parent |mark_precise|propagating|verification time|stack depth|caller:|callee:|returning from|to caller|Validating |Func#\d.*(?:safe|valid)|BPF program load failed|load program|failed to load|the BPF_PROG_LOAD|Verifier output|verifier log|Kernel error log|additional error|Caused by:|Permission denied|Operation not permitted|Invalid argument|Argument list too long|os error|Traceback|Exception: Failed|File "|\(?\d+ lines? omitted|arg#\d+ reference type\('UNKNOWN|safe$|\d+: safe$|prog '|program \S+: |Error loading|Attaching \d|object |-- )/i;

function parseLine(line: string): LogLine | undefined {
  const insn = INSN.exec(line);
  if (insn) return { kind: "insn", slot: Number(insn[1]), code: insn[3] ?? "", state: insn[4] ?? "" };
  const branch = BRANCH.exec(line);
  if (branch) return { kind: "branch", from: Number(branch[1]), to: Number(branch[2]), state: branch[3] ?? "" };
  const state = STATE.exec(line);
  if (state) return { kind: "state", slot: Number(state[1]), state: state[2] ?? "" };
  if (BARE_STATE.test(line)) return { kind: "state", slot: -1, state: line };
  if (line.startsWith("; ")) return sourceLine(line);
  if (/^(?:processed \d+ insn|verification time|stack depth|insns processed|max_states)/.test(line))
    return { kind: "statistics", text: line };
  return complaintOf(line);
}

function sourceLine(line: string): LogLine {
  const [, text = "", file, number] = SOURCE.exec(line) ?? [];
  return file === undefined ? { kind: "source", text } : { kind: "source", text, file, line: Number(number) };
}

/** cilium/ebpf puts the whole refusal on one line: "…: load program: permission denied: 6: (71) …: invalid access …". */
function complaintOf(line: string): LogLine | undefined {
  const summed = /load program: [^:]+: (.*?)(?: \(\d+ lines? omitted\))?$/.exec(line)?.[1];
  if (summed !== undefined)
    return { kind: "complaint", text: summed.replace(/^\d+: \([0-9a-f]{2}\) .*?: (?=[A-Z])/, "") };
  return NOISE.test(line) ? undefined : { kind: "complaint", text: line };
}
