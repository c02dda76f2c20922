import type { FindingCode } from "../finding/codes.ts";
import type { State } from "../state/state.ts";
import type { Pointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";

/** How memory is used: by an instruction of the program, or by what is called on its behalf. */
export type Access = Readonly<{
  how: "read" | "write";
  /** The register that holds the pointer. */
  reg: number;
  /** Bytes from the pointer, its own offset not counted. */
  off: number;
  size: number;
  byHelper: boolean;
  /** A load that extends the sign. */
  signed?: boolean;
  /** No bytes at all are fine. */
  zeroAllowed: boolean;
}>;

/** Reports a fault of an access; false, so that checks can return it. */
export function refuse(
  a: Analysis,
  s: State,
  access: Pick<Access, "reg">,
  code: FindingCode,
  message: string,
  values: Readonly<Record<string, string>> = {},
): false {
  const subject = { kind: "reg", reg: access.reg } as const;
  a.fault(s, {
    code,
    message,
    subject,
    values: { name: `r${access.reg}`, register: `r${access.reg}`, ...values },
  });
  return false;
}

/** "reads 4 bytes at offset 8 to 11": for messages. */
export function bytesAt(access: Access, from: bigint | string): string {
  const verb = access.how === "read" ? "reads" : "writes";
  return `${verb} ${access.size} ${access.size === 1 ? "byte" : "bytes"} at offset ${from}`;
}

/** The least and the greatest offset that an access can have from the object's start. */
export function offsets(p: Pointer, access: Access): Readonly<{ first: bigint; last: bigint }> {
  const off = BigInt(p.off + access.off);
  return { first: p.vary.smin + off, last: p.vary.umax + off };
}
