import { SkepError } from "../base/errors.ts";
import { errnoName } from "./errno.ts";

/** The machine refused a request. `call` is the kernel's own name for it, such as "BPF_PROG_LOAD". */
export class SystemError extends SkepError {
  /** Name of the errno, such as "EPERM". */
  readonly errno: string;
  readonly call: string;

  /** `doing` says what was attempted, such as "create map events"; `errno` as the kernel gave it: negative or positive. */
  constructor(doing: string, call: string, errno: number, remedy?: string) {
    const name = errnoName(Math.abs(errno));
    super(`${doing}: ${call} failed with ${name}`, {
      code: `system/${name.toLowerCase().replace(" ", "-")}`,
      remedy: remedy ?? "run `skep doctor` and include what it prints in your report",
    });
    this.name = "SystemError";
    this.errno = name;
    this.call = call;
  }
}
