import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** The keys by which JSON tells of what it has no word for: no object of ours has them. */
const BYTES = '~bytes';
const NOTHING = '~nothing';

/**
 * A value as text: JSON, with bytes and undefined as objects of one key. The same value gives the same text on every
 * machine, so texts can be compared by their digests.
 *
 *     { from: 0, results: [undefined], seen: Uint8Array.of(1) }
 *     {"from":0,"results":[{"~nothing":1}],"seen":{"~bytes":"YwQA"}}
 *
 * A structured clone would carry more (maps, errors, cycles): whoever sends such things hears of it at once, and not from
 * a machine that lacks them.
 */
export function textOf(value: unknown): string {
  return JSON.stringify(prepared(value));
}

/**
 * The value with what JSON has no word for replaced; the rest is not copied. (A replacer would be called for each number of
 * a pool, of which there are a hundred thousand.)
 */
function prepared(part: unknown): unknown {
  if (part === undefined) return { [NOTHING]: 1 };
  if (typeof part === 'number' && !Number.isFinite(part)) throw new Error(`internal: ${part} cannot be sent`);
  if (typeof part !== 'object' || part === null) return part;
  if (part instanceof Uint8Array) return { [BYTES]: deflateRawSync(part, FAST).toString('base64') };
  if (Array.isArray(part)) return preparedList(part);
  if (Object.getPrototypeOf(part) !== Object.prototype && Object.getPrototypeOf(part) !== null)
    throw new Error(`internal: a ${part.constructor.name} cannot be sent`);
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, prepared(value)]));
}

function preparedList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const item = prepared(list[at]);
    if (item === list[at]) continue;
    copy ??= [...list];
    copy[at] = item;
  }
  return copy ?? list;
}

/** @returns what `textOf` was given, as a copy @throws for text that is not of that form */
export function valueIn(text: string): unknown {
  return restored(JSON.parse(text));
}

/** In place: nobody else has it. (A reviver would be called for each number of a pool, and cannot give undefined.) */
function restored(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) {
    for (let at = 0; at < part.length; at++) if (typeof part[at] === 'object') part[at] = restored(part[at]);
    return part;
  }
  const fields = part as Record<string, unknown>;
  if (NOTHING in fields) return undefined;
  const bytes = fields[BYTES];
  if (typeof bytes === 'string')
    return new Uint8Array(inflateRawSync(Buffer.from(bytes, 'base64'), { maxOutputLength: MOST }));
  for (const key in fields) {
    const value = fields[key];
    if (typeof value === 'object') fields[key] = restored(value);
  }
  return part;
}

/** @returns 32 hexadecimal digits behind a letter: some queues take an id of digits for a number */
export function digestOfText(text: string): string {
  return `d${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/** Level 1 takes a third of the time of the usual one, for a tenth more. */
const FAST = { level: 1 };
/** Shorter texts travel as they are. */
const LONG = 4096;
/** What tells the two apart: JSON never begins with it. */
const PACKED = '!';
/** Characters: more is no parcel of ours, but something that is to fill the memory. */
const MOST = 256 * 1024 * 1024;

/** A text for the way, a third as long if it is long. */
export function packedText(text: string): string {
  return text.length < LONG ? text : PACKED + deflateRawSync(text, FAST).toString('base64');
}

/** @throws for what `packedText` has not made */
export function unpackedText(packed: string): string {
  if (!packed.startsWith(PACKED)) return packed;
  const bytes = Buffer.from(packed.slice(PACKED.length), 'base64');
  return inflateRawSync(bytes, { maxOutputLength: MOST }).toString();
}
