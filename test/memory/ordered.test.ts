import { expect, test } from 'vitest';
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
