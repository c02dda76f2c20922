// What does a command open, and what does it look for in vain?
//
//     sudo node examples/open-files.mjs ls -l /usr
//
// trace() compiles the script, attaches it and starts the command. The loop ends with the command.
import { trace } from "skep";

const command = process.argv.length > 2 ? process.argv.slice(2) : ["ls"];

const script = `
  tracepoint:syscalls:sys_enter_openat { @path[tid] = args.filename; }
  tracepoint:syscalls:sys_exit_openat /@path[tid]/ {
    print((path = str(@path[tid]), result = args.ret));
    delete(@path, tid);
  }`;

const opens = await trace(script, { command });
try {
  const found = new Map();
  const missing = new Map();
  for await (const record of opens) {
    if (record.kind !== "value") continue;
    const { path, result } = record.value; // a bigint: the kernel's number of 64 bits
    const counts = result < 0n ? missing : found;
    counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  show("opened", found);
  show("not there", missing);
  console.log(`lost: ${opens.lost.events} events`);
} finally {
  opens[Symbol.dispose](); // where the language knows it: using opens = await trace(…)
}

function show(title, counts) {
  console.log(`\n${title}:`);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  for (const [path, count] of sorted.slice(0, 20))
    console.log(`${String(count).padStart(7)}  ${JSON.stringify(path)}`);
}
