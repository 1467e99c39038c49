import { digest } from './kept.ts';

/**
 * A pack of facts as a file. After a first line with the digest of what follows, each entry is a line:
 *
 *     refuzz-facts 1 5f0c…
 *     0a91c4…(32 letters) 3 {"path":"net/a.c",…}
 *
 * The number is the round in which the entry was last used.
 */
export interface PackEntry {
  readonly key: string;
  readonly round: number;
  /** Read on demand: most of a pack is of other trees. */
  json(): string;
}

const HEADER = 'refuzz-facts 1 ';
const HEADER_LENGTH = HEADER.length + 64 + 1;
const KEY_LENGTH = 32;
const LINE_FEED = 10;
const SPACE = 32;

/**
 * @param entries the ones to keep first
 * @param most bytes; what comes after them is left out
 */
export function packed(entries: readonly PackEntry[], most: number): Buffer {
  const lines: Buffer[] = [];
  let size = HEADER_LENGTH;
  for (const { key, round, json } of entries) {
    const line = Buffer.from(`${key} ${round} ${json()}\n`);
    size += line.length;
    if (size > most) break;
    lines.push(line);
  }
  const body = Buffer.concat(lines);
  return Buffer.concat([Buffer.from(`${HEADER}${digest(body)}\n`), body]);
}

/** The lines of a pack. @returns undefined for one that is damaged, or is none */
export function unpacked(bytes: Buffer): Buffer | undefined {
  const body = bytes.subarray(HEADER_LENGTH);
  return bytes.toString('latin1', 0, HEADER_LENGTH) === `${HEADER}${digest(body)}\n` ? body : undefined;
}

/** The entry whose line begins at an offset, and where the next one begins. */
export function lineAt(body: Buffer, at: number): PackEntry & { readonly end: number } {
  const end = body.indexOf(LINE_FEED, at);
  const space = body.indexOf(SPACE, at + KEY_LENGTH + 1);
  return {
    key: body.toString('latin1', at, at + KEY_LENGTH),
    round: Number(body.toString('latin1', at + KEY_LENGTH + 1, space)),
    json: () => body.toString('utf8', space + 1, end),
    end: end + 1,
  };
}
