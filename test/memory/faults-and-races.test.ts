import { expect, test } from 'vitest';
import { RULES, type Rule, without } from '../../fuzz/memory/rules.ts';
import { AGREED, compare, machineOf } from './agreement.ts';
import { judge } from './judge.ts';
import { randomPlainProgram, randomProgram } from './random-programs.ts';
import { litmusOf, observedIn, type SmallProgram } from './small-language.ts';

test('the machine and the axioms agree on whether plain accesses race, and on what comes of those that do not', () => {
  const races = { yes: 0, no: 0 };
  for (let seed = 0; seed < 400; seed++) {
    const program = randomPlainProgram(seed);
    const allowed = judge(program, observedIn(program));
    if (!allowed || !hasPlain(program)) continue;
    races[allowed.isRace ? 'yes' : 'no']++;
    const text = `seed ${seed}:\n${litmusOf(program)}`;
    expect(machineOf(program).isRace, text).toBe(allowed.isRace);
    if (!allowed.isRace) expect(compare(program, allowed), text).toEqual(AGREED);
  }
  expect(races.yes).toBeGreaterThan(100);
  expect(races.no).toBeGreaterThan(50);
});

function hasPlain({ threads }: SmallProgram): boolean {
  return threads.flat().some((one) => 'order' in one && one.order === 'plain');
}

/** For each rule a program that tells it from the model without it. Another seed will do when programs change. */
const TELLING: Readonly<Record<Rule, number>> = {
  atomicity: 0,
  coherence: 1,
  acquire: 3,
  release: 3,
  control: 3,
  carried: 4,
  cumulative: 4,
  mb: 5,
  'atomic-fences': 5,
  push: 5,
  'same-word': 20,
  grace: 103,
  'grace-push': 103,
  rmb: 131,
  'release-sequence': 296,
  'unlock-lock': 368,
  wmb: 513,
};

test.each(RULES)('a model without %s is found out', (rule) => {
  const program = randomProgram(TELLING[rule]);
  const allowed = judge(program, observedIn(program))!;
  expect(compare(program, allowed)).toEqual(AGREED);
  expect(compare(program, allowed, without(rule))).not.toEqual(AGREED);
});
