/** A poison-pill disk as SBD lays it out: a header in sector 0, then two sectors per slot (sbd(8), version 2). */
export interface SbdHeader {
  uuid: string;
  watchdogS: number;
  msgwaitS: number;
  /** Node names that have a slot. */
  slots: string[];
}

const MAGIC = 'SBD_SBD_';
/** Bytes that hold the header and all 255 slots with sectors of 512 bytes. */
export const SBD_AREA = 512 * 512;

/** Null if the bytes are not of a poison-pill disk. */
export function readSbdHeader(start: Buffer): SbdHeader | null {
  if (start.length < 512 || start.toString('latin1', 0, 8) !== MAGIC) return null;
  const slotCount = start.readUInt8(9);
  const sectorSize = start.readUInt32BE(12);
  const slots: string[] = [];
  for (let slot = 0; slot < slotCount; slot++) {
    // The slot's own sector; its mailbox is the one after.
    const at = (1 + slot * 2) * sectorSize;
    if (at + 65 > start.length) break;
    if (start.readUInt8(at) === 1) slots.push(start.toString('utf8', at + 1, at + 64).replace(/\0.*$/s, ''));
  }
  const hex = start.toString('hex', 33, 49);
  return {
    uuid: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
    watchdogS: start.readUInt32BE(16),
    msgwaitS: start.readUInt32BE(28),
    slots,
  };
}
