import type { Judged } from '../census/verdict.ts';
import type { Evidence } from './evidence.ts';

/** Why a verdict is less sure than its rule, and how sure it is at most. */
export interface Doubt {
  readonly what: string;
  readonly most: 'medium' | 'low';
}

/*
 * Doubts are about the census: lines that are out of sight, or that may belong to another counter. They lower how sure a
 * verdict is, and never turn it into another one; where they would have to, a rule asks for them itself (an address that
 * goes astray, in front of whatever converts; whatever is not typed, in front of misuse).
 */

/** How many of the sites are the counter's by a name only, from which share on nothing is sure. */
const MANY_GUESSED = 0.5;

/** Wakes whoever sleeps until it is 0, and must see what was written before. Queues have barriers of their own. */
const WAKES = /wake|complete/;

/** What the census says against itself. */
export function doubtsOf({ counter, escapes, endings }: Evidence): readonly Doubt[] {
  const doubts: Doubt[] = [];
  const { sites } = counter;
  const guessed = sites.filter(({ attribution }) => attribution !== 'typed');
  if (guessed.length > 0) {
    const isWide = guessed.some(({ attribution }) => attribution === 'by name in the tree');
    const most = guessed.length > sites.length * MANY_GUESSED && isWide ? 'low' : 'medium';
    doubts.push({
      what: `${guessed.length} of ${sites.length} lines are its own by the name of the field only`,
      most,
    });
  }
  const addresses = escapes.filter(({ kind }) => kind === 'address');
  const [first] = addresses;
  if (first)
    doubts.push({
      what: `its address goes to ${first.to || 'where it cannot be followed'} (${first.file}:${first.line})`,
      most: 'medium',
    });
  const [raw] = escapes.filter(({ kind }) => kind === 'raw');
  if (raw) doubts.push({ what: `its inside is used (${raw.file}:${raw.line})`, most: 'medium' });
  if (counter.shape !== 'one')
    doubts.push({ what: `it is ${counter.shape === 'array' ? 'an array' : 'a pointer'}`, most: 'medium' });
  const ordered = endings.filter(
    ({ site, last }) => site.order === undefined && last?.wakes.some((wake) => WAKES.test(wake)),
  );
  if (ordered.length > 0) {
    doubts.push({
      what: 'a full barrier before the wake-up is lost: refcount_dec_and_test releases, and acquires at 0',
      most: 'medium',
    });
  }
  return doubts;
}

const ORDER = ['low', 'medium', 'high'] as const;

/** The least of what the rule allows and what the doubts leave. */
export function confidenceOf(best: Judged['confidence'], doubts: readonly Doubt[]): Judged['confidence'] {
  const least = Math.min(ORDER.indexOf(best), ...doubts.map(({ most }) => ORDER.indexOf(most)));
  return ORDER[least]!;
}
