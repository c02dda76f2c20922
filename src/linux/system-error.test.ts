import { expect, test } from "vitest";
import type { Permissions } from "./caps.ts";
import { CAPABILITIES, missingCapabilities } from "./caps.ts";
import { permissionRemedy, remedyFor, SystemError } from "./system-error.ts";

const ROOT: Permissions = {
  uid: 0,
  effective: (1n << 41n) - 1n,
  inUserNamespace: false,
  lockdown: "none",
  unprivilegedBpf: 2,
};
const bit = (name: keyof typeof CAPABILITIES) => 1n << BigInt(CAPABILITIES[name]);

// biome-ignore format: one case per line
test.each<{ rule: string; call: string; permissions: Partial<Permissions>; says: RegExp }>([
  { rule: "no capability at all",         call: "BPF_PROG_LOAD",      permissions: { effective: 0n, uid: 1000 },                 says: /sudo.*CAP_BPF and CAP_PERFMON/ },
  { rule: "only one is missing",          call: "BPF_PROG_LOAD",      permissions: { effective: bit("CAP_BPF") },                says: /grant this process CAP_PERFMON / },
  { rule: "CAP_SYS_ADMIN stands for both", call: "BPF_PROG_LOAD",     permissions: { effective: bit("CAP_SYS_ADMIN") },          says: /security module/ },
  { rule: "a user namespace",             call: "BPF_MAP_CREATE",     permissions: { effective: 0n, inUserNamespace: true },     says: /container/ },
  { rule: "lockdown",                     call: "BPF_PROG_LOAD",      permissions: { lockdown: "confidentiality" },              says: /locked down \(confidentiality\)/ },
  { rule: "a policy",                     call: "BPF_PROG_LOAD",      permissions: {},                                           says: /security module/ },
  { rule: "lists need all rights",        call: "BPF_LINK_GET_NEXT_ID", permissions: { effective: bit("CAP_BPF") },              says: /grant this process CAP_SYS_ADMIN$/ },
  { rule: "perf events need CAP_PERFMON", call: "perf_event_open",    permissions: { effective: bit("CAP_BPF") },                says: /CAP_PERFMON/ },
])("EPERM is explained: $rule", ({ call, permissions, says }) => {
  expect(permissionRemedy(call, { ...ROOT, ...permissions })).toMatch(says);
});

// biome-ignore format: one case per line
test.each([
  { call: "BPF_PROG_LOAD",       errno: "E2BIG",  says: /smaller bound/ },
  { call: "BPF_MAP_UPDATE_ELEM", errno: "E2BIG",  says: /full/ },
  { call: "bpf",                 errno: "ENOSYS", says: /seccomp/ },
  { call: "fsopen",              errno: "EMFILE", says: /ulimit -n/ },
  { call: "bpf",                 errno: "EILSEQ", says: /skep doctor/ },
])("$call $errno has a remedy", ({ call, errno, says }) => {
  expect(remedyFor(call, errno, () => ROOT)).toMatch(says);
});

test("an error has a code, the call and the errno", () => {
  const error = new SystemError("create map events", "BPF_MAP_CREATE", -7);
  expect(error).toMatchObject({ code: "system/E2BIG", call: "BPF_MAP_CREATE", errno: "E2BIG" });
  expect(error.message).toBe("create map events: BPF_MAP_CREATE failed with E2BIG");
  expect(new SystemError("x", "bpf", -524).errno).toBe("ENOTSUPP");
  expect(new SystemError("x", "bpf", -95).errno).toBe("EOPNOTSUPP");
  expect(new SystemError("x", "bpf", -9999).code).toBe("system/errno-9999");
});

test("missing capabilities are those wanted and not held", () => {
  expect(missingCapabilities({ ...ROOT, effective: bit("CAP_BPF") }, ["CAP_BPF", "CAP_NET_ADMIN"])).toEqual([
    "CAP_NET_ADMIN",
  ]);
  expect(missingCapabilities(ROOT, ["CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN"])).toEqual([]);
});
