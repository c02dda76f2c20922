// How large are the reads of a running process? A histogram, redrawn each second until Ctrl-C or its end.
//
//     sudo node examples/read-sizes.mjs PID
//
// The kernel counts; maps are read while the script runs.
import { trace } from "skep";
import { histogramLines } from "skep/output";

const pid = Number(process.argv[2] ?? process.ppid);
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

const script = `tracepoint:syscalls:sys_exit_read /args.ret > 0/ { @bytes = hist(args.ret); }`;
const reads = await trace(script, { pid, signal: stop.signal });
const timer = setInterval(() => {
  const { value, entries } = reads.maps.get("@bytes");
  if (entries.length === 0) return;
  console.log(`\nbytes per read of process ${pid}:`);
  console.log(histogramLines(entries[0].value, value).join("\n"));
}, 1000);
try {
  for await (const record of reads) if (record.kind === "printf") console.log(record.text);
} finally {
  clearInterval(timer);
  reads[Symbol.dispose]();
}
