"use strict";
// Run by scripts/build.mjs in a process of its own: has the library read, fit and load an object, so that V8 has compiled
// the functions that every program needs, then writes that code beside it. Needs no privileges and no kernel.
// Argument: the folder that holds node/library.cjs.
//
// sample.o is bench/library/one-program.bpf.c, compiled with -DFITTED and stripped (llvm-strip -g).
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const [made] = process.argv.slice(2);
const source = fs.readFileSync(path.join(made, "node/library.cjs"), "latin1");
// V8 keeps the name with the code, for stack traces: it is one for all machines that the package is on.
const script = new vm.Script(source, { filename: "skep/dist/node/library.cjs" });
const library = { exports: {} };
script.runInThisContext()(library.exports, require, library, "library.cjs", path.join(made, "node"));

const { index, linux, btf } = library.exports;
const sample = path.join(__dirname, "sample.o");

/** Gives descriptors that lead nowhere, and memory of zeros. */
function emptyKernel() {
  let last = 1000;
  const memory = new Map();
  return {
    arch: process.arch,
    call(name, ...args) {
      if (name === "bpf" && args[0] === 1) return -2; // no entry
      last += 1;
      if (name === "mmap") memory.set(last, new ArrayBuffer(args[1]));
      return name === "close" || name === "munmap" ? 0 : last;
    },
    addressOf: () => 1n,
    memoryAt: (address) => memory.get(address),
    watch: () => ({ close() {} }),
    closeAll() {},
  };
}

/** The sample's own types stand for the kernel's. */
function fitted() {
  const read = index.Collection.read(sample).set({ target: 1 });
  const types = btf.parseBtf(read.object.btf);
  return read.relocate({
    kernelVersion: 6 << 16,
    kernelBtf: () => types,
    kernelSymbol: () => undefined,
    kconfig: () => "",
  });
}

const steps = [
  () => linux.openLinux().kernel.call("bpf", 0xffff, new Uint8Array(8), 8), // no such command
  () => {
    const backend = linux.openLinux({ kernel: emptyKernel() });
    const collection = fitted().load({ backend });
    collection.map("counts").get?.(1);
    collection.close();
    backend[Symbol.dispose]();
  },
];
for (const step of steps) {
  try {
    step();
  } catch (error) {
    console.error(`warm-up of the library: ${error.stack}`);
  }
}
fs.writeFileSync(path.join(made, "node/library.cache"), script.createCachedData());
