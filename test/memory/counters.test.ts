import { expect, test } from 'vitest';
import { exportLitmus } from '../../export/kernel/litmus.ts';
import { formatCase, parseCase } from '../../fuzz/case/case-file.ts';
import { makeStoredCase } from '../../fuzz/case/make-case.ts';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { answerProgram } from '../../fuzz/check/answer.ts';
import { programVerdicts } from '../../fuzz/check/program-verdict.ts';
import { Scope } from '../../fuzz/check/scope.ts';
import { readLitmusTest } from '../../fuzz/litmus/read-test.ts';
import { runLitmusTest } from '../../fuzz/litmus/run-test.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { builtInFile, readBuiltInFile } from '../../targets/target/built-in-targets.ts';
import { withMemory } from '../../targets/target/memory.ts';
import { readTarget } from '../../targets/target/read-target.ts';

const NO_TREES = { kernel: undefined, against: undefined, include: undefined };
/** What holders of references do. */
const OPS = ['inc_not_zero', 'inc', 'dec_and_test', 'dec'];

async function harnessFor(name: string, memory: 'sc' | 'kernel') {
  const target = await readTarget(readBuiltInFile(builtInFile(name)), NO_TREES);
  const small = { ...target, ops: OPS, initial: [1, 2] };
  return harnessOf(withMemory(small, memory));
}

/** The signatures of all programs of up to 2 × 2 that have to do with order. */
async function ordersIn(name: string, memory: 'sc' | 'kernel'): Promise<string[]> {
  const harness = await harnessFor(name, memory);
  const scope = new Scope(harness, { threads: 2, ops: 2 });
  const verdicts = programVerdicts(harness, 400_000);
  const found = new Set<string>();
  for (let number = 0; number < scope.programs; number++) {
    verdicts.decide(scope.program(number), (signature, { kind }) => {
      if (kind === 'race' || kind === 'unordered-free') found.add(signature);
    });
  }
  return [...found].sort();
}

test('until v5.1 the last put acquired nothing: who frees may miss what was written before another put', async () => {
  expect(await ordersIn('refcount-v4.11', 'kernel')).toEqual(['dec_and_test-zero-race-breaks']);
  expect(await ordersIn('refcount-v4.11', 'sc')).toEqual([]);
});

test.each([
  'refcount-v5.5',
  'refcount-x86',
  'v4.11-to-v5.5',
])('%s orders what its reference does', async (name) => {
  expect(await ordersIn(name, 'kernel')).toEqual([]);
});

test('a put that returns nothing is relaxed as an atomic_t, and its use is not ordered before the free', async () => {
  expect(await ordersIn('atomic-vs-ideal', 'kernel')).toEqual(['dec_and_test-zero-unordered-free-breaks']);
});

test('two puts are enough, and sequential consistency does not tell', async () => {
  const shown = async (memory: 'sc' | 'kernel') => {
    const harness = await harnessFor('refcount-v4.11', memory);
    const answer = answerProgram(harness, parseProgram(harness, '2: dec_and_test | dec_and_test'), 400_000);
    return answer.divergences.map(({ divergence }) => signatureOf(divergence));
  };
  expect(await shown('sc')).toEqual([]);
  expect(await shown('kernel')).toEqual(['dec_and_test-zero-race-breaks']);
});

test('its case keeps the model, has a cause of its own, and is a litmus test that the kernel model allows', async () => {
  const harness = await harnessFor('refcount-v4.11', 'kernel');
  const program = parseProgram(harness, '2: dec_and_test | dec_and_test');
  const { divergence, witness } = answerProgram(harness, program, 400_000).divergences[0]!;
  const stored = makeStoredCase(harness, divergence, program, witness!.schedule, { by: 'exhaustive' });
  expect(stored.memory).toBe('kernel');
  expect(stored.cause).toBe('dec_and_test-without-acquire');
  expect(parseCase('case.yaml', formatCase(stored))).toEqual(stored);
  const litmus = exportLitmus(harness, stored);
  expect(runLitmusTest(readLitmusTest('repro.litmus', litmus), 100_000).positive).toBeGreaterThan(0);
  const acquired = litmus.replaceAll('cmpxchg_release', 'cmpxchg');
  expect(runLitmusTest(readLitmusTest('repro.litmus', acquired), 100_000).positive).toBe(0);
});
