// The threads of this process, by an iterator of the kernel: a program that writes lines when it is read.
//
//     clang -target bpf -g -O2 -I/usr/include/$(uname -m)-linux-gnu -c examples/library/tasks.bpf.c -o tasks.o
//     sudo node examples/library/tasks.mjs tasks.o
import { Collection } from "skep";

const c = Collection.read(process.argv[2]).load();
try {
  const { list_tasks } = c.programs;
  for await (const line of list_tasks.lines({ kind: "iter", target: "task", task: { pid: process.pid } }))
    console.log(line);
} finally {
  c.close();
}
