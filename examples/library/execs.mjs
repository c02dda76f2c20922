// Which programs does a command start? Events from a ring buffer, decoded by the object's own types.
//
//     clang -target bpf -g -O2 -I/usr/include/$(uname -m)-linux-gnu -c examples/library/execs.bpf.c -o execs.o
//     sudo node examples/library/execs.mjs execs.o sh -c 'id; date'
import { spawn } from "node:child_process";
import { Collection } from "skep";

const [file, ...command] = process.argv.slice(2);
const [program = "date", ...args] = command;

// TypeScript, and Node 24, can write `using c = …` instead of the try.
const c = Collection.read(file).set({ parent: process.pid }).load();
try {
  c.attach();
  const stop = new AbortController();
  const child = spawn(program, args, { stdio: "ignore" });
  child.on("exit", () => stop.abort()); // the loop below ends after what is in the buffer by then

  const events = c.events("events", { signal: stop.signal, lost: "dropped" });
  for await (const { pid, comm, ns } of events) console.log(`${ns} ${pid} ${comm}`);

  console.log(`${c.globals.started} started, ${events.lost} lost`);
} finally {
  c.close();
}
