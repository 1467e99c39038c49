import { expect, test } from 'vitest';
import type { Counter } from '../../targets/subject/subject.ts';
import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import { readPair } from '../../targets/target/read-target.ts';
import { SUBJECTS } from '../../targets/target/subjects.ts';
import type { Target } from '../../targets/target/target.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { harnessOf } from '../run/harness.ts';
import { alikeInCode } from './alike-in-code.ts';
import { accessesInTree, aloneInTree, differ, relativeTo, runAlone, traceAlone } from './alone-run.ts';

const VALUES = [0, 1, 2, -1, -2, 5, 41, 42, 43, INT_MAX, INT_MAX - 1, INT_MIN, INT_MIN + 1, 0xc0000000 | 0];
const COUNTERS = SUBJECTS.filter((subject): subject is Counter => subject.kind === 'counter');

/** Run once, and along its tree. */
function expectAlike(target: Target): void {
  const { subject, reference, calls } = harnessOf(target);
  for (const trees of [subject, reference!])
    for (const call of calls)
      for (const old of VALUES) {
        const traced = traceAlone(trees, call, old, []);
        const inTree = aloneInTree(trees, call, old);
        expect(runAlone(trees, call, old)).toEqual(inTree);
        expect(traced).toMatchObject(inTree);
        const texts = accessesInTree(trees, call, old, (value) => relativeTo(old, value));
        expect(traced.accesses).toEqual(texts);
      }
}

test.each(COUNTERS)('an op of $name that is run once does what its tree says', (subject) => {
  const ops = Object.keys(subject.ops).filter((op) => op in COUNTERS[0]!.ops);
  expectAlike(targetLike('refcount-v4.11', { subject, ops }));
});

const PAIRS = ['14-warns-at-a-constant', '07-warns-in-sound-use'];

test.each(PAIRS)('so does an op in C: %s', async (name) => {
  const folder = `test/verdicts/points/${name}`;
  expectAlike(await readPair('pair', `${folder}/before.c`, `${folder}/after.c`));
});

test.each(PAIRS)('where machine code says that %s is the same before and after, it is', async (name) => {
  const folder = `test/verdicts/points/${name}`;
  const target = await readPair('pair', `${folder}/before.c`, `${folder}/after.c`);
  const { subject, reference, calls, alphabet } = harnessOf(target);
  const probes = [...VALUES, ...(target.initial as readonly number[])];
  let others = 0;
  for (const call of calls) {
    const alike = alikeInCode(
      reference!.subject as Counter,
      subject.subject as Counter,
      alphabet.call(call),
      probes,
    );
    expect(alike.size).toBeGreaterThan(0);
    for (const old of probes) {
      const isOther = differ(aloneInTree(reference!, call, old), aloneInTree(subject, call, old));
      expect(alike.has(old), `${alphabet.format(call)} from ${old}`).toBe(!isOther);
      if (isOther) others++;
    }
  }
  expect(others).toBeGreaterThan(0);
});
