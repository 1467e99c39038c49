import { expect, test } from 'vitest';
import { exportLitmus } from '../../export/kernel/litmus.ts';
import { makeCase } from '../../fuzz/case/make-case.ts';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import { readLitmusTest } from '../../fuzz/litmus/read-test.ts';
import { runLitmusTest } from '../../fuzz/litmus/run-test.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { withMemory } from '../../targets/target/memory.ts';
import { SLIPS } from './slips.ts';
import { WEAK_SLIPS } from './weak-slips.ts';

/*
 * Cases of memory orders as litmus tests: what the lighter model of protocols has found must be allowed by the model of litmus
 * tests, which is another one, and forbidden with a full barrier between any two accesses.
 */

interface Slip {
  readonly name: string;
  readonly before: Scheme;
  readonly after: Scheme;
  readonly program: string;
}

function litmusOf({ before, after, program: text }: Slip): string {
  const target = {
    ...{ name: 'slip', about: '', reference: before, subject: after, threads: 3, arguments: [] },
    ops: Object.keys(after.ops),
    initial: Object.keys(after.states),
    oracles: ['outcomes', 'lifetime'] as const,
  };
  const harness = harnessOf(withMemory(target, 'kernel'));
  const program = parseProgram(harness, text);
  const comparison = schemeComparison(harness, 400_000);
  const [signature, { divergence }] = [...comparison.compare(program)!.divergences][0]!;
  const schedule = comparison.cheapest(program, signature);
  return exportLitmus(harness, makeCase(harness, divergence, program, schedule, { by: 'exhaustive' }));
}

const positive = (text: string) => runLitmusTest(readLitmusTest('repro.litmus', text), 400_000).positive;

/** With a full barrier before each statement, unless that would be more than a litmus test may have. */
function fencedThread(text: string): string {
  const statement = /^(\t+)(?!int )(.*;)$/gm;
  const count = text.match(statement)?.length ?? 0;
  return count > 12 ? text : text.replaceAll(statement, '$1smp_mb();\n$1$2');
}

test.each<Slip>([...SLIPS, ...WEAK_SLIPS])('$name', (slip) => {
  const litmus = litmusOf(slip);
  expect(positive(litmus), litmus).toBeGreaterThan(0);
  const [head, ...threads] = litmus.split(/^(?=P\d)/m);
  const fenced = head + threads.map(fencedThread).join('');
  expect(positive(fenced), fenced).toBe(0);
});
