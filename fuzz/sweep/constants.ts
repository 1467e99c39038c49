import type { Counter } from '../../targets/subject/subject.ts';

/**
 * Constants of one counter that are used. The draws near a boundary are shared among all boundaries alike, so more
 * constants would thin them out.
 */
const MOST = 16;
/** Smaller ones lie near 0. The boundary 0 is searched about as far in any case. */
const SMALL = 64;

/**
 * Whole numbers that stand alone: neither a digit of a name (`int32`) nor a part of a fraction (`1.5`). A sign is not
 * read: of `-5` it sees the 5.
 */
const LITERAL = /(?<![\w.$])(?:0[xX][0-9a-fA-F_]+|[0-9][0-9_]*(?:[eE][0-9]+)?)(?![\w.$])/g;

/**
 * The numbers that a counter's code mentions, as 32-bit values: a value at which it behaves otherwise than around it is
 * often one of them, and no random draw would hit it. Of a model those in the text of its ops; what these call is not
 * seen. At most 16, in the order in which they are found.
 */
export function constantsOf(counter: Counter): number[] {
  const found = counter.constants ?? Object.values(counter.ops).flatMap(({ run }) => literals(String(run)));
  return [...new Set(found)].filter((value) => Math.abs(value) > SMALL).slice(0, MOST);
}

/** Beyond 32 bits a number can be no value of a word; from 2^31 on it is one by its bits, so 0xC0000000 is negative. */
function literals(text: string): number[] {
  return [...text.matchAll(LITERAL)]
    .map(([literal]) => Number(literal.replaceAll('_', '')))
    .filter((value) => value < 2 ** 32)
    .map((value) => value | 0);
}
