import { expect, test } from 'vitest';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { fenceRepair, repairText } from '../../fuzz/cause/fence-repair.ts';
import { Scope } from '../../fuzz/check/scope.ts';
import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { inetPeer, inetPeerBiased, inetPeerNaive, inetPeerNow } from '../../targets/schemes/inet-peer.ts';
import { ipVsDest, ipVsDestNaive, ipVsDestNow } from '../../targets/schemes/ip-vs-dest.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { withMemory, withUses } from '../../targets/target/memory.ts';
import type { Target } from '../../targets/target/target.ts';
import { NO_SLIPS, SLIPS } from './slips.ts';

function targetOf(reference: Scheme, subject: Scheme): Target {
  return {
    name: 'slip',
    about: '',
    reference,
    subject,
    threads: 2,
    ops: Object.keys(subject.ops),
    initial: Object.keys(subject.states),
    arguments: [],
    oracles: ['outcomes', 'lifetime'],
  };
}

/** The facts that only the subject shows in a program. */
function found(harness: Harness, text: string): string[] {
  const answer = schemeComparison(harness, 400_000).compare(parseProgram(harness, text))!;
  return [...answer.divergences.values()].map(({ fact, divergence }) => `${fact} ${divergence.judgement}`);
}

test.each(SLIPS)('$name', ({ before, after, program, repair }) => {
  const plain = harnessOf(targetOf(before, after));
  expect(found(plain, program)).toEqual([]);
  const harness = harnessOf(withMemory(targetOf(before, after), 'kernel'));
  expect(found(harness, program)).toEqual(['unordered-free breaks']);
  // And so does `check` of interleavings, which asks it beside them.
  expect(found(harnessOf(withUses(targetOf(before, after))), program)).toEqual(['unordered-free breaks']);
  const edits = fenceRepair(harness, parseProgram(harness, program));
  expect(edits && repairText(edits)).toBe(repair);
});

test.each(NO_SLIPS)('$name: a write waits for its branch', ({ before, after, program }) => {
  expect(found(harnessOf(withMemory(targetOf(before, after), 'kernel')), program)).toEqual([]);
});

/** Forms of both protocols in which the kernel's barriers stand: with every program of 2 × 1, and no use out of order. */
test.each([
  ['inet-peer before v4.13', inetPeer],
  ['inet-peer-naive', inetPeerNaive],
  ['inet-peer of v4.13', inetPeerBiased],
  ['inet-peer today', inetPeerNow],
  ['ip-vs-dest up to v4.10', ipVsDest],
  ['ip-vs-dest-naive', ipVsDestNaive],
  ['ip-vs-dest since v4.11', ipVsDestNow],
])('%s frees in order', (_, form) => {
  const harness = harnessOf(withMemory(targetOf(form, form), 'kernel'));
  const scope = new Scope(harness, { threads: 2, ops: 1 });
  const comparison = schemeComparison(harness, 400_000);
  for (let number = 0; number < scope.programs; number++) {
    const can = comparison.referenceCan(scope.program(number))!;
    expect(can.facts.filter((fact) => fact === 'unordered-free')).toEqual([]);
  }
});
