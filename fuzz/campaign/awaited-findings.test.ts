import { expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import { divergenceNumber } from '../../test/naive-campaign.ts';
import type { Finding } from '../minimize/finding.ts';
import { AwaitedFindings } from './awaited-findings.ts';
import type { StoredRawFinding } from './campaign-jobs.ts';

function rawFinding(number: number, cause: string | undefined): StoredRawFinding {
  return {
    divergence: divergenceNumber(number),
    program: { start: 0, threads: [['inc']] },
    by: 'random',
    cause,
  };
}

function findingOf({ divergence, program, by }: StoredRawFinding): Finding {
  const nothing = { results: [], warnings: [] };
  const expected = { divergence, reference: nothing, subject: nothing };
  return {
    signature: signatureOf(divergence),
    case: { target: 'made up', program, expect: expected, why: '', found: { by } },
  };
}

const ROUND = ['inc', 'inc', 'dec', 'inc', 'read zero'].map((cause, number) => rawFinding(number, cause));
const NEXT = ['dec', 'add', 'inc'].map((cause, number) => rawFinding(10 + number, cause));

/** Numbers in the order in which they are begun. */
function begun(awaited: AwaitedFindings): number[] {
  const order: number[] = [];
  for (let next = awaited.begin(); next; next = awaited.begin()) {
    order.push([...ROUND, ...NEXT].indexOf(next.rawFinding));
    next.state = [findingOf(next.rawFinding)];
  }
  return order;
}

test('one of each quick cause is begun before the others, and what earlier rounds had comes last', () => {
  const awaited = new AwaitedFindings();
  const known = new Set<string>();
  awaited.add(ROUND, known);
  expect(begun(awaited)).toEqual([0, 2, 4, 1, 3]);
  awaited.take(known);
  awaited.add(NEXT, known);
  expect(begun(awaited)).toEqual([6, 5, 7]);
});

test('whatever the order, findings come out as the raw findings went in', () => {
  const awaited = new AwaitedFindings();
  const known = new Set<string>();
  awaited.add(ROUND, known);
  begun(awaited);
  const signatures = ROUND.map(({ divergence }) => signatureOf(divergence));
  expect(awaited.take(known).map(({ signature }) => signature)).toEqual(signatures);
});

test('what waits again, since its thread died, is begun again', () => {
  const awaited = new AwaitedFindings();
  awaited.add(ROUND, new Set());
  const first = awaited.begin()!;
  first.state = 'waiting';
  const order = Array.from({ length: ROUND.length }, () => awaited.begin()!.rawFinding);
  expect(order).toContain(first.rawFinding);
  expect(awaited.begin()).toBeUndefined();
  expect(awaited.open).toBe(ROUND.length);
});

test('those of earlier versions go by op and boundary', () => {
  const awaited = new AwaitedFindings();
  const [one, other] = [rawFinding(0, undefined), rawFinding(1, undefined)];
  awaited.add([one, { ...one, divergence: { ...one.divergence, kind: 'result' } }, other], new Set());
  const order = [0, 1, 2].map(() => awaited.begin()!.rawFinding);
  const isTold =
    one.divergence.op !== other.divergence.op || one.divergence.boundary !== other.divergence.boundary;
  expect(isTold).toBe(true);
  expect(order.slice(0, 2)).toEqual([one, other]);
});
