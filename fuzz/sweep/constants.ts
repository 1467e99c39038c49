import type { Counter } from '../../targets/subject/subject.ts';

/** Constants of one counter that are used. */
const MOST = 16;
/** Smaller ones lie near 0. */
const SMALL = 64;

const LITERAL = /(?<![\w.$])(?:0[xX][0-9a-fA-F_]+|[0-9][0-9_]*(?:[eE][0-9]+)?)(?![\w.$])/g;

/**
 * The numbers that a counter's code mentions, as 32-bit values: a value at which it behaves otherwise than around it is
 * often one of them, and no random draw would hit it. Of a model those in the text of its ops; what these call is
 * not seen.
 */
export function constantsOf(counter: Counter): number[] {
  const found = counter.constants ?? Object.values(counter.ops).flatMap(({ run }) => literals(String(run)));
  return [...new Set(found)].filter((value) => Math.abs(value) > SMALL).slice(0, MOST);
}

function literals(text: string): number[] {
  return [...text.matchAll(LITERAL)]
    .map(([literal]) => Number(literal.replaceAll('_', '')))
    .filter((value) => value < 2 ** 32)
    .map((value) => value | 0);
}
