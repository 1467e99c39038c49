import { afterEach, describe, expect, test } from 'vitest';
import { BarrierSets } from '../../fuzz/weak/barrier-sets.ts';
import { HistoryCells } from '../../fuzz/weak/history-cells.ts';
import { WordHistories } from '../../fuzz/weak/word-histories.ts';
import { FENCE_BITS } from '../../targets/subject/word.ts';
import { judge } from './judge.ts';
import { randomProgram } from './random-programs.ts';
import { litmusOf, observedIn, type SmallProgram } from './small-language.ts';
import { endsOf, isSayable, withoutAddresses } from './weak-programs.ts';

/*
 * Ops of a scheme, run by the machine and the explorer that `check --memory kernel` uses, against the axioms of
 * linux-kernel.cat, for the executions that docs/memory.md says are explored.
 */

/** Seeds that took a rule which few programs need: each once came to other ends. */
const TELLING = [8400, 9397, 18762, 34219, 44622, 58615, 66470, 69810, 143807];

/** By seed: WEAK_FROM and WEAK_TO ask for others, for a long look. */
const FIRST = Number(process.env.WEAK_FROM ?? 0);
const SEEDS = [
  ...Array.from({ length: Number(process.env.WEAK_TO ?? 600) - FIRST }, (_, at) => FIRST + at),
  ...TELLING,
];

/** The ends that the axioms allow; undefined for a program that a scheme cannot say, or with too many events. */
function allowedEnds(program: SmallProgram): string[] | undefined {
  if (!isSayable(program)) return undefined;
  const allowed = judge(program, observedIn(program), { isInOrder: true, areDependent: true });
  return allowed && [...allowed.states].sort();
}

test('reads of a scheme take what the axioms of the kernel allow, where writes take effect in program order', () => {
  let judged = 0;
  for (const seed of SEEDS) {
    const program = withoutAddresses(randomProgram(seed));
    const expected = allowedEnds(program);
    if (!expected) continue;
    judged++;
    const text = `seed ${seed}:\n${litmusOf(program)}`;
    expect([...endsOf(program)].sort(), text).toEqual(expected);
    expect([...endsOf(program, { eager: true, attendsFrom: 1 })].sort(), `reduced, ${text}`).toEqual(
      expected,
    );
  }
  expect(judged).toBeGreaterThan(SEEDS.length / 3);
});

/** What a fault replaces, and with what. */
type Fault = readonly [name: string, of: object, method: string, by: (original: Call) => Call];
type Call = (this: never, ...args: never[]) => unknown;

const histories = WordHistories.prototype;
const nothing = () => () => {};
const withBits = (change: (bits: number) => number) => (original: Call) =>
  function (this: never, thread: number, bits: number) {
    return original.call(this, thread as never, change(bits) as never);
  };
const without = (row: keyof OrderLess) => (original: Call) =>
  function (this: never, thread: number, word: number, did: object, ...rest: never[]) {
    return original.call(this, thread as never, word as never, { ...did, ...LESS[row] } as never, ...rest);
  };
const withoutFences = (original: Call) =>
  function (this: never, thread: never, word: never) {
    return original.call(this, thread, word, 0 as never);
  };
const withOneMore = (original: Call) =>
  function (this: HistoryCells, word: number, count: number) {
    const most = Math.min(count + 1, this.latest(word));
    return original.call(this as never, word as never, most as never);
  } as unknown as Call;
type OrderLess = typeof LESS;
const LESS = { order: { order: 'relaxed' }, atomic: { reads: false } } as const;

const FAULTS: readonly Fault[] = [
  ['fences do nothing', histories, 'fence', nothing],
  ['a full barrier is an acquire and a release', histories, 'fence', withBits((bits) => bits & 3)],
  ['smp_wmb does nothing', histories, 'fence', withBits((bits) => (bits === FENCE_BITS.release ? 0 : bits))],
  ['a read does not wait for the fence before it', histories, 'older', withoutFences],
  ['smp_rmb is smp_mb', histories, 'fence', withBits((bits) => (bits === FENCE_BITS.acquire ? 7 : bits))],
  ['accesses have no order', histories, 'access', without('order')],
  ['a read-modify-write begins a release sequence', histories, 'access', without('atomic')],
  ['locks order nothing', histories, 'carrierAccess', nothing],
  ['a lock orders no later writes', histories, 'lock', nothing],
  ['an op never ends', histories, 'older', () => () => 0],
  ['one write too many is dropped', HistoryCells.prototype, 'drop', withOneMore],
  ['every barrier is passed with the access behind it', BarrierSets.prototype, 'hasPassed', () => () => true],
];

describe('a fault is found out', () => {
  let restore = () => {};
  afterEach(() => restore());

  test.each(FAULTS)('%s', (_, of, method, by) => {
    const original = (of as Record<string, Call>)[method]!;
    restore = () => Object.assign(of, { [method]: original });
    const seeds = [...TELLING, ...Array.from({ length: 2000 }, (_unused, seed) => seed)];
    Object.assign(of, { [method]: by(original) });
    const isFound = seeds.some((seed) => {
      const program = withoutAddresses(randomProgram(seed));
      const expected = allowedEnds(program);
      if (!expected) return false;
      try {
        return [...endsOf(program)].sort().join() !== expected.join();
      } catch {
        return true;
      }
    });
    expect(isFound).toBe(true);
  });
});
