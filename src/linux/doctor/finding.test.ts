import { expect, test } from "vitest";
import { SkepError } from "../../base/errors.ts";
import { CAPABILITIES, type Capability, type Permissions } from "../caps.ts";
import { SystemError } from "../system-error.ts";
import { type Check, findingOf, refusedCall, runChecks, type Scene, type Verdict, works } from "./finding.ts";

const holds = (...capabilities: Capability[]): Permissions => ({
  uid: 1000,
  effective: capabilities.reduce((sum, name) => sum | (1n << BigInt(CAPABILITIES[name])), 0n),
  inUserNamespace: false,
  lockdown: "none",
  unprivilegedBpf: 2,
});

const check = (run: () => Verdict): Check => ({
  name: "tracepoints",
  group: "tracing",
  needs: ["CAP_BPF", "CAP_PERFMON"],
  run,
});

const denied = refusedCall("refused", "BPF_PROG_LOAD", -1);

// biome-ignore format: one case per line
test.each<{ rule: string; verdict: Verdict; have: Capability[]; lacks: Capability[]; remedy: RegExp | undefined }>([
  { rule: "what works lacks nothing",               verdict: works("fine"),                               have: [],                         lacks: [],                            remedy: undefined },
  { rule: "what is denied lacks what is not held",  verdict: denied,                                      have: ["CAP_BPF"],                lacks: ["CAP_PERFMON"],               remedy: /setcap cap_perfmon\+ep/ },
  { rule: "nothing held: both",                     verdict: denied,                                      have: [],                         lacks: ["CAP_BPF", "CAP_PERFMON"],    remedy: /setcap cap_bpf,cap_perfmon\+ep/ },
  { rule: "denied with less than CAP_SYS_ADMIN",    verdict: denied,                                      have: ["CAP_BPF", "CAP_PERFMON"], lacks: ["CAP_SYS_ADMIN"],             remedy: /setcap cap_sys_admin\+ep/ },
  { rule: "denied all the same: policy",            verdict: denied,                                      have: ["CAP_SYS_ADMIN"],          lacks: [],                            remedy: /security module/ },
  { rule: "what is not there lacks no capability",  verdict: refusedCall("none", "perf_event_open", -2),  have: [],                         lacks: [],                            remedy: /does not offer the event/ },
])("$rule", ({ verdict, have, lacks, remedy }) => {
  const finding = findingOf(check(() => verdict), holds(...have), verdict);
  expect(finding.lacks).toEqual(lacks);
  if (remedy === undefined) expect(finding.remedy).toBeUndefined();
  else expect(finding.remedy).toMatch(remedy);
  expect("denied" in finding).toBe(false);
});

test("what is denied in a user namespace is not mended by capabilities", () => {
  const inside = { ...holds("CAP_SYS_ADMIN"), uid: 0, inUserNamespace: true };
  const finding = findingOf(
    check(() => denied),
    inside,
    denied,
  );
  expect(finding).toMatchObject({
    lacks: [],
    why: expect.stringMatching(/user namespace/),
    remedy: expect.stringMatching(/on the host/),
  });
});

// biome-ignore format: one case per line
test.each([
  { rule: "a refusal of the kernel", error: new SystemError("x", "perf_event_open", -13),            lacks: 2 },
  { rule: "something missing",       error: new SkepError("no", { code: "c", remedy: "get it" }),    lacks: 0 },
])("a check that throws has found that it does not work: $rule", ({ error, lacks }) => {
  const failing = check(() => {
    throw error;
  });
  const [finding] = runChecks([failing], { permissions: holds() } as Scene);
  expect(finding).toMatchObject({ status: "missing" });
  expect(finding?.lacks.length).toBe(lacks);
});
