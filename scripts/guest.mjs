#!/usr/bin/env node
// node scripts/guest.mjs [-k KERNEL]... [-t SECONDS] [-l FOLDER] [-s] -- COMMAND [ARGUMENT...]
//
// Runs one command under other kernels: each boots in QEMU on this machine's files, read-only below a layer of memory,
// so that node, node_modules and the checkout are simply there and whatever the guest writes is gone afterwards.
//   -k KERNEL   6.1, 6.12 or the name of a Debian package; several run side by side (default: 6.1 and 6.12)
//   -t SECONDS  limit for each guest (default 300)
//   -l FOLDER   keep each console there
//   -s          a complaint of the kernel (BUG, WARNING, oops) counts as failure
// Exit status: the command's own where all agree or one guest ran; 1 where they differ; 125 where a guest gave no result.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runInGuest } from "./guest/boot.mjs";
import { prepareKernel } from "./guest/kernel.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kernel: { type: "string", short: "k", multiple: true, default: ["6.1", "6.12"] },
    limit: { type: "string", short: "t", default: "300" },
    log: { type: "string", short: "l" },
    strict: { type: "boolean", short: "s", default: false },
  },
});
if (positionals.length === 0) {
  console.error(
    "usage: node scripts/guest.mjs [-k KERNEL]... [-t SECONDS] [-l FOLDER] [-s] -- COMMAND [ARGUMENT...]",
  );
  process.exit(2);
}

/** Output of several guests at once is told apart by the series before each line. */
function printer(series) {
  if (values.kernel.length === 1) return (chunk) => process.stdout.write(chunk);
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk.toString("utf8")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) process.stdout.write(`[${series}] ${line}\n`);
  };
}

async function run(series) {
  const kernel = prepareKernel(series);
  const started = Date.now();
  const end = await runInGuest(kernel, positionals, {
    limitSeconds: Number(values.limit),
    onOutput: printer(series),
  });
  if (values.log) {
    mkdirSync(values.log, { recursive: true });
    writeFileSync(join(values.log, `${kernel.version}.log`), end.log);
  }
  for (const line of end.complaints) console.error(`[${series}] the kernel complained: ${line.trim()}`);
  if (end.trouble) console.error(`[${series}] ${end.trouble}`);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.error(
    `[${series}] ${kernel.version}: ${end.status === undefined ? "no result" : `status ${end.status}`} (${seconds} s)`,
  );
  if (values.strict && end.complaints.length > 0) return end.status || 1;
  return end.status ?? 125;
}

const statuses = await Promise.all(values.kernel.map(run));
const worst = statuses.includes(125) ? 125 : new Set(statuses).size === 1 ? statuses[0] : 1;
process.exit(worst);
