import { createHash } from 'node:crypto';
import { parsedJson } from './stored-json.ts';

/** What `sealed` ends with. */
const SEAL = /,?"sum":"([0-9a-f]{16})"\}$/;

/**
 * A record as a line of JSON that knows whether it is whole: its last key is a checksum of all before it. A number that
 * a bad disk, or a person, has changed is still JSON, and would be believed.
 *
 *     {"from":0,"to":64,"sum":"5d41402abc4b2a76"}
 *
 * @param whole what it is a part of: a line of one journal is none of another
 */
export function sealed(value: object, whole = ''): string {
  const text = JSON.stringify(value);
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"sum":"${sumOf(text, whole)}"}`;
}

/**
 * The record in a text that `sealed` made, with the same `whole`.
 *
 * @returns undefined for any other text
 */
export function unsealed(text: string, whole = ''): unknown {
  const found = SEAL.exec(text);
  if (!found) return undefined;
  const bare = `${text.slice(0, found.index)}}`;
  return sumOf(bare, whole) === found[1] ? parsedJson(bare) : undefined;
}

/** Whether a text claims to be sealed: what does not may be of an earlier version. */
export function hasSeal(text: string): boolean {
  return text.includes('"sum":');
}

function sumOf(text: string, whole: string): string {
  return createHash('sha256').update(`${whole}\n${text}`).digest('hex').slice(0, 16);
}
