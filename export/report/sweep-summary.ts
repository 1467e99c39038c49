import type { Harness } from '../../fuzz/run/harness.ts';
import { ALL_VALUES } from '../../fuzz/sweep/sweep.ts';
import type { SweptLetter } from '../../fuzz/sweep/sweep-target.ts';
import { type Divergence, keyOf } from '../../oracles/divergence.ts';
import { lackingOps } from '../reproduce/lacking-ops.ts';

/** What was swept of a target. */
export interface SweptTarget {
  readonly harness: Harness;
  readonly swept: readonly SweptLetter[];
  /** Letters that were to be swept and were not, as text: nothing is known of them. */
  readonly open: readonly string[];
  /** How many old values each letter was run from. */
  readonly values: number;
  /** Keys that are no news. */
  readonly known: ReadonlySet<string>;
}

/** Each key once, in the order of letters and values. */
export function divergencesOf({ swept }: SweptTarget): Divergence[] {
  const met = new Map<string, Divergence>();
  for (const { divergences } of swept.flatMap(({ intervals }) => intervals))
    for (const divergence of divergences) met.set(keyOf(divergence), divergence);
  return [...met.values()];
}

/** The keys that are news. */
export function freshKeys(target: SweptTarget): string[] {
  return divergencesOf(target)
    .map(keyOf)
    .filter((key) => !target.known.has(key));
}

/**
 * What the sweep of a target decided, and what it did not. It speaks of all old values only where all were run.
 *
 * @returns lines, each beginning with the target's name
 */
export function sweepSummary(target: SweptTarget): string[] {
  const { harness, swept, open, values } = target;
  const { name } = harness.target;
  const lines: string[] = [];
  if (swept.length > 0) {
    const range = values === ALL_VALUES ? 'all 2^32 old values' : `${values} old values only`;
    const keys = divergencesOf(target).length;
    const found = keys === 0 ? 'no divergence' : `${keys} divergences, ${freshKeys(target).length} new`;
    lines.push(
      `${swept.length} of ${harness.letters.length} ops, each from ${range}, one thread: ${found}`,
      ...documentationLines(target),
    );
  }
  if (open.length > 0) lines.push(`unknown, not swept: ${open.join(', ')}`);
  lines.push(...lackingOps(harness.target));
  return lines.map((line) => `${name}: ${line}`);
}

function documentationLines({ harness, swept }: SweptTarget): string[] {
  const { reference, subject } = harness.target;
  // Code that users bring has no table, and nobody expects one.
  const sides = (reference === 'ideal' ? [subject] : [reference, subject]).filter(
    ({ digest }) => digest === undefined,
  );
  const counters = sides.map(({ name }) => name);
  return counters.flatMap((counter) => {
    const held = swept.filter(({ compared }) => compared.includes(counter));
    const without = swept.filter(({ compared }) => !compared.includes(counter)).map(({ letter }) => letter);
    const wrong = swept.flatMap(({ mismatches }) => mismatches).filter((one) => one.counter === counter);
    const verdict = wrong.length === 0 ? 'as documented' : `NOT as documented in ${wrong.length} ranges`;
    return [
      ...(held.length > 0 ? [`${counter}: ${held.length} ops ${verdict}`] : []),
      ...(without.length > 0
        ? [`${counter}: not compared with documentation, for want of a table: ${without.join(', ')}`]
        : []),
    ];
  });
}
