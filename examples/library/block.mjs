// Blocks networks at an interface; without one, shows by test runs what the program would do. Prefixes as keys, structs
// as values, programs run by hand, a place that the section does not name.
//
//     clang -target bpf -g -O2 -I/usr/include/$(uname -m)-linux-gnu -c examples/library/block.bpf.c -o block.o
//     sudo node examples/library/block.mjs block.o [INTERFACE SECONDS]
import { Collection } from "skep";

const XDP = ["aborted", "drop", "pass", "tx", "redirect"];
const [file, name, seconds = "10"] = process.argv.slice(2);

/** An IPv4 packet from an address: Ethernet and IP headers, and nothing else. */
function packetFrom(address) {
  const packet = new Uint8Array(64);
  packet.set([0x08, 0x00, 0x45], 12);
  packet.set(address.split(".").map(Number), 26);
  return packet;
}

const c = Collection.read(file).load();
try {
  const { blocked } = c.maps;
  blocked.update("10.1.0.0/16", { packets: 0, bytes: 0 });
  if (name === undefined) {
    for (const address of ["10.1.2.3", "10.2.2.3"]) {
      const { returned } = c.programs.block.testRun({ data: packetFrom(address) });
      console.log(`${address}: ${XDP[returned]}`);
    }
  } else {
    c.programs.block.attach({ kind: "xdp", interface: name });
    await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
  }
  for (const [{ address, prefixlen }, { packets, bytes }] of blocked)
    console.log(`${address.join(".")}/${prefixlen}: ${packets} packets, ${bytes} bytes`);
} finally {
  c.close();
}
