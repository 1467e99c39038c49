import { expect } from 'vitest';
import { readLitmusTest } from '../../fuzz/litmus/read-test.ts';
import { type LitmusAnswer, runLitmusTest } from '../../fuzz/litmus/run-test.ts';
import type { Rules } from '../../fuzz/memory/rules.ts';
import { judge, type Verdict } from './judge.ts';
import { randomProgram } from './random-programs.ts';
import { litmusOf, observedIn, type SmallProgram } from './small-language.ts';

/*
 * The machine goes through states; the judge makes every candidate and asks the axioms of linux-kernel.cat. They share
 * nothing, and must come to the same states and to as many executions. Load buffering is no exception.
 */

export interface Compared {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly executions: number;
}

export const AGREED: Compared = { missing: [], extra: [], executions: 0 };

export function machineOf(program: SmallProgram, rules?: Rules): LitmusAnswer {
  return runLitmusTest(readLitmusTest('random.litmus', litmusOf(program)), 200_000, rules);
}

export function compare(program: SmallProgram, allowed: Verdict, rules?: Rules): Compared {
  const answer = machineOf(program, rules);
  const states = new Set(answer.states.map(({ text }) => text));
  return {
    missing: [...allowed.states].filter((state) => !states.has(state)),
    extra: [...states].filter((state) => !allowed.states.has(state)),
    executions: answer.positive + answer.negative - allowed.executions,
  };
}

/** Programs of these seeds, each by both. @returns how many could be judged */
export function agreeOn(from: number, to: number): number {
  let judged = 0;
  for (let seed = from; seed < to; seed++) {
    const program = randomProgram(seed);
    const allowed = judge(program, observedIn(program));
    if (!allowed) continue;
    judged++;
    expect(compare(program, allowed), `seed ${seed}:\n${litmusOf(program)}`).toEqual(AGREED);
  }
  return judged;
}
