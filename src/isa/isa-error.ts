import { SkepError } from "../base/errors.ts";

/** An instruction that has no bytes: a field out of its range, or a name that nobody bound. */
export class EncodeError extends SkepError {
  /** Position in the list given to the encoder. */
  readonly insnIndex: number;

  constructor(insnIndex: number, what: string, options: { code: string; remedy: string }) {
    super(`instruction ${insnIndex}: ${what}`, options);
    this.name = "EncodeError";
    this.insnIndex = insnIndex;
  }
}

/** Bytes that are no instruction of the set. */
export class DecodeError extends SkepError {
  /** 8-byte slot, counted from 0. */
  readonly slotIndex: number;

  constructor(slotIndex: number, what: string, options: { code: string; remedy: string }) {
    super(`slot ${slotIndex}: ${what}`, options);
    this.name = "DecodeError";
    this.slotIndex = slotIndex;
  }
}
