/** A hardware address in lower case: "52:54:00:12:34:56". */
export type MacAddress = string;

export const BROADCAST_MAC: MacAddress = "ff:ff:ff:ff:ff:ff";
export const NO_MAC: MacAddress = "00:00:00:00:00:00";

export function macFromBytes(bytes: Uint8Array, at = 0): MacAddress {
  let text = "";
  for (let i = 0; i < 6; i++)
    text += `${i > 0 ? ":" : ""}${(bytes[at + i] as number).toString(16).padStart(2, "0")}`;
  return text;
}

/** Writes the 6 bytes of an address. */
export function putMac(mac: MacAddress, into: Uint8Array, at: number): void {
  for (let i = 0; i < 6; i++) into[at + i] = Number.parseInt(mac.slice(i * 3, i * 3 + 2), 16);
}

/** Whether several stations may get it: broadcast or multicast. */
export function isGroupMac(mac: MacAddress): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

/** A locally administered address made of a number. */
export function macFromNumber(number: number): MacAddress {
  const hex = (number >>> 0).toString(16).padStart(8, "0");
  return `52:54:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}`;
}
