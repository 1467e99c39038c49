import { describe, expect, test } from 'vitest';
import { readLitmusTest } from '../../fuzz/litmus/read-test.ts';
import { runLitmusTest } from '../../fuzz/litmus/run-test.ts';
import { RULES, type Rule, type Rules, without } from '../../fuzz/memory/rules.ts';
import { judge, MOST_EVENTS, type Verdict } from './judge.ts';
import { randomPlainProgram, randomProgram } from './random-programs.ts';
import { litmusOf, observedIn, type SmallProgram } from './small-language.ts';

/*
 * The machine goes through states; the judge makes every candidate and asks the axioms of linux-kernel.cat. They share
 * nothing, and must come to the same states and to as many executions. Load buffering is no exception.
 */

interface Compared {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly executions: number;
}

function machineOf(program: SmallProgram, rules?: Rules) {
  return runLitmusTest(readLitmusTest('random.litmus', litmusOf(program)), 200_000, rules);
}

function compare(program: SmallProgram, allowed: Verdict, rules?: Rules): Compared {
  const answer = machineOf(program, rules);
  const states = new Set(answer.states.map(({ text }) => text));
  return {
    missing: [...allowed.states].filter((state) => !states.has(state)),
    extra: [...states].filter((state) => !allowed.states.has(state)),
    executions: answer.positive + answer.negative - allowed.executions,
  };
}

const AGREED: Compared = { missing: [], extra: [], executions: 0 };
const SEEDS = 2000;
const BATCH = 250;

describe('the machine and the axioms agree', () => {
  const judged = new Set<number>();
  test.each(
    Array.from({ length: SEEDS / BATCH }, (_, batch) => batch * BATCH),
  )(`on ${BATCH} random programs from seed %i`, (from) => {
    for (let seed = from; seed < from + BATCH; seed++) {
      const program = randomProgram(seed);
      const allowed = judge(program, observedIn(program));
      if (!allowed) continue;
      judged.add(seed);
      expect(compare(program, allowed), `seed ${seed}:\n${litmusOf(program)}`).toEqual(AGREED);
    }
  });

  test('on nearly all of them: few have more events than the judge can hold', () => {
    expect(judged.size, `programs of at most ${MOST_EVENTS} events`).toBeGreaterThan(SEEDS * 0.95);
  });
});

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
