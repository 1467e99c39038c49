/** A value as the table shows it: small ones in decimal, others so that their bits can be read. */
export function show(value) {
  if (typeof value !== 'number') return value === undefined ? 'void' : String(value);
  if (Math.abs(value) <= 4096) return String(value);
  return `0x${(value >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

/** No verdict: another path than the recorded one, or a schedule that does not fit. */
export class Unrecorded extends Error {}
