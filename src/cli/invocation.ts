import { accessSync, constants } from "node:fs";
import { dirname, join, relative } from "node:path";

/** How this command was called, as a shell takes it again: with sudo where it is needed. */
export function invocation(): string {
  return process.getuid?.() === 0 ? plainCall() : `sudo ${plainCall()}`;
}

/** How this command was called, without sudo: `skep`, or what stands for it. */
export function plainCall(): string {
  const how = process.env["npm_lifecycle_event"];
  if (how === "start") return "npm start --";
  if (how === "npx") return "npx skep";
  for (const folder of (process.env["PATH"] ?? "").split(":"))
    if (isExecutable(join(folder, "skep"))) return "skep";
  const bin = relative(process.cwd(), join(dirname(process.argv[1] ?? ""), "..", "bin", "skep.cjs"));
  return bin.includes("/") ? bin : `./${bin}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
