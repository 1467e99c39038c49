import { expect, test } from 'vitest';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { fenceRepair, repairText } from '../../fuzz/cause/fence-repair.ts';
import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { isWeak } from '../../fuzz/run/turn.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { withMemory } from '../../targets/target/memory.ts';
import type { Target } from '../../targets/target/target.ts';
import { NO_WEAK_SLIPS, WEAK_SLIPS } from './weak-slips.ts';

function targetOf(reference: Scheme, subject: Scheme): Target {
  return {
    name: 'slip',
    about: '',
    reference,
    subject,
    threads: 3,
    ops: Object.keys(subject.ops),
    initial: Object.keys(subject.states),
    arguments: [],
    oracles: ['outcomes', 'lifetime'],
  };
}

function divergences(harness: Harness, text: string) {
  const answer = schemeComparison(harness, 400_000).compare(parseProgram(harness, text))!;
  return [...answer.divergences.values()].map(({ divergence }) => divergence);
}

test.each(WEAK_SLIPS)('$name: found with its repair, and no interleaving shows it', (slip) => {
  const { before, after, program, repair } = slip;
  expect(divergences(harnessOf(targetOf(before, after)), program)).toEqual([]);
  const harness = harnessOf(withMemory(targetOf(before, after), 'kernel'));
  const [first] = divergences(harness, program);
  expect(first).toBeDefined();
  const parsed = parseProgram(harness, program);
  const signature = [first!.op, first!.boundary, first!.kind, first!.judgement].join(' ');
  const { cheapest, compare } = schemeComparison(harness, 400_000);
  const [key] = [...compare(parsed)!.divergences].find(([, seen]) => seen.divergence.op === first!.op)!;
  expect(isWeak(cheapest(parsed, key)!), signature).toBe(true);
  const edits = fenceRepair(harness, parsed, first);
  expect(edits && repairText(edits)).toBe(repair);
});

test.each(NO_WEAK_SLIPS)('$name: as before', ({ before, after, program }) => {
  expect(divergences(harnessOf(withMemory(targetOf(before, after), 'kernel')), program)).toEqual([]);
});

test('without its lock a pair is read torn under either model', () => {
  const [{ before }] = NO_WEAK_SLIPS as readonly [(typeof NO_WEAK_SLIPS)[0]];
  const harness = harnessOf(withMemory(targetOf(before, before), 'kernel'));
  expect(divergences(harness, 'start: change | look')).toEqual([]);
});
