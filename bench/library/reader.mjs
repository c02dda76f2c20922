// What a program does with the library: the counterpart of consumer.c, with the same words and the same output.
import { Collection } from "skep";
import { openLinux } from "skep/linux";

// `--thread` first: a thread of its own empties the ring, from before the first event on.
const words = process.argv.slice(2);
const thread = words[0] === "--thread" ? Boolean(words.shift()) : "auto";
const [verb, file, ...rest] = words;
const numbers = rest.map(Number);

const spentNs = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) * 1000;
};

async function opened(collection, options = {}) {
  const events = collection.events("events", { thread, ...options });
  while (thread === true && !events.inThread) await new Promise((resolve) => setTimeout(resolve, 1));
  return events;
}

/** Looks at every field that consumer.c looks at. */
function take(e) {
  return e.pid + e.tid + e.uid + e.result + e.port + e.flags + e.comm.length + Number(e.ns & 1n);
}

const READERS = {
  async each(events, count) {
    let sum = 0;
    let seen = 0;
    for await (const event of events) {
      sum += take(event);
      if (++seen === count) break;
    }
    return { seen, sum };
  },
  async batches(events, count) {
    let sum = 0;
    let seen = 0;
    for await (const batch of events.batches()) {
      for (const event of batch) sum += take(event);
      seen += batch.length;
      if (seen >= count) break;
    }
    return { seen, sum };
  },
};

async function drain(how, count, rounds) {
  const collection = Collection.read(file).set({ most: count }).only("fill").load();
  const events = await opened(collection);
  let seen = 0;
  let ns = 0;
  let sum = 0;
  for (let round = 0; round < rounds; round++) {
    collection.programs.fill.testRun();
    const start = process.cpuUsage();
    const got = await READERS[how](events, count);
    ns += spentNs(start);
    seen += got.seen;
    sum += got.sum;
  }
  collection.close();
  console.log(JSON.stringify({ events: seen, nsPerEvent: ns / seen, sum }));
}

async function watch(seconds, bytes) {
  const configured = Collection.read(file).only("burst");
  const collection = (bytes > 0 ? configured.maps({ events: { maxEntries: bytes } }) : configured).load();
  const stop = new AbortController();
  const events = await opened(collection, { signal: stop.signal, lost: "dropped" });
  setTimeout(() => stop.abort(), seconds * 1000);
  console.log(JSON.stringify({ program: collection.programs.burst.id }));
  let seen = 0;
  let sum = 0;
  for await (const event of events) {
    sum += take(event);
    seen++;
  }
  const dropped = Number(events.lost);
  console.log(JSON.stringify({ events: seen, sent: Number(collection.globals.sent), dropped, sum }));
  collection.close();
}

function load(rounds) {
  void openLinux().kernel; // opens the native library: the C program's libraries are opened by the dynamic linker
  const taken = [];
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    const collection = Collection.read(file).load();
    taken.push(spentNs(start));
    collection.close();
  }
  console.log(JSON.stringify(taken));
}

if (verb === "watch") await watch(...numbers);
else if (verb === "load") load(...numbers);
else await drain(verb, ...numbers);
