// Which system calls does this process make? Maps as iterables, per-CPU values as arrays, a variable changed live.
//
//     clang -target bpf -g -O2 -I/usr/include/$(uname -m)-linux-gnu -c examples/library/calls.bpf.c -o calls.o
//     sudo node examples/library/calls.mjs calls.o
import { readFileSync } from "node:fs";
import { Collection } from "skep";

const c = Collection.read(process.argv[2])
  .maps({ calls: { maxEntries: 512 } })
  .load();
try {
  c.attach();
  c.globals.target = process.pid; // from here on
  for (let i = 0; i < 100; i++) readFileSync("/etc/hostname");
  c.globals.target = 0;

  const calls = [...c.maps.calls.entries()].sort(([, a], [, b]) => Number(b - a));
  for (const [number, count] of calls.slice(0, 5)) console.log(`call ${number}: ${count}`);
  const perCpu = c.maps.by_cpu.lookup(0);
  console.log(`in all ${perCpu.reduce((sum, n) => sum + n)} on ${perCpu.length} CPUs`);
  console.log(`distinct: ${c.maps.calls.count()}, then cleared`);
  c.maps.calls.clear();
} finally {
  c.close();
}
