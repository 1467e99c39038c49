import { expect, test } from 'vitest';
import { type OrderedAccess, ThreadViews } from '../../oracles/thread-views.ts';
import { judge } from './judge.ts';
import { orderedProgram } from './ordered-programs.ts';
import { races } from './ordered-runs.ts';
import { litmusOf } from './small-language.ts';

test('what refuzz knows of orders beside interleavings is what the axioms of the kernel say', () => {
  const met = { yes: 0, no: 0 };
  for (let seed = 0; seed < 300; seed++) {
    const drawn = orderedProgram(seed);
    const allowed = judge(drawn.program, []);
    if (!allowed) continue;
    met[allowed.isRace ? 'yes' : 'no']++;
    expect(races(drawn), `seed ${seed}:\n${litmusOf(drawn.program)}`).toBe(allowed.isRace);
  }
  expect(met.yes).toBeGreaterThan(100);
  expect(met.no).toBeGreaterThan(50);
});

/** What is known of orders, with an access made otherwise than it ought to be. */
function accessing(change: (did: OrderedAccess) => OrderedAccess): typeof ThreadViews {
  return class extends ThreadViews {
    override access(thread: number, word: number, did: OrderedAccess): void {
      super.access(thread, word, change(did));
    }
  };
}

const instead = (from: OrderedAccess['order'], to: OrderedAccess['order']) =>
  accessing((did) => (did.order === from ? { ...did, order: to } : did));

const FAULTS: readonly (readonly [string, typeof ThreadViews])[] = [
  ['release is relaxed', instead('release', 'relaxed')],
  ['acquire is relaxed', instead('acquire', 'relaxed')],
  ['relaxed is acquire', instead('relaxed', 'acquire')],
  ['relaxed is release', instead('relaxed', 'release')],
  ['full is release', instead('full', 'release')],
  ['a store goes on with a release sequence', accessing((did) => ({ ...did, reads: true }))],
  ['a read-modify-write begins a new one', accessing((did) => ({ ...did, reads: did.reads && !did.writes }))],
  [
    'fences do nothing',
    class extends ThreadViews {
      override fence(): void {}
    },
  ],
  [
    'a branch orders no write',
    class extends ThreadViews {
      override unwritable(thread: number): number {
        return this.unreadable(thread);
      }
    },
  ],
  [
    'a branch orders reads as well',
    class extends ThreadViews {
      override unreadable(thread: number): number {
        return super.unreadable(thread) && this.unwritable(thread);
      }
      override unwritable(thread: number): number {
        return super.unreadable(thread) & ~this.handedOn(thread);
      }
    },
  ],
  [
    'an earlier use stands for a later one',
    class extends ThreadViews {
      override use(thread: number): void {
        if (this.cells[0] === 0) super.use(thread);
      }
    },
  ],
];

test.each(FAULTS)('a fault is found out: %s', (_, Faulty) => {
  const seeds = Array.from({ length: 2000 }, (_unused, seed) => seed);
  const isFound = seeds.some((seed) => races(orderedProgram(seed), Faulty) !== races(orderedProgram(seed)));
  expect(isFound).toBe(true);
});
