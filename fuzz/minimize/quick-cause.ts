import { signatureOf } from '../../oracles/divergence.ts';
import { comparePair } from '../judge/lockstep.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { opCount } from '../program/program.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import { returns } from '../run/non-terminating.ts';

/**
 * A guess at the cause of what was met, at the price of a few ops: what has one guess most often has one cause. It only
 * says what is made small first; causes that are told come from `causesOf`.
 *
 *     inc-zero-value-protects, and inc alone from 0 shows it     inc
 *     read-zero-value-breaks, which takes a race                 read zero
 *     lookup-interior-result-breaks, of a protocol               lookup interior
 */
export function quickCause(harness: Harness, { divergence, program }: RawFinding): string {
  const { op, boundary } = divergence;
  const isOne = opCount(program) === 1 || showsAlone(harness, signatureOf(divergence), op, program);
  return isCounterTarget(harness) && isOne ? op : `${op} ${boundary}`;
}

/** From where this program starts, and from where the target's programs do. */
function showsAlone(
  harness: Harness,
  signature: string,
  op: string,
  { start, threads }: RawFinding['program'],
): boolean {
  const { target, alphabet } = harness;
  if (!isCounterTarget(harness)) return false;
  const calls = [...new Set(threads.flat())].filter((call) => alphabet.call(call).op === op);
  const starts = [...new Set([start as number, ...(target.initial as readonly number[])])];
  return calls.some((call) => starts.some((old) => showsFrom(harness, signature, call, old)));
}

function showsFrom(harness: Harness, signature: string, call: number, old: number): boolean {
  const pair = returns(() => comparePair(harness, call, old));
  return pair?.divergences.some((met) => signatureOf(met) === signature) ?? false;
}
