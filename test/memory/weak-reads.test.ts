import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { randomProgram } from './random-programs.ts';
import { litmusOf, observedIn } from './small-language.ts';
import { endsOf, isSayable, withoutAddresses } from './weak-programs.ts';

test('reads of a scheme take what the axioms of the kernel allow, where writes take effect in program order', () => {
  let judged = 0;
  for (let seed = Number(process.env.WEAK_FROM ?? 0); seed < Number(process.env.WEAK_TO ?? 600); seed++) {
    const program = withoutAddresses(randomProgram(seed));
    if (!isSayable(program)) continue;
    const allowed = judge(program, observedIn(program), { isInOrder: true, areDependent: true });
    if (!allowed) continue;
    judged++;
    const text = `seed ${seed}:\n${litmusOf(program)}`;
    const expected = [...allowed.states].sort();
    expect([...endsOf(program)].sort(), text).toEqual(expected);
    expect([...endsOf(program, { eager: true })].sort(), `reduced, ${text}`).toEqual(expected);
  }
  expect(judged).toBeGreaterThan(200);
});
