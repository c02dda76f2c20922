import { readFileSync } from "node:fs";
import { compile } from "skep";
import { createWorld, SimBackend, simKernelTables } from "skep/sim";
import { kernelProfile, renderFinding, verify } from "skep/verify";
import { expect, test } from "vitest";

const source = {
  name: "login-watch.bt",
  text: readFileSync(new URL("login-watch.bt", import.meta.url), "utf8"),
};

const supported = ["5.15", "6.1", "6.6", "6.12", "6.18"];

test.each(supported)("Linux %s takes it", (release) => {
  using machine = new SimBackend(createWorld(simKernelTables()));
  const { compiled } = compile(source, machine.target);
  if (compiled === undefined) throw new Error("it does not compile");
  const { object } = compiled;
  const { programs } = verify(object, {
    profile: kernelProfile(release),
    kernelBtf: machine.target.kernelBtf(),
  });
  const refusals = programs.flatMap(({ findings }, i) => {
    const program = object.programs[i];
    return program === undefined ? [] : findings.map((finding) => renderFinding(program, finding));
  });
  expect(refusals).toEqual([]);
});
