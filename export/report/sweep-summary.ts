import type { Harness } from '../../fuzz/run/harness.ts';
import { ALL_VALUES } from '../../fuzz/sweep/sweep.ts';
import type { SweptCall } from '../../fuzz/sweep/sweep-target.ts';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { leftOut } from '../../targets/target/interfaces.ts';

/** What was swept of a target. */
export interface SweptTarget {
  readonly harness: Harness;
  readonly swept: readonly SweptCall[];
  /** Calls that were to be swept and were not, as text: nothing is known of them. */
  readonly open: readonly string[];
  /** How many old values each call was run from. */
  readonly values: number;
  /** Signatures that are no news. */
  readonly known: ReadonlySet<string>;
}

/** Each signature once, in the order of calls and values in which it was first met. */
export function divergencesOf({ swept }: SweptTarget): Divergence[] {
  const met = new Map<string, Divergence>();
  for (const { divergences } of swept.flatMap(({ intervals }) => intervals))
    for (const divergence of divergences) met.set(signatureOf(divergence), divergence);
  return [...met.values()];
}

/** The signatures that are news. */
export function freshSignatures(target: SweptTarget): string[] {
  return divergencesOf(target)
    .map(signatureOf)
    .filter((signature) => !target.known.has(signature));
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
    // A proof for programs of one op is claimed for nothing less than all values.
    const range = values === ALL_VALUES ? 'all 2^32 old values' : `${values} old values only`;
    const signatures = divergencesOf(target).length;
    const found =
      signatures === 0 ? 'no divergence' : `${signatures} divergences, ${freshSignatures(target).length} new`;
    lines.push(
      `${swept.length} of ${harness.calls.length} ops, each from ${range}, one thread: ${found}${leftOut(harness.target)}`,
      ...documentationLines(target),
    );
  }
  if (open.length > 0) lines.push(`unknown, not swept: ${open.join(', ')}`);
  return lines.map((line) => `${name}: ${line}`);
}

/** For each side: of how many ops its documentation was compared, with what result, and which ops have no table. */
function documentationLines({ harness, swept }: SweptTarget): string[] {
  const { reference, subject } = harness.target;
  // Code that users bring has no table, and nobody expects one.
  const sides = (reference === 'ideal' ? [subject] : [reference, subject]).filter(
    ({ digest }) => digest === undefined,
  );
  const counters = sides.map(({ name }) => name);
  return counters.flatMap((counter) => {
    const held = swept.filter(({ compared }) => compared.includes(counter));
    const without = swept.filter(({ compared }) => !compared.includes(counter)).map(({ call }) => call);
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
