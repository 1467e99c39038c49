import { expect, test } from 'vitest';
import { campaignOf } from '../fuzz/campaign/campaign.ts';
import { harnessOf } from '../fuzz/run/harness.ts';
import { ORACLE_NAMES } from '../oracles/oracles.ts';
import { InputError } from '../targets/subject/input-error.ts';
import { SUBJECTS } from '../targets/target/subjects.ts';
import { parseTarget } from '../targets/target/target-file.ts';
import { oneIn, sampleOf } from './thorough.ts';

/*
 * Whatever a target file puts together either is refused with its place, or is searched. Some combinations of reference,
 * subject and oracle mean nothing; the first that was not refused ended in an error of ours.
 */
const REFERENCES = ['ideal', ...SUBJECTS.map(({ name }) => name)];

/** Each oracle alone; with the ideal counter also every two that differ. */
const ALONE = ORACLE_NAMES.map((one) => [one]);
const TWO = ORACLE_NAMES.flatMap((one, at) => ORACLE_NAMES.slice(at + 1).map((other) => [one, other]));

function textOf(reference: string, subject: string, oracles: readonly string[] | undefined): string {
  const { kind, ops } = SUBJECTS.find(({ name }) => name === subject)!;
  const get = 'inc' in ops ? 'inc' : 'inc_not_zero';
  const lists = kind === 'counter' ? `ops: [${get}, dec_and_test]\ninitial: [0, 1]\n` : '';
  const asked = oracles ? `oracles: [${oracles.join(', ')}]\n` : '';
  return `target: t\nabout: x\nreference: ${reference}\nsubject: ${subject}\n${lists}${asked}`;
}

/** Programs of what a target file describes. @returns what is wrong with it, or how many ran */
function outcomeOf(reference: string, subject: string, oracles?: readonly string[]): string | number {
  try {
    const harness = harnessOf(parseTarget('t.yaml', textOf(reference, subject, oracles)));
    const campaign = campaignOf(harness, { seed: 1, known: new Set(), limits: { maxOps: 2, maxThreads: 2 } });
    for (const _ of campaign.batch(1));
    return campaign.counts.iterations;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw new Error(`${reference}, ${subject}, ${oracles}: ${(error as Error).message}`);
  }
}

test.each(
  oneIn(2, REFERENCES),
)(`%s as the reference of every subject, for every oracle, is refused or searched, ${sampleOf(2)}`, (reference) => {
  let searched = 0;
  for (const { name } of SUBJECTS) {
    for (const oracles of [undefined, ...ALONE, ...(reference === 'ideal' ? TWO : [])]) {
      const outcome = outcomeOf(reference, name, oracles);
      if (typeof outcome === 'string') expect(outcome).toMatch(/^t\.yaml:\d+:\d+: /);
      else searched += outcome;
    }
  }
  expect(searched).toBeGreaterThan(0);
});

test('the ideal counter has no outcomes to compare with, and the place is told', () => {
  expect(outcomeOf('ideal', 'refcount/v5.5', ['lockstep', 'outcomes'])).toBe(
    't.yaml:7:21: oracle "outcomes" does not fit a counter beside the ideal counter; write lockstep, linearizable, conservation, sticky, last-put, ordering',
  );
});
