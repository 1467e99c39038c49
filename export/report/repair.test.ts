import { expect, test } from 'vitest';
import { makeCase } from '../../fuzz/case/make-case.ts';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { pairTarget } from '../../fuzz/fast-check/pair-target.ts';
import { deciderOf } from '../../fuzz/judge/decide.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { plainStyle } from '../show/style.ts';
import { repairOf } from './repair.ts';

/** The lifetime finding of a program, as a case. */
function lifetimeCase(reference: string, subject: string, text: string) {
  const harness = harnessOf(pairTarget(reference, subject));
  const program = parseProgram(harness, text);
  const decider = deciderOf(harness);
  const { divergence } = [...decider.rawFindings(program)!.values()].find(
    (found) => found.divergence.kind === 'lifetime',
  )!;
  const schedule = decider.cheapest(program, divergence)!.schedule;
  return { harness, stored: makeCase(harness, divergence, program, schedule, { by: 'hand' }) };
}

test('a repair is shown by a run of the reference', () => {
  const { harness, stored } = lifetimeCase('inet-peer-naive-gc', 'inet-peer', 'one: gc | use');
  expect(stored.expect.divergence.judgement).toBe('protects');
  const repair = repairOf(harness, stored)!;
  expect(repair.fact).toBe('freed-while-held');
  const drawn = repair.drawn(plainStyle).join('\n');
  expect(drawn).toContain('What goes wrong in inet-peer-naive-gc, and no longer in inet-peer:');
  expect(drawn).toContain('✗ freed-while-held');
});

test('harm is no repair', () => {
  const { harness, stored } = lifetimeCase('inet-peer', 'inet-peer-naive-gc', 'one: gc | use');
  expect(stored.expect.divergence.judgement).toBe('breaks');
  expect(repairOf(harness, stored)).toBe(undefined);
});
