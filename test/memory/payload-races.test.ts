import { afterEach, describe, expect, test } from 'vitest';
import { PayloadPlaces } from '../../fuzz/run/payload-places.ts';
import { ThreadViews } from '../../oracles/thread-views.ts';
import { judge } from './judge.ts';
import { randomPlainProgram } from './random-programs.ts';
import { type Instruction, litmusOf, observedIn, type SmallProgram } from './small-language.ts';
import { isSayable, racesIn, withoutAddresses } from './weak-programs.ts';

/*
 * Races of payload words of a scheme, against those that the axioms of linux-kernel.cat see in the same program.
 */

/** Every load and store of x is plain; undefined where x is also changed by atomic ops, which no payload is. */
function withPayload({ words, threads }: SmallProgram): SmallProgram | undefined {
  const ofX = (one: Instruction) => 'word' in one && one.word === 'x';
  if (!threads.flat().some(ofX)) return undefined;
  if (threads.flat().some((one) => ofX(one) && one.op !== 'load' && one.op !== 'store')) return undefined;
  return {
    words,
    threads: threads.map((thread) =>
      thread.map((one) => (ofX(one) ? ({ ...one, order: 'plain' } as Instruction) : one)),
    ),
  };
}

/** What docs/memory.md says is said too seldom: smp_rmb and smp_wmb are an acquire and a release, which order more. */
function isSaidLess({ threads }: SmallProgram): boolean {
  return threads.flat().some((one) => one.op === 'fence' && (one.name === 'rmb' || one.name === 'wmb'));
}

const FIRST = Number(process.env.RACES_FROM ?? 0);
const SEEDS = Array.from({ length: Number(process.env.RACES_TO ?? 250) - FIRST }, (_, at) => FIRST + at);

/** @returns undefined for a program that has no payload, that a scheme cannot say, or with too many events */
function judged(seed: number) {
  const program = withPayload(withoutAddresses(randomPlainProgram(seed)));
  if (!program || !isSayable(program)) return undefined;
  const allowed = judge(program, observedIn(program), { isInOrder: true, areDependent: true });
  return allowed && { program, isRace: allowed.isRace };
}

/** Whether what is said of a program is what the axioms say, or less where that is documented. */
function isRight(program: SmallProgram, isRace: boolean, ...asked: ['uses' | 'reads', object]): boolean {
  return racesIn(program, ...asked) === isRace || (isRace && isSaidLess(program));
}

test('payload races where the axioms of the kernel say so', () => {
  const met = { yes: 0, no: 0 };
  for (const seed of SEEDS) {
    const one = judged(seed);
    if (!one) continue;
    met[one.isRace ? 'yes' : 'no']++;
    for (const orders of ['reads', 'uses'] as const)
      for (const eager of [false, true]) {
        const text = `seed ${seed}, ${orders}, ${eager ? 'reduced' : 'whole'}:\n${litmusOf(one.program)}`;
        expect(isRight(one.program, one.isRace, orders, { eager }), text).toBe(true);
      }
  }
  expect(met.yes).toBeGreaterThan(SEEDS.length / 4);
  expect(met.no).toBeGreaterThan(SEEDS.length / 20);
});

type Call = (this: never, ...args: never[]) => unknown;

const FAULTS: readonly (readonly [string, object, string, (original: Call) => Call])[] = [
  ['a write is a read', PayloadPlaces.prototype, 'writes', () => () => false],
  ['a read is a write', PayloadPlaces.prototype, 'writes', () => () => true],
  ['all of the payload is one place', PayloadPlaces.prototype, 'placeOf', () => () => 0],
  ['fences do nothing', ThreadViews.prototype, 'fence', () => () => {}],
  [
    'a branch orders plain writes',
    ThreadViews.prototype,
    'unreadable',
    (original) =>
      function (this: ThreadViews, thread: number) {
        return (original.call(this as never, thread as never) as number) & ~this.handedOn(thread);
      } as unknown as Call,
  ],
];

describe('a fault is found out', () => {
  let restore = () => {};
  afterEach(() => restore());

  test.each(FAULTS)('%s', (_, of, method, by) => {
    const original = (of as Record<string, Call>)[method]!;
    restore = () => Object.assign(of, { [method]: original });
    Object.assign(of, { [method]: by(original) });
    const isFound = Array.from({ length: 400 }, (_unused, seed) => seed).some((seed) => {
      const one = judged(seed);
      return one !== undefined && !isRight(one.program, one.isRace, 'uses', {});
    });
    expect(isFound).toBe(true);
  });
});
