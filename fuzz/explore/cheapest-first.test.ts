import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CheapestFirst } from './cheapest-first.ts';

test('gives what a sorted list would, whatever order entries come and go in', () => {
  const calls = fc.array(fc.oneof(fc.nat(9), fc.constant('pop' as const)), { maxLength: 60 });
  fc.assert(
    fc.property(calls, (steps) => {
      const queue = new CheapestFirst<{ cost: number }>();
      const list: number[] = [];
      for (const step of steps) {
        if (step === 'pop') {
          expect(queue.pop()?.cost).toBe(list.shift());
        } else {
          queue.push({ cost: step });
          list.push(step);
          list.sort((one, other) => one - other);
        }
      }
    }),
  );
});
