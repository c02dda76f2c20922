import { execFileSync } from "node:child_process";
import { afterAll, beforeEach, expect, test } from "vitest";
import { CliLab } from "./cli-lab.ts";
import { answers, LATE, NetLab } from "./linux-lab.ts";
import { needs } from "./needs.ts";
import { runSkep } from "./skep-command.ts";

const lab = new CliLab();
const object = lab.compile("network");
const refused = lab.compile("refused-packets");
const net = new NetLab();
afterAll(() => {
  net[Symbol.dispose]();
  lab[Symbol.dispose]();
});

beforeEach((context) => needs(context, "btf", "xdp-link"));

/** A command in the near namespace. */
const skep = (...args: string[]) => runSkep(...args, "--netns", net.near.path);

const arrives = () => answers(net.near, "10.9.0.2", LATE);
const isDropped = () => !answers(net.near, "10.9.0.2", 1);

const rows = async (...args: string[]) =>
  JSON.parse((await skep(...args, "--json")).out) as Record<string, unknown>[];

const bpftoolNet = () =>
  JSON.parse(
    execFileSync("nsenter", [`--net=${net.near.path}`, "bpftool", "-j", "net"], { encoding: "utf8" }),
  ) as {
    xdp: unknown[];
    tc: unknown[];
  }[];

test("XDP: attached natively, seen to drop, replaced, listed as bpftool lists it, detached", async () => {
  expect(arrives()).toBe(true);
  const attached = await skep("xdp", "attach", "va", object, "--program", "xdp_drop");
  expect([attached.err, attached.out]).toEqual([
    "",
    expect.stringMatching(/^va: program \d+ \(xdp_drop\), native\n$/),
  ]);
  expect(isDropped()).toBe(true);
  const taken = await skep("xdp", "attach", "va", object, "--program", "xdp_pass");
  expect([taken.status, taken.err]).toEqual([3, expect.stringMatching(/attach\/taken/)]);
  expect(isDropped()).toBe(true);
  const replaced = await skep("xdp", "attach", "va", object, "--program", "xdp_pass", "--replace");
  expect([replaced.status, arrives()]).toEqual([0, true]);
  const [survey] = (await rows("net", "list")) as unknown as { xdp: unknown[] }[];
  expect(survey?.xdp).toEqual(bpftoolNet()[0]?.xdp);
  expect((await skep("xdp", "detach", "va")).status).toBe(0);
  const again = await skep("xdp", "detach", "va");
  expect([again.status, again.err]).toEqual([3, expect.stringMatching(/attach\/none/)]);
  expect(await rows("xdp", "list")).toEqual([]);
});

test("XDP: where the driver cannot, the stack runs it, and that is said", async () => {
  const { out, err, status } = await skep(
    "xdp",
    "attach",
    "lo",
    object,
    "--section",
    "xdp",
    "--program",
    "xdp_pass",
  );
  expect([status, out, err]).toEqual([
    0,
    expect.stringMatching(/, generic\n/),
    expect.stringMatching(/no native XDP/),
  ]);
  const other = await skep("xdp", "attach", "lo", object, "-p", "xdp_pass", "--replace", "--mode", "native");
  expect([other.status, other.err]).toEqual([3, expect.stringMatching(/attach\/other-mode/)]);
  expect((await skep("xdp", "detach", "lo", "--mode", "generic")).status).toBe(0);
  const native = await skep("xdp", "attach", "lo", object, "-p", "xdp_pass", "--mode", "native");
  expect([native.status, native.err]).toEqual([3, expect.stringMatching(/--mode generic/)]);
  expect(await rows("xdp", "list")).toEqual([]);
});

test("bpftool's words attach and detach as well", async () => {
  const { out } = await skep("xdp", "attach", "va", object, "-p", "xdp_pass", "--json");
  const { id } = JSON.parse(out) as { id: number };
  expect((await skep("net", "attach", "xdpdrv", "id", String(id), "dev", "va", "overwrite")).status).toBe(0);
  expect((await rows("xdp", "list", "va")).map((row) => row["id"])).toEqual([id]);
  expect((await skep("net", "detach", "xdpdrv", "dev", "va")).status).toBe(0);
  expect((await skep("net", "attach", "colour", "id", "1", "dev", "va")).status).toBe(2);
});

test.each([
  { rule: "tcx", via: "tcx", place: "tcx" },
  { rule: "clsact", via: "clsact", place: "clsact" },
] as const)("TC by $rule: both ways, seen to drop, replaced, detached", async ({ via, place }) => {
  for (const direction of ["ingress", "egress"]) {
    const attach = (program: string, ...more: string[]) =>
      skep("tc", "attach", "va", direction, object, "-p", program, "--via", via, ...more);
    const attached = await attach("tc_drop");
    if (via === "tcx" && /needs Linux 6.6/.test(attached.err)) return;
    expect([attached.err, attached.out]).toEqual(["", expect.stringContaining(`${place}/${direction}`)]);
    expect(isDropped()).toBe(true);
    expect((await attach("tc_pass", "--replace")).status).toBe(0);
    expect(arrives()).toBe(true);
    expect((await rows("tc", "list", "va")).map((row) => [row["kind"], row["name"]])).toEqual([
      [`${place}/${direction}`, "tc_pass"],
    ]);
    if (via === "clsact") {
      const [survey] = (await rows("net", "list")) as unknown as { tc: Record<string, unknown>[] }[];
      const shared = ({ devname, ifindex, kind, name, id }: Record<string, unknown>) => ({
        devname,
        ifindex,
        kind,
        name,
        id,
      });
      expect(survey?.tc.map(shared)).toEqual(bpftoolNet()[0]?.tc);
    }
    expect((await skep("tc", "detach", "va", direction)).status).toBe(0);
    expect(await rows("tc", "list")).toEqual([]);
  }
  expect(net.near.run("tc qdisc show dev va")).not.toContain("clsact");
});

test("TC: programs of tcx stand in the order that is asked for", async (context) => {
  needs(context, "tcx");
  const attach = async (program: string, ...more: string[]) => {
    const { out } = await skep("tc", "attach", "va", "ingress", object, "-p", program, "--json", ...more);
    return (JSON.parse(out) as { id: number }).id;
  };
  const first = await attach("tc_pass");
  const last = await attach("tc_pass");
  const before = await attach("tc_pass", "--before", String(last));
  const front = await attach("tc_pass", "--first");
  const order = async () => (await rows("tc", "list")).map((row) => row["id"]);
  expect(await order()).toEqual([front, first, before, last]);
  const after = await attach("tc_pass", "--after", String(front));
  expect(await order()).toEqual([front, after, first, before, last]);
  const instead = await attach("tc_pass", `--replace=${first}`);
  expect(await order()).toEqual([front, after, instead, before, last]);
  const several = await skep("tc", "detach", "va", "ingress");
  expect([several.status, several.err]).toEqual([3, expect.stringMatching(/attach\/several-programs/)]);
  expect((await skep("tc", "detach", "va", "ingress", "id", String(before))).status).toBe(0);
  expect((await skep("tc", "detach", "va", "ingress", "--all")).status).toBe(0);
  expect(await order()).toEqual([]);
});

test("nothing stays when a filter is refused", async () => {
  const twice = ["--via", "clsact", "--priority", "5", "--handle", "1"];
  expect((await skep("tc", "attach", "va", "ingress", object, "-p", "tc_pass", ...twice)).status).toBe(0);
  expect((await skep("tc", "attach", "va", "ingress", object, "-p", "tc_pass", ...twice)).err).toMatch(
    /EEXIST/,
  );
  expect((await rows("tc", "list")).length).toBe(1);
  expect((await skep("tc", "detach", "va", "ingress", "--priority", "5")).status).toBe(0);
  expect(net.near.run("tc qdisc show dev va")).not.toContain("clsact");
});

// biome-ignore format: one case per line
test.each([
  { rule: "no such interface",      args: ["xdp", "attach", "vaa", object, "-p", "xdp_pass"],               status: 3, says: /did you mean `va`/ },
  { rule: "no such program",        args: ["xdp", "attach", "va", object, "-p", "xdp_pas"],                 status: 3, says: /did you mean `xdp_pass`/ },
  { rule: "several programs",       args: ["xdp", "attach", "va", object],                                  status: 3, says: /--program xdp_pass, or --program xdp_drop/ },
  { rule: "a program of a cgroup",  args: ["xdp", "attach", "va", object, "-p", "cg_deny"],                 status: 3, says: /attach\/wrong-type/ },
  { rule: "a loaded id that is not", args: ["xdp", "attach", "va", "id", "4294967294"],                     status: 3, says: /linux\/no-object/ },
  { rule: "no file",                args: ["xdp", "attach", "va", "/nowhere.o"],                            status: 3, says: /nowhere\.o/ },
  { rule: "no mode",                args: ["xdp", "attach", "va", object, "--mode", "fast"],                status: 2, says: /--mode auto/ },
  { rule: "a program that the kernel refuses", args: ["tc", "attach", "va", "ingress", refused, "-p", "tc_bad"], status: 3, says: /load\/refused[\s\S]*verify \S*\/refused-packets\.o --program tc_bad/ },
  { rule: "the same for XDP",       args: ["xdp", "attach", "va", refused, "-p", "xdp_bad"],                status: 3, says: /load\/refused/ },
  { rule: "no direction",           args: ["tc", "attach", "va", object],                                   status: 2, says: /ingress or egress/ },
  { rule: "two places",             args: ["tc", "attach", "va", "ingress", object, "-p", "tc_pass", "--first", "--after", "1"], status: 2, says: /cannot both be/ },
  { rule: "order of filters",       args: ["tc", "attach", "va", "ingress", object, "-p", "tc_pass", "--via", "clsact", "--first"], status: 3, says: /attach\/no-order/ },
  { rule: "a priority of 17 bits",  args: ["tc", "attach", "va", "ingress", object, "-p", "tc_pass", "--priority", "70000"], status: 2, says: /up to 65535/ },
  { rule: "a verb that is none",    args: ["net", "explode"],                                               status: 2, says: /list, attach, detach/ },
])("wrong use: $rule", async ({ args, status, says }) => {
  const said = await skep(...args);
  expect([said.status, said.err]).toEqual([status, expect.stringMatching(says)]);
});

test("wrong use leaves nothing behind", async () => {
  const [survey] = await rows("net", "list");
  expect([survey?.["xdp"], survey?.["tc"]]).toEqual([[], []]);
});

test.each(["net", "xdp", "tc", "cgroup", "perf", "doctor", "feature"])("skep %s --help", async (command) => {
  const { out, status } = await runSkep(command, "--help");
  expect(status).toBe(0);
  expect(out).toMatch(new RegExp(`skep(?:\\.cjs)? ${command} `));
});
